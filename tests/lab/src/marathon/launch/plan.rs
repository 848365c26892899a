//! What a task is, read from its app: program, arguments, mounts. Nothing is done here.

use serde_json::Value;

use super::image::{self, Image, REGISTRY};
use super::launcher::{LaunchFailure, LaunchOrder};
use crate::marathon::definition::App;

/// Where the stand-in for Nexus finds itself and its data in its container: its files are unpacked into the sandbox.
const NEXUS_PROGRAM: &str = "/mnt/mesos/sandbox/nexus/nexus.py";
const NEXUS_DATA: &str = "/nexus-data";

/// A folder or file of the agent inside a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mount {
    pub(super) host_path: String,
    pub(super) container_path: String,
    pub(super) read_only: bool,
}

/// A task, ready to be started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TaskPlan {
    /// Program and arguments.
    pub(super) words: Vec<String>,
    pub(super) mounts: Vec<Mount>,
    /// Present where the task comes from an image.
    pub(super) image: Option<Image>,
}

/// Reads a task from its order. An image that cannot be pulled is a failure to launch.
pub(super) fn plan(order: &LaunchOrder) -> Result<TaskPlan, LaunchFailure> {
    let app = &order.app;
    let image = match reference(app) {
        Some(reference) => Some(image::pull(reference)?),
        None => None,
    };
    Ok(TaskPlan { words: words(app, image.as_ref()), mounts: mounts(app), image })
}

/// The image that an app names.
pub(super) fn reference(app: &App) -> Option<&str> {
    app.docker()?.get("image")?.as_str()
}

/// The arguments of an app, none where it has none.
pub(super) fn args(app: &App) -> Vec<String> {
    let args = app.fields().get("args").and_then(Value::as_array).into_iter().flatten();
    args.filter_map(|it| it.as_str().map(str::to_owned)).collect()
}

/// The command line of an app, if it has one.
pub(super) fn command(app: &App) -> Option<&str> {
    app.fields().get("cmd").and_then(Value::as_str)
}

/// The mounts of an app.
pub(super) fn mounts(app: &App) -> Vec<Mount> {
    let volumes = app.container().and_then(|it| it.get("volumes")?.as_array()).into_iter().flatten();
    let mount = |volume: &Value| {
        Some(Mount {
            host_path: volume["hostPath"].as_str()?.to_owned(),
            container_path: volume["containerPath"].as_str()?.to_owned(),
            read_only: volume["mode"] == "RO",
        })
    };
    volumes.filter_map(mount).collect()
}

fn words(app: &App, image: Option<&Image>) -> Vec<String> {
    let strings = |words: &[&str]| words.iter().map(|it| (*it).to_owned()).collect();
    let args = args(app);
    match (command(app), image) {
        (Some(command), _) => strings(&["/bin/sh", "-c", command]),
        (None, None) => args,
        (None, Some(Image::Registry { config_path })) => entry_point(&args, config_path),
        (None, Some(Image::Nexus { version })) => {
            strings(&["python3", "-B", NEXUS_PROGRAM, version, NEXUS_DATA])
        }
    }
}

/// As the image's entry point reads its arguments: a config file is served, a subcommand is the registry's.
fn entry_point(args: &[String], config_path: &str) -> Vec<String> {
    let first = args.first().map_or("", String::as_str);
    let mut words = vec![REGISTRY.to_owned()];
    match first {
        "" => words.extend(["serve".to_owned(), config_path.to_owned()]),
        "registry" => words.extend_from_slice(&args[1..]),
        file if file.ends_with(".yml") || file.ends_with(".yaml") => {
            words.push("serve".to_owned());
            words.extend_from_slice(args);
        }
        option if option.starts_with('-') || matches!(option, "serve" | "garbage-collect" | "help") => {
            words.extend_from_slice(args);
        }
        _ => return args.to_vec(),
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entered(args: &[&str]) -> String {
        let args: Vec<String> = args.iter().map(|it| (*it).to_owned()).collect();
        entry_point(&args, "/etc/docker/registry/config.yml").join(" ")
    }

    #[test]
    fn the_entry_point_serves_unless_told_otherwise() {
        assert_eq!(entered(&[]), "docker-registry serve /etc/docker/registry/config.yml");
        assert_eq!(entered(&["/config/config.yml"]), "docker-registry serve /config/config.yml");
        assert_eq!(entered(&["serve", "/config/config.yml"]), "docker-registry serve /config/config.yml");
        assert_eq!(entered(&["registry", "--version"]), "docker-registry --version");
        assert_eq!(entered(&["sleep", "9"]), "sleep 9");
    }
}
