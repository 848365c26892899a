//! Agents, over OpenSSH: one login, one command, a script on its standard input, its answer read back.

mod login;
mod settings;

pub use login::Ssh;
pub use settings::SshSettings;
