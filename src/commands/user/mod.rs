//! `regctl user`: who may push to the registry and pull from it.

pub mod add;
mod change;
pub mod ls;
pub mod rm;
