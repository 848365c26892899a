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

#[test]
fn what_the_catalog_names_without_a_tag_is_empty_and_only_what_was_given_can_be_missing() {
    let bench = Bench::new();
    bench.push("app", &["1"], "2024-01-01T00:00:00Z");
    // What a push by digest leaves, and one that ended before its manifest.
    bench.image("untagged", &["layer"], "2024-01-01T00:00:00Z");
    bench.blob("begun", "", b"layer");
    assert_eq!(bench.http("GET", "/v2/untagged/tags/list", ("", b"")).0, 404, "the registry has no list");
    let (exit, document) = bench.json(&["image"]);
    let counted = document["repositories"].as_array().expect("a list");
    let told: Vec<_> = counted.iter().map(|it| (it["repository"].as_str(), it["tags"].as_u64())).collect();
    assert_eq!(told, [(Some("app"), Some(1)), (Some("begun"), Some(0)), (Some("untagged"), Some(0))]);
    assert_eq!((exit, &document["missing"]), (Some(0), &json!([])));
    assert_eq!(bench.regctl(&["image", "untagged"]).exit, Some(1));
    assert_eq!(bench.regctl(&["repo", "ls", "--tags"]).exit, Some(0));
}

#[test]
fn one_repository_is_one_and_many_need_few_lines_of_progress() {
    let bench = Bench::new();
    for number in 0..12 {
        bench.push(&format!("app{number}"), &["1"], "2024-01-01T00:00:00Z");
    }
    let one = bench.regctl(&["image", "app1"]);
    assert!(one.stdout.contains(" in 1 repository, "), "{}", one.stdout);
    assert_eq!(one.stderr.lines().count(), 1, "{}", one.stderr);
    let all = bench.regctl(&["image"]);
    assert!(all.stdout.contains(" in 12 repositories, "), "{}", all.stdout);
    // One every two seconds at most.
    assert!((1..8).contains(&all.stderr.lines().count()), "{}", all.stderr);
}
