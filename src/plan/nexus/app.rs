//! What a Nexus looks like as an app.

use serde_json::{Value, json};

use crate::domain::app::Form;
use crate::domain::deploy::RegistrySpec;
use crate::domain::nexus_app::{self, NexusApp};
use crate::plan::registry_app::{FILES_DIGEST, HTTP_SECRET};

/// The built-in template for Marathon 1.5 and later.
const MODERN: &str = include_str!("../../../templates/nexus-app.json.hbs");
/// The built-in template for Marathon 1.4.
const LEGACY: &str = include_str!("../../../templates/nexus-app-1.4.json.hbs");

/// Where its data are in the container, as its image has it.
const DATA_MOUNT: &str = "/nexus-data";
/// The user of its image, by number: the host knows no such name.
pub const OWNER: &str = "200:200";
/// The port of its web page and REST API in the container.
pub const UI_PORT: u16 = 8081;
/// The environment variable with the arguments for its Java machine.
const VM_PARAMS: &str = "INSTALL4J_ADD_VM_PARAMS";

/// Which of the app's ports is the Docker connector's and which the web page's: the first one is the registry's for all
/// that reads an app.
pub const UI_INDEX: usize = 1;

/// The built-in template for a form.
pub const fn built_in(form: Form) -> &'static str {
    match form {
        Form::Modern => MODERN,
        Form::Legacy => LEGACY,
    }
}

/// The variables of a registry's template, made those of a Nexus: another port, another mount, no secret of its own, and
/// Marathon-LB for the Docker connector alone.
pub fn amended(mut variables: Value, spec: &RegistrySpec, nexus: &NexusApp) -> Value {
    variables["container_port"] = nexus.connector_port.into();
    variables["ui_port"] = UI_PORT.into();
    variables["ui_host_port"] = nexus.ui_port.into();
    variables["ui_index"] = UI_INDEX.into();
    variables["ui_vip"] = json!(nexus.ui_vip);
    variables["data_mount"] = DATA_MOUNT.into();
    if let Some(volume) = variables["data_volume"].as_object_mut() {
        volume.insert("containerPath".to_owned(), DATA_MOUNT.into());
    }
    if let Some(env) = variables["env"].as_object_mut() {
        env.remove(HTTP_SECRET);
        let fitted = || nexus_app::vm_params(spec.mem, DATA_MOUNT).into();
        env.entry(VM_PARAMS).or_insert_with(fitted);
    }
    if let Some(labels) = variables["labels"].as_object_mut() {
        labels.remove(FILES_DIGEST);
        if let Some(group) = labels.remove("HAPROXY_GROUP") {
            labels.entry("HAPROXY_0_GROUP").or_insert(group);
        }
    }
    variables
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::domain::app::MarathonVersion;
    use crate::domain::transport::Transport;
    use crate::golden;
    use crate::plan::app::check;
    use crate::plan::registry_app::{self, tests as examples};

    /// The one that a bare `regctl deploy --preset nexus --host 192.168.1.80` asks for.
    pub(crate) fn spec() -> RegistrySpec {
        let registry = examples::spec();
        RegistrySpec {
            image: "sonatype/nexus3:3.76.1".parse().expect("legal"),
            vip: "192.168.0.1:80".parse().expect("legal"),
            cpus: 1.0,
            mem: 4096.0,
            folders: crate::domain::deploy::Folders {
                data: "/data/nexus".parse().expect("legal"),
                ..registry.folders
            },
            transport: Transport::Plain,
            nexus: Some(NexusApp { connector_port: 5001, ui_vip: None, ui_port: 0 }),
            ..registry
        }
    }

    fn rendered(form: Form, spec: &RegistrySpec) -> Value {
        registry_app::render(built_in(form), spec, &examples::ingredients()).expect("renders")
    }

    #[test]
    fn the_built_in_templates_render_to_the_golden_apps_and_hold_to_every_rule() {
        let old = MarathonVersion { major: 1, minor: 4 };
        let new = MarathonVersion { major: 1, minor: 11 };
        for (version, name) in [(new, "nexus-app.json"), (old, "nexus-app-1.4.json")] {
            let app = rendered(version.form(), &spec());
            assert_eq!(check(&app, version), [""; 0]);
            golden::check(name, &format!("{app:#}\n"));
        }
    }

    #[test]
    fn the_web_page_is_offered_by_a_vip_of_its_own_where_that_is_asked_for() {
        let ui_vip = "192.168.0.1:8081".parse().ok();
        let offered =
            RegistrySpec { nexus: Some(NexusApp { connector_port: 5000, ui_vip, ui_port: 0 }), ..spec() };
        for (form, path) in
            [(Form::Modern, "/container/portMappings"), (Form::Legacy, "/container/docker/portMappings")]
        {
            let app = rendered(form, &offered);
            let ports = app.pointer(path).expect("has ports");
            assert_eq!(ports[0]["containerPort"], 5000);
            assert_eq!(ports[0]["labels"]["VIP_0"], "192.168.0.1:80");
            assert_eq!(ports[UI_INDEX]["labels"]["VIP_0"], "192.168.0.1:8081");
            assert!(
                rendered(form, &spec()).pointer(path).expect("has ports")[UI_INDEX].get("labels").is_none()
            );
        }
    }

    #[test]
    fn what_the_operator_says_of_the_java_machine_counts() {
        let env = [(VM_PARAMS.to_owned(), "-Xmx3g".to_owned())].into();
        let app = rendered(Form::Modern, &RegistrySpec { env, ..spec() });
        assert_eq!(app["env"], json!({VM_PARAMS: "-Xmx3g"}));
    }
}
