//! Agents, over OpenSSH: one login, one command, a script on its standard input, its answer read back.

mod acts;
mod askpass;
mod client;
mod command;
mod config;
mod diagnose;
mod fetch;
mod freight;
pub mod host_key;
mod learn;
mod login;
mod open;
mod password;
mod place;
mod probe;
mod processes;
mod question;
mod relay;
mod route;
mod run_dir;
mod settings;
mod talk;
mod trial;

pub use askpass::asked;
pub use client::file_limit;
pub use open::Ssh;
pub use relay::Leg;
pub use settings::SshSettings;
