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

    /// The error of a run that has to fail with this exit code and kind: message and hint.
    pub(crate) fn fault(&self, code: i32, kind: &str) -> (String, String) {
        assert_eq!(self.code, Some(code), "{self:?}");
        let error = &self.json()["error"];
        assert_eq!(error["kind"], kind, "{error:#}");
        let text = |key: &str| error[key].as_str().unwrap_or_default().to_owned();
        (text("message"), text("hint"))
    }

    /// The steps of a set-up that has to succeed, each as `STEP CHANGE`.
    pub(crate) fn steps(&self) -> Vec<String> {
        assert_eq!(self.code, Some(0), "{self:?}");
        steps(&self.json())
    }
}

/// The steps of a report of `nexus setup`, each as `STEP CHANGE`.
pub(crate) fn steps(report: &Value) -> Vec<String> {
    let steps = report["steps"].as_array().expect("has steps").iter();
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    steps.map(|it| format!("{} {}", word(&it["step"]), word(&it["change"]))).collect()
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { code: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }
}
