//! Pure decisions: the same input gives the same plan. Plans can be printed, compared and tested without a network.

pub mod agents_file;
pub mod app;
mod attributes;
pub mod ca_file;
pub mod cert;
pub mod checks;
pub mod htpasswd;
pub mod leaf;
pub mod listing;
pub mod masters;
pub mod probe_image;
pub mod registries;
pub mod registry_app;
pub mod rollout;
pub mod runtime;
pub mod script;
pub mod selection;
pub mod ssh_setup;
pub mod staging;
pub mod subject_hash;
pub mod template;
pub mod trust;
pub mod trust_script;
pub mod unfinished;
pub mod untrust;
pub mod visit;
pub mod width;
