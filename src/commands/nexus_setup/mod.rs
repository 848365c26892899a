//! `regctl nexus setup`: a Nexus that is there is made the registry, by its REST API.

mod after_deploy;
mod first_password;
mod run;
mod setting_up;
mod web_page;

pub(super) use after_deploy::AfterDeploy;
pub use run::{Args, run};
pub(super) use setting_up::client;
pub(super) use web_page::web_page;
