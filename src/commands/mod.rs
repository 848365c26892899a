//! One file, one subcommand: its `Args`, then observe, plan, confirm, act, report.

mod absence;
pub mod agents;
pub mod askpass;
pub mod cert_gen;
pub mod cert_import;
pub mod cert_renew;
pub mod cert_show;
mod cert_source;
pub mod cert_status;
mod context;
mod delivery;
pub mod deploy;
mod deployment;
mod desired;
pub mod doctor;
pub mod flags;
pub mod fleet;
mod logins;
mod patience;
mod purge;
mod readiness;
mod registry_files;
pub mod render;
pub mod rollback;
mod rollout;
pub mod ssh_setup;
mod stages;
mod staging;
mod stream;
mod swap;
pub mod trust_agents;
pub mod undeploy;
pub mod untrust_agents;
pub mod up;
pub mod verify;

pub use context::Context;
