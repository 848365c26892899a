//! The fields of an app as Marathon 1.11 reads them (its published types), the deprecated ones included.

use serde_json::Value;

use super::kind::{
    COUNT, FILLED, Field, Kind, LABELS, PORT, TEXT, TEXTS, TextRule, default, optional, required,
};
use super::reader::Reader;
use crate::marathon::app_id::{is_name, is_path};

const NAME: Kind = Kind::Text(TextRule::Pattern(is_name));
const PATH_ID: Kind = Kind::Text(TextRule::Pattern(is_path));
const URI: Kind = Kind::Text(TextRule::AtMost(1024));
const FRACTION: Kind = Kind::Number { min: 0.0, max: 1.0 };
const PROTOCOL: Kind = Kind::Choice(&["tcp", "udp", "udp,tcp"]);
const MODE: Kind = Kind::Choice(&["RO", "RW"]);

/// All fields of an app.
pub(crate) const APP: &[Field] = &[
    required("id", PATH_ID),
    optional("acceptedResourceRoles", Kind::Set(&TEXT)),
    default("args", TEXTS, "[]"),
    default("backoffFactor", Kind::Number { min: 1.0, max: f64::MAX }, "1.15"),
    default("backoffSeconds", COUNT, "1"),
    optional("cmd", FILLED),
    default("constraints", Kind::Set(&TEXTS), "[]"),
    optional("container", Kind::Object(CONTAINER)),
    default("cpus", Kind::Number { min: 0.001, max: f64::MAX }, "1.0"),
    default("dependencies", Kind::Set(&PATH_ID), "[]"),
    default("disk", Kind::Number { min: 0.0, max: f64::MAX }, "0.0"),
    default("env", Kind::Dictionary(&Kind::Special(env_value)), "{}"),
    default("executor", TEXT, "\"\""),
    default("fetch", Kind::List(&Kind::Object(ARTIFACT)), "[]"),
    default("healthChecks", Kind::Set(&Kind::Object(HEALTH_CHECK)), "[]"),
    default("instances", COUNT, "1"),
    optional("ipAddress", Kind::Object(IP_ADDRESS)),
    default("labels", LABELS, "{}"),
    default("maxLaunchDelaySeconds", COUNT, "300"),
    default("mem", Kind::Number { min: 0.0, max: f64::MAX }, "128.0"),
    default("gpus", COUNT, "0"),
    default("networks", Kind::List(&Kind::Object(NETWORK)), "[]"),
    optional("ports", Kind::List(&PORT)),
    optional("portDefinitions", Kind::List(&Kind::Object(PORT_DEFINITION))),
    default("readinessChecks", Kind::List(&Kind::Object(READINESS_CHECK)), "[]"),
    optional("residency", Kind::Object(RESIDENCY)),
    default("requirePorts", Kind::Flag, "false"),
    default("secrets", Kind::Dictionary(&Kind::Object(&[required("source", FILLED)])), "{}"),
    optional("taskKillGracePeriodSeconds", COUNT),
    optional("upgradeStrategy", Kind::Object(UPGRADE_STRATEGY)),
    optional("uris", Kind::List(&URI)),
    optional("user", TEXT),
    optional("version", TEXT),
    default("killSelection", Kind::Choice(&["YOUNGEST_FIRST", "OLDEST_FIRST"]), "\"YOUNGEST_FIRST\""),
    optional("unreachableStrategy", Kind::Special(unreachable_strategy)),
    optional("tty", Kind::Flag),
    optional("role", FILLED),
];

const CONTAINER: &[Field] = &[
    default("type", Kind::Choice(&["MESOS", "DOCKER"]), "\"DOCKER\""),
    optional("docker", Kind::Object(DOCKER)),
    default("volumes", Kind::List(&Kind::Special(volume)), "[]"),
    optional("portMappings", Kind::List(&Kind::Object(PORT_MAPPING))),
];

const DOCKER: &[Field] = &[
    optional("credential", Kind::Object(&[required("principal", TEXT), optional("secret", TEXT)])),
    default("forcePullImage", Kind::Flag, "false"),
    required("image", FILLED),
    optional("network", Kind::Choice(&["BRIDGE", "HOST", "NONE", "USER"])),
    default(
        "parameters",
        Kind::List(&Kind::Object(&[required("key", FILLED), required("value", TEXT)])),
        "[]",
    ),
    optional("portMappings", Kind::List(&Kind::Object(PORT_MAPPING))),
    default("privileged", Kind::Flag, "false"),
    optional("pullConfig", Kind::Object(&[required("secret", FILLED)])),
];

const PORT_MAPPING: &[Field] = &[
    default("containerPort", PORT, "0"),
    optional("hostPort", PORT),
    default("labels", LABELS, "{}"),
    optional("name", NAME),
    default("protocol", PROTOCOL, "\"tcp\""),
    default("servicePort", PORT, "0"),
    optional("networkNames", Kind::List(&NAME)),
];

const NETWORK: &[Field] = &[
    optional("name", FILLED),
    default("mode", Kind::Choice(&["container", "container/bridge", "host"]), "\"container\""),
    optional("labels", LABELS),
];

const PORT_DEFINITION: &[Field] = &[
    default("port", PORT, "0"),
    default("labels", LABELS, "{}"),
    optional("name", NAME),
    default("protocol", PROTOCOL, "\"tcp\""),
];

const HEALTH_CHECK: &[Field] = &[
    optional("command", Kind::Object(&[required("value", TEXT)])),
    default("gracePeriodSeconds", COUNT, "300"),
    optional("ignoreHttp1xx", Kind::Flag),
    default("intervalSeconds", COUNT, "60"),
    default("maxConsecutiveFailures", COUNT, "3"),
    optional("path", TEXT),
    optional("port", PORT),
    optional("portIndex", PORT),
    default("protocol", Kind::Choice(PROTOCOLS), "\"HTTP\""),
    default("ipProtocol", Kind::Choice(&["IPv4", "IPv6"]), "\"IPv4\""),
    default("timeoutSeconds", Kind::Integer { min: i64::MIN, max: i64::MAX }, "20"),
    default("delaySeconds", COUNT, "15"),
];

/// The kinds of health checks, the same in all versions.
pub(crate) const PROTOCOLS: &[&str] =
    &["HTTP", "HTTPS", "TCP", "COMMAND", "MESOS_TCP", "MESOS_HTTP", "MESOS_HTTPS"];

const READINESS_CHECK: &[Field] = &[
    default("name", FILLED, "\"readinessCheck\""),
    default("protocol", Kind::Choice(&["HTTP", "HTTPS"]), "\"HTTP\""),
    default("path", FILLED, "\"/\""),
    default("portName", NAME, "\"http-api\""),
    default("intervalSeconds", COUNT, "30"),
    default("timeoutSeconds", Kind::Integer { min: 1, max: i32::MAX as i64 }, "10"),
    default("httpStatusCodesForReady", Kind::Set(&Kind::Integer { min: 100, max: 999 }), "[200]"),
    default("preserveLastResponse", Kind::Flag, "false"),
];

const ARTIFACT: &[Field] = &[
    required("uri", URI),
    default("extract", Kind::Flag, "true"),
    default("executable", Kind::Flag, "false"),
    default("cache", Kind::Flag, "false"),
    optional("destPath", FILLED),
];

const UPGRADE_STRATEGY: &[Field] =
    &[required("maximumOverCapacity", FRACTION), required("minimumHealthCapacity", FRACTION)];

const RESIDENCY: &[Field] = &[
    default("relaunchEscalationTimeoutSeconds", COUNT, "3600"),
    default(
        "taskLostBehavior",
        Kind::Choice(&["WAIT_FOREVER", "RELAUNCH_AFTER_TIMEOUT"]),
        "\"WAIT_FOREVER\"",
    ),
];

const IP_ADDRESS: &[Field] =
    &[optional("groups", Kind::Set(&TEXT)), optional("labels", LABELS), optional("networkName", FILLED)];

const HOST_VOLUME: &[Field] =
    &[required("containerPath", FILLED), required("hostPath", FILLED), required("mode", MODE)];

const PERSISTENT_VOLUME: &[Field] = &[
    required("containerPath", FILLED),
    required("persistent", Kind::Object(PERSISTENT)),
    required("mode", MODE),
];

const PERSISTENT: &[Field] = &[
    optional("type", Kind::Choice(&["root", "path", "mount"])),
    required("size", COUNT),
    optional("maxSize", COUNT),
    optional("profileName", TEXT),
    default("constraints", Kind::Set(&TEXTS), "[]"),
];

const EXTERNAL_VOLUME: &[Field] = &[
    required("containerPath", FILLED),
    required("external", Kind::Object(EXTERNAL)),
    required("mode", MODE),
];

const EXTERNAL: &[Field] = &[
    optional("size", COUNT),
    optional("name", TEXT),
    optional("provider", TEXT),
    optional("options", LABELS),
    optional("shared", Kind::Flag),
];

const SECRET_VOLUME: &[Field] = &[required("containerPath", FILLED), required("secret", FILLED)];

/// A volume is what its key says; one without any such key is taken for a host volume, which then lacks its path.
fn volume(reader: &mut Reader, value: &Value) -> Option<Value> {
    let fields = match value {
        persistent if persistent.get("persistent").is_some() => PERSISTENT_VOLUME,
        external if external.get("external").is_some() => EXTERNAL_VOLUME,
        secret if secret.get("secret").is_some() => SECRET_VOLUME,
        _ => HOST_VOLUME,
    };
    reader.value(value, &Kind::Object(fields))
}

/// A text, or a reference to a secret.
fn env_value(reader: &mut Reader, value: &Value) -> Option<Value> {
    if value.is_object() {
        let secret = reader.fields(value, &[required("secret", TEXT)]);
        return Some(Value::Object(secret));
    }
    reader.value(value, &TEXT)
}

/// `"disabled"`, or an object with two times.
pub(super) fn unreachable_strategy(reader: &mut Reader, value: &Value) -> Option<Value> {
    if value.is_string() {
        return reader.value(value, &Kind::Choice(&["disabled"]));
    }
    let times = &[default("inactiveAfterSeconds", COUNT, "0"), default("expungeAfterSeconds", COUNT, "0")];
    Some(Value::Object(reader.fields(value, times)))
}
