//! Rules for volumes, the same in both generations.

use serde_json::Value;

use super::rules::{FEATURES, Verdict};
use super::view::{Fields, items, text, whole};

/// Judges every volume of a container.
pub(super) fn volumes(container: &Fields, verdict: &mut Verdict) {
    for (index, volume) in items(container, "volumes").iter().filter_map(Value::as_object).enumerate() {
        let path = format!("/container/volumes({index})");
        verdict.require(
            !text(volume, "containerPath").is_empty(),
            &format!("{path}/containerPath"),
            "must not be empty",
        );
        if let Some(info) = volume.get("persistent").and_then(Value::as_object) {
            persistent(volume, info, &path, verdict);
        } else if let Some(info) = volume.get("external").and_then(Value::as_object) {
            external(info, &path, verdict);
        } else if volume.contains_key("secret") {
            verdict.require(
                false,
                &format!("{path}/secret"),
                "volume.secret must refer to an existing secret",
            );
        } else {
            verdict.require(
                !text(volume, "hostPath").is_empty(),
                &format!("{path}/hostPath"),
                "must not be empty",
            );
        }
    }
}

fn persistent(volume: &Fields, info: &Fields, path: &str, verdict: &mut Verdict) {
    let container_path = text(volume, "containerPath");
    let there = format!("{path}/containerPath");
    verdict.require(!container_path.contains('/'), &there, "value must not contain \"/\"");
    verdict.require(!matches!(container_path, "." | ".."), &there, "can not be one of (.,..)");
    verdict.require(text(volume, "mode") == "RW", &format!("{path}/mode"), "got RO, expected RW");
    let size = whole(info, "size");
    verdict.require(
        size > 0,
        &format!("{path}/persistent/size"),
        &format!("got {size}, expected more than 0"),
    );
    let there = format!("{path}/persistent");
    let mount = text(info, "type") == "mount";
    verdict.require(mount || !info.contains_key("maxSize"), &there, "Only mount volumes can have maxSize");
    let root = matches!(text(info, "type"), "" | "root");
    let constrained = !items(info, "constraints").is_empty();
    verdict.require(!(root && constrained), &there, "Constraints on root volumes are not supported");
}

fn external(info: &Fields, path: &str, verdict: &mut Verdict) {
    let feature = "external_volumes";
    verdict.require(
        FEATURES.contains(&feature),
        path,
        "Feature external_volumes is not enabled. Enable with --enable_features external_volumes)",
    );
    let there = format!("{path}/external");
    verdict.require(!text(info, "name").is_empty(), &format!("{there}/name"), "must not be empty");
    verdict.require(
        matches!(text(info, "provider"), "dvdi" | "csi"),
        &format!("{there}/provider"),
        "is unknown provider",
    );
}
