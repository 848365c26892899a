//! One file, one subcommand: its `Args`, then observe, plan, confirm, act, report.

pub mod cert_gen;
mod context;
pub mod deploy;
mod desired;
pub mod flags;
mod registry_files;
pub mod render;
mod rollout;
mod staging;
pub mod verify;

pub use context::Context;
