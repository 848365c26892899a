//! The only place with concurrency.

mod run;
mod transport;
mod worker;

pub use run::FanOut;
pub use transport::{Limits, Transport};
