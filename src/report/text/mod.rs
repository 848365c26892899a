//! Reports for people.

mod cert;
mod deploy;
mod paint;
mod render;
mod verify;

pub(super) use render::{fault, render};
