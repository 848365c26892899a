//! A registry that takes no pushes for a while, and the trace of a collection that was cut short.

use serde_json::{Map, Value, json};

use crate::domain::app::AppDocument;

/// The variable that lets distribution take no pushes. It wants the whole map: with `…_ENABLED=true` the registry
/// panics at its start (2.8.2, `readonly config key must contain additional keys`).
const READ_ONLY: &str = "REGISTRY_STORAGE_MAINTENANCE_READONLY";
const ENABLED: &str = r#"{"enabled":true}"#;
/// The label that tells that regctl has set it, and takes it away again.
const LABEL: &str = "REGCTL_GC";

/// A change of some of an app's keys, and the app as it is with them.
#[derive(Debug, Clone, PartialEq)]
pub struct Patch {
    /// What is sent: whole maps, since Marathon does not look into them.
    pub keys: Value,
    /// The app with it.
    pub app: AppDocument,
}

/// Whether a collection has left the app read-only, or has made it so and is at it.
pub fn is_read_only(app: &Value) -> bool {
    app.get("labels").and_then(|labels| labels.get(LABEL)).is_some()
}

/// The app that takes no pushes.
pub fn read_only(app: &Value) -> Patch {
    patch(app, |env, labels| {
        env.insert(READ_ONLY.to_owned(), ENABLED.into());
        labels.insert(LABEL.to_owned(), "read-only".into());
    })
}

/// The app as it was before that.
pub fn writable(app: &Value) -> Patch {
    patch(app, |env, labels| {
        env.remove(READ_ONLY);
        labels.remove(LABEL);
    })
}

impl Patch {
    /// The same with so many instances.
    #[must_use]
    pub fn with_instances(self, instances: u32) -> Self {
        let mut app = self.app.expose().clone();
        let mut keys = self.keys;
        app["instances"] = instances.into();
        keys["instances"] = instances.into();
        Self { keys, app: AppDocument::new(app) }
    }
}

fn patch(app: &Value, change: impl FnOnce(&mut Map<String, Value>, &mut Map<String, Value>)) -> Patch {
    let map = |key: &str| app.get(key).and_then(Value::as_object).cloned().unwrap_or_default();
    let (mut env, mut labels) = (map("env"), map("labels"));
    change(&mut env, &mut labels);
    let keys = json!({"env": env, "labels": labels});
    let mut app = app.clone();
    app["env"] = keys["env"].clone();
    app["labels"] = keys["labels"].clone();
    Patch { keys, app: AppDocument::new(app) }
}

/// What the operator should know of an app that a collection has left behind, before another one takes its place.
pub fn left_behind(current: &Value, wanted: &Value) -> Option<String> {
    let instances = |app: &Value| app.get("instances").and_then(Value::as_u64);
    if is_read_only(current) && !is_read_only(wanted) {
        return Some(
            say!(
                "a collection of garbage that was cut short left the registry read-only; this lets \
                 it take pushes again"
            )
            .to_owned(),
        );
    }
    let stopped = instances(current) == Some(0) && instances(wanted) != Some(0);
    stopped.then(|| {
        say!("the registry is stopped, as by a collection of garbage that was cut short; this starts it")
            .to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::app::{AppChange, decide};

    #[test]
    fn an_app_is_read_only_for_a_while_and_then_just_what_it_was() {
        let app =
            json!({"id": "/r", "instances": 2, "env": {"A": "1"}, "labels": {"team": "ops"}, "mem": 64});
        let there = read_only(&app);
        assert_eq!(
            there.keys,
            json!({"env": {"A": "1", READ_ONLY: ENABLED}, "labels": {"team": "ops", LABEL: "read-only"}})
        );
        assert!(is_read_only(there.app.expose()) && !is_read_only(&app));
        let back = writable(there.app.expose());
        assert_eq!(decide(Some(back.app.expose()), &app), AppChange::Unchanged);
        assert_eq!(back.keys, json!({"env": {"A": "1"}, "labels": {"team": "ops"}}));
        // A 1.4 of Marathon's answers nulls.
        let bare = writable(read_only(&json!({"id": "/r", "env": null})).app.expose());
        assert_eq!(bare.keys, json!({"env": {}, "labels": {}}));
        assert_eq!(back.with_instances(3).app.expose()["instances"], 3);
    }

    #[test]
    fn what_a_killed_collection_left_is_told_once_it_changes() {
        let app = json!({"id": "/r", "instances": 1, "env": {}, "labels": {}});
        let stopped = json!({"id": "/r", "instances": 0});
        assert_eq!(left_behind(&app, &app), None);
        assert!(left_behind(&stopped, &app).expect("is told").contains("is stopped"));
        let there = read_only(&app);
        assert!(left_behind(there.app.expose(), &app).expect("is told").contains("read-only"));
        assert_eq!(left_behind(there.app.expose(), there.app.expose()), None);
    }
}
