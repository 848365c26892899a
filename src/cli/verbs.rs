//! The verbs of commands that have some: `cert gen`, `user add`.

use clap::Subcommand;

use crate::commands;

/// The verbs of `regctl cert`.
#[derive(Debug, Subcommand)]
pub enum CertCommand {
    /// Make a CA and a leaf for every address of the registry.
    Gen(commands::cert_gen::Args),
    /// Say why a registry's certificate is not trusted, and the cure.
    Doctor(Box<commands::cert_doctor::Args>),
    /// Bring a certificate from another CA into the certs folder.
    Import(Box<commands::cert_import::Args>),
    /// Show a certificate, and which clients would refuse it for what.
    Show(commands::cert_show::Args),
    /// Say how long the registry's certificates last; made for cron.
    Status(commands::cert_status::Args),
    /// Give the registry another CA in stages, with pulls throughout.
    RotateCa(Box<commands::cert_rotate_ca::Args>),
    /// Renew the registry's leaf by the same CA; agents are left alone.
    Renew(Box<commands::cert_renew::Args>),
}

/// The verbs of `regctl user`.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Add a user to the registry, or give one another password.
    Add(Box<commands::user::add::Args>),
    /// Remove a user from the registry.
    Rm(Box<commands::user::rm::Args>),
    /// List the registry's users.
    Ls(commands::user::ls::Args),
}

/// The verbs of `regctl nexus`.
#[derive(Debug, Subcommand)]
pub enum NexusCommand {
    /// Give a Nexus its password, a Docker repository and a user.
    Setup(Box<commands::nexus_setup::Args>),
}

/// The verbs of `regctl repo`.
#[derive(Debug, Subcommand)]
pub enum RepoCommand {
    /// List the repositories, from the catalog or from the folder on the host.
    Ls(Box<commands::repo_ls::Args>),
}

/// The verbs of `regctl tag`.
#[derive(Debug, Subcommand)]
pub enum TagCommand {
    /// List the tags of repositories, with digest, size and date.
    Ls(Box<commands::tag_ls::Args>),
    /// Delete tags by name or by rule; never what other tags need.
    Delete(Box<commands::tag_delete::Args>),
    /// Bring back what tag delete has deleted, until garbage is collected.
    Restore(Box<commands::tag_restore::Args>),
}
