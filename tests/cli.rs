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
fn a_page_that_cannot_be_written_is_exit_2_before_anything_is_done() {
    for (path, why) in
        [("nowhere/page.html", "no such file or directory"), (".", "is no file"), ("/dev/null", "is no file")]
    {
        for command in ["trust-agents", "untrust-agents", "verify", "up --host 192.168.1.12", "doctor"] {
            let words: Vec<&str> = command.split(' ').chain(["--report", path]).collect();
            let output = regctl(&words);
            assert_eq!(output.status.code(), Some(2), "{command} {path}");
            let stderr = text(&output.stderr);
            assert!(stderr.contains("[output]") && stderr.contains(why), "{command} {path}: {stderr}");
        }
    }
    let watch = regctl(&["verify", "--watch", "30s", "--report", "page.html"]);
    assert_eq!(watch.status.code(), Some(2), "a watch has no end to report");
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

/// What a shell makes of the completions, asked by a script of its own; nothing where the shell is not there.
fn completed(shell: &str, script: &str) -> Option<String> {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("completions");
    std::fs::write(&file, regctl(&["completions", shell]).stdout).expect("writes");
    let output = Command::new(shell).arg("-c").arg(script).env("FILE", &file).output().ok()?;
    assert!(output.status.success(), "{}", text(&output.stderr));
    Some(text(&output.stdout))
}

#[test]
fn bash_completes_commands_and_flags() {
    let words = |line: &str, last: &str| {
        let count = line.split(' ').count() - 1;
        format!(
            ". \"$FILE\"; COMP_WORDS=({line}); COMP_CWORD={count}; _regctl regctl {last} x; echo \"${{COMPREPLY[@]}}\""
        )
    };
    let told = |line, last| completed("bash", &words(line, last)).expect("bash is there");
    assert_eq!(told("regctl trust", "trust").trim(), "trust-agents");
    assert_eq!(told("regctl cert ge", "ge").trim(), "gen");
    assert!(told("regctl deploy --data", "--data").contains("--data-dir"));
}

#[test]
fn completions_are_for_the_name_that_the_program_is_called_by() {
    let told = regctl(&["completions", "bash", "--name", "dcos-regctl"]);
    let script = text(&told.stdout);
    assert!(script.contains("default dcos-regctl"), "{script}");
    for bad in ["x;y", "-x", "", "a/b"] {
        assert_eq!(
            regctl(&["completions", "bash", &format!("--name={bad}")]).status.code(),
            Some(2),
            "{bad}"
        );
    }
}

#[test]
#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
fn fish_completes_commands() {
    let script = "source $FILE; complete -C 'regctl trust'";
    let Some(told) = completed("fish", script) else {
        eprintln!("skipped: fish is not here");
        return;
    };
    assert!(told.contains("trust-agents"), "{told}");
}

#[test]
fn the_manual_is_printed_page_by_page_or_written_as_a_whole() {
    let one = regctl(&["man", "cert", "gen"]);
    assert!(text(&one.stdout).contains("regctl\\-cert\\-gen"), "{}", text(&one.stdout));
    assert_eq!(regctl(&["man", "sing"]).status.code(), Some(2));
    let dir = tempfile::tempdir().expect("a folder");
    let folder = dir.path().join("man1");
    let all = regctl(&["-o", "json", "man", "--out", folder.to_str().expect("is text")]);
    let told: serde_json::Value = serde_json::from_slice(&all.stdout).expect("one JSON document");
    assert_eq!(told["schema"], "regctl.man/v1");
    let pages = told["pages"].as_array().expect("a list");
    assert_eq!(pages.len(), std::fs::read_dir(&folder).expect("is there").count());
    assert!(folder.join("regctl-trust-agents.1").is_file());
}

/// What `doctor` finds about PATH when it is that; no cluster is asked.
fn seen_on_path(path: &std::path::Path) -> serde_json::Value {
    let dir = tempfile::tempdir().expect("a folder");
    let nobody = "http://127.0.0.1:1";
    let output = Command::new(env!("CARGO_BIN_EXE_regctl"))
        .args(["-o", "json", "doctor", "--mesos", nobody, "--marathon", nobody, "--host", "127.0.0.1"])
        .current_dir(dir.path())
        .env_clear()
        .env("HOME", dir.path())
        .env("PATH", path)
        .output()
        .expect("regctl runs");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("one JSON document");
    let found =
        report["checks"].as_array().and_then(|checks| checks.iter().find(|it| it["name"] == "on-path"));
    found.unwrap_or_else(|| panic!("no on-path in {report:#}")).clone()
}

#[test]
fn doctor_names_another_regctl_that_comes_first_on_path_and_does_not_run_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().expect("a folder");
    let (other, was_run) = (dir.path().join("regctl"), dir.path().join("was-run"));
    std::fs::write(&other, format!("#!/bin/sh\n>'{}'\n", was_run.display())).expect("writes");
    std::fs::set_permissions(&other, std::fs::Permissions::from_mode(0o755)).expect("sets the mode");
    let ours = std::path::Path::new(env!("CARGO_BIN_EXE_regctl"));
    let folder = ours.parent().expect("is in a folder");
    let both = std::env::join_paths([dir.path(), folder]).expect("joins");
    let found = seen_on_path(both.as_ref());
    assert_eq!((&found["status"], &found["cause"]), (&"warn".into(), &"another-regctl".into()), "{found:#}");
    assert_eq!(found["subject"], other.to_str().expect("is text"));
    assert!(
        found["detail"].as_str().is_some_and(|it| it.contains(ours.to_str().expect("is text"))),
        "{found:#}"
    );
    assert!(!was_run.exists(), "it was run");
    let found = seen_on_path(folder);
    assert_eq!((&found["status"], &found["subject"]), (&"pass".into(), &ours.to_str().into()), "{found:#}");
}
