//! Reports for people.

mod agents;
mod cert;
mod cert_show;
mod cert_status;
mod checks;
mod contents;
mod deploy;
mod explain;
mod fold;
mod gc;
mod image_usage;
mod init;
mod log;
mod login;
mod manual;
mod names;
mod nexus;
mod paint;
mod pulls;
mod render;
mod renewal;
mod rotation;
mod ssh_setup;
mod stages;
mod table;
mod tag_delete;
mod tag_restore;
mod trust;
mod undeploy;
mod user;
mod watch;

pub(super) use render::{fault, render};
pub(super) use stages::headline;
pub(super) use watch::change;
