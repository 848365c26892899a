//! Pure decisions: the same input gives the same plan. Plans can be printed, compared and tested without a network.

pub mod app;
pub mod ca_file;
pub mod cert;
pub mod registry_app;
pub mod script;
pub mod subject_hash;
pub mod template;
