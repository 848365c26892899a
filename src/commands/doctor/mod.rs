//! `regctl doctor`: whether the cluster, the registry's hosts and every agent are fit for it. Nothing is changed.

mod agents;
mod arrivals;
mod checkup;
mod run;

pub(super) use checkup::Checkup;
pub use run::{Args, run};
