//! The command line without a network: help, usage errors, exit codes, and what goes to which stream.

use std::process::{Command, Output};

fn regctl(args: &[&str]) -> Output {
    spoken("C", args)
}

/// A run where the locale is this one.
fn spoken(locale: &str, args: &[&str]) -> Output {
    let dir = tempfile::tempdir().expect("a folder");
    Command::new(env!("CARGO_BIN_EXE_regctl"))
        .args(args)
        .current_dir(dir.path())
        .env_clear()
        .env("HOME", dir.path())
        .env("LANG", locale)
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
fn a_wrong_command_line_is_complained_of_in_the_language_of_the_locale() {
    let complaint = |locale, args: &[&str]| {
        let output = spoken(locale, args);
        assert_eq!(output.status.code(), Some(2), "{locale} {args:?}");
        text(&output.stderr)
    };
    let chinese = complaint("zh_CN.UTF-8", &["deploy", "--hots", "a1"]);
    assert!(chinese.starts_with("错误[usage]：") && chinese.contains("`--host`"), "{chinese}");
    // A terminal that cannot show Chinese is spoken to in English, as is whoever says so.
    for args in [["deploy", "--hots"].as_slice(), &["--lang", "en", "deploy", "--hots"]] {
        let locale = if args.len() == 2 { "zh_CN.GB18030" } else { "zh_CN.UTF-8" };
        assert!(complaint(locale, args).starts_with("error[usage]: "), "{locale} {args:?}");
    }
    assert!(complaint("zh_CN.UTF-8", &["--lang", "de", "agents"]).contains("en, zh"));
    let json = spoken("zh_CN.UTF-8", &["-o", "json", "deploy", "--hots"]);
    let told: serde_json::Value = serde_json::from_slice(&json.stdout).expect("one JSON document");
    assert!(told["error"]["message"].as_str().is_some_and(str::is_ascii), "{told}");
}

#[test]
fn the_help_is_in_the_language_of_the_locale() {
    let help = text(&spoken("zh_CN.UTF-8", &["deploy", "--help"]).stdout);
    for words in ["示例:", "用法:", "退出码:", "[环境变量："] {
        assert!(help.contains(words), "{words}: {help}");
    }
    let english = ["Examples:", "Usage:", "default:", "env:", "may be repeated"];
    assert_eq!(english.iter().find(|words| help.contains(**words)), None, "{help}");
}

#[test]
fn misspelt_flags_and_values_have_a_suggestion_too() {
    for (args, expected) in [
        (["trust-agents", "--mod", "ca"].as_slice(), "'--mode'"),
        (&["trust-agents", "--mode", "insecur"], "'insecure'"),
        (&["cert", "gen", "--key-type", "rsa-248"], "'rsa-2048'"),
        (&["cert", "shwo"], "'show'"),
    ] {
        let output = regctl(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        let stderr = text(&output.stderr);
        assert!(stderr.contains("tip:") && stderr.contains(expected), "{stderr}");
        let json = regctl(&[args, &["-o", "json"]].concat());
        let told: serde_json::Value = serde_json::from_slice(&json.stdout).expect("one JSON document");
        assert!(told["error"]["hint"].as_str().is_some_and(|hint| hint.contains(expected)), "{told}");
    }
}

#[test]
fn a_misspelt_value_in_the_configuration_names_the_nearest() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("regctl.toml");
    std::fs::write(&file, "[certs]\nkey_type = \"rsa-248\"\n").expect("writes");
    let output = regctl(&["--config", file.to_str().expect("is text"), "cert", "gen"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("Did you mean `rsa-2048`?"), "{}", text(&output.stderr));
}

#[test]
fn every_way_to_ask_for_help_leads_to_the_same_text() {
    let long = text(&regctl(&["cert", "gen", "--help"]).stdout);
    assert!(long.starts_with("Make a CA and a leaf") && long.contains("REGCTL_CERTS"), "{long}");
    assert_eq!(text(&regctl(&["help", "cert", "gen"]).stdout), long);
    let short = text(&regctl(&["cert", "gen", "-h"]).stdout);
    assert!(short.lines().count() < long.lines().count() && short.contains("more flags"), "{short}");
    let none = regctl(&[]);
    assert_eq!((none.status.code(), text(&none.stderr)), (Some(2), text(&regctl(&["-h"]).stdout)));
}

#[test]
fn completions_know_every_command_and_flag_of_the_helps() {
    let goldens = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/golden/help");
    let scripts = ["bash", "zsh", "fish"].map(|shell| (shell, text(&regctl(&["completions", shell]).stdout)));
    for entry in std::fs::read_dir(goldens).expect("is there") {
        let path = entry.expect("an entry").path();
        let name = path.file_stem().expect("has a name").to_string_lossy().into_owned();
        let help = std::fs::read_to_string(&path).expect("is text");
        let is_flag = |line: &&str| line.starts_with("      --") || line.starts_with("  -");
        let flags = help.lines().filter(is_flag).filter_map(|line| line.split_once("--"));
        let flags = flags.map(|(_, rest)| rest.split([' ', '=', '[']).next().expect("a first").to_owned());
        let command = name.rsplit('-').next().expect("a last").to_owned();
        for word in flags.chain([command]).filter(|word| word != "regctl.short") {
            for (shell, script) in &scripts {
                assert!(script.contains(&word), "{shell} does not know {word} of {name}");
            }
        }
    }
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
#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
fn zsh_completes_commands() {
    let script = "autoload -U compinit && compinit -u -D && source $FILE && zmodload zsh/zpty && zpty z zsh -fi && \
                  zpty -w z \"PS1=; autoload -U compinit; compinit -u -D; source $FILE\" && \
                  zpty -n -w z $'regctl trust\\t' && sleep 1 && zpty -n -w z $'\\C-U' && \
                  while zpty -r -t z line; do print -r -- $line; done";
    let Some(told) = completed("zsh", script) else {
        eprintln!("skipped: zsh is not here");
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
