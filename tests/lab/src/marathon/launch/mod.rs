//! What runs the tasks that Marathon decides on: the agents' part.

mod image;
mod launcher;
mod loopback;
mod paths;
mod plan;

pub use launcher::{
    Agent, Exit, LaunchFailure, LaunchOrder, Launched, Launcher, PublishedService, TaskRecord, Vantage, Work,
};
pub use loopback::Loopback;
