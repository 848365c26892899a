//! The command line without a network: help, usage errors, exit codes, and what goes to which stream.

use std::process::{Command, Output};

fn regctl(args: &[&str]) -> Output {
    let dir = tempfile::tempdir().expect("a folder");
    Command::new(env!("CARGO_BIN_EXE_regctl"))
        .args(args)
        .current_dir(dir.path())
        .env_clear()
        .env("HOME", dir.path())
        .output()
        .expect("regctl runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn help_goes_to_stdout_and_documents_the_exit_codes() {
    let output = regctl(&["--help"]);
    assert_eq!(output.status.code(), Some(0));
    for line in ["Exit codes:", "130  interrupted", "not regclient's tool"] {
        assert!(text(&output.stdout).contains(line), "{line}");
    }
    assert!(output.stderr.is_empty());
}

#[test]
fn a_misspelt_command_is_exit_2_with_a_suggestion() {
    let output = regctl(&["cret"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("'cert'"), "{}", text(&output.stderr));
    assert!(output.stdout.is_empty());
}

#[test]
fn a_usage_error_is_one_json_document_where_json_is_asked_for() {
    for args in [
        ["-o", "json", "cert", "gen", "--days", "x"].as_slice(),
        ["cert", "gen", "--ip", "x", "--output=json"].as_slice(),
    ] {
        let output = regctl(args);
        assert_eq!(output.status.code(), Some(2));
        let value: serde_json::Value = serde_json::from_slice(&output.stdout).expect("one JSON document");
        assert_eq!((&value["schema"], &value["error"]["code"]), (&"regctl.error/v1".into(), &2.into()));
    }
}

#[test]
fn an_unknown_key_in_the_configuration_is_exit_2_and_names_the_nearest() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("regctl.toml");
    std::fs::write(&file, "[registry]\nvipp = \"192.168.0.1:443\"\n").expect("writes");
    let output = regctl(&["--config", file.to_str().expect("is text"), "cert", "gen"]);
    assert_eq!(output.status.code(), Some(2));
    let stderr = text(&output.stderr);
    assert!(
        stderr.starts_with("error[config]: ")
            && stderr.contains("line 2: unknown key `vipp`: did you mean `vip`?"),
        "{stderr}"
    );
}

#[test]
fn a_missing_configuration_file_is_exit_2() {
    let output = regctl(&["--config", "nowhere.toml", "cert", "gen"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains("nowhere.toml: no such file or directory"),
        "{}",
        text(&output.stderr)
    );
}
