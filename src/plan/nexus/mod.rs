//! How a Nexus is made what it is to be: (wishes, sight) → steps, each with the request that brings it about.

pub mod app;
pub mod first_password;
mod json;
mod repository;
mod security;
mod setup;
mod step;

pub use setup::{by_hand, plan};
pub use step::{Action, PlannedStep, Unfit};
