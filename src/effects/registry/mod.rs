//! A registry's HTTP API, version 2.

pub mod answers;
mod client;

pub use client::Registry;
