//! What the ways by hand have left on agents, and how it is mended.

pub mod docker_config;
pub mod mending;
