//! The Mesos stand-in: a leading master and one standing by, answering as recorded from Mesos 1.11.0 (`fixtures/mesos`).

mod agent;
pub(crate) mod agent_api;
mod answer;
mod bad;
pub(crate) mod dns;
mod listing;
mod scenario;
mod server;
mod stand_in;

pub use agent::AgentState;
pub(crate) use agent::MASTER_ID;
pub use answer::Masters;
pub(crate) use listing::listing_of;
pub use scenario::{OddAgent, Scenario};
pub use server::{PORT, serve};
pub use stand_in::MesosStandIn;
