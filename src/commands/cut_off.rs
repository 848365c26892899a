//! Ctrl-C and its kin where a command does not see to them itself: what it has under way is dropped, as the end of the run
//! would drop it, so that nothing is left behind on the terminal or in temporary folders.

use anyhow::Result;

use crate::domain::fault::{Fault, FaultKind};
use crate::effects::interrupt;

/// What the work comes to, or the fault that the run ends with where a signal comes that it does not see to.
pub async fn unless_cut_off<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::select! {
        biased;
        cut_off = interrupt::unheeded() => {
            cut_off?;
            Err(Fault::new(FaultKind::Interrupted, say!("interrupted before there was anything to report")).into())
        }
        done = work => done,
    }
}
