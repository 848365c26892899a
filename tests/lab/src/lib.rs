//! A DC/OS cluster in miniature: hosts in network namespaces, real servers, and strict stand-ins for Mesos and Marathon.

pub mod address;
mod boot;
pub mod cluster;
mod haproxy;
mod host;
mod lab;
mod process;
mod state;
mod vip;
pub mod wait;

pub use host::{Host, Output};
pub use lab::{Builder, Lab, end};
