//! A registry's HTTP API, version 2.

pub mod answers;
mod client;
mod door;
mod token;

pub use client::Registry;
