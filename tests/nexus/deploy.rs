//! `deploy --preset nexus` in a lab: the app on Marathon, the set-up after it, images through the VIP.

use std::time::Duration;

use regctl_lab::{Host, Lab, Tier, nexus, require, require_programs};
use serde_json::json;

use crate::run::{Run, steps};

const DEPLOY: &str = "regctl deploy -o json --host 192.168.1.11 --admin-password-file admin.pw --user ann \
                      --password-file ann.pw";

/// A lab in which regctl runs on the master.
pub(crate) struct Cluster {
    lab: Lab,
}

impl Cluster {
    fn start() -> Option<Self> {
        Self::start_on(Tier::T1)
    }

    /// The same with Docker Engine on a1, where the tier has it.
    pub(crate) fn start_on(tier: Tier) -> Option<Self> {
        require(tier)?;
        require_programs(&nexus::PROGRAMS)?;
        let lab = Lab::builder().agents(2).engines(u8::from(tier == Tier::T2));
        let lab = lab.binary(env!("CARGO_BIN_EXE_regctl")).start().expect("a lab starts");
        let cluster = Self { lab };
        cluster.shell("master", "umask 077; echo admins-own >admin.pw; echo anns-own >ann.pw");
        Some(cluster)
    }

    pub(crate) fn host(&self, name: &str) -> &Host {
        self.lab.host(name)
    }

    /// A line of shell on the master that runs regctl.
    pub(crate) fn regctl(&self, line: &str) -> Run {
        let words = ["sh", "-c", line];
        let output = self.host("master").exec_with(&words, b"", Duration::from_secs(120)).expect("it runs");
        Run { code: output.status.code(), stdout: output.stdout, stderr: output.stderr }
    }

    pub(crate) fn shell(&self, host: &str, line: &str) -> String {
        self.host(host).shell(line).expect("runs").good().unwrap_or_else(|error| panic!("{line}: {error}"))
    }
}

#[test]
fn a_nexus_is_deployed_set_up_and_takes_images_behind_its_vip() {
    let Some(cluster) = Cluster::start() else { return };
    let dry = cluster.regctl(&format!("{DEPLOY} --preset nexus --check"));
    assert_eq!(dry.code, Some(4), "{dry:?}");
    assert!(!cluster.host("a1").exists("/data/nexus"));
    let first = cluster.regctl(&format!("{DEPLOY} --preset nexus"));
    assert_eq!(first.code, Some(0), "{first:?}");
    let report = first.json();
    assert_eq!((&report["change"], &report["healthy"]), (&json!("created"), &json!(true)));
    assert_eq!(report["endpoints"], json!(["192.168.0.1"]));
    assert_eq!(
        report["staged"],
        json!([{"host": "192.168.1.11", "path": "/data/nexus", "change": "changed"}])
    );
    let expected = [
        "admin-password updated",
        "blob-store unchanged",
        "repository created",
        "realm updated",
        "role created",
        "user created",
    ];
    assert_eq!(steps(&report["nexus"]), expected);
    assert_eq!(cluster.shell("a1", "stat -c %u:%g /data/nexus"), "200:200");
    assert!(!cluster.host("a1").exists("/data/nexus/admin.password"));
    let whole = format!("{first:?}{}", cluster.shell("master", "curl -s http://marathon.mesos:8080/v2/apps"));
    assert!(!whole.contains("admins-own") && !whole.contains("anns-own"), "{whole}");

    cluster.shell(
        "master",
        "printf '[registry]\\npreset = \"nexus\"\\nhost = \"192.168.1.11\"\\n' >regctl.toml",
    );
    let verify = cluster.regctl(
        "regctl verify -o json --push --marathon http://marathon.mesos:8080 --user ann --password-file ann.pw",
    );
    assert_eq!(verify.code, Some(0), "{verify:?}");
    let checks = verify.json()["checks"].as_array().expect("a list").clone();
    let status = |name: &str| {
        let check =
            checks.iter().find(|it| it["name"] == name).unwrap_or_else(|| panic!("{name}: {checks:?}"));
        check["status"].as_str().unwrap_or_default().to_owned()
    };
    for name in ["marathon-health", "nexus-status", "api", "catalog", "push-pull"] {
        assert_eq!(status(name), "pass", "{name}: {checks:#?}");
    }

    let again = cluster.regctl(DEPLOY);
    assert_eq!(again.code, Some(0), "{again:?}");
    let report = again.json();
    assert_eq!(report["change"], "unchanged");
    assert!(steps(&report["nexus"]).iter().all(|it| it.ends_with(" unchanged")), "{report:#}");
    assert_eq!(report["staged"][0]["change"], "unchanged");

    let back = cluster.regctl(&format!("{DEPLOY} --image sonatype/nexus3:3.70.4 --dry-run")).json();
    assert!(back["warnings"].to_string().contains("does not go back"), "{back:#}");
    let (message, _) = cluster.regctl("regctl gc -o json --dry-run").fault(2, "not-applicable");
    assert!(message.contains("is a Nexus, which collects by tasks of its own"), "{message}");
    let (_, hint) =
        cluster.regctl("regctl user add bob --password-file ann.pw -o json").fault(2, "not-applicable");
    assert!(hint.contains("regctl nexus setup --user"), "{hint}");
}

#[test]
fn what_a_nexus_cannot_be_is_refused_before_anything_is_tried() {
    let Some(cluster) = Cluster::start() else { return };
    for (flags, words) in [
        ("--image sonatype/nexus3:latest", "does not say which version"),
        ("--preset nexus --tls", "plain HTTP"),
        ("--preset nexus --mem 1024", "so little memory"),
    ] {
        let (message, hint) = cluster.regctl(&format!("{DEPLOY} {flags}")).fault(2, "not-applicable");
        assert!(message.contains(words), "{message}");
        assert!(!hint.is_empty(), "{message}");
    }
    let newest = format!("{DEPLOY} --image sonatype/nexus3:3.77.1");
    let (_, hint) = cluster.regctl(&newest).fault(2, "consent-needed");
    assert!(hint.contains("--accept-eula"), "{hint}");
    let (message, _) =
        cluster.regctl("regctl deploy -o json --host a1 --preset nexus").fault(2, "missing-value");
    assert!(message.contains("no password is named for Nexus' administrator"), "{message}");
    assert_eq!(
        cluster.shell("master", "curl -s http://marathon.mesos:8080/v2/apps | jq '.apps | length'"),
        "0"
    );
}
