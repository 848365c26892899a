//! Turns what was observed into findings: what is wrong, the likely cause, and what to do next.

pub mod agent;
mod agent_trust;
pub mod causes;
pub mod changes;
pub mod clients;
pub mod defects;
pub mod diagnosis;
pub mod docker_host;
mod engine;
mod local_reach;
pub mod marathon;
pub mod nexus;
pub mod on_path;
pub mod preflight;
pub mod pulls;
pub mod purpose;
pub mod registry;
mod seen;
pub mod tls;
