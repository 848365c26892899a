//! A registry on one Docker host, over SSH and without a cluster: what the commands that deploy do there.

pub(super) mod deploy;
mod deployment;
mod engine;
mod standing;
pub(super) mod undeploy;

pub(super) use deployment::{Grounds, HostDeployment};
pub(super) use engine::EngineHost;
