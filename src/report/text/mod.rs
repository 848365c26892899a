//! Reports for people.

mod cert;
mod deploy;
mod paint;
mod render;

pub(super) use render::{fault, render};
