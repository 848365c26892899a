//! The nouns that every room shares: values, their parsing and their spelling. No clap, no tokio, no I/O.

pub mod agent;
pub mod answer;
pub mod app;
pub mod app_definition;
pub mod app_status;
pub mod cert;
pub mod certificate;
pub mod change;
pub mod config;
pub mod credentials;
pub mod dcos_cli;
pub mod deploy;
pub mod duration;
pub mod event;
pub mod fault;
pub mod glob;
pub mod host;
pub mod host_folder;
mod json;
pub mod registry;
pub mod script;
pub mod secret;
pub mod ssh;
pub mod trust;
