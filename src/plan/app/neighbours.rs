//! Other apps that have a registry's folders on its hosts: two registries on one folder spoil each other's files.

use crate::domain::app::AppId;
use crate::domain::app_definition::{AppDefinition, Volume};
use crate::domain::container::name_of;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::host::{Host, printable};
use crate::domain::host_folder::overlap;
use crate::plan::registry_app::FILES_DIGEST;

/// The folders on its hosts that the app is to mount, but for those that it mounts already: those are its own.
pub fn new_folders<'a>(wanted: &'a AppDefinition, current: Option<&AppDefinition>) -> Vec<&'a str> {
    let has =
        |path: &str| current.is_some_and(|app| app.host_paths().any(|own| trimmed(own) == trimmed(path)));
    wanted.host_paths().filter(|path| !has(path)).collect()
}

/// Whether these folders are free on these hosts for the registry `id`. Errors: another app has one of them there.
pub fn apart(id: &AppId, folders: &[&str], hosts: &[Host], apps: &[AppDefinition]) -> Result<(), Fault> {
    let mut others = apps.iter().filter(|app| app.id != id.as_str() && may_run_on(app, hosts));
    let taken = |app: &AppDefinition| folders.iter().copied().find(|folder| holds(app, folder));
    let Some((app, folder)) = others.find_map(|app| Some((app, taken(app)?))) else { return Ok(()) };
    let (other, name) = (printable(&app.id), name_of(id));
    Err(Fault::new(
        FaultKind::AlreadyUsed,
        say!("the app {other} on Marathon uses {folder} on the same host"),
    )
    .hint(say!(
        "Two registries spoil each other's folders: give this one its own, --data-dir \
         /data/docker-registry-{name} --certs-dir /etc/privateregistry-{name}/certs \
         --config-dir /etc/privateregistry-{name}/config; or change the one that is there, \
         with --id {other}."
    )))
}

/// An app whose constraints name no host may come to any.
fn may_run_on(app: &AppDefinition, hosts: &[Host]) -> bool {
    let named = app.named_hosts();
    named.is_empty() || named.iter().any(|host| hosts.contains(host))
}

/// As on a Docker host: what merely looks on, or is suspended, is in nobody's way, unless regctl deployed it too.
fn holds(app: &AppDefinition, folder: &str) -> bool {
    let ours = app.labels.contains_key(FILES_DIGEST);
    let writes = app.instances != Some(0);
    let counts = |volume: &Volume| ours || (writes && volume.mode.as_deref() != Some("RO"));
    let paths = app.container.volumes.iter().filter(|volume| counts(volume));
    paths
        .filter_map(|volume| volume.host_path.as_deref().map(trimmed))
        .any(|path| !path.is_empty() && overlap(trimmed(folder), path))
}

fn trimmed(path: &str) -> &str {
    path.trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn app(id: &str, host: &str, volumes: &[(&str, &str)], more: Value) -> AppDefinition {
        let volume = |(path, mode): &(&str, &str)| json!({"hostPath": path, "mode": mode});
        let volumes: Vec<_> = volumes.iter().map(volume).collect();
        let mut app = json!({"id": id, "container": {"volumes": volumes}});
        let fields = app.as_object_mut().expect("an object");
        if !host.is_empty() {
            fields.insert("constraints".to_owned(), json!([["hostname", "CLUSTER", host]]));
        }
        fields.extend(more.as_object().expect("an object").clone());
        serde_json::from_value(app).expect("is an app")
    }

    fn judged(other: AppDefinition) -> Result<(), Fault> {
        let folders = ["/data/docker-registry", "/etc/privateregistry/config"];
        let id = "/second".parse().expect("an id");
        apart(&id, &folders, &["192.168.1.80".parse().expect("a host")], &[other])
    }

    #[test]
    fn a_second_registry_does_not_share_the_folders_of_the_first() {
        let ours = || json!({"labels": {"REGCTL_FILES_DIGEST": "x"}});
        let data = [("/data/docker-registry/", "RW")];
        let config = [("/etc/privateregistry/config", "RO")];
        for other in [
            app("/registry", "192.168.1.80", &data, json!({})),
            app("/registry", "", &data, json!({})),
            app("/registry", "192.168.1.80", &config, ours()),
        ] {
            let fault = judged(other).expect_err("is refused");
            assert_eq!(fault.kind, FaultKind::AlreadyUsed);
            assert!(fault.message.contains("/registry"), "{fault}");
            let hint = fault.hint.unwrap_or_default();
            assert!(hint.contains("--data-dir /data/docker-registry-second --certs-dir"), "{hint}");
        }
        for other in [
            app("/second", "192.168.1.80", &data, ours()),
            app("/registry", "192.168.1.81", &data, ours()),
            app("/registry", "192.168.1.80", &[("/data/docker-registry2", "RW")], ours()),
            app("/monitor", "192.168.1.80", &[("/", "RW"), ("/data", "RO")], json!({})),
            app("/old", "192.168.1.80", &data, json!({"instances": 0})),
        ] {
            assert_eq!(judged(other.clone()), Ok(()), "{other:?}");
        }
    }

    #[test]
    fn what_an_app_mounts_already_is_its_own() {
        let has = app("/second", "a1", &[("/data/docker-registry", "RW")], json!({}));
        let wanted = app("/second", "a1", &[("/data/docker-registry", "RW"), ("/etc/x", "RO")], json!({}));
        assert_eq!(new_folders(&wanted, Some(&has)), ["/etc/x"]);
        assert_eq!(new_folders(&wanted, None).len(), 2);
    }
}
