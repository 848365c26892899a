//! What a registry looks like as an app.

use serde_json::{Map, Value, json};

use super::{nexus, placement, template};
use crate::domain::app::Form;
use crate::domain::deploy::RegistrySpec;
use crate::domain::storage::{self, Storage};
use crate::domain::transport::Transport;
use crate::domain::upstream;

/// The environment variable with the secret that all instances of a registry share.
pub const HTTP_SECRET: &str = "REGISTRY_HTTP_SECRET";
/// The label with the digest of the staged files: a new certificate or configuration is a new version of the app, so
/// that Marathon restarts the registry, which reads both only once.
pub const FILES_DIGEST: &str = "REGCTL_FILES_DIGEST";

/// Name of the certificate chain in the folder for certificates.
pub const CERTIFICATE_FILE: &str = "domain.crt";
/// Name of its private key there.
pub const KEY_FILE: &str = "domain.key";
/// Name of the configuration in its folder.
pub const CONFIG_FILE: &str = "config.yml";
/// Name of the users' file there.
pub const HTPASSWD_FILE: &str = "htpasswd";

/// The port that the registry listens on inside its container.
pub(super) const CONTAINER_PORT: u16 = 5000;
/// Where the folders of the host appear inside the container. None of these hides anything that an image needs: the
/// configuration is not mounted over the image's own, whose place differs between releases.
pub(super) const DATA_MOUNT: &str = "/var/lib/registry";
pub(super) const CERTS_MOUNT: &str = "/certs";
pub(super) const CONFIG_MOUNT: &str = "/etc/regctl";

/// The built-in template for Marathon 1.5 and later.
const MODERN: &str = include_str!("../../templates/registry-app.json.hbs");
/// The built-in template for Marathon 1.4.
const LEGACY: &str = include_str!("../../templates/registry-app-1.4.json.hbs");

/// The built-in template for a form.
pub const fn built_in(form: Form) -> &'static str {
    match form {
        Form::Modern => MODERN,
        Form::Legacy => LEGACY,
    }
}

/// What a template needs beside what the operator said.
#[derive(Clone)]
pub struct Ingredients {
    /// The value of [`HTTP_SECRET`]: a string, or a reference to one of Marathon's own secrets.
    pub http_secret: Value,
    /// The value of [`FILES_DIGEST`], where it is known.
    pub files_digest: Option<String>,
}

/// Renders an app definition. Errors: as of [`template::render`], or the result is no JSON object.
pub fn render(template: &str, spec: &RegistrySpec, ingredients: &Ingredients) -> Result<Value, String> {
    let text = template::render(template, &app_variables(spec, ingredients))?;
    match serde_json::from_str::<Value>(&text) {
        Ok(app @ Value::Object(_)) => Ok(app),
        Ok(_) => Err(say!("the template renders to JSON that is not an object").to_owned()),
        Err(error) => Err(say!("the template renders to invalid JSON: {error}")),
    }
}

/// The volume that the images are in; null where they are in none.
fn data_volume(spec: &RegistrySpec) -> Value {
    match &spec.storage {
        Storage::Host | Storage::Shared => {
            json!({"containerPath": DATA_MOUNT, "hostPath": spec.folders.data, "mode": "RW"})
        }
        Storage::External(volume) => {
            let external =
                json!({"name": volume.name, "provider": volume.provider, "options": volume.options});
            json!({"containerPath": DATA_MOUNT, "external": external, "mode": "RW"})
        }
        Storage::S3(_) => Value::Null,
    }
}

fn app_variables(spec: &RegistrySpec, ingredients: &Ingredients) -> Value {
    let tls = spec.transport == Transport::Tls;
    let variables = json!({
        "id": spec.id,
        "host": spec.hosts.first(),
        "hosts": spec.hosts,
        "instances": spec.instances,
        "constraints": placement::constraints(spec),
        "upgrade_strategy": placement::upgrade_strategy(spec),
        "accepted_roles": spec.accepted_roles,
        "data_volume": data_volume(spec),
        "image": spec.image,
        "cpus": plain(spec.cpus),
        "mem": plain(spec.mem),
        "vip": spec.vip,
        "service_port": spec.service_port,
        "container_port": CONTAINER_PORT,
        "data_dir": spec.folders.data,
        "certs_dir": spec.folders.certs,
        "config_dir": spec.folders.config,
        "data_mount": DATA_MOUNT,
        "certs_mount": CERTS_MOUNT,
        "config_mount": CONFIG_MOUNT,
        "config_file": format!("{CONFIG_MOUNT}/{CONFIG_FILE}"),
        "tls": tls,
        "health_protocol": if tls { "MESOS_HTTPS" } else { "MESOS_HTTP" },
        "env": env(spec, ingredients),
        "labels": labels(spec, ingredients),
    });
    match &spec.nexus {
        Some(nexus) => nexus::app::amended(variables, spec, nexus),
        None => variables,
    }
}

/// 1024 rather than 1024.0.
fn plain(number: f64) -> Value {
    if number.fract() == 0.0 && number.abs() < 1e9 { json!(number as i64) } else { json!(number) }
}

fn env(spec: &RegistrySpec, ingredients: &Ingredients) -> Map<String, Value> {
    let own = [(HTTP_SECRET.to_owned(), ingredients.http_secret.clone())];
    let further = spec.env.iter().map(|(name, value)| (name.clone(), value.as_str().into()));
    own.into_iter().chain(further).collect()
}

fn labels(spec: &RegistrySpec, ingredients: &Ingredients) -> Map<String, Value> {
    // The mode is spelled out: left to itself Marathon-LB may take a health check over HTTP for a reason to end TLS.
    let own = [("HAPROXY_GROUP", "external"), ("HAPROXY_0_MODE", "tcp")];
    // Two registries on one folder would spoil each other's uploads, so an update ends the old one first.
    let single = (spec.instances == 1).then_some(("MARATHON_SINGLE_INSTANCE_APP", "true"));
    let storage = spec.storage.off_host().map(|word| (storage::LABEL, word));
    let upstream = spec.upstream.as_ref().map(|upstream| (upstream::LABEL, upstream.url.as_str()));
    let digest = ingredients.files_digest.iter().map(|digest| (FILES_DIGEST, digest.as_str()));
    let further = spec.labels.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    own.into_iter()
        .chain(single)
        .chain(storage)
        .chain(upstream)
        .chain(digest)
        .chain(further)
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::domain::deploy::{Access, Folders};
    use crate::domain::storage::tests as examples;
    use crate::golden;

    /// The registry that a bare `regctl deploy --host 192.168.1.80` asks for.
    pub(crate) fn spec() -> RegistrySpec {
        RegistrySpec {
            id: "/registry".parse().expect("legal"),
            hosts: vec!["192.168.1.80".parse().expect("legal")],
            instances: 1,
            storage: Storage::Host,
            accepted_roles: Vec::new(),
            vip: "192.168.0.1:443".parse().expect("legal"),
            service_port: 5000,
            image: "registry:2.8.3".parse().expect("legal"),
            cpus: 0.5,
            mem: 1024.0,
            folders: Folders {
                data: "/data/docker-registry".parse().expect("legal"),
                certs: "/etc/privateregistry/certs".parse().expect("legal"),
                config: "/etc/privateregistry/config".parse().expect("legal"),
            },
            transport: Transport::Tls,
            access: Access::Open,
            upstream: None,
            nexus: None,
            env: Default::default(),
            labels: Default::default(),
        }
    }

    /// Two of them, which share their images.
    pub(crate) fn several(storage: Storage) -> RegistrySpec {
        let hosts = ["192.168.1.80", "192.168.1.81"].map(|name| name.parse().expect("legal")).to_vec();
        RegistrySpec { hosts, instances: 2, storage, ..spec() }
    }

    pub(crate) fn ingredients() -> Ingredients {
        Ingredients { http_secret: "5ec4e7".into(), files_digest: Some("sha256:00ff".to_owned()) }
    }

    #[test]
    fn the_built_in_templates_render_to_the_golden_apps() {
        for (form, name) in [(Form::Modern, "registry-app.json"), (Form::Legacy, "registry-app-1.4.json")] {
            let app = render(built_in(form), &spec(), &ingredients()).expect("renders");
            golden::check(name, &format!("{app:#}\n"));
        }
    }

    #[test]
    fn every_way_to_keep_images_renders_to_its_golden_app() {
        let bucket = Storage::S3(examples::s3());
        let volume = Storage::External(examples::external());
        let public = RegistrySpec { accepted_roles: vec!["slave_public".to_owned()], ..spec() };
        let cases = [
            ("shared", several(Storage::Shared)),
            ("s3", several(bucket)),
            ("external", RegistrySpec { instances: 1, ..several(volume) }),
            ("public", public),
        ];
        for (name, spec) in cases {
            for (form, version) in [(Form::Modern, ""), (Form::Legacy, "-1.4")] {
                let app = render(built_in(form), &spec, &ingredients()).expect("renders");
                golden::check(&format!("registry-app-{name}{version}.json"), &format!("{app:#}\n"));
            }
        }
    }

    #[test]
    fn plain_http_needs_no_certificates() {
        let plain = RegistrySpec { transport: Transport::Plain, ..spec() };
        let app = render(built_in(Form::Modern), &plain, &ingredients()).expect("renders");
        assert_eq!(app["container"]["volumes"].as_array().map(Vec::len), Some(2));
        assert_eq!(app["healthChecks"][0]["protocol"], "MESOS_HTTP");
    }

    #[test]
    fn hostile_values_stay_values() {
        let mut hostile = spec();
        hostile.labels.insert("A\"},{".to_owned(), "\"}}]\n".to_owned());
        let app = render(built_in(Form::Modern), &hostile, &ingredients()).expect("renders");
        assert_eq!(app["labels"]["A\"},{"], "\"}}]\n");
    }

    #[test]
    fn a_template_must_give_an_object() {
        assert!(render("[1]", &spec(), &ingredients()).expect_err("no object").contains("not an object"));
        let error = render("{\"id\": {{json id}},}", &spec(), &ingredients()).expect_err("no JSON");
        assert!(error.starts_with("the template renders to invalid JSON"), "{error}");
    }
}
