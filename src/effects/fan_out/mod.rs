//! The only place with concurrency.

mod in_order;
mod run;
mod transport;
mod worker;

pub use in_order::in_order;
pub use run::FanOut;
pub use transport::{Limits, Transport};
