//! `regctl agents` and `regctl trust-agents` against the agents of a lab: real sshd, sudo, kernels' conntrack settings.

mod check;
mod download;
mod faults;
mod fleet;
mod hosts_entry;
mod insecure;
mod interrupt;
mod jenkins;
mod later;
mod local_proxy;
mod local_proxy_engine;
mod local_proxy_names;
mod login;
mod masters;
mod privilege;
mod reach;
mod registries;
mod runs;
mod serving;
mod sources;
mod syslog;
mod untrust;
