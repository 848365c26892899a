//! `regctl doctor`: whether the cluster, the registry's hosts and every agent are fit for it. Nothing is changed but
//! what is asked for by --repair.

mod agents;
mod arrivals;
mod checkup;
mod repair;
mod run;

pub(super) use checkup::Checkup;
pub use run::{Args, run};
