//! Which of an app's versions is worth going back to, and what going back does not bring back.

use serde_json::Value;

use super::decide::{AppChange, decide, warnings};
use super::transport::goes_back;
use crate::domain::app_definition::AppDefinition;
use crate::domain::deploy::Difference;
use crate::domain::deployment::Deployment;
use crate::plan::gc::maintenance::is_read_only;
use crate::plan::registry_app::FILES_DIGEST;

/// What going back to `earlier` changes; `None` where it is no version to go back to: it says the same as the current
/// one, it runs nothing, as the version does by which an update stops an app first, or it is read-only for a collection.
pub fn way_back(current: &Value, earlier: &Value) -> Option<Vec<Difference>> {
    let runs = earlier.get("instances").and_then(Value::as_u64) != Some(0);
    match decide(Some(current), earlier) {
        AppChange::Update(differences) if runs && !is_read_only(earlier) => Some(differences),
        _ => None,
    }
}

/// What the operator should know before going back to `earlier`: files that stay as they are now, images that stay
/// where they are now, and the deployment that is given up.
pub fn rollback_warnings(current: &Value, earlier: &Value, given_up: Option<&Deployment>) -> Vec<String> {
    let mut all = warnings(Some(current), earlier);
    let digest = |app: &Value| app.get("labels")?.get(FILES_DIGEST).cloned();
    if digest(current) != digest(earlier) {
        all.push(
            say!(
                "certificate and configuration on the host are not taken back: the registry starts \
                 with those that are staged now"
            )
            .to_owned(),
        );
    }
    let read = |app: &Value| serde_json::from_value::<AppDefinition>(app.clone()).ok();
    if let (Some(now), Some(then)) = (read(current), read(earlier)) {
        all.extend(goes_back(&now, &then).map(str::to_owned));
    }
    if let Some(deployment) = given_up {
        all.push(say!("deployment {} still brings the present version in; it is given up", deployment.id));
    }
    all
}

/// The deployment that brings in the very version that the app has now, if it has not ended.
pub fn bringing_in<'a>(version: &str, deployments: &'a [Deployment]) -> Option<&'a Deployment> {
    deployments.iter().find(|deployment| deployment.version == version)
}

/// Whether the app is held, and by nothing but the deployment that brings in the version that it has.
pub fn only_brings_in(version: &str, deployments: &[Deployment]) -> bool {
    !deployments.is_empty() && deployments.iter().all(|deployment| deployment.version == version)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_says_the_same_or_runs_nothing_is_no_way_back() {
        let now = json!({"id": "/r", "version": "3", "instances": 1, "mem": 1024, "tasks": []});
        for same in [
            json!({"id": "/r", "version": "2", "instances": 1, "mem": 1024.0}),
            json!({"id": "/r", "version": "2", "instances": 0, "mem": 512}),
        ] {
            assert_eq!(way_back(&now, &same), None, "{same}");
        }
        let other = json!({"id": "/r", "version": "1", "instances": 1, "mem": 512});
        assert_eq!(way_back(&now, &other).expect("differs")[0].key, "mem");
        // An app that was stopped goes back to what ran before.
        let stopped = json!({"id": "/r", "version": "3", "instances": 0, "mem": 1024});
        assert!(way_back(&stopped, &now).is_some());
    }

    #[test]
    fn files_that_stay_and_a_deployment_that_goes_are_told() {
        let app = |digest: &str| json!({"labels": {FILES_DIGEST: digest}});
        assert!(rollback_warnings(&app("a"), &app("a"), None).is_empty());
        let deployment =
            Deployment { id: "5f3".to_owned(), version: "3".to_owned(), ..Deployment::default() };
        let given_up = bringing_in("3", std::slice::from_ref(&deployment));
        let told = rollback_warnings(&app("b"), &app("a"), given_up);
        assert!(told[0].contains("not taken back") && told[1].contains("5f3"), "{told:?}");
        assert!(bringing_in("2", std::slice::from_ref(&deployment)).is_none());
        // Only that one may be cancelled: not one that came after it, nor one beside it.
        let other = Deployment { id: "9a1".to_owned(), version: "4".to_owned(), ..Deployment::default() };
        assert!(only_brings_in("3", std::slice::from_ref(&deployment)));
        assert!(!only_brings_in("3", &[]) && !only_brings_in("3", std::slice::from_ref(&other)));
        assert!(!only_brings_in("3", &[deployment, other]));
    }
}
