//! A deployment of Marathon's: the steps that bring an app from one version to another.

use serde::Deserialize;

use super::app::AppId;
use super::json::{at_most, or_default};

/// A deployment that runs, out of `GET /v2/deployments`. One that has ended or was cancelled just is not there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Deployment {
    /// Its id.
    pub id: String,
    /// The version that it brings in: the apps that it changes get the same.
    #[serde(deserialize_with = "or_default")]
    pub version: String,
    /// The ids of the apps that it changes.
    #[serde(deserialize_with = "at_most::<10_000, _, _>")]
    pub affected_apps: Vec<String>,
    /// The step that it is at, counted from 1.
    #[serde(deserialize_with = "or_default")]
    pub current_step: u32,
    /// How many steps it has.
    #[serde(deserialize_with = "or_default")]
    pub total_steps: u32,
    /// What is done in this step.
    #[serde(deserialize_with = "at_most::<10_000, _, _>")]
    pub current_actions: Vec<Action>,
}

/// One action of a step.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Action {
    /// `StartApplication`, `ScaleApplication`, `RestartApplication` or `StopApplication`.
    #[serde(deserialize_with = "or_default")]
    pub action: String,
    /// The app that it is done to.
    #[serde(deserialize_with = "or_default")]
    pub app: String,
}

impl Deployment {
    /// Whether it changes that app.
    pub fn touches(&self, id: &AppId) -> bool {
        self.affected_apps.iter().any(|app| app == id.as_str())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_deployment_is_read_with_its_gaps() {
        let wire =
            json!({"id": "5f3", "affectedApps": ["/registry"], "currentActions": null, "currentStep": 1});
        let deployment: Deployment = serde_json::from_value(wire).expect("is read");
        assert!(deployment.touches(&"/registry".parse().expect("legal")));
        assert!(!deployment.touches(&"/registry/2".parse().expect("legal")));
        assert_eq!((deployment.current_step, deployment.total_steps), (1, 0));
    }
}
