//! `trust-agents --runtime`: the real clients refuse the registry before it and take it after.

mod clients;
mod containerd;
mod setting;
mod trusted;
mod ucr;
mod untrusted;
