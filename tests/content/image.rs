//! `image`: what repositories take, measured against the files of the registry's own storage.

use regctl_lab::loopback::shell;
use serde_json::json;

use crate::bench::Bench;

#[test]
fn the_sum_is_what_the_storage_holds_and_shared_layers_are_there_once() {
    let bench = Bench::new();
    let base = "base layer ".repeat(1000);
    for (repository, own) in [("team/app", "app"), ("team/tool", "a tool that is larger")] {
        let (digest, _) = bench.image(repository, &[&base, own], "2024-01-01T00:00:00Z");
        bench.tag(repository, &digest, "1");
        bench.tag(repository, &digest, "latest");
    }
    bench.push("small", &["1"], "2024-01-01T00:00:00Z");
    let (exit, document) = bench.json(&["image"]);
    assert_eq!((exit, &document["schema"]), (Some(0), &json!("regctl.image/v1")));
    let stored = shell(
        bench.storage(),
        "find docker/registry/v2/blobs -name data -type f -printf '%s\\n' | awk '{ n += $1 } END { print n }'",
    );
    assert_eq!(document["total_bytes"].to_string(), stored.trim());
    let largest = &document["repositories"][0];
    assert_eq!(
        (&largest["repository"], &largest["tags"], &largest["manifests"]),
        (&json!("team/tool"), &json!(2), &json!(1))
    );
    assert_eq!(largest["shared_bytes"].as_u64(), Some(base.len() as u64));
    let sum = |key: &str| largest[key].as_u64().expect("a number");
    assert_eq!(sum("bytes"), sum("own_bytes") + sum("shared_bytes"));
    let alone = bench.json(&["image", "team/app"]).1;
    assert_eq!(alone["repositories"][0]["shared_bytes"], 0, "nobody else was counted");
    let missing = bench.regctl(&["image", "team/app", "nobody"]);
    assert_eq!(missing.exit, Some(1));
    assert!(missing.stdout.contains("there is no repository nobody"), "{}", missing.stdout);
}
