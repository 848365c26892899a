//! What the audit trail keeps of a run, and how its lines are read again.

mod arguments;
mod journal;
mod masking;

#[cfg(test)]
pub use arguments::named;
pub use arguments::{Given, kept};
pub use journal::{Wanted, read, select};
pub use masking::without_passwords;
