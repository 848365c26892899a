//! Docker Engine on an agent: how it is set up, and what is to be changed so that it takes a registry without TLS or asks a
//! mirror first.

pub(in crate::plan) mod settings;
