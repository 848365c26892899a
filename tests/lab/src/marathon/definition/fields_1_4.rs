//! The fields of an app as Marathon 1.4 reads them. `networks` and `container.portMappings` are unknown to it.
//!
//! It reads ranges less strictly than 1.11: most are left to its rules.

use serde_json::{Value, json};

use super::fields_1_11::{PROTOCOLS, unreachable_strategy};
use super::kind::{
    DECIMAL, FILLED, Field, Kind, LABELS, TEXT, TEXTS, TextRule, WHOLE, default, optional, required,
};
use super::reader::Reader;

const URI: Kind = Kind::Text(TextRule::Any);

/// All fields of an app.
pub(crate) const APP: &[Field] = &[
    required("id", TEXT),
    optional("cmd", FILLED),
    default("args", TEXTS, "[]"),
    optional("user", TEXT),
    default("env", Kind::Dictionary(&Kind::Special(env_value)), "{}"),
    default("instances", WHOLE, "1"),
    default("cpus", DECIMAL, "1.0"),
    default("mem", DECIMAL, "128.0"),
    default("disk", DECIMAL, "0.0"),
    default("gpus", WHOLE, "0"),
    default("executor", TEXT, "\"\""),
    default("constraints", Kind::Set(&Kind::Special(constraint)), "[]"),
    optional("uris", Kind::List(&URI)),
    default("fetch", Kind::List(&Kind::Object(FETCH)), "[]"),
    default("storeUrls", TEXTS, "[]"),
    default("backoffSeconds", WHOLE, "1"),
    default("backoffFactor", DECIMAL, "1.15"),
    default("maxLaunchDelaySeconds", WHOLE, "3600"),
    optional("container", Kind::Object(CONTAINER)),
    default("healthChecks", Kind::Set(&Kind::Object(HEALTH_CHECK)), "[]"),
    default("readinessChecks", Kind::List(&Kind::Object(READINESS_CHECK)), "[]"),
    default("dependencies", Kind::Set(&TEXT), "[]"),
    optional("upgradeStrategy", Kind::Object(UPGRADE_STRATEGY)),
    default("labels", LABELS, "{}"),
    optional("ipAddress", Kind::Object(IP_ADDRESS)),
    optional("version", TEXT),
    optional("residency", Kind::Object(RESIDENCY)),
    default("secrets", Kind::Dictionary(&Kind::Object(&[required("source", TEXT)])), "{}"),
    optional("taskKillGracePeriodSeconds", WHOLE),
    optional("unreachableStrategy", Kind::Special(unreachable_strategy)),
    default("killSelection", Kind::Choice(&["YOUNGEST_FIRST", "OLDEST_FIRST"]), "\"YOUNGEST_FIRST\""),
    optional("acceptedResourceRoles", Kind::Special(roles)),
    optional("ports", Kind::Special(ports)),
    optional("portDefinitions", Kind::List(&Kind::Object(PORT_DEFINITION))),
    default("requirePorts", Kind::Flag, "false"),
];

const CONTAINER: &[Field] = &[
    default("type", Kind::Named { what: "container type", names: &["DOCKER", "MESOS"] }, "\"DOCKER\""),
    default("volumes", Kind::List(&Kind::Object(VOLUME)), "[]"),
    optional("docker", Kind::Object(DOCKER)),
];

const DOCKER: &[Field] = &[
    required("image", TEXT),
    optional(
        "network",
        Kind::Named { what: "network type", names: &["HOST", "BRIDGE", "NONE", "USER", "CUSTOM"] },
    ),
    default("portMappings", Kind::List(&Kind::Object(PORT_MAPPING)), "[]"),
    default("privileged", Kind::Flag, "false"),
    default("parameters", Kind::List(&Kind::Object(&[required("key", TEXT), required("value", TEXT)])), "[]"),
    optional("credential", Kind::Object(&[required("principal", TEXT), optional("secret", TEXT)])),
    default("forcePullImage", Kind::Flag, "false"),
];

const PORT_MAPPING: &[Field] = &[
    default("containerPort", WHOLE, "0"),
    optional("hostPort", WHOLE),
    default("servicePort", WHOLE, "0"),
    default("protocol", TEXT, "\"tcp\""),
    optional("name", TEXT),
    default("labels", LABELS, "{}"),
];

const PORT_DEFINITION: &[Field] = &[
    default("port", WHOLE, "0"),
    default("protocol", TEXT, "\"tcp\""),
    optional("name", TEXT),
    default("labels", LABELS, "{}"),
];

const VOLUME: &[Field] = &[
    required("containerPath", TEXT),
    optional("hostPath", TEXT),
    required("mode", Kind::Named { what: "mode", names: &["RW", "RO"] }),
    optional("persistent", Kind::Object(PERSISTENT)),
    optional("external", Kind::Object(EXTERNAL)),
];

const PERSISTENT: &[Field] = &[
    required("size", WHOLE),
    optional("maxSize", WHOLE),
    default("type", Kind::Choice(&["root", "path", "mount"]), "\"root\""),
    default("constraints", Kind::Set(&Kind::Special(constraint)), "[]"),
];

const EXTERNAL: &[Field] = &[
    optional("size", WHOLE),
    required("name", TEXT),
    required("provider", TEXT),
    default("options", LABELS, "{}"),
];

const HEALTH_CHECK: &[Field] = &[
    default("gracePeriodSeconds", WHOLE, "300"),
    default("intervalSeconds", WHOLE, "60"),
    default("timeoutSeconds", WHOLE, "20"),
    default("maxConsecutiveFailures", WHOLE, "3"),
    optional("portIndex", WHOLE),
    optional("port", WHOLE),
    optional("path", TEXT),
    default("protocol", Kind::Named { what: "protocol", names: PROTOCOLS }, "\"HTTP\""),
    default("ignoreHttp1xx", Kind::Flag, "false"),
    default("delaySeconds", WHOLE, "15"),
    optional("command", Kind::Object(&[required("value", TEXT)])),
];

const READINESS_CHECK: &[Field] = &[
    default("name", TEXT, "\"readinessCheck\""),
    default("protocol", Kind::Named { what: "protocol", names: &["HTTP", "HTTPS"] }, "\"HTTP\""),
    default("path", TEXT, "\"/\""),
    default("portName", TEXT, "\"http-api\""),
    default("intervalSeconds", WHOLE, "30"),
    default("timeoutSeconds", WHOLE, "10"),
    default("httpStatusCodesForReady", Kind::Set(&WHOLE), "[200]"),
    default("preserveLastResponse", Kind::Flag, "false"),
];

const FETCH: &[Field] = &[
    required("uri", URI),
    default("extract", Kind::Flag, "true"),
    default("executable", Kind::Flag, "false"),
    default("cache", Kind::Flag, "false"),
    optional("destPath", TEXT),
];

const UPGRADE_STRATEGY: &[Field] =
    &[default("minimumHealthCapacity", DECIMAL, "1.0"), default("maximumOverCapacity", DECIMAL, "1.0")];

const RESIDENCY: &[Field] = &[
    default("relaunchEscalationTimeoutSeconds", WHOLE, "3600"),
    default("taskLostBehavior", TEXT, "\"WAIT_FOREVER\""),
];

const IP_ADDRESS: &[Field] =
    &[default("groups", TEXTS, "[]"), default("labels", LABELS, "{}"), optional("networkName", TEXT)];

/// Two or three texts, of which the second is an operator; the whole is judged while it is read.
fn constraint(reader: &mut Reader, value: &Value) -> Option<Value> {
    const OPERATORS: [&str; 6] = ["UNIQUE", "LIKE", "CLUSTER", "GROUP_BY", "UNLIKE", "MAX_PER"];
    let words: Option<Vec<&str>> =
        value.as_array().and_then(|items| items.iter().map(Value::as_str).collect());
    match words.as_deref() {
        Some([_, operator] | [_, operator, _]) if OPERATORS.contains(operator) => Some(value.clone()),
        Some([_, _] | [_, _, _]) => reader
            .fault(format!("Constraint operator must be one of the following: [{}]", OPERATORS.join(", "))),
        _ => reader
            .fault("Constraint definition must be an array of strings in format: <key>, <operator>[, value]"),
    }
}

/// A text, or a reference to a secret; whatever is neither lacks the secret's name.
fn env_value(reader: &mut Reader, value: &Value) -> Option<Value> {
    if value.is_string() {
        return Some(value.clone());
    }
    let secret = reader.fields(value, &[required("secret", TEXT)]);
    Some(Value::Object(secret))
}

fn roles(reader: &mut Reader, value: &Value) -> Option<Value> {
    match value.as_array() {
        Some(none) if none.is_empty() => reader.fault("set must not be empty"),
        _ => reader.value(value, &Kind::Set(&TEXT)),
    }
}

fn ports(reader: &mut Reader, value: &Value) -> Option<Value> {
    let ports = reader.value(value, &Kind::List(&WHOLE))?;
    let given: Vec<&Value> = ports.as_array()?.iter().filter(|port| **port != json!(0)).collect();
    let repeated = given.iter().enumerate().any(|(index, port)| given[..index].contains(port));
    if repeated { reader.fault("Elements must be unique.") } else { Some(ports) }
}
