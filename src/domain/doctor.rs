//! What the x509 doctor found.

use serde::Serialize;

use super::fault::Exit;
use super::finding::{CheckReport, Finding, Status};

/// The cause, and all that was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DoctorReport {
    /// Whether nothing is wrong.
    pub ok: bool,
    /// The cause in a word; none where nothing is wrong.
    pub cause: Option<&'static str>,
    /// What that word means.
    pub meaning: Option<&'static str>,
    /// Every finding: the evidence, and what to do.
    pub checks: Vec<Finding>,
}

impl DoctorReport {
    /// The report of these findings.
    pub fn new(cause: Option<&'static str>, meaning: Option<&'static str>, checks: Vec<Finding>) -> Self {
        Self { ok: checks.iter().all(|check| check.status != Status::Fail), cause, meaning, checks }
    }

    /// 0 where nothing is wrong, 1 where there is a cause, 130 where it was interrupted.
    pub fn exit(&self) -> Exit {
        match CheckReport::new(self.checks.clone()).exit() {
            Exit::Partial => Exit::NotAsAsked,
            exit => exit,
        }
    }
}
