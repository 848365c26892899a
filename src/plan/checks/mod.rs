//! Turns what was observed into findings: what is wrong, the likely cause, and what to do next.

pub mod marathon;
pub mod registry;
pub mod tls;
