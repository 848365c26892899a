//! `regctl login` and `regctl logout`: who Docker's clients are at the registry, here, on agents and in what Marathon
//! apps fetch.

mod accounts;
mod archive;
mod fleet;
pub mod log_in;
pub mod log_out;
mod own;
