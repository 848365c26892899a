//! The rules of Marathon 1.11.

use serde_json::Value;

use super::constraint;
use super::reader::Fault;
use super::rules::{self, Verdict, repeats};
use super::rules_volumes::volumes;
use super::view::{Fields, filled, items, object, text};
use crate::marathon::app_id::{AppId, SEGMENT_RULE};

/// The role that DC/OS' Marathon has.
pub(crate) const DEFAULT_ROLE: &str = "slave_public";

/// What may not stand together in the old form; judged before anything is moved.
pub(crate) fn judge_old_form(app: &Fields) -> Result<(), Vec<Fault>> {
    let mut verdict = Verdict::default();
    let container = object(app, "container");
    let docker = container.and_then(|it| object(it, "docker"));
    if let (Some(container), Some(docker)) = (container, docker) {
        let mesos_only = ["network", "parameters", "portMappings"];
        let foreign: &[&str] = if text(container, "type") == "MESOS" { &mesos_only } else { &[] };
        for key in foreign.iter().chain(&["credential"]) {
            verdict.require(!filled(docker, key), &format!("/container/docker/{key}"), "must be empty");
        }
        rules::unique_names(items(docker, "portMappings"), "/container/docker/portMappings", &mut verdict);
    }
    let old_network = docker.is_some_and(|it| filled(it, "network"));
    let (networks, address) = (filled(app, "networks"), app.contains_key("ipAddress"));
    verdict.require(
        !(old_network && networks),
        "/",
        "must not specify both container.docker.network and networks",
    );
    verdict.require(!(address && networks), "/", "must not specify both networks and ipAddress");
    verdict.require(
        !(filled(app, "uris") && filled(app, "fetch")),
        "/uris",
        "may not be set in conjunction with fetch",
    );
    ports_of_old_form(app, address, &mut verdict);
    verdict.done()
}

fn ports_of_old_form(app: &Fields, address: bool, verdict: &mut Verdict) {
    let ports: Vec<&Value> = items(app, "ports").iter().collect();
    let given: Vec<&&Value> = ports.iter().filter(|port| port.as_i64() != Some(0)).collect();
    verdict.require(!repeats(&given), "/", "ports must be unique");
    let any = filled(app, "ports") || filled(app, "portDefinitions");
    verdict.require(!(address && any), "/", "cannot specify both an IP address and port");
    let defined: Vec<&Value> = items(app, "portDefinitions").iter().map(|it| &it["port"]).collect();
    let both = app.contains_key("ports") && app.contains_key("portDefinitions");
    verdict.require(!both || ports == defined, "/", "cannot specify both ports and port definitions");
}

/// Judges an app in the new form, as migrated.
pub(crate) fn judge(id: &AppId, app: &Fields) -> Result<(), Vec<Fault>> {
    let mut verdict = Verdict::default();
    judge_id(id, &mut verdict);
    let mappings = object(app, "container").map_or(&[][..], |it| items(it, "portMappings"));
    let definitions = items(app, "portDefinitions");
    if let Some(container) = object(app, "container") {
        judge_container(container, &mut verdict);
    }
    rules::unique_names(definitions, "/portDefinitions", &mut verdict);
    rules::unique_numbers(definitions, &mut verdict);
    rules::something_to_run(app, &mut verdict);
    let too_short = app.get("cmd").and_then(Value::as_str).is_some_and(|cmd| cmd.len() < 2);
    verdict.require(!too_short, "/", "must not be an empty string");
    rules::health_checks(app, rules::port_count(mappings, definitions), &mut verdict);
    address_families(app, &mut verdict);
    rules::secrets(app, &mut verdict);
    rules::gpus(app, &mut verdict);
    rules::readiness(app, &rules::port_names(mappings, definitions), &mut verdict);
    rules::single_instance(app, &mut verdict);
    rules::residency(app, &mut verdict);
    rules::unreachable(app, &mut verdict);
    constraint::judge_1_11(items(app, "constraints"), &mut verdict);
    networks(app, &mut verdict);
    roles(app, &mut verdict);
    verdict.done()
}

fn judge_id(id: &AppId, verdict: &mut Verdict) {
    verdict.require(!id.is_root(), "/", "must not be root");
    verdict.require(id.has_legal_segments(), "/id", SEGMENT_RULE);
    verdict.require(
        !id.ends_with_reserved_word(),
        "/id",
        "must not end with any of the following reserved keywords: restart, tasks, versions, ., ..",
    );
}

fn judge_container(container: &Fields, verdict: &mut Verdict) {
    rules::unique_names(items(container, "portMappings"), "/container/portMappings", verdict);
    volumes(container, verdict);
    if text(container, "type") != "DOCKER" {
        return;
    }
    let docker = object(container, "docker");
    verdict.require(docker.is_some(), "/container/docker", "not defined");
    verdict.require(
        !docker.is_some_and(|it| it.contains_key("pullConfig")),
        "/container/docker/pullConfig",
        "pullConfig is not supported with Docker containerizer",
    );
}

fn address_families(app: &Fields, verdict: &mut Verdict) {
    let docker = object(app, "container").is_some_and(|it| text(it, "type") == "DOCKER");
    for (index, check) in items(app, "healthChecks").iter().enumerate() {
        let mesos = check["protocol"].as_str().is_some_and(|it| it.starts_with("MESOS_"));
        verdict.require(
            check["ipProtocol"] != "IPv6" || (docker && mesos),
            &format!("/healthChecks({index})"),
            "IPv6 can only be used for container type DOCKER and Mesos http/https/tcp health checks",
        );
    }
}

fn networks(app: &Fields, verdict: &mut Verdict) {
    let networks = items(app, "networks");
    let count = |mode: &str| networks.iter().filter(|it| it["mode"] == mode).count();
    let (host, bridge, container) = (count("host"), count("container/bridge"), count("container"));
    let named = |mode: &str| networks.iter().any(|it| it["mode"] == mode && it.get("name").is_some());
    let labelled = networks.iter().any(|it| it["mode"] == "host" && it.get("labels").is_some());
    let path = "/networks";
    verdict.require(!named("host") && !labelled, path, "Host networks may not have names or labels");
    verdict.require(!named("container/bridge"), path, "Bridge networks may not have names");
    let names: Vec<Option<&str>> =
        networks.iter().filter(|it| it["mode"] == "container").map(|it| it["name"].as_str()).collect();
    verdict.require(!repeats(&names), path, "Duplicate networks are not allowed");
    let one_kind = (host <= 1 && bridge == 0 && container == 0)
        || (host == 0 && bridge <= 1 && container == 0)
        || (host == 0 && bridge == 0 && container > 0);
    verdict.require(
        one_kind,
        path,
        "May specify a single host network, single bridge network, or else 1-to-n container networks",
    );
    let docker = object(app, "container").is_some_and(|it| text(it, "type") == "DOCKER");
    verdict.require(
        !docker || container <= 1,
        "/",
        "may only specify a single container network when using the Docker container engine",
    );
}

fn roles(app: &Fields, verdict: &mut Verdict) {
    let role = text(app, "role");
    verdict.require(
        matches!(role, "*" | DEFAULT_ROLE),
        "/role",
        &format!("got {role}, expected one of: [*, {DEFAULT_ROLE}]"),
    );
    if let Some(accepted) = app.get("acceptedResourceRoles").and_then(Value::as_array) {
        let path = "/acceptedResourceRoles";
        verdict.require(!accepted.is_empty(), path, "must not be empty");
        verdict.require(
            accepted.iter().all(|it| it == "*" || it == role),
            path,
            &format!("acceptedResourceRoles can only contain * and {role}"),
        );
    }
}
