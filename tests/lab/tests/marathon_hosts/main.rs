//! The Marathon stand-in of a lab: tasks on real hosts, reached as clients of a cluster reach them.

mod containers;
mod engine;
mod operator;
