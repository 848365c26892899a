//! Groups of flags that mean the same wherever they apply, and how they merge with regctl.toml.

mod agents;
mod app;
mod app_id;
mod change;
mod cluster;
mod registry;
mod rollout;
mod ssh;
mod state;
mod words;

pub use agents::{AgentArgs, FilterArgs, no_agents};
pub use app::{AppArgs, OwnTemplate};
pub use app_id::AppIdArgs;
pub use change::ChangeArgs;
pub use cluster::ClusterArgs;
pub use registry::{DEFAULT_VIP, NamedRegistry, RegistryArgs, certs_folder, configured_addresses};
pub use rollout::{RolloutArgs, Terms};
pub use ssh::{FanOutArgs, SshArgs};
pub use state::state_dir;
pub use words::merged;
