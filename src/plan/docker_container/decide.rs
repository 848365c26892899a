//! Create, update or leave alone; or why none of these can be done.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Found, Neighbour, Sight};
use crate::domain::app::AppId;
use crate::domain::app_definition::AppDefinition;
use crate::domain::container::Container;
use crate::domain::deploy::Difference;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::host::Host;
use crate::domain::host_folder::overlap;
use crate::plan::app::{self, AppChange, diff};

/// What has to be done so that `host` runs this container as the registry `id`. Errors: a container of that name is
/// somebody else's, or another one has its folders or its port.
pub fn decide(sight: &Sight, wanted: &Container, id: &AppId, host: &Host) -> Result<AppChange, Fault> {
    let current = sight.own(id, &wanted.name, host)?;
    sight.others.iter().try_for_each(|other| apart(other, wanted, host))?;
    port_is_free(sight, current, wanted, host)?;
    let Some(current) = current else { return Ok(AppChange::Create) };
    let differences = differences(sight, current, wanted);
    Ok(if differences.is_empty() { AppChange::Unchanged } else { AppChange::Update(differences) })
}

impl Sight {
    /// The registry's container, where there is one. Errors: the container of that name is not this registry.
    pub fn own(&self, id: &AppId, name: &str, host: &Host) -> Result<Option<&Found>, Fault> {
        let Some(found) = &self.current else { return Ok(None) };
        let whose = match found.registry() {
            Some(registry) if registry == id.as_str() => return Ok(Some(found)),
            Some(registry) => say!("is regctl's {}", crate::domain::answer::shown(registry)),
            None => say!("was not made by regctl").to_owned(),
        };
        let message = say!("the container {name} on {host} {whose}, so it is left alone");
        Err(Fault::new(FaultKind::ForeignContainer, message).hint(say!(
            "Give this registry another --id, or make room: docker stop {name} && docker rename \
             {name} {name}-old. The images of a registry that was set up by hand are taken over \
             by naming their folder with --data-dir."
        )))
    }
}

/// Whether another container leaves the registry its folders and its ports.
fn apart(other: &Neighbour, wanted: &Container, host: &Host) -> Result<(), Fault> {
    let name = &other.name;
    if let Some(folder) = other.holds(wanted) {
        return Err(Fault::new(
            FaultKind::AlreadyUsed,
            say!("the container {name} on {host} uses {folder} too"),
        )
        .hint(say!(
            "Two registries spoil each other's folders: name others with --data-dir, --certs-dir \
             and --config-dir, or stop that container."
        )));
    }
    let claims = other.runs || other.registry.is_some();
    match wanted.host_ports().find(|port| claims && other.ports.contains(port)) {
        None => Ok(()),
        Some(port) => Err(Fault::new(
            FaultKind::AlreadyUsed,
            say!("the container {name} on {host} has port {port} already"),
        )
        .hint(say!("Choose another one with --port, or stop that container."))),
    }
}

impl Neighbour {
    /// The first folder of the registry's that it may write to or, if regctl made it too, has at all. What merely
    /// looks on, a monitor of the whole disk say, is in nobody's way.
    fn holds<'a>(&self, wanted: &'a Container) -> Option<&'a str> {
        let (ours, active) = (self.registry.is_some(), self.runs || self.registry.is_some());
        let counts = |folder: &str, writable: bool| active && folder != "/" && (writable || ours);
        let holds = |path: &&str| {
            self.mounts
                .iter()
                .any(|it| counts(&it.folder, it.writable) && overlap(path, it.folder.trim_end_matches('/')))
        };
        wanted.folders().find(holds)
    }
}

fn port_is_free(
    sight: &Sight,
    current: Option<&Found>,
    wanted: &Container,
    host: &Host,
) -> Result<(), Fault> {
    let Some(port) = wanted.host_ports().next() else { return Ok(()) };
    let own = current.is_some_and(|it| it.runs() && it.container.host_ports().any(|own| own == port));
    let Some(who) = sight.listener.as_deref().filter(|_| !own) else { return Ok(()) };
    let who = if who.is_empty() { String::new() } else { format!(" ({who})") };
    Err(Fault::new(FaultKind::AlreadyUsed, say!("something listens on port {port} of {host} already{who}"))
        .hint(say!("Choose another one with --port, or stop what listens there.")))
}

/// Key by key, but for what the image itself adds.
fn differences(sight: &Sight, current: &Found, wanted: &Container) -> Vec<Difference> {
    let without =
        |has: &BTreeMap<String, String>, image: &BTreeMap<String, String>, wanted: &BTreeMap<_, _>| {
            let is_the_images =
                |name: &String, value: &String| image.get(name) == Some(value) && !wanted.contains_key(name);
            let own = has.iter().filter(|(name, value)| !is_the_images(name, value));
            own.map(|(name, value)| (name.clone(), value.clone())).collect::<BTreeMap<_, _>>()
        };
    let is = &current.container;
    // An engine may give every container further limits.
    let name = |limit: &str| limit.split('=').next().unwrap_or_default().to_owned();
    let is_asked = |limit: &&String| wanted.ulimits.iter().any(|it| name(it) == name(limit));
    let own = Container {
        ulimits: is.ulimits.iter().filter(is_asked).cloned().collect(),
        env: without(&is.env, &sight.image_env, &wanted.env),
        labels: without(&is.labels, &sight.image_labels, &wanted.labels),
        ..is.clone()
    };
    let mut found = diff(own.document().expose(), wanted.document().expose());
    let other_image =
        sight.image_id.as_ref().filter(|id| **id != current.image_id && is.image == wanted.image);
    found.extend(other_image.map(|id| difference("imageId", &current.image_id, id)));
    if !current.runs() {
        found.push(difference("state", &current.status, "running"));
    }
    found
}

fn difference(key: &str, from: &str, to: &str) -> Difference {
    Difference { key: key.to_owned(), from: from.into(), to: to.into() }
}

/// What the operator should know before the container is replaced, as of an app of this definition.
pub fn warnings(sight: &Sight, app: &Value) -> Vec<String> {
    let volume = |volume: &String| {
        let mut parts = volume.split(':');
        let (folder, mount) = (parts.next(), parts.next());
        let mode = if volume.contains(":rw") { "RW" } else { "RO" };
        json!({"hostPath": folder, "containerPath": mount, "mode": mode})
    };
    let current = sight.current.as_ref().map(|found| {
        let volumes: Vec<_> = found.container.volumes.iter().map(volume).collect();
        json!({"container": {"volumes": volumes, "docker": {"image": found.container.image}}})
    });
    app::warnings(current.as_ref(), app)
}

/// The other containers as apps, for the rules about folders.
pub fn neighbours(sight: &Sight) -> Vec<AppDefinition> {
    sight.others.iter().map(Neighbour::as_app).collect()
}

#[cfg(test)]
mod tests {
    use super::super::inspected::tests::found;
    use super::super::sight::Mounted;
    use super::super::wanted::tests::{ENGINE, registry};
    use super::*;

    fn sight() -> Sight {
        Sight {
            engine: ENGINE,
            current: Some(found()),
            image_env: BTreeMap::from([("PATH".to_owned(), "/bin".to_owned())]),
            image_labels: BTreeMap::new(),
            image_id: Some("sha256:00aa".to_owned()),
            others: Vec::new(),
            listener: Some(String::new()),
        }
    }

    fn decided(sight: &Sight) -> Result<Vec<String>, Fault> {
        let id = "/registry".parse().expect("an id");
        let change = decide(sight, &registry().container, &id, &"a1".parse().expect("a host"))?;
        let line = |it: &Difference| format!("{}: {} -> {}", it.key, it.from, it.to);
        Ok(match change {
            AppChange::Create => vec!["created".to_owned()],
            AppChange::Unchanged => Vec::new(),
            AppChange::Update(differences) => differences.iter().map(line).collect(),
        })
    }

    fn neighbour(registry: Option<&str>, folder: &str, port: u16) -> Neighbour {
        Neighbour {
            name: "other".to_owned(),
            registry: registry.map(str::to_owned),
            runs: registry.is_none(),
            mounts: vec![Mounted { folder: folder.to_owned(), writable: true }],
            ports: vec![port],
        }
    }

    #[test]
    fn what_is_as_wanted_is_left_alone_and_what_is_not_there_is_created() {
        assert_eq!(decided(&sight()), Ok(Vec::new()));
        let nothing = Sight { current: None, listener: None, ..sight() };
        assert_eq!(decided(&nothing), Ok(vec!["created".to_owned()]));
    }

    #[test]
    fn every_difference_has_its_key_and_no_secret_is_shown() {
        let mut other = sight();
        let found = other.current.as_mut().expect("is there");
        found.container.env.insert("REGISTRY_HTTP_SECRET".to_owned(), "ge1m".to_owned());
        found.container.env.insert("A".to_owned(), "1".to_owned());
        found.container.labels.insert("team".to_owned(), "x".to_owned());
        found.container.memory = 1;
        found.container.restart = "always".to_owned();
        found.status = "exited".to_owned();
        other.image_id = Some("sha256:00bb".to_owned());
        other.listener = None;
        assert_eq!(
            decided(&other).expect("differs"),
            [
                r#"restart: "always" -> "unless-stopped""#,
                "memory: 1 -> 1073741824",
                r#"env.REGISTRY_HTTP_SECRET: "(secret)" -> "(secret)""#,
                r#"env.A: "1" -> null"#,
                r#"labels.team: "x" -> null"#,
                r#"imageId: "sha256:00aa" -> "sha256:00bb""#,
                r#"state: "exited" -> "running""#,
            ]
        );
    }

    #[test]
    fn a_container_that_is_not_this_registry_is_left_alone() {
        for (label, whose) in [(None, "not made by regctl"), (Some("/other"), "regctl's /other")] {
            let mut foreign = sight();
            let labels = &mut foreign.current.as_mut().expect("is there").container.labels;
            labels.remove("dcos.regctl.id");
            labels.extend(label.map(|id| ("dcos.regctl.id".to_owned(), id.to_owned())));
            let fault = decided(&foreign).expect_err("is refused");
            assert_eq!(fault.kind, FaultKind::ForeignContainer);
            assert!(fault.message.contains(whose), "{fault}");
        }
    }

    #[test]
    fn folders_and_ports_of_another_container_are_refused() {
        let with = |other: Neighbour| Sight { others: vec![other], ..sight() };
        for (registry, folder, port, why) in [
            (None, "/data/docker-registry/docker", 1, "uses /data/docker-registry"),
            (None, "/data", 1, "uses /data/docker-registry"),
            (Some("/other"), "/etc/privateregistry", 1, "uses /etc/privateregistry"),
            (None, "/srv", 5000, "has port 5000"),
            (Some("/other"), "/srv", 5000, "has port 5000"),
        ] {
            let fault = decided(&with(neighbour(registry, folder, port))).expect_err("is refused");
            assert_eq!(fault.kind, FaultKind::AlreadyUsed);
            assert!(fault.message.contains(why), "{fault}");
        }
        let mut monitor = neighbour(None, "/", 1);
        assert_eq!(decided(&with(monitor.clone())), Ok(Vec::new()));
        monitor.mounts[0] = Mounted { folder: "/data".to_owned(), writable: false };
        assert_eq!(decided(&with(monitor)), Ok(Vec::new()));
        let stopped = Neighbour { runs: false, ..neighbour(None, "/data", 5000) };
        assert_eq!(
            decided(&with(stopped)),
            Ok(Vec::new()),
            "a registry by hand that was stopped may be taken over"
        );
    }

    #[test]
    fn a_port_that_something_else_listens_on_is_told() {
        let listener = Some("users:((\"nginx\"))".to_owned());
        let taken = Sight { current: None, listener, ..sight() };
        let fault = decided(&taken).expect_err("is refused");
        assert!(fault.message.contains("port 5000 of a1 already (users:((\"nginx\"))"), "{fault}");
    }

    #[test]
    fn images_that_stay_behind_are_warned_of() {
        let app = json!({"container": {"volumes": [{"hostPath": "/data/new", "containerPath": "/x", "mode": "RW"}]}});
        let warnings = warnings(&sight(), &app);
        assert!(warnings[0].starts_with("images stay on /data/docker-registry"), "{warnings:?}");
    }
}
