//! The Mesos stand-in: a leading master and one standing by, answering as recorded from Mesos 1.11.0 (`fixtures/mesos`).

mod agent;
mod answer;
mod bad;
mod scenario;
mod server;

pub use agent::AgentState;
pub use answer::Seat;
pub use scenario::{OddAgent, Scenario};
pub use server::{Master, PORT, serve};
