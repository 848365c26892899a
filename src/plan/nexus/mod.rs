//! How a Nexus is made what it is to be: (wishes, sight) → steps, each with the request that brings it about.

pub mod app;
pub mod first_password;
mod json;
mod repository;
mod security;
mod setup;

pub use setup::{Action, PlannedStep, Unfit, by_hand, plan};
