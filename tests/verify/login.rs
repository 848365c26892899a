//! Users and logins against a real registry that asks for them: what regctl writes, other programs read.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use regctl_lab::loopback::{Registry, shell};
use serde_json::{Value, json};

use crate::bench::{Bench, DOCUMENT_001, at, regctl};

/// Document 004's own lines for clients.
const DOCUMENT_004: &str = "{
    “auth”:{
            \"vernlium.com:5005\":{
                   \"auth\":\"dGVzdDphbmFu\"
            ｝
    }
}";

/// A registry whose user `op` was made by `user add`, and its password in the file `good`.
fn start() -> (Bench, Registry) {
    let bench = Bench::new(DOCUMENT_001);
    let _ = shell(bench.path(), "echo geheim:wort >good; echo falsch >bad; mkdir .docker");
    let added = run(&bench, &["user", "add", "op", "--password-file", "good", "--htpasswd", "users"]);
    assert_eq!((added.0, &added.1["change"]), (Some(0), &json!("created")));
    let users = bench.file("users").to_string_lossy().into_owned();
    let setup = bench.setup().set("AUTH_HTPASSWD_REALM", "r").set("AUTH_HTPASSWD_PATH", &users);
    let registry = setup.start().expect("a registry starts");
    (bench, registry)
}

/// How regctl ends, and its document.
fn run(bench: &Bench, args: &[&str]) -> (Option<i32>, Value) {
    let output = bench.regctl(&[&["-o", "json"], args].concat());
    let text = String::from_utf8_lossy(&output.stdout);
    let document = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}{output:?}"));
    assert!(!format!("{output:?}").contains("geheim"), "the password is shown: {output:?}");
    (output.status.code(), document)
}

fn login(bench: &Bench, registry: &Registry, more: &[&str]) -> (Option<i32>, Value) {
    let address = at(registry);
    let words = ["login", "--ca", "ca.crt", "--registry", &address, "--user", "op"];
    let password = if more.contains(&"--password-file") { &[][..] } else { &["--password-file", "good"] };
    run(bench, &[&words, password, more].concat())
}

fn config(bench: &Bench) -> String {
    fs::read_to_string(bench.file(".docker/config.json")).expect("is there")
}

fn mode(bench: &Bench, name: &str) -> u32 {
    bench.file(name).metadata().expect("is there").permissions().mode() & 0o777
}

#[test]
fn a_user_of_regctls_making_gets_in_and_a_wrong_password_is_told_as_such() {
    let (bench, registry) = start();
    let verify = |file| bench.verify(&at(&registry), &["--push", "--user", "op", "--password-file", file]);
    assert_eq!((verify("good").exit, verify("good").finding("push-pull").0), (Some(0), "pass"));
    let wrong = verify("bad");
    assert_eq!((wrong.exit, wrong.finding("api").1), (Some(1), "user-refused"));
}

#[test]
fn at_a_terminal_a_new_password_is_asked_for_until_it_is_twice_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let line = "(sleep 0.5; for word in one two wort wort; do echo $word; sleep 0.2; done) | script -qec \"$0 user add ann\" typescript";
    let said = regctl(folder.path(), &["sh", "-c", line]).output().expect("runs");
    assert!(said.status.success(), "{said:?}");
    let typed = fs::read_to_string(folder.path().join("typescript")).expect("is there");
    assert!(typed.contains("two different ones") && !typed.contains("wort"), "{typed}");
    let _ =
        shell(folder.path(), "htpasswd -vb certs/htpasswd ann wort && ! htpasswd -vb certs/htpasswd ann one");
}

#[test]
fn a_login_is_asked_about_and_goes_into_dockers_own_file_beside_the_others() {
    let (bench, registry) = start();
    let before = "{\n  \"psFormat\": \"x\",\n  \"auths\": {\n    \"z:1\": {\n      \"auth\": \"eg==\"\n    }\n  }\n}\n";
    fs::write(bench.file(".docker/config.json"), before).expect("writes");
    let refused = login(&bench, &registry, &["--password-file", "bad"]);
    assert_eq!((refused.0, &refused.1["error"]["kind"]), (Some(1), &json!("unauthorized")), "{}", refused.1);
    let looked = login(&bench, &registry, &["--check"]);
    assert_eq!((looked.0, config(&bench).as_str()), (Some(4), before), "{}", looked.1);

    let (exit, report) = login(&bench, &registry, &[]);
    assert_eq!((exit, &report["own"]["change"]), (Some(0), &json!("changed")), "{report:#}");
    assert_eq!(
        (&report["schema"], &report["logins"][0]["checked"]),
        (&json!("regctl.login/v1"), &json!("accepted"))
    );
    assert_eq!(mode(&bench, ".docker/config.json"), 0o600);
    assert_eq!(fs::read_to_string(bench.file(".docker/config.json.before-regctl")).expect("is kept"), before);
    let text = config(&bench);
    assert!(text.starts_with("{\n  \"psFormat\": \"x\",\n  \"auths\": {\n    \"z:1\""), "{text}");
    let who = format!("skopeo login --get-login --authfile .docker/config.json {}", at(&registry));
    assert_eq!(shell(bench.path(), &who).trim(), "op");

    let again = login(&bench, &registry, &["--check"]);
    assert_eq!((again.0, &again.1["own"]["change"]), (Some(0), &json!("unchanged")), "{}", again.1);
    let (_, gone) = run(&bench, &["logout", "--registry", &at(&registry)]);
    assert_eq!((&gone["own"]["change"], config(&bench).as_str()), (&json!("changed"), before));
}

#[test]
fn what_somebody_else_writes_while_a_password_is_awaited_stays() {
    let bench = Bench::new(DOCUMENT_001);
    // The pipe is opened for reading once the file has been read.
    let _ = shell(bench.path(), "mkdir .docker; echo '{}' >.docker/config.json; mkfifo pw");
    let folder = bench.path().to_owned();
    let other = std::thread::spawn(move || {
        shell(&folder, "exec 3>pw; echo '{\"x\": 1}' >.docker/config.json; echo geheim >&3")
    });
    let words = ["login", "--no-check", "--registry", "r:1", "--user", "op", "--password-file", "pw"];
    let (exit, report) = run(&bench, &words);
    other.join().expect("writes");
    assert_eq!((exit, &report["error"]["kind"]), (Some(2), &json!("changed-meanwhile")), "{report}");
    assert_eq!(config(&bench), "{\"x\": 1}\n");
}

#[test]
fn a_helper_program_keeps_the_login_where_one_is_named() {
    let (bench, registry) = start();
    let helper = "#!/bin/sh\ncd \"$HOME\"; case $1 in store) cat >kept;; erase) rm kept;; get) cat kept || { echo not found; exit 1; };; esac\n";
    fs::create_dir(bench.file("bin")).expect("makes");
    fs::write(bench.file("bin/docker-credential-test"), helper).expect("writes");
    let _ = shell(bench.path(), "chmod 755 bin/docker-credential-test");
    let named = json!({ "credHelpers": { at(&registry): "test" } }).to_string();
    fs::write(bench.file(".docker/config.json"), named).expect("writes");
    let address = at(&registry);
    let with_path = |words: &[&str]| {
        let path = format!("{}:{}", bench.file("bin").display(), std::env::var("PATH").expect("is set"));
        let output = regctl(bench.path(), &[]).env("PATH", path).args(words).output().expect("regctl runs");
        serde_json::from_slice::<Value>(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
    };
    let words = [
        "-o",
        "json",
        "login",
        "--ca",
        "ca.crt",
        "--registry",
        &address,
        "--user",
        "op",
        "--password-file",
        "good",
    ];

    let missing = login(&bench, &registry, &[]);
    assert_eq!(
        (missing.0, &missing.1["error"]["kind"]),
        (Some(1), &json!("credential-helper")),
        "{}",
        missing.1
    );
    let report = with_path(&words);
    assert_eq!(report["logins"][0]["helper"], "docker-credential-test", "{report:#}");
    let kept: Value =
        serde_json::from_slice(&fs::read(bench.file("kept")).expect("is kept")).expect("is JSON");
    assert_eq!(kept, json!({ "ServerURL": address, "Username": "op", "Secret": "geheim:wort" }));
    let written: Value = serde_json::from_str(&config(&bench)).expect("is JSON");
    assert_eq!(written["auths"], json!({ address.as_str(): {} }), "no password in the file");
    assert_eq!(with_path(&words)["own"]["change"], "unchanged");
    with_path(&["-o", "json", "logout", "--registry", &address]);
    assert!(
        !bench.file("kept").exists() && !config(&bench).contains("\"auths\":{\"127"),
        "{}",
        config(&bench)
    );
    let unknown = run(&bench, &["logout", "--registry", &address]);
    assert_eq!(
        (unknown.0, &unknown.1["error"]["kind"]),
        (Some(1), &json!("credential-helper")),
        "{}",
        unknown.1
    );
}

#[test]
fn the_file_that_a_web_page_taught_is_left_alone_and_explained() {
    let (bench, registry) = start();
    fs::write(bench.file(".docker/config.json"), DOCUMENT_004).expect("writes");
    let (exit, document) = login(&bench, &registry, &[]);
    let error = &document["error"];
    assert_eq!((exit, &error["kind"]), (Some(2), &json!("input-file")));
    assert!(
        error["message"].as_str().is_some_and(|text| text.contains("typographic signs such as “")),
        "{error}"
    );
    assert!(error["hint"].as_str().is_some_and(|text| text.contains("`auths`, not `auth`")), "{error}");
    assert_eq!(config(&bench), DOCUMENT_004);
}

#[test]
fn the_archive_for_marathon_apps_holds_this_login_alone_and_is_always_the_same() {
    let (bench, registry) = start();
    fs::write(bench.file(".docker/config.json"), "{\"auths\": {\"other\": {\"auth\": \"eg==\"}}}")
        .expect("writes");
    let (exit, report) = login(&bench, &registry, &["--archive", "docker.tar.gz"]);
    assert_eq!((exit, &report["archive"]["change"]), (Some(0), &json!("created")), "{report:#}");
    assert_eq!(report["archive"]["fetch"], r#"{"fetch":[{"uri":"file:///etc/docker.tar.gz"}]}"#);
    assert_eq!(report["archive"]["uris"], r#"{"uris":["file:///etc/docker.tar.gz"]}"#);
    assert_eq!(mode(&bench, "docker.tar.gz"), 0o600);
    let unpacked: Value =
        serde_json::from_str(&shell(bench.path(), "tar -xzOf docker.tar.gz .docker/config.json"))
            .expect("is JSON");
    assert_eq!(unpacked, json!({ "auths": { at(&registry): { "auth": "b3A6Z2VoZWltOndvcnQ=" } } }));
    let (_, again) = login(&bench, &registry, &["--archive", "docker.tar.gz"]);
    assert_eq!(again["archive"]["change"], "unchanged");
}
