//! Whether an app is as it was asked for, and if not, what is missing and what Marathon says about it.

mod failure;
mod offers;
mod standing;

pub use standing::{Standing, must_stop_first, standing};
