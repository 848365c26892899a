//! The environment that Marathon gives a task.

use std::fmt::Write as _;

use super::definition::App;

/// What Marathon sets, then what the app says, which wins.
pub(crate) fn environment(
    app: &App,
    task_id: &str,
    hostname: &str,
    host_ports: &[u16],
) -> Vec<(String, String)> {
    let [cpus, mem, disk, gpus] = app.resources();
    let mut env = vec![
        ("MESOS_TASK_ID".to_owned(), task_id.to_owned()),
        ("MARATHON_APP_ID".to_owned(), app.id.to_string()),
        ("MARATHON_APP_VERSION".to_owned(), app.info.version.to_string()),
        ("MARATHON_APP_RESOURCE_CPUS".to_owned(), format!("{cpus:?}")),
        ("MARATHON_APP_RESOURCE_MEM".to_owned(), format!("{mem:?}")),
        ("MARATHON_APP_RESOURCE_DISK".to_owned(), format!("{disk:?}")),
        ("MARATHON_APP_RESOURCE_GPUS".to_owned(), format!("{gpus}")),
        ("HOST".to_owned(), hostname.to_owned()),
    ];
    if let Some(image) = app.docker().and_then(|it| it.get("image")?.as_str()) {
        env.push(("MARATHON_APP_DOCKER_IMAGE".to_owned(), image.to_owned()));
    }
    env.extend(labels(app));
    env.extend(ports(app, host_ports));
    let own = app.fields().get("env").and_then(|it| it.as_object());
    for (key, value) in own.into_iter().flatten() {
        if let Some(value) = value.as_str() {
            env.retain(|(name, _)| name != key);
            env.push((key.clone(), value.to_owned()));
        }
    }
    env
}

fn labels(app: &App) -> Vec<(String, String)> {
    let labels = app.fields().get("labels").and_then(|it| it.as_object());
    let mut names = String::new();
    let mut env = Vec::new();
    for (key, value) in labels.into_iter().flatten() {
        let name = variable(key);
        let _ = write!(names, "{}{name}", if names.is_empty() { "" } else { " " });
        env.push((format!("MARATHON_APP_LABEL_{name}"), value.as_str().unwrap_or_default().to_owned()));
    }
    env.push(("MARATHON_APP_LABELS".to_owned(), names));
    env
}

/// `PORT0` and so on hold the agent's ports; so do `PORT_5000` and `PORT_NAME`.
fn ports(app: &App, host_ports: &[u16]) -> Vec<(String, String)> {
    let mut env = Vec::new();
    for (index, (spec, port)) in app.ports().iter().zip(host_ports).enumerate() {
        env.push((format!("PORT{index}"), port.to_string()));
        let declared = spec.container_port.unwrap_or(spec.service_port);
        if declared != 0 {
            env.push((format!("PORT_{declared}"), port.to_string()));
        }
        if let Some(name) = &spec.name {
            env.push((format!("PORT_{}", variable(name)), port.to_string()));
        }
    }
    if let Some(first) = host_ports.first() {
        env.push(("PORT".to_owned(), first.to_string()));
    }
    let all: Vec<String> = host_ports.iter().map(u16::to_string).collect();
    env.push(("PORTS".to_owned(), all.join(",")));
    env
}

fn variable(name: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    name.chars().map(letter).collect()
}
