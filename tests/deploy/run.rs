//! How a run of regctl ended.

use std::process::Output;

use serde_json::Value;

/// How a run of regctl ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// What it printed with `-o json`.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { code: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }
}

impl From<regctl_lab::Output> for Run {
    fn from(output: regctl_lab::Output) -> Self {
        Self { code: output.status.code(), stdout: output.stdout, stderr: output.stderr }
    }
}

impl Run {
    /// The message of a run that has to fail with this exit code and kind.
    pub(crate) fn fault(&self, code: i32, kind: &str) -> String {
        assert_eq!(self.code, Some(code), "{self:?}");
        let document = self.json();
        assert_eq!(document["schema"], "regctl.error/v1");
        assert_eq!(document["error"]["kind"], kind, "{document:#}");
        document["error"]["message"].as_str().expect("has a message").to_owned()
    }

    /// The report of a run that has to make this change.
    pub(crate) fn report(&self, change: &str) -> Value {
        assert_eq!(self.code, Some(0), "{self:?}");
        let report = self.json();
        assert_eq!(report["change"], change, "{report:#}");
        report
    }
}
