//! One file, one subcommand: its `Args`, then observe, plan, confirm, act, report.

pub mod cert_gen;
mod context;
pub mod flags;

pub use context::Context;
