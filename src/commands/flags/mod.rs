//! Groups of flags that mean the same wherever they apply, and how they merge with regctl.toml.

mod agents;
mod app;
mod app_id;
mod change;
mod cluster;
mod docker_host;
mod login;
mod names;
mod nexus;
mod password;
mod registry;
mod rollout;
mod runtimes;
mod signing_ca;
mod ssh;
mod state;
mod trust;
mod words;

pub use agents::{AgentArgs, FilterArgs, Sources, no_agents};
pub use app::{AppArgs, OwnTemplate};
pub use app_id::AppIdArgs;
pub use change::ChangeArgs;
pub use cluster::ClusterArgs;
pub use docker_host::{DockerHostArgs, configured_docker_host};
pub use login::LoginArgs;
pub use names::{configured_names, dns_name};
pub use nexus::{CONNECTOR_PORT, NexusArgs};
pub use password::PasswordArgs;
pub use registry::{NamedRegistry, RegistryArgs, certs_folder, configured_addresses, default_vip, read_ca};
pub use rollout::{PATIENCE, RolloutArgs, Terms};
pub use runtimes::runtimes;
pub use signing_ca::SigningCaArgs;
pub use ssh::{FanOutArgs, SshArgs};
pub use state::{lock, state_dir};
pub use trust::TrustArgs;
pub use words::merged;
