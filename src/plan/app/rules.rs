//! What an app must hold to before it is sent. Marathon itself would accept most of what is refused here, and the
//! registry would then run without its port, twice on one folder, or away from its images.

use serde_json::Value;

use super::keys;
use crate::domain::app::{AppId, Form, MarathonVersion};
use crate::domain::app_definition::AppDefinition;
use crate::domain::deploy::Image;
use crate::domain::registry::Vip;

/// With less a registry dies on its first large upload.
const LEAST_MEM: f64 = 64.0;

/// Everything that is wrong with an app for a Marathon of this version, a sentence each; empty where it is right.
pub fn check(app: &Value, version: MarathonVersion) -> Vec<String> {
    let mut problems = keys::unknown_keys(app);
    match serde_json::from_value::<AppDefinition>(app.clone()) {
        Err(error) => problems.push(say!("a value has the wrong type: {error}")),
        Ok(app) => {
            let rules = [size, image, network, ports, placement, update];
            problems.extend(rules.iter().flat_map(|rule| rule(&app)));
            problems.extend(app.id.parse::<AppId>().err());
            problems.extend(form(&app, version));
            problems.extend(instances(&app));
        }
    }
    problems
}

fn size(app: &AppDefinition) -> Vec<String> {
    let mut problems = Vec::new();
    match app.mem {
        Some(mem) if mem >= LEAST_MEM => {}
        mem => problems.push(say!("mem is {}: a registry needs at least 64 MiB", spell(mem))),
    }
    if app.cpus.is_none_or(|cpus| cpus <= 0.0) {
        problems.push(say!("cpus is {}: it must be more than 0", spell(app.cpus)));
    }
    problems
}

fn spell(number: Option<f64>) -> String {
    number.map_or_else(|| say!("not set").to_owned(), |number| number.to_string())
}

fn image(app: &AppDefinition) -> Vec<String> {
    match &app.container.docker.image {
        Some(image) => image.parse::<Image>().err().into_iter().collect(),
        None => vec![say!("container.docker.image is not set").to_owned()],
    }
}

fn network(app: &AppDefinition) -> Vec<String> {
    let docker = &app.container.docker;
    let mut problems = Vec::new();
    if docker.network.is_some() && app.networks.is_some() {
        problems.push(say!("container.docker.network and networks are both set: use one form").to_owned());
    }
    if docker.port_mappings.is_some() && app.container.port_mappings.is_some() {
        problems.push(
            say!("container.docker.portMappings and container.portMappings are both set: use one form")
                .to_owned(),
        );
    }
    problems
}

/// What the wrong form loses: 1.4 ignores the new one altogether.
fn form(app: &AppDefinition, version: MarathonVersion) -> Option<String> {
    let modern = app.networks.is_some() || app.container.port_mappings.is_some();
    (modern && version.form() == Form::Legacy).then(|| {
        say!(
            "Marathon {version} ignores networks and container.portMappings: use container.docker.network and \
             container.docker.portMappings"
        )
    })
}

fn ports(app: &AppDefinition) -> Vec<String> {
    let mappings = app.port_mappings();
    let mut problems = Vec::new();
    for mapping in mappings {
        let vips = mapping.labels.iter().filter(|(name, _)| name.to_ascii_lowercase().starts_with("vip"));
        problems.extend(vips.filter_map(|(name, value)| {
            value.trim_start_matches('/').parse::<Vip>().err().map(|why| say!("label {name}: {why}"))
        }));
    }
    let missing =
        |index: usize| say!("a health check asks portIndex {index}, but there are {} ports", mappings.len());
    let asked = app.health_checks.iter().filter_map(|check| check.port_index);
    problems.extend(asked.filter(|index| *index >= mappings.len()).map(missing));
    problems
}

/// Several instances need storage that several can use, and may not be labelled as one.
fn instances(app: &AppDefinition) -> Option<String> {
    let labelled = |app: &AppDefinition| {
        app.labels.get("MARATHON_SINGLE_INSTANCE_APP").is_some_and(|value| value == "true")
    };
    let why = match app {
        app if is_single(app) => return None,
        app if app.bound_folder().is_some() => {
            say!(
                "several instances on one data folder: say --shared-data where it is the same storage on every host"
            )
        }
        app if labelled(app) => {
            say!("the label MARATHON_SINGLE_INSTANCE_APP is for one instance: use --instances")
        }
        _ => return None,
    };
    Some(why.to_owned())
}

fn is_single(app: &AppDefinition) -> bool {
    app.instances.unwrap_or(1) <= 1
}

/// Images in a folder of one host are only there while the task stays on it.
fn placement(app: &AppDefinition) -> Vec<String> {
    if !is_single(app) || app.bound_folder().is_none() || app.pinned_host().is_some() {
        return Vec::new();
    }
    let why = say!(
        "no constraint pins the app to one host: add [\"hostname\", \"CLUSTER\", HOST], or the images stay \
         behind when it moves"
    );
    vec![why.to_owned()]
}

/// Marathon's default starts the new instance before it ends the old one: on one folder and one host that spoils
/// uploads or never ends.
fn update(app: &AppDefinition) -> Vec<String> {
    let stops_first = app
        .upgrade_strategy
        .as_ref()
        .is_some_and(|it| it.minimum_health_capacity == 0.0 && it.maximum_over_capacity == 0.0);
    if !is_single(app) || app.bound_folder().is_none() || stops_first {
        return Vec::new();
    }
    let why = say!(
        "upgradeStrategy must be {{\"minimumHealthCapacity\": 0, \"maximumOverCapacity\": 0}}, or an update runs \
         two registries on one folder"
    );
    vec![why.to_owned()]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::storage::{self, Storage};
    use crate::plan::app::{Setting, apply};
    use crate::plan::registry_app::{self, built_in, tests};

    const NEW: MarathonVersion = MarathonVersion { major: 1, minor: 11 };
    const OLD: MarathonVersion = MarathonVersion { major: 1, minor: 4 };

    fn app(form: Form, settings: &[&str]) -> Value {
        let mut app =
            registry_app::render(built_in(form), &tests::spec(), &tests::ingredients()).expect("renders");
        let settings: Vec<Setting> = settings.iter().map(|text| text.parse().expect("legal")).collect();
        apply(&mut app, &settings).expect("sets");
        app
    }

    #[test]
    fn the_built_in_apps_keep_every_rule() {
        assert_eq!(check(&app(Form::Modern, &[]), NEW), [""; 0]);
        assert_eq!(check(&app(Form::Legacy, &[]), OLD), [""; 0]);
        assert_eq!(check(&app(Form::Legacy, &[]), NEW), [""; 0]);
    }

    #[test]
    fn each_rule_is_told() {
        let cases = [
            ("mem=63", "at least 64 MiB"),
            ("mem=null", "mem is not set"),
            ("cpus=0", "more than 0"),
            ("mem=\"1024\"", "wrong type"),
            ("id=/Registry", "not an app id"),
            ("container.docker.image=registry", "neither tag nor digest"),
            ("container.docker.network=BRIDGE", "both set"),
            ("container.docker.portMappings=[]", "both set"),
            ("container.portMappings.0.labels={\"VIP_0\": \"8.8.8.8:443\"}", "not a private"),
            ("container.portMappings.0.labels={\"VIP_0\": \"192.168.0.1\"}", "no port"),
            ("healthChecks.0.portIndex=1", "there are 1 ports"),
            ("constraints=[[\"hostname\",\"LIKE\",\"192.168.1.80\"]]", "no constraint pins"),
            ("upgradeStrategy=null", "two registries on one folder"),
            ("instances=2", "say --shared-data"),
            ("helthChecks=[]", "did you mean `healthChecks`"),
        ];
        for (setting, expected) in cases {
            let problems = check(&app(Form::Modern, &[setting]), NEW);
            assert!(problems.len() == 1 && problems[0].contains(expected), "{setting}: {problems:?}");
        }
    }

    #[test]
    fn several_instances_need_storage_for_several() {
        let several = tests::several(Storage::Shared);
        let mut app =
            registry_app::render(built_in(Form::Modern), &several, &tests::ingredients()).expect("renders");
        assert_eq!(check(&app, NEW), [""; 0]);
        app["labels"].as_object_mut().expect("an object").remove(storage::LABEL);
        let problems = check(&app, NEW);
        assert!(problems.len() == 1 && problems[0].contains("--shared-data"), "{problems:?}");
    }

    #[test]
    fn the_new_form_is_not_sent_to_1_4() {
        let problems = check(&app(Form::Modern, &[]), OLD);
        assert!(
            problems.len() == 1 && problems[0].starts_with("Marathon 1.4 ignores networks"),
            "{problems:?}"
        );
    }

    #[test]
    fn an_app_without_a_folder_of_its_host_may_move() {
        let shared =
            json!({"id": "/r", "cpus": 1, "mem": 64, "container": {"docker": {"image": "registry:2"}}});
        assert_eq!(check(&shared, NEW), [""; 0]);
    }
}
