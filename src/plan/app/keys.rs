//! The keys that Marathon knows. It ignores every other one without a word, so a misspelt key is found here or nowhere.

use serde_json::Value;

use crate::domain::config_text::nearest;

/// The known keys of each object of an app, by its path; `[]` stands for any element. Union of Marathon 1.4 to 1.11.
/// An object that is not listed has free keys (`labels`, `env`).
const KNOWN: &[(&str, &str)] = &[
    (
        "",
        "id acceptedResourceRoles args backoffFactor backoffSeconds check cmd constraints container cpus dependencies \
         disk env executor executorResources fetch gpus healthChecks instances ipAddress killSelection labels \
         maxLaunchDelaySeconds mem networks portDefinitions ports readinessChecks requirePorts residency \
         resourceLimits role secrets storeUrls taskKillGracePeriodSeconds tty unreachableStrategy upgradeStrategy \
         uris user",
    ),
    ("container", "type docker appc linuxInfo volumes portMappings"),
    (
        "container.docker",
        "credential pullConfig forcePullImage image network parameters portMappings privileged",
    ),
    ("container.docker.parameters[]", "key value"),
    ("container.docker.portMappings[]", PORT_MAPPING),
    ("container.portMappings[]", PORT_MAPPING),
    ("container.volumes[]", "containerPath hostPath mode persistent external secret"),
    ("container.volumes[].persistent", "type size maxSize profileName constraints"),
    ("container.volumes[].external", "size name provider options shared"),
    ("networks[]", "name mode labels"),
    (
        "healthChecks[]",
        "command delaySeconds gracePeriodSeconds ignoreHttp1xx intervalSeconds ipProtocol maxConsecutiveFailures path \
         port portIndex protocol timeoutSeconds",
    ),
    ("healthChecks[].command", "value"),
    (
        "readinessChecks[]",
        "name protocol path portName intervalSeconds timeoutSeconds httpStatusCodesForReady preserveLastResponse",
    ),
    ("upgradeStrategy", "maximumOverCapacity minimumHealthCapacity"),
    ("unreachableStrategy", "inactiveAfterSeconds expungeAfterSeconds"),
    ("portDefinitions[]", "port labels name protocol"),
    ("fetch[]", "uri extract executable cache destPath"),
    ("residency", "relaunchEscalationTimeoutSeconds taskLostBehavior"),
];

const PORT_MAPPING: &str = "containerPort hostPort labels name networkNames protocol servicePort";

/// A sentence for each key that Marathon does not know.
pub(super) fn unknown_keys(app: &Value) -> Vec<String> {
    let mut problems = Vec::new();
    walk(app, "", &mut problems);
    problems
}

fn walk(value: &Value, path: &str, problems: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            let known = KNOWN.iter().find(|(object, _)| *object == path).map(|(_, keys)| *keys);
            for (key, inner) in fields {
                let inside = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                if known.is_some_and(|keys| !keys.split_whitespace().any(|name| name == key)) {
                    problems.push(unknown(&inside, key, known.unwrap_or_default()));
                } else {
                    walk(inner, &inside, problems);
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| walk(item, &format!("{path}[]"), problems)),
        _ => {}
    }
}

fn unknown(path: &str, key: &str, known: &str) -> String {
    let shown = crate::domain::host::printable(path);
    match nearest(key, known.split_whitespace()) {
        Some(name) => say!("Marathon does not know the key `{shown}`: did you mean `{name}`?"),
        None => say!("Marathon does not know the key `{shown}`"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_misspelt_key_is_found_wherever_it_is() {
        let app = json!({
            "healthCheck": [], "labels": {"anything": "goes"}, "env": {"A": {"secret": "s"}},
            "container": {"portMappings": [{"servicePorts": 1, "labels": {"VIP_0": "x"}}]},
        });
        assert_eq!(
            unknown_keys(&app),
            [
                "Marathon does not know the key `healthCheck`: did you mean `healthChecks`?",
                "Marathon does not know the key `container.portMappings[].servicePorts`: did you mean `servicePort`?",
            ]
        );
    }
}
