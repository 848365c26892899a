//! `cert status`: exit codes that cron can go by, for files and for what is served.

use regctl_lab::loopback::Setup;
use serde_json::Value;

use crate::folder::Folder;

/// The exit code, and each certificate's state.
fn status(folder: &Folder, words: &[&str]) -> (Option<i32>, Vec<String>, Value) {
    let run = folder.cert("status", &[&["-o", "json"], words].concat());
    let json = run.json();
    assert_eq!(json["schema"], "regctl.cert-status/v1", "{}", run.stderr);
    let all = json["certificates"].as_array().expect("a list").iter();
    let states = all.map(|one| one["state"].as_str().expect("a text").to_owned()).collect();
    (run.exit, states, json)
}

#[test]
fn the_certs_folder_is_good_then_warned_of_then_ended() {
    let folder = Folder::new();
    folder.made(&["--days", "100", "--ca-days", "1000"]);
    let (exit, states, json) = status(&folder, &[]);
    assert_eq!((exit, states), (Some(0), vec!["good".to_owned(), "good".to_owned()]), "{json:#}");
    assert_eq!((&json["warn_days"], &json["certificates"][1]["days_left"]), (&60.into(), &99.into()));
    let (exit, states, _) = status(&folder, &["--warn", "101d"]);
    assert_eq!((exit, states), (Some(4), vec!["good".to_owned(), "soon".to_owned()]));
    let text = folder.cert("status", &["--warn", "101d"]).stdout;
    assert_eq!(text.lines().count(), 2, "one line each: {text}");
    assert!(text.contains("warn  certs/domain.crt") && text.contains("99 days left"), "{text}");
    let later = |days: u32| {
        let line = format!(
            "code=0; faketime -f +{days}d {} cert status >said || code=$?; echo $code; cat said",
            env!("CARGO_BIN_EXE_regctl")
        );
        folder.shell(&line)
    };
    assert!(later(60).starts_with("4\n"), "{}", later(60));
    assert!(later(200).starts_with("1\n") && later(200).contains("FAIL  certs/domain.crt"), "{}", later(200));
}

#[test]
fn what_cannot_be_read_is_exit_1_and_the_rest_is_still_told() {
    let folder = Folder::new();
    let (exit, states, _) = status(&folder, &[]);
    assert_eq!((exit, states), (Some(1), vec!["unreadable".to_owned(), "unreadable".to_owned()]));
    folder.made(&[]);
    folder.shell("echo nothing >none.crt");
    let (exit, states, json) = status(&folder, &["none.crt", "certs/ca.crt"]);
    assert_eq!((exit, states), (Some(1), vec!["unreadable".to_owned(), "good".to_owned()]), "{json:#}");
}

#[test]
fn what_is_served_is_looked_at_and_compared_with_the_file() {
    let folder = Folder::new();
    folder.made(&["--ip", "127.0.0.1", "--days", "30"]);
    let setup =
        Setup::new(folder.path()).tls(&folder.file("certs/domain.crt"), &folder.file("certs/domain.key"));
    let registry = setup.start().expect("a registry starts");
    let address = format!("127.0.0.1:{}", registry.port);
    let (exit, states, json) = status(&folder, &["--registry", &address, "--warn", "10d"]);
    assert_eq!((exit, states), (Some(0), vec!["good".to_owned(); 3]), "{json:#}");
    assert_eq!(json["certificates"][2]["differs"], false);
    // Renewed here, and nobody told the registry.
    folder.made(&["--ip", "127.0.0.1", "--force"]);
    let (exit, states, json) = status(&folder, &["--registry", &address]);
    assert_eq!(exit, Some(4), "{json:#}");
    assert_eq!(states, ["good", "good", "soon"], "{json:#}");
    assert_eq!(json["certificates"][2]["differs"], true);
    let text = folder.cert("status", &["--registry", &address]).stdout;
    assert!(text.contains("another certificate than certs/domain.crt"), "{text}");
    drop(registry);
    let (exit, states, _) = status(&folder, &[&address]);
    assert_eq!((exit, states), (Some(1), vec!["unreachable".to_owned()]));
}
