//! The rules of Marathon 1.4.

use serde_json::Value;

use super::constraint;
use super::reader::Fault;
use super::rules::{self, Verdict};
use super::rules_volumes::volumes;
use super::view::{Fields, items, number, object, text, whole};
use crate::marathon::app_id::{AppId, SEGMENT_RULE, is_name};

/// Judges an app as 1.4 keeps it.
pub(crate) fn judge(id: &AppId, app: &Fields) -> Result<(), Vec<Fault>> {
    let mut verdict = Verdict::default();
    verdict.require(id.has_legal_segments(), "/id", SEGMENT_RULE);
    for key in ["instances", "gpus"] {
        let given = whole(app, key);
        verdict.require(given >= 0, &format!("/{key}"), &format!("got {given}, expected 0 or more"));
    }
    for key in ["cpus", "mem", "disk"] {
        let given = number(app, key);
        verdict.require(given >= 0.0, &format!("/{key}"), &format!("got {given:?}, expected 0.0 or more"));
    }
    capacities(app, &mut verdict);
    let docker = object(app, "container").and_then(|it| object(it, "docker"));
    let mappings = docker.map_or(&[][..], |it| items(it, "portMappings"));
    let definitions = items(app, "portDefinitions");
    if let Some(container) = object(app, "container") {
        let empty = docker.is_some_and(|it| text(it, "image").is_empty());
        verdict.require(!empty, "/container/image", "must not be empty");
        port_mappings(mappings, &mut verdict);
        volumes(container, &mut verdict);
    }
    port_definitions(definitions, &mut verdict);
    rules::something_to_run(app, &mut verdict);
    rules::health_checks(app, rules::port_count(mappings, definitions), &mut verdict);
    rules::secrets(app, &mut verdict);
    rules::gpus(app, &mut verdict);
    rules::readiness(app, &rules::port_names(mappings, definitions), &mut verdict);
    rules::single_instance(app, &mut verdict);
    rules::residency(app, &mut verdict);
    rules::unreachable(app, &mut verdict);
    constraint::judge_1_4(items(app, "constraints"), &mut verdict);
    verdict.done()
}

fn capacities(app: &Fields, verdict: &mut Verdict) {
    let Some(strategy) = object(app, "upgradeStrategy") else { return };
    for key in ["minimumHealthCapacity", "maximumOverCapacity"] {
        let given = number(strategy, key);
        verdict.require(
            (0.0..=1.0).contains(&given),
            &format!("/upgradeStrategy/{key}"),
            &format!("got {given:?}, expected between 0.0 and 1.0"),
        );
    }
}

fn port_mappings(mappings: &[Value], verdict: &mut Verdict) {
    for (index, mapping) in mappings.iter().filter_map(Value::as_object).enumerate() {
        let path = format!("/container/portMappings({index})");
        for key in ["containerPort", "hostPort", "servicePort"] {
            let port = whole(mapping, key);
            verdict.require(port >= 0, &format!("{path}/{key}"), &format!("got {port}, expected 0 or more"));
        }
        protocol_and_name(mapping, &path, verdict);
    }
    rules::unique_names(mappings, "/container/portMappings", verdict);
}

fn port_definitions(definitions: &[Value], verdict: &mut Verdict) {
    for (index, definition) in definitions.iter().filter_map(Value::as_object).enumerate() {
        let path = format!("/portDefinitions({index})");
        let port = whole(definition, "port");
        verdict.require(port >= 0, &format!("{path}/port"), &format!("got {port}, expected 0 or more"));
        protocol_and_name(definition, &path, verdict);
    }
    rules::unique_names(definitions, "/portDefinitions", verdict);
    rules::unique_numbers(definitions, verdict);
}

fn protocol_and_name(port: &Fields, path: &str, verdict: &mut Verdict) {
    let known = text(port, "protocol").split(',').all(|it| matches!(it, "tcp" | "udp"));
    verdict.require(known, &format!("{path}/protocol"), "is not one of (tcp,udp)");
    let name = port.get("name").and_then(Value::as_str);
    verdict.require(
        name.is_none_or(is_name),
        &format!("{path}/name"),
        "must fully match regular expression '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$'",
    );
}
