//! A collection of garbage: the container that does it, and the state that the registry is in meanwhile.

pub mod collector;
pub mod maintenance;
pub mod script;
