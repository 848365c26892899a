//! A Marathon that is strict about what it is told, and really runs what it is told to run.
//!
//! It answers as Marathon 1.4.13 or 1.11.24 does, tells its launcher to run tasks, checks their health on real
//! sockets, and replaces them on an update.

mod app_id;
mod checks;
mod clock;
mod config;
mod control;
mod definition;
mod environment;
mod handle;
mod http;
mod journal;
mod launch;
#[expect(clippy::module_inception, reason = "the running stand-in is what the module is about")]
mod marathon;
mod problem;
mod state;
mod watch;

pub use config::{CheckPace, MarathonConfig, MarathonVersion, TlsFiles};
pub use control::{CONTROL_FILE, Control, Requests};
pub(crate) use handle::serve_lab;
pub use handle::{MarathonStandIn, PORT, serve, state_dir};
pub(crate) use launch::FRAMEWORK_ID;
pub use launch::{
    Agent, Exit, Hosts, LaunchFailure, LaunchOrder, Launched, Launcher, Loopback, PublishedService,
    TaskRecord, Vantage, Work,
};
