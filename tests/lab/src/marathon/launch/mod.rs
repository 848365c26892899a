//! What runs the tasks that Marathon decides on: the agents' part.

mod container;
mod docker;
mod hosts;
mod image;
mod launcher;
mod loopback;
mod paths;
mod plan;
mod sandbox;

pub use hosts::Hosts;
pub use launcher::{
    Agent, Exit, LaunchFailure, LaunchOrder, Launched, Launcher, PublishedService, TaskRecord, Vantage, Work,
};
pub use loopback::Loopback;
pub(crate) use sandbox::FRAMEWORK_ID;
