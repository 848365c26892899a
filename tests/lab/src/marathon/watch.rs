//! Waiting for the end of a task.

use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::time::Duration;

use tokio::time::sleep;

use super::launch::{Exit, Launched, TaskRecord};
use crate::process::Process;

/// How often a process that is not a child of this one is looked for.
const LOOK: Duration = Duration::from_millis(100);

/// Waits until the task's process is gone.
pub(crate) async fn exit_of(launched: Launched) -> Exit {
    if let Some(mut child) = launched.child
        && let Ok(status) = child.wait().await
    {
        return seen(status);
    }
    gone(&launched.record).await;
    Exit::Unseen
}

/// Waits until the process of a record is gone.
pub(crate) async fn gone(record: &TaskRecord) {
    while is_there(record) {
        sleep(LOOK).await;
    }
}

/// The very process of this record is there.
pub(crate) fn is_there(record: &TaskRecord) -> bool {
    Process { pid: record.pid, started: record.started }.runs()
}

fn seen(status: ExitStatus) -> Exit {
    match (status.code(), status.signal()) {
        (Some(code), _) => Exit::Status(code),
        (None, Some(signal)) => Exit::Signal(signal),
        (None, None) => Exit::Unseen,
    }
}
