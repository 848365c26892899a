//! Nexus as the registry: set up by its REST API, deployed as an app. Nexus itself is played by a stand-in that is strict
//! about what Nexus' documentation and sources say; its Docker connectors are the real docker-registry.

mod deploy;
mod docker_host;
mod run;
mod setup;
mod site;
