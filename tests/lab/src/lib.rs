//! A DC/OS cluster in miniature: hosts in network namespaces, real servers, and strict stand-ins for Mesos and Marathon.
//!
//! A test asks for what it needs, works on the hosts, and drops the lab:
//!
//! ```no_run
//! use regctl_lab::{Fault, Lab, Tier, require};
//!
//! let Some(()) = require(Tier::T1) else { return };
//! let lab = Lab::builder().agents(3).start().unwrap();
//! lab.host("a2").fault(&Fault::DiskFull).unwrap();
//! let answer = lab.host("master").exec(&["ssh", "a2", "touch /etc/x"]).unwrap();
//! assert!(!answer.status.success());
//! assert_eq!(lab.host("a2").logins().unwrap(), 1);
//! ```
//!
//! All processes of a lab are in one pid namespace whose first process holds a pipe of the process that started the
//! lab: when that ends, in whatever way, the pipe is closed, the first process ends, and the kernel ends the rest. No
//! network namespace has a name and no mount is made outside, so nothing is left.

pub mod address;
pub mod bench;
mod boot;
mod builder;
mod cable;
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
pub mod nexus;
mod owned;
pub mod page;
mod process;
mod reboot;
mod servers;
mod state;
pub mod terminal;
pub mod tier;
mod vip;
pub mod wait;

pub use builder::Builder;
pub use faults::Fault;
pub use forgery::Forgery;
pub use host::{Host, Output};
pub use lab::Lab;
pub use owned::end;
pub use servers::{Part, serve_here};
pub use tier::{Capability, Tier, capability, require, require_programs};
