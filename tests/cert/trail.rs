//! What runs leave in the audit trail, and `regctl log`, without a cluster.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::Value;

/// A home of its own, with a trail of its own.
struct Home(tempfile::TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn run(&self, line: &str) -> Output {
        Command::new(env!("CARGO_BIN_EXE_regctl"))
            .args(line.split_whitespace())
            .current_dir(self.0.path())
            .env_clear()
            .envs([("HOME", self.0.path().as_os_str()), ("USER", "ann".as_ref())])
            .output()
            .expect("regctl runs")
    }

    fn good(&self, line: &str) -> Output {
        let output = self.run(line);
        assert_eq!(output.status.code(), Some(0), "{line}: {}", text(&output.stderr));
        output
    }

    fn trail(&self) -> PathBuf {
        self.0.path().join(".local/state/regctl/master.mesos/audit.jsonl")
    }

    fn log(&self, flags: &str) -> Value {
        let output = self.good(&format!("-o json log {flags}"));
        serde_json::from_slice(&output.stdout).expect("one JSON document")
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_run_that_changes_something_leaves_a_private_record_and_a_dry_run_none() {
    let home = Home::new();
    home.good("cert gen --dry-run");
    assert!(!home.trail().exists());
    assert!(text(&home.good("log").stdout).contains("No such run is on record for master.mesos"));
    home.good("cert gen --ip 192.168.0.1 --out certs");
    let log = home.log("");
    assert_eq!(log["schema"], "regctl.log/v1");
    let record = &log["records"][0];
    assert_eq!(record["command"], "cert gen");
    assert_eq!(record["arguments"], serde_json::json!(["--ip=192.168.0.1", "--out=certs"]));
    assert_eq!((&record["exit"], &record["by"]["user"]), (&0.into(), &"ann".into()));
    let change = serde_json::json!({"what": "file", "name": "certs/domain.key", "change": "written"});
    assert_eq!((&record["changes"][0], log["records"].as_array().map(Vec::len)), (&change, Some(1)));
    let mode = home.trail().metadata().expect("is there").permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    let shown = text(&home.good("log").stdout);
    assert!(shown.contains("ann@") && shown.contains("file certs/domain.key written and 3 more"), "{shown}");
}

#[test]
fn no_password_comes_into_the_trail() {
    let home = Home::new();
    // Nobody listens there: the run fails after it has begun.
    let marathon = "http://op:hunter2@127.0.0.1:1";
    let output = home.run(&format!(
        "deploy --host 192.168.1.80 --no-tls --no-stage --marathon {marathon} --set TOKEN=hunter2"
    ));
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let trail = fs::read_to_string(home.trail()).expect("a record");
    assert!(!trail.contains("hunter2"), "{trail}");
    let record = &home.log("--failed")["records"][0];
    assert_eq!((&record["error"]["kind"], &record["exit"]), (&"unreachable".into(), &1.into()));
    let arguments = record["arguments"].to_string();
    assert!(
        arguments.contains("op:(not kept)@127.0.0.1:1") && arguments.contains("TOKEN=(not kept)"),
        "{arguments}"
    );
}

#[test]
fn a_record_that_cannot_be_written_is_a_warning() {
    let home = Home::new();
    fs::create_dir_all(home.trail().parent().expect("a folder")).expect("makes");
    symlink("/dev/full", home.trail()).expect("links");
    let output = home.good("cert gen");
    let stderr = text(&output.stderr);
    assert!(stderr.contains("warning: this run is not on record: writing "), "{stderr}");
    assert!(stderr.contains("audit.jsonl: no space left on device"), "{stderr}");
}

#[test]
fn a_half_written_line_is_counted_and_hides_no_other() {
    let home = Home::new();
    home.good("cert gen");
    let whole = fs::read(home.trail()).expect("reads");
    fs::write(home.trail(), &whole[..whole.len() - 40]).expect("writes");
    home.good("cert gen --force");
    let log = home.log("");
    assert_eq!((&log["broken_lines"], &log["records"][0]["exit"]), (&1.into(), &Value::Null));
    assert_eq!(log["records"][1]["exit"], 0);
    let shown = text(&home.good("log --failed").stdout);
    assert!(
        shown.contains("no end") && shown.contains("Lines that cannot be read, and are left out: 1"),
        "{shown}"
    );
}

#[test]
fn records_are_found_by_id_command_and_time_and_in_all_clusters() {
    let home = Home::new();
    home.good("cert gen");
    home.run("undeploy --yes --mesos http://elsewhere:5050 --marathon http://127.0.0.1:1");
    let count = |flags: &str| home.log(flags)["records"].as_array().map(Vec::len);
    assert_eq!((count(""), count("--mesos http://elsewhere:5050")), (Some(1), Some(1)));
    assert_eq!((count("--all-clusters"), count("--all-clusters --last 1")), (Some(2), Some(1)));
    assert_eq!((count("--all-clusters --command cert"), count("--since 2999-01-01")), (Some(1), Some(0)));
    let id = home.log("")["records"][0]["id"].as_str().expect("an id").to_owned();
    let whole = text(&home.good(&format!("log --id {id}")).stdout);
    assert!(
        whole.contains("  version    ") && whole.contains("changed    file certs/ca.crt written"),
        "{whole}"
    );
    assert_eq!(home.run("log --id 1999").status.code(), Some(1));
    assert_eq!(home.run("log --since yesterday").status.code(), Some(2));
}
