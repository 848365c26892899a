//! What `doctor` finds before anything is set up: the cluster, the registry's host, every agent.

mod agent;
mod apps;
mod certificate;
mod clock;
mod cluster;
pub(in crate::plan) mod disk;
mod engine;
mod firewall;
mod image;
mod kernel;
mod leftovers;
mod ports;
pub(super) mod proxy;
mod route;
mod selinux;

pub use agent::{Visited, Wanted, check, offers};
pub use apps::{
    Neighbour, holder_of_service_port, holder_of_vip, load_balancer, ports as app_ports, vip as app_vip,
};
pub use certificate::check as certificate;
pub use cluster::{MarathonSeen, marathon, mesos, registry_host};
pub use leftovers::{LeftCa, carried_cas};
