//! The nouns that every room shares: values, their parsing and their spelling. No clap, no tokio, no I/O.

pub mod agent;
pub mod cert;
pub mod certificate;
pub mod change;
pub mod config;
pub mod credentials;
pub mod duration;
pub mod event;
pub mod fault;
pub mod host;
pub mod registry;
pub mod script;
pub mod secret;
pub mod ssh;
