//! Create, update or leave alone.

use serde_json::Value;

use super::cache::turned;
use super::diff::diff;
use super::normal::normal;
use super::transport::switched;
use crate::domain::app_definition::AppDefinition;
use crate::domain::deploy::Difference;
use crate::domain::nexus_app::upgrade_trouble;
use crate::plan::gc::maintenance;
use crate::plan::registry_app::HTTP_SECRET;

/// What a warning of images that stay behind begins with.
fn stays_on() -> &'static str {
    say!("images stay on ")
}

/// What has to be done to the app that Marathon has.
#[derive(Debug, Clone, PartialEq)]
pub enum AppChange {
    /// It has none.
    Create,
    /// It has another one.
    Update(Vec<Difference>),
    /// It has just this one.
    Unchanged,
}

/// Compares the app that Marathon has with the one that is wanted, whatever form either is written in.
pub fn decide(current: Option<&Value>, wanted: &Value) -> AppChange {
    let Some(current) = current else { return AppChange::Create };
    let wanted = normal(wanted);
    let differences = diff(&leave_to_marathon(normal(current), &wanted), &wanted);
    if differences.is_empty() { AppChange::Unchanged } else { AppChange::Update(differences) }
}

/// Takes out of the current app what Marathon chose itself, because the wanted one leaves it to it.
fn leave_to_marathon(mut current: Value, wanted: &Value) -> Value {
    if let Some(fields) = current.as_object_mut().filter(|_| wanted.get("role").is_none()) {
        fields.remove("role");
    }
    let mappings = current.pointer_mut("/container/portMappings").and_then(Value::as_array_mut);
    for (index, mapping) in mappings.into_iter().flatten().enumerate() {
        let wanted = wanted.pointer(&format!("/container/portMappings/{index}"));
        if let (Some(fields), Some(None)) =
            (mapping.as_object_mut(), wanted.map(|wanted| wanted.get("servicePort")))
        {
            fields.remove("servicePort");
        }
    }
    current
}

/// What the operator should know before the app is replaced: images that stay behind, what
/// agents need for another transport, a secret that can be guessed.
pub fn warnings(current: Option<&Value>, wanted: &Value) -> Vec<String> {
    let read = |app: &Value| serde_json::from_value::<AppDefinition>(app.clone()).ok();
    let mut warnings = Vec::new();
    let (old, new) = (current.and_then(read), read(wanted));
    if let (Some(old), Some(new)) = (&old, &new) {
        warnings.extend(left_behind(old, new));
        let images = old.container.docker.image.as_deref().zip(new.container.docker.image.as_deref());
        warnings.extend(images.and_then(|(old, new)| upgrade_trouble(old, new)));
        warnings.extend(switched(old, new).map(str::to_owned));
    }
    warnings.extend(new.and_then(|new| turned(old.as_ref(), &new)));
    warnings.extend(current.and_then(|current| maintenance::left_behind(current, wanted)));
    let secret = wanted.pointer(&format!("/env/{HTTP_SECRET}")).and_then(Value::as_str);
    if secret.is_some_and(is_weak) {
        warnings.push(say!(
            "the app's {HTTP_SECRET} is short enough to be guessed; delete it from the app once \
             and deploy again to get a random one"
        ));
    }
    warnings
}

/// Whether it warns of images that stay behind, which is not so where they are copied.
pub fn is_left_behind(warning: &str) -> bool {
    warning.starts_with(stays_on())
}

fn left_behind(old: &AppDefinition, new: &AppDefinition) -> Option<String> {
    let (folder, new_folder) = (old.data_folder()?, new.data_folder());
    let (host, new_host) = (old.pinned_host(), new.pinned_host());
    let leaves_host = host.is_some() && host != new_host && new.bound_folder().is_some();
    let moves = new_folder != Some(folder) || leaves_host;
    let at = |host: Option<&str>, folder: &str| {
        format!("{}{folder}", host.map(|it| format!("{it}:")).unwrap_or_default())
    };
    let stay = at(host, folder);
    let copy = match new_folder {
        Some(folder) => say!("copy them to {} first, with the registry stopped", at(new_host, folder)),
        None => say!("the new storage does not have them").to_owned(),
    };
    let stays_on = stays_on();
    moves.then(|| say!("{stays_on}{stay}: the registry does not see them there any more; {copy}"))
}

/// Fewer characters than a random value of 96 bits has in base64.
fn is_weak(secret: &str) -> bool {
    secret.len() < 16
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::app::Form;
    use crate::plan::registry_app::{self, built_in, tests};

    fn wanted(form: Form) -> Value {
        registry_app::render(built_in(form), &tests::spec(), &tests::ingredients()).expect("renders")
    }

    /// The wanted app as a Marathon of today answers with it.
    fn answered() -> Value {
        let mut app = wanted(Form::Modern);
        let fields = app.as_object_mut().expect("is an object");
        fields.extend(
            json!({
                "version": "2026-11-22T00:00:00.000Z", "tasksRunning": 1, "tasks": [{"id": "registry.1"}],
                "backoffFactor": 1.15, "backoffSeconds": 1, "disk": 0, "executor": "", "gpus": 0,
                "killSelection": "YOUNGEST_FIRST", "maxLaunchDelaySeconds": 300, "requirePorts": false,
                "role": "slave_public", "unreachableStrategy": {"inactiveAfterSeconds": 0, "expungeAfterSeconds": 0},
                "mem": 1024, "deployments": [], "fetch": [], "acceptedResourceRoles": ["*"],
            })
            .as_object()
            .expect("is an object")
            .clone(),
        );
        app["healthChecks"][0]["ipProtocol"] = "IPv4".into();
        app
    }

    #[test]
    fn nothing_there_is_created() {
        assert_eq!(decide(None, &wanted(Form::Modern)), AppChange::Create);
    }

    #[test]
    fn what_marathon_adds_is_no_difference_in_either_form() {
        assert_eq!(decide(Some(&answered()), &wanted(Form::Modern)), AppChange::Unchanged);
        assert_eq!(decide(Some(&answered()), &wanted(Form::Legacy)), AppChange::Unchanged);
    }

    #[test]
    fn what_is_left_to_marathon_is_no_difference() {
        let mut open = wanted(Form::Modern);
        open["container"]["portMappings"][0].as_object_mut().expect("an object").remove("servicePort");
        assert_eq!(decide(Some(&answered()), &open), AppChange::Unchanged);
    }

    #[test]
    fn a_difference_is_told_by_its_key() {
        let mut other = answered();
        other["env"]["REGISTRY_LOG_LEVEL"] = "debug".into();
        other["cpus"] = 1.into();
        let AppChange::Update(differences) = decide(Some(&other), &wanted(Form::Modern)) else {
            panic!("must differ");
        };
        let keys: Vec<_> = differences.iter().map(|it| it.key.as_str()).collect();
        assert_eq!(keys, ["cpus", "env.REGISTRY_LOG_LEVEL"]);
    }

    #[test]
    fn a_move_says_where_the_images_stay() {
        let mut moved = wanted(Form::Modern);
        moved["env"][HTTP_SECRET] = "0123456789abcdef".into();
        assert_eq!(warnings(Some(&answered()), &moved), [""; 0]);
        moved["constraints"][0][2] = "192.168.1.81".into();
        assert_eq!(
            warnings(Some(&answered()), &moved),
            [
                "images stay on 192.168.1.80:/data/docker-registry: the registry does not see them there any more; \
                 copy them to 192.168.1.81:/data/docker-registry first, with the registry stopped"
            ]
        );
    }

    #[test]
    fn a_weak_secret_is_warned_of() {
        let warnings = warnings(None, &json!({"env": {HTTP_SECRET: "123456secret"}}));
        assert!(warnings.len() == 1 && !warnings[0].contains("123456"), "{warnings:?}");
    }
}
