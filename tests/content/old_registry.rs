//! Registries of API version 1, against a stand-in that knows what docker-registry 0.9 documents.

use regctl_lab::loopback::OldRegistry;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::bench::{Run, regctl};

const IMAGE: &str = "2aeb2b6d97052aeb2b6d97052aeb2b6d97052aeb2b6d97052aeb2b6d97052aeb";

/// A stand-in with document 002's repository, and a folder for regctl.
struct Site {
    registry: OldRegistry,
    folder: TempDir,
}

impl Site {
    fn start() -> Self {
        let registry = OldRegistry::start().expect("it listens");
        registry.push("library/centos6", "base", (IMAGE, "2015-04-26T00:00:00Z"));
        registry.push("library/centos6", "latest", (IMAGE, "2015-04-26T00:00:00Z"));
        registry.push("team/app", "1.0", (&"0f".repeat(32), "0001-01-01T00:00:00Z"));
        Self { registry, folder: tempfile::tempdir().expect("a folder") }
    }

    fn run(&self, args: &[&str]) -> Run {
        let address = format!("127.0.0.1:{}", self.registry.port);
        Run::of(&regctl(self.folder.path(), &address, args).output().expect("regctl runs"))
    }

    fn json(&self, args: &[&str]) -> (Option<i32>, Value) {
        let run = self.run(&[args, &["-o", "json"]].concat());
        (run.exit, run.json())
    }
}

#[test]
fn a_v1_registry_is_recognised_and_the_way_out_is_told() {
    let site = Site::start();
    let (exit, document) = site.json(&["verify"]);
    let checks = document["checks"].as_array().expect("checks");
    let api = checks.iter().find(|check| check["name"] == "api").expect("is checked");
    assert_eq!((exit, &api["status"], &api["cause"]), (Some(1), &json!("fail"), &json!("v1-registry")));
    let (detail, hint) = (api["detail"].as_str().expect("a text"), api["hint"].as_str().expect("a text"));
    assert!(detail.contains("17.12") && detail.contains("--disable-legacy-registry=false"), "{detail}");
    assert!(hint.contains("docker push"), "{hint}");
    let image = site.run(&["image"]);
    assert!(image.exit == Some(1) && image.stderr.contains("error[old-registry]"), "{}", image.stderr);
}

#[test]
fn its_repositories_and_tags_are_listed_as_document_002_asks_for_them() {
    let site = Site::start();
    assert_eq!(site.run(&["repo", "ls"]).lines(), ["library/centos6", "team/app"]);
    assert_eq!(
        site.run(&["repo", "ls", "--tags"]).lines(),
        ["library/centos6:base", "library/centos6:latest", "team/app:1.0"]
    );
    let (exit, document) = site.json(&["tag", "ls", "library/centos6"]);
    let tag = &document["repositories"][0]["tags"][0];
    assert_eq!((exit, &tag["tag"], &tag["image"]), (Some(0), &json!("base"), &json!(IMAGE)));
    assert_eq!((&tag["created"], &tag["digest"]), (&json!("2015-04-26T00:00:00Z"), &Value::Null));
    let asked = site.registry.asked();
    assert!(asked.contains(&"GET /v1/search".to_owned()), "{asked:?}");
    assert!(asked.contains(&"GET /v1/repositories/library/centos6/tags".to_owned()), "{asked:?}");
}

#[test]
fn its_tags_are_deleted_one_by_one_and_come_back() {
    let site = Site::start();
    let (exit, done) = site.json(&["tag", "delete", "library/centos6:latest", "--yes"]);
    assert_eq!(
        (exit, &done["repositories"][0]["deletions"][0]["fate"]),
        (Some(0), &json!("deleted")),
        "{done}"
    );
    assert!(
        site.registry.asked().contains(&"DELETE /v1/repositories/library/centos6/tags/latest".to_owned())
    );
    assert_eq!(site.run(&["repo", "ls", "--tags", "library/*"]).lines(), ["library/centos6:base"]);
    let restored = site.run(&["tag", "restore", done["undo"].as_str().expect("a file")]);
    assert_eq!(restored.exit, Some(0), "{}{}", restored.stdout, restored.stderr);
    assert_eq!(
        site.run(&["repo", "ls", "--tags", "library/*"]).lines(),
        ["library/centos6:base", "library/centos6:latest"]
    );
    let (_, plan) = site.json(&["tag", "delete", "team/app", "--older-than", "90d", "--dry-run"]);
    assert_eq!(plan["repositories"][0]["undated"], json!(["1.0"]));
}
