//! The container that collects: the registry's own image on the registry's own storage.

use serde_json::Value;

use crate::domain::app::AppId;
use crate::domain::app_definition::{AppDefinition, External, Volume};
use crate::domain::container::Container;
use crate::domain::host_folder::HostFolder;
use crate::domain::preset::Preset;
use crate::domain::secret::Secret;

/// Where the images of the registry have their configuration where nothing else is said (distribution 2.x).
const USUAL_CONFIG: &str = "/etc/docker/registry/config.yml";
/// What the names of variables begin with that say something of the storage.
const TELLING: [&str; 4] = ["REGISTRY_", "AWS_", "GOOGLE_", "AZURE_"];
/// What no collector needs, secret or not.
const NEEDLESS: [&str; 2] = ["REGISTRY_HTTP_", "REGISTRY_STORAGE_MAINTENANCE"];

/// A container that collects a registry's garbage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collector {
    /// The registry's image.
    pub image: String,
    /// Its configuration, inside the container.
    pub config: String,
    /// The registry's variables, as far as they are about its storage.
    pub env: Vec<(String, Secret)>,
    /// Further words of `docker run`: volumes, the network.
    pub words: Vec<String>,
    /// The folder of the host that the images are in, where they are in one.
    pub data: Option<HostFolder>,
    /// The name of the container.
    pub name: String,
}

/// The collector of an app. Errors, in words that follow its id: the app is not one that Docker runs, its volumes are not
/// folders or volumes that can be mounted a second time, or nothing says which configuration it reads.
pub fn of_app(id: &AppId, app: &Value) -> Result<Collector, String> {
    let definition: AppDefinition = serde_json::from_value(app.clone())
        .map_err(|why| say!("has a definition that cannot be read: {why}"))?;
    let image =
        definition.container.docker.image.clone().ok_or_else(|| say!("is no container of Docker's"))?;
    refuse_nexus(&image)?;
    let volumes: Result<Vec<Vec<String>>, String> = definition.container.volumes.iter().map(mount).collect();
    let data = definition.data_folder().and_then(|path| path.parse().ok());
    let mut words = volumes?.concat();
    words.extend(network(&definition, data.is_some()));
    let line = definition.cmd.as_deref().unwrap_or_default();
    let config = config(line.split_whitespace().chain(definition.args.iter().map(String::as_str)))?;
    Ok(Collector { image, config, env: telling(texts(app)), words, data, name: name(id) })
}

/// The collector of a container on a Docker host, with all that is mounted there. Errors: as of [`of_app`].
pub fn of_container(id: &AppId, container: &Container, image_id: &str) -> Result<Collector, String> {
    refuse_nexus(&container.image)?;
    let writable = |volume: &&String| {
        !volume.rsplit(':').next().is_some_and(|mode| mode.split(',').any(|it| it == "ro"))
    };
    let folders = container.volumes.iter().filter(writable).filter_map(|volume| volume.split(':').next());
    let data: Option<HostFolder> = folders.filter_map(|path| path.parse().ok()).next();
    let mut words = vec!["--volumes-from".to_owned(), container.name.clone()];
    words.extend(data.is_some().then(|| "--network=none".to_owned()));
    let env = container.env.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    Ok(Collector {
        image: image_id.to_owned(),
        config: config(container.args.iter().map(String::as_str))?,
        env: telling(env),
        words,
        data,
        name: name(id),
    })
}

fn refuse_nexus(image: &str) -> Result<(), String> {
    if Preset::of_image(image) != Preset::Nexus {
        return Ok(());
    }
    let why = say!(
        "is a Nexus, which collects by tasks of its own: Docker - Delete unused manifests and images, then Admin - \
         Compact blob store"
    );
    Err(why.to_owned())
}

/// `regctl-gc-infra-registry`
fn name(id: &AppId) -> String {
    format!("regctl-gc{}", id.as_str().replace('/', "-"))
}

fn mount(volume: &Volume) -> Result<Vec<String>, String> {
    let inside = volume.container_path.as_deref().unwrap_or_default();
    let driver =
        |external: &External| external.options.get("dvdi/driver").and_then(Value::as_str).map(str::to_owned);
    match (&volume.host_path, &volume.external) {
        (Some(path), _) => {
            let folder: HostFolder = path.parse().map_err(|why| say!("mounts something odd: {why}"))?;
            let mode = if volume.mode.as_deref() == Some("RO") { ":ro" } else { "" };
            Ok(vec!["-v".to_owned(), format!("{folder}:{inside}{mode}")])
        }
        (None, Some(external)) => {
            let driver = driver(external)
                .ok_or_else(|| say!("has an external volume without a driver of Docker's"))?;
            let mounted = format!("{}:{inside}", external.name);
            Ok(vec![format!("--volume-driver={driver}"), "-v".to_owned(), mounted])
        }
        (None, None) => Err(say!("keeps {inside} in a volume of Mesos' own, which only its task can mount")),
    }
}

/// What needs no network gets none.
fn network(app: &AppDefinition, in_a_folder: bool) -> Option<String> {
    let modes = app.networks.iter().flatten().filter_map(|network| network.mode.as_deref());
    let is_host =
        modes.chain(app.container.docker.network.as_deref()).any(|mode| mode.eq_ignore_ascii_case("host"));
    match (in_a_folder, is_host) {
        (true, _) => Some("--network=none".to_owned()),
        (false, true) => Some("--network=host".to_owned()),
        (false, false) => None,
    }
}

/// The last word of its command that is a configuration; the image's own where it has no command.
fn config<'a>(words: impl DoubleEndedIterator<Item = &'a str> + Clone) -> Result<String, String> {
    let is_config =
        |word: &&str| word.starts_with('/') && (word.ends_with(".yml") || word.ends_with(".yaml"));
    match words.clone().rfind(is_config) {
        Some(path) => Ok(path.to_owned()),
        None if words.clone().all(|word| word == "serve") => Ok(USUAL_CONFIG.to_owned()),
        None => Err(say!("does not say which configuration its registry reads").to_owned()),
    }
}

/// Variables whose values are texts: what Marathon keeps as a secret is no text here.
fn texts(app: &Value) -> impl Iterator<Item = (&str, &str)> {
    let all = app.get("env").and_then(Value::as_object).into_iter().flatten();
    all.filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)))
}

/// Those about the storage, with names that a shell can export.
fn telling<'a>(all: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<(String, Secret)> {
    let legal = |name: &str| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let begins = |name: &str, all: &[&str]| all.iter().any(|it| name.starts_with(it));
    let wanted = |name: &str| legal(name) && begins(name, &TELLING) && !begins(name, &NEEDLESS);
    all.filter(|(name, _)| wanted(name)).map(|(name, text)| (name.to_owned(), Secret::new(text))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::app::Form;
    use crate::domain::storage::{Storage, tests as storages};
    use crate::plan::registry_app::{self, built_in, tests};

    fn id() -> AppId {
        "/infra/registry".parse().expect("legal")
    }

    fn collector(app: &Value) -> Result<Collector, String> {
        of_app(&id(), app)
    }

    #[test]
    fn it_has_the_registrys_volumes_and_no_network() {
        let app = registry_app::render(built_in(Form::Modern), &tests::spec(), &tests::ingredients())
            .expect("renders");
        let made = collector(&app).expect("is a registry");
        assert_eq!((made.image.as_str(), made.config.as_str()), ("registry:2.8.3", "/etc/regctl/config.yml"));
        assert_eq!(made.name, "regctl-gc-infra-registry");
        assert_eq!(
            made.words,
            [
                "-v",
                "/etc/privateregistry/certs:/certs:ro",
                "-v",
                "/etc/privateregistry/config:/etc/regctl:ro",
                "-v",
                "/data/docker-registry:/var/lib/registry",
                "--network=none"
            ]
        );
        assert_eq!(made.env, [], "the secret of its uploads is none of its storage");
    }

    #[test]
    fn a_container_is_collected_with_what_is_mounted_in_it() {
        let text = |it: &str| it.to_owned();
        let container = Container {
            name: text("infra-registry"),
            image: text("registry:2.8.3"),
            args: vec![text("serve"), text("/etc/regctl/config.yml")],
            restart: text("unless-stopped"),
            cpu_shares: 0,
            memory: 0,
            ports: vec![text("5000:5000/tcp")],
            volumes: vec![text("/etc/c:/etc/regctl:ro"), text("/srv/r:/var/lib/registry:rw,z")],
            log: Default::default(),
            ulimits: Vec::new(),
            env: [("REGISTRY_HTTP_SECRET", "s"), ("AWS_REGION", "r")]
                .map(|(name, value)| (text(name), text(value)))
                .into(),
            labels: Default::default(),
        };
        let made = of_container(&id(), &container, "sha256:00aa").expect("is a registry");
        assert_eq!(made.words, ["--volumes-from", "infra-registry", "--network=none"]);
        assert_eq!((made.image.as_str(), made.data.expect("is there").as_str()), ("sha256:00aa", "/srv/r"));
        assert_eq!(made.env, [(text("AWS_REGION"), Secret::new("r"))]);
        let nexus = Container { image: text("sonatype/nexus3:3.76.1"), args: Vec::new(), ..container };
        assert!(of_container(&id(), &nexus, "sha256:00aa").is_err_and(|why| why.starts_with("is a Nexus")));
    }

    #[test]
    fn a_nexus_collects_by_itself() {
        let spec = crate::plan::nexus::app::tests::spec();
        let template = crate::plan::nexus::app::built_in(Form::Modern);
        let app = registry_app::render(template, &spec, &tests::ingredients()).expect("renders");
        assert!(collector(&app).is_err_and(|why| why.starts_with("is a Nexus")));
    }

    #[test]
    fn other_storage_needs_a_network_or_a_driver() {
        let render = |storage| {
            let spec = crate::domain::deploy::RegistrySpec { storage, ..tests::spec() };
            registry_app::render(built_in(Form::Legacy), &spec, &tests::ingredients()).expect("renders")
        };
        let bucket = collector(&render(Storage::S3(storages::s3()))).expect("is a registry");
        assert!(
            bucket.data.is_none() && !bucket.words.iter().any(|word| word.contains("network")),
            "{bucket:?}"
        );
        let volume = collector(&render(Storage::External(storages::external()))).expect("is a registry");
        assert!(volume.words.contains(&"--volume-driver=rexray".to_owned()), "{volume:?}");
    }

    #[test]
    fn an_app_made_by_hand_is_read_too_and_what_cannot_be_done_is_said() {
        let app = |more: Value| {
            let mut app = json!({"container": {"docker": {"image": "registry:2"},
                "volumes": [{"containerPath": "/var/lib/registry", "hostPath": "/srv/r", "mode": "RW"}]},
                "env": {"REGISTRY_STORAGE_DELETE_ENABLED": "true", "REGISTRY_AUTH": {"secret": "s"}, "PATH": "/x"}});
            app.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
            collector(&app)
        };
        let made = app(json!({})).expect("is a registry");
        assert_eq!(made.config, USUAL_CONFIG);
        assert_eq!(
            made.env.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
            ["REGISTRY_STORAGE_DELETE_ENABLED"]
        );
        let by_line = app(json!({"cmd": "registry serve /x/my.yaml"})).expect("is a registry");
        assert_eq!(by_line.config, "/x/my.yaml");
        assert!(
            app(json!({"cmd": "/start.sh"})).expect_err("nothing says it").contains("which configuration")
        );
        let persistent = json!({"docker": {"image": "registry:2"}, "volumes": [{"containerPath": "images", "persistent": {}}]});
        assert!(
            app(json!({"container": persistent})).expect_err("is Mesos' own").contains("a volume of Mesos'")
        );
    }
}
