//! Reports for people.

mod agents;
mod cert;
mod deploy;
mod paint;
mod render;
mod ssh_setup;
mod trust;
mod verify;

pub(super) use render::{fault, render};
