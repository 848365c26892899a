//! A DC/OS cluster in miniature: hosts in network namespaces, real servers, and strict stand-ins for Mesos and Marathon.

pub mod address;
pub mod bench;
mod boot;
pub mod cluster;
mod engine;
pub mod faults;
mod forgery;
mod haproxy;
mod host;
mod lab;
pub mod loopback;
pub mod marathon;
pub mod mesos;
mod process;
mod reboot;
mod servers;
mod state;
pub mod tier;
mod vip;
pub mod wait;

pub use faults::Fault;
pub use forgery::Forgery;
pub use host::{Host, Output};
pub use lab::{Builder, Lab, end};
pub use servers::{Part, serve_here};
pub use tier::{Capability, Tier, capability, require};
