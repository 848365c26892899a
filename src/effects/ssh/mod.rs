//! Agents, over OpenSSH: one login, one command, a script on its standard input, its answer read back.

mod client;
mod command;
mod config;
mod diagnose;
mod host_key;
mod learn;
mod login;
mod open;
mod place;
mod probe;
mod processes;
mod route;
mod run_dir;
mod settings;

pub use client::file_limit;
pub use open::Ssh;
pub use settings::SshSettings;
