//! `tag ls` and `tag delete`: what goes, what stays because somebody needs it, and the way back.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use serde_json::{Value, json};

use crate::bench::{Bench, DOCKER_IMAGE, DOCKER_LIST, Run};

/// The tags of a repository, as `repo ls --tags` gives them.
fn tags(bench: &Bench, repository: &str) -> Vec<String> {
    let run = bench.regctl(&["repo", "ls", "--tags", repository]);
    let tag = |line: &str| line.split_once(':').map(|(_, tag)| tag.to_owned());
    run.lines().into_iter().filter_map(tag).collect()
}

/// Ten images, one a month, the newest also as latest.
fn ten(bench: &Bench) -> Vec<String> {
    let push = |month: usize| {
        let version = format!("1.{month}");
        let more = (month == 10).then_some("latest");
        let tags: Vec<&str> = std::iter::once(version.as_str()).chain(more).collect();
        bench.push("app", &tags, &format!("2024-{month:02}-01T00:00:00Z"))
    };
    (1..=10).map(push).collect()
}

fn undo_files(bench: &Bench) -> Vec<PathBuf> {
    let folder = bench.path().join(".local/state/regctl/master.mesos/undo");
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    entries.map(|entry| entry.expect("an entry").path()).collect()
}

#[test]
fn tags_are_listed_with_digest_size_date_and_type() {
    let bench = Bench::new();
    let (digest, manifest) = bench.image("team/app", &["layer one", "layer two"], "2024-05-06T07:08:09Z");
    bench.tag("team/app", &digest, "1.0");
    bench.push("team/app", &["old"], "0001-01-01T00:00:00Z");
    let (exit, document) = bench.json(&["tag", "ls", "team/app"]);
    assert_eq!((exit, &document["schema"]), (Some(0), &json!("regctl.tag-ls/v1")));
    let tag = &document["repositories"][0]["tags"][0];
    assert_eq!(
        (&tag["tag"], &tag["digest"], &tag["media_type"]),
        (&json!("1.0"), &json!(digest), &json!(DOCKER_IMAGE))
    );
    assert_eq!(tag["created"], "2024-05-06T07:08:09Z");
    assert!(tag["size"].as_u64().expect("a number") > (manifest + "layer onelayer two".len()) as u64);
    assert_eq!(
        document["repositories"][0]["tags"][1]["created"],
        Value::Null,
        "that date only fills the field"
    );
    let human = bench.regctl(&["tag", "ls", "team/app"]);
    assert!(
        human.stdout.contains(&digest[..19]) && human.stdout.contains("2024-05-06 07:08"),
        "{}",
        human.stdout
    );
    let absent = bench.regctl(&["tag", "ls", "nobody"]);
    assert_eq!(absent.exit, Some(1));
    assert!(absent.stdout.contains("there is no repository nobody"), "{}", absent.stdout);
}

#[test]
fn of_ten_images_the_newest_three_stay_and_a_plan_changes_nothing() {
    let bench = Bench::new();
    ten(&bench);
    bench.push("app", &["undated"], "1970-01-01T00:00:00Z");
    let all = tags(&bench, "app");
    let keep = ["tag", "delete", "app", "--keep", "3"];
    let (exit, plan) = bench.json(&[&keep[..], &["--check"]].concat());
    assert_eq!(
        (exit, &plan["schema"], &plan["dry_run"]),
        (Some(4), &json!("regctl.tag-delete/v1"), &json!(true))
    );
    assert_eq!(plan["repositories"][0]["undated"], json!(["undated"]));
    assert_eq!(plan["repositories"][0]["deletions"].as_array().map(Vec::len), Some(7));
    let refused = bench.regctl(&keep);
    assert_eq!(refused.exit, Some(2), "nobody was asked: {}", refused.stderr);
    assert!(
        refused.stderr.contains("error[consent-needed]") && refused.stderr.contains("1.7"),
        "{}",
        refused.stderr
    );
    assert_eq!((tags(&bench, "app"), undo_files(&bench)), (all, vec![]));
    let (exit, done) = bench.json(&[&keep[..], &["--yes"]].concat());
    assert_eq!((exit, &done["repositories"][0]["deletions"][0]["fate"]), (Some(0), &json!("deleted")));
    assert_eq!(tags(&bench, "app"), ["1.10", "1.8", "1.9", "latest", "undated"]);
    let (exit, again) = bench.json(&[&keep[..], &["--yes"]].concat());
    assert_eq!(
        (exit, &again["repositories"][0]["deletions"], &again["undo"]),
        (Some(0), &json!([]), &Value::Null)
    );
}

#[test]
fn a_tag_that_shares_its_image_takes_no_other_along_unasked() {
    let bench = Bench::new();
    ten(&bench);
    let run = bench.regctl(&["tag", "delete", "app:1.10", "--yes"]);
    assert_eq!(run.exit, Some(1), "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("latest would go too (--with-shared)"), "{}", run.stdout);
    let rule = bench.regctl(&["tag", "delete", "app", "--pattern", "1.1*", "--yes"]);
    assert_eq!(rule.exit, Some(0), "what a rule finds may stay: {}", rule.stdout);
    assert!(
        tags(&bench, "app").contains(&"1.10".to_owned()) && !tags(&bench, "app").contains(&"1.1".to_owned())
    );
    let run = bench.regctl(&["tag", "delete", "app:1.10", "--with-shared", "--yes"]);
    assert!(run.stdout.contains("goes too, on the same image: latest"), "{}", run.stdout);
    assert!(!tags(&bench, "app").contains(&"latest".to_owned()));
}

#[test]
fn the_parts_of_a_list_that_stays_stay() {
    let bench = Bench::new();
    let (amd64, size) = bench.image("app", &["amd64"], "2024-01-01T00:00:00Z");
    let (arm64, _) = bench.image("app", &["arm64"], "2024-02-01T00:00:00Z");
    let part = |digest: &str, architecture: &str| json!({"mediaType": DOCKER_IMAGE, "digest": digest, "size": size, "platform": {"architecture": architecture, "os": "linux"}});
    let list = json!({"schemaVersion": 2, "mediaType": DOCKER_LIST, "manifests": [part(&amd64, "amd64"), part(&arm64, "arm64")]});
    bench.put("app", "all", (DOCKER_LIST, &list.to_string()));
    bench.tag("app", &amd64, "amd64");
    let (_, listed) = bench.json(&["tag", "ls", "app"]);
    let all = &listed["repositories"][0]["tags"][0];
    assert_eq!(
        (&all["tag"], &all["created"]),
        (&json!("all"), &json!("2024-02-01T00:00:00Z")),
        "the newest of its parts"
    );
    let run = bench.regctl(&["tag", "delete", "app:amd64", "--with-shared", "--yes"]);
    assert_eq!(run.exit, Some(1));
    assert!(run.stdout.contains("it is part of all"), "{}", run.stdout);
    let run = bench.regctl(&["tag", "delete", "app:all", "--yes"]);
    assert_eq!(run.exit, Some(0), "{}", run.stderr);
    assert!(run.stdout.contains("its 2 images stay until garbage is collected"), "{}", run.stdout);
    assert_eq!(tags(&bench, "app"), ["amd64"]);
    let last = bench.regctl(&["tag", "delete", "app:amd64", "--yes"]);
    assert!(last.stdout.contains("the repository stays in the catalog"), "{}", last.stdout);
    assert_eq!(bench.regctl(&["repo", "ls"]).lines(), ["app"]);
}

#[test]
fn a_registry_that_does_not_delete_is_explained_and_nothing_is_left_behind() {
    let bench = Bench::with(|setup| setup.set("STORAGE_DELETE_ENABLED", "false"));
    bench.push("app", &["1"], "2024-01-01T00:00:00Z");
    let run = bench.regctl(&["tag", "delete", "app:1", "--yes"]);
    assert_eq!(run.exit, Some(1));
    assert!(run.stderr.contains("error[deletion-off]"), "{}", run.stderr);
    assert!(run.stderr.contains("REGISTRY_STORAGE_DELETE_ENABLED=true"), "{}", run.stderr);
    assert_eq!((tags(&bench, "app"), undo_files(&bench)), (vec!["1".to_owned()], vec![]));
}

#[test]
fn what_is_meant_must_be_said() {
    let bench = Bench::new();
    bench.push("app", &["1"], "2024-01-01T00:00:00Z");
    let exit = |args: &[&str]| bench.regctl(&[&["tag", "delete"], args].concat()).exit;
    assert_eq!(exit(&["app", "--yes"]), Some(2), "all tags of a repository are not one word away");
    assert_eq!(exit(&["app:1", "--keep", "1", "--yes"]), Some(2));
    assert_eq!(exit(&["127.0.0.1:5000/app:1", "--yes"]), Some(2));
    assert_eq!(exit(&["nobody:1", "--yes"]), Some(1));
    let absent: Run = bench.regctl(&["tag", "delete", "app:9", "--yes"]);
    assert_eq!(absent.exit, Some(0), "{}", absent.stderr);
    assert!(absent.stdout.contains("no such tag  9"), "{}", absent.stdout);
    assert_eq!(tags(&bench, "app"), ["1"]);
}

#[test]
fn what_was_deleted_comes_back_byte_for_byte_until_garbage_is_collected() {
    let mut bench = Bench::new();
    ten(&bench);
    let (before, there) = (bench.json(&["tag", "ls", "app"]).1, tags(&bench, "app"));
    let (exit, done) = bench.json(&["tag", "delete", "app", "--keep", "3", "--yes"]);
    assert_eq!(exit, Some(0));
    let undo = done["undo"].as_str().expect("a file").to_owned();
    let mode = std::fs::metadata(&undo).expect("is there").permissions().mode();
    assert_eq!((undo_files(&bench).len(), mode & 0o777), (1, 0o600));
    let (exit, plan) = bench.json(&["tag", "restore", &undo, "--check"]);
    assert_eq!((exit, &plan["tags"][0]["fate"]), (Some(4), &json!("planned")));
    assert_eq!(tags(&bench, "app"), ["1.10", "1.8", "1.9", "latest"], "a plan changes nothing: {done:#}");
    let restored = bench.regctl(&["tag", "restore", &undo]);
    assert_eq!(restored.exit, Some(0), "{}{}", restored.stdout, restored.stderr);
    assert_eq!((tags(&bench, "app"), bench.json(&["tag", "ls", "app"]).1), (there, before));
    assert_eq!(bench.json(&["tag", "restore", &undo]).1["tags"][0]["fate"], "unchanged");
    // A tag that somebody has pushed anew since is theirs.
    let newer = bench.push("app", &["1.1"], "2024-12-01T00:00:00Z");
    let (exit, taken) = bench.json(&["tag", "restore", &undo]);
    let tag =
        taken["tags"].as_array().expect("tags").iter().find(|tag| tag["tag"] == "1.1").expect("is told");
    assert_eq!((exit, &tag["fate"]), (Some(1), &json!("taken")));
    assert!(tag["detail"].as_str().expect("says why").contains(&newer));
    // The layers go with the garbage; then the registry refuses.
    let (_, done) = bench.json(&["tag", "delete", "app", "--keep", "3", "--yes"]);
    let undo = done["undo"].as_str().expect("a file").to_owned();
    bench.collect_garbage();
    let late = bench.regctl(&["tag", "restore", &undo]);
    assert_eq!(late.exit, Some(1), "{}", late.stdout);
    assert!(late.stdout.contains("garbage was collected"), "{}", late.stdout);
}

#[test]
fn an_undo_file_of_another_registry_or_of_somebodys_making_is_refused() {
    let bench = Bench::new();
    bench.push("app", &["1"], "2024-01-01T00:00:00Z");
    let (_, done) = bench.json(&["tag", "delete", "app:1", "--yes"]);
    let undo = done["undo"].as_str().expect("a file");
    let text = std::fs::read_to_string(undo).expect("reads");
    let other = bench.path().join("other.json");
    for (from, to) in [("\"1\"", "\"../../1\""), ("tag-undo/v1", "x"), ("\"bytes\": \"", "\"bytes\": \"AAAA")]
    {
        std::fs::write(&other, text.replacen(from, to, 1)).expect("writes");
        assert_eq!(bench.regctl(&["tag", "restore", "other.json"]).exit, Some(2), "{from}");
    }
    std::fs::write(&other, text.replace(&bench.address(), "lb.example.com:5000")).expect("writes");
    let run = bench.regctl(&["tag", "restore", "other.json"]);
    assert_eq!(run.exit, Some(0), "a registry may have several names: {}", run.stderr);
    assert_eq!(tags(&bench, "app"), ["1"]);
}

#[test]
fn the_way_back_is_kept_where_nobody_knows_whether_the_registry_deleted() {
    let bench = Bench::new();
    let digest = bench.push("app", &["1"], "2024-01-01T00:00:00Z");
    let address = losing_answers_to_deletes(bench.port());
    let lost = bench.regctl(&["tag", "delete", "app:1", "--yes", "-o", "json", "--registry", &address]);
    assert_eq!((lost.exit, lost.json()["error"].is_string()), (Some(1), true), "{}", lost.stderr);
    assert_eq!(tags(&bench, "app"), Vec::<String>::new(), "the registry has deleted it");
    let undo = lost.json()["undo"].as_str().expect("is named").to_owned();
    let restored = bench.regctl(&["tag", "restore", &undo]);
    assert_eq!(restored.exit, Some(0), "{}{}", restored.stdout, restored.stderr);
    assert_eq!(bench.json(&["tag", "ls", "app"]).1["repositories"][0]["tags"][0]["digest"], json!(digest));
}

/// Where the registry can be spoken to, but for what it answers to a DELETE.
fn losing_answers_to_deletes(registry: u16) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("listens");
    let address = listener.local_addr().expect("has one").to_string();
    thread::spawn(move || {
        for client in listener.incoming() {
            let client = client.expect("comes");
            thread::spawn(move || pass_on(client, registry));
        }
    });
    address
}

fn pass_on(mut client: TcpStream, registry: u16) {
    let mut server = TcpStream::connect(("127.0.0.1", registry)).expect("connects");
    let (mut answers, mut back) = (server.try_clone().expect("a twin"), client.try_clone().expect("a twin"));
    let deletes = Arc::new(AtomicBool::new(false));
    let loses = Arc::clone(&deletes);
    thread::spawn(move || {
        let mut buffer = [0; 65_536];
        while let Ok(bytes @ 1..) = answers.read(&mut buffer) {
            if loses.load(Ordering::SeqCst) || back.write_all(&buffer[..bytes]).is_err() {
                break;
            }
        }
        let _ = back.shutdown(Shutdown::Both);
    });
    let mut buffer = [0; 65_536];
    while let Ok(bytes @ 1..) = client.read(&mut buffer) {
        deletes.store(buffer.starts_with(b"DELETE "), Ordering::SeqCst);
        if server.write_all(&buffer[..bytes]).is_err() {
            break;
        }
    }
    let _ = server.shutdown(Shutdown::Both);
}
