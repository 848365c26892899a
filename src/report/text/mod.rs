//! Reports for people.

mod cert;
mod paint;
mod render;

pub(super) use render::{fault, render};
