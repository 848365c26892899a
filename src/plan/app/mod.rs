//! Apps as Marathon has them against apps as they are wanted.

mod decide;
mod diff;
mod keys;
mod normal;
mod rules;
mod setting;

pub use decide::{AppChange, decide, warnings};
pub use rules::check;
pub use setting::{Setting, apply};
