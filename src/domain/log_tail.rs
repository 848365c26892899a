//! The end of what a task wrote.

use serde::Serialize;

/// The last lines of one of a task's files, fit to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogTail {
    /// The task's id.
    pub task: String,
    /// The host that it was on.
    pub host: String,
    /// `stderr` or `stdout`.
    pub file: String,
    /// The last lines that hold anything, the newest last.
    pub lines: Vec<String>,
}
