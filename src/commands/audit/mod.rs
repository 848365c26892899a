//! The audit trail: what a run that changes something leaves in the cluster's state directory.

mod actor;
mod invocation;
mod trail;

pub use invocation::invocation;
pub use trail::Trail;
