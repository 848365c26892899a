//! The registry as every agent of a lab sees it, deployed and trusted by regctl itself.

use std::time::Duration;

use regctl_lab::faults::Fault;
use regctl_lab::{Host, Lab, Tier, require};

use crate::bench::Verified;

/// A lab in which the registry runs on a2, and regctl's runs on its master.
pub(crate) struct Site {
    pub(crate) lab: Lab,
}

impl Site {
    /// Nothing, with a word why, where the machine cannot host it.
    pub(crate) fn start(tier: Tier) -> Option<Self> {
        require(tier)?;
        let engines = u8::from(tier == Tier::T2);
        let lab = Lab::builder().agents(3).engines(engines).binary(env!("CARGO_BIN_EXE_regctl"));
        let site = Self { lab: lab.start().expect("a lab starts") };
        site.done("regctl cert gen");
        Some(site)
    }

    pub(crate) fn agent(&self, name: &str) -> &Host {
        self.lab.host(name)
    }

    /// Runs a line on the master that has to succeed.
    pub(crate) fn done(&self, line: &str) {
        let output = self.run(line);
        assert!(output.status.success(), "{line}: {}{}", output.stdout, output.stderr);
    }

    pub(crate) fn run(&self, line: &str) -> regctl_lab::Output {
        let words: Vec<&str> = line.split(' ').collect();
        self.lab.host("master").exec_with(&words, b"", Duration::from_secs(180)).expect("it runs")
    }

    pub(crate) fn verify(&self, more: &str) -> Verified {
        let output = self.run(format!("regctl verify -o json {more}").trim());
        Verified::new(output.status.code(), &output.stdout, &output.stderr)
    }

    pub(crate) fn master(&self) -> &Host {
        self.lab.host("master")
    }

    /// The status and cause of that check of that agent.
    pub(crate) fn seen(&self, verified: &Verified, name: &str, agent: &str) -> (String, String) {
        let address = self.agent(agent).address().to_string();
        let found =
            verified.checks().iter().find(|check| check["name"] == name && check["subject"] == *address);
        let found = found.unwrap_or_else(|| panic!("no {name} of {agent} in {}", verified.report));
        let text = |key: &str| found[key].as_str().unwrap_or_default().to_owned();
        if text("status") == "fail" {
            assert!(!text("hint").is_empty(), "{found} has no hint");
        }
        (text("status"), text("cause"))
    }

    pub(crate) fn assert_seen(&self, verified: &Verified, check: &str, agent: &str, expected: (&str, &str)) {
        let seen = self.seen(verified, check, agent);
        assert_eq!((seen.0.as_str(), seen.1.as_str()), expected, "{check} of {agent}: {}", verified.report);
    }
}

const FOLDER: &str = "/etc/docker/certs.d/192.168.0.1";

#[test]
fn agents_reach_and_trust_the_vip_with_one_login_each() {
    let Some(site) = Site::start(Tier::T1) else { return };
    site.done("regctl deploy --host 192.168.1.12");
    let before = site.verify("--from-agents");
    assert_eq!(before.exit, Some(1), "{}", before.report);
    for agent in ["a1", "a2", "a3"] {
        site.assert_seen(&before, "agent-reach", agent, ("pass", ""));
        site.assert_seen(&before, "agent-trust", agent, ("fail", "ca-missing"));
    }
    site.done("regctl trust-agents --skip 192.168.1.13");
    let some = site.verify("--from-agents");
    assert_eq!(some.exit, Some(3), "only some agents' checks fail: {}", some.report);
    site.assert_seen(&some, "agent-trust", "a1", ("pass", ""));
    site.done("regctl trust-agents");
    let logins = site.agent("a1").logins().expect("counts");
    let after = site.verify("--from-agents --push --marathon http://marathon.mesos:8080");
    assert_eq!(after.exit, Some(0), "{}", after.report);
    assert!(after.checks().iter().all(|check| check["status"] == "pass"), "{}", after.report);
    assert_eq!(site.agent("a1").logins().expect("counts"), logins + 1);
}

#[test]
fn without_anybody_who_knows_the_agents_the_registry_is_still_checked() {
    let Some(site) = Site::start(Tier::T1) else { return };
    site.done("regctl deploy --host 192.168.1.12");
    let verified = site.verify("--from-agents --mesos http://192.168.1.11:5050");
    let (status, cause, ..) = verified.finding("agents");
    assert_eq!((verified.exit, status, cause), (Some(1), "fail", "unreachable"), "{}", verified.report);
    assert_eq!(verified.finding("catalog").0, "pass");
    let output = site.run("regctl verify --from-agents --agents-file /nowhere");
    assert_eq!(output.status.code(), Some(2), "{}", output.stderr);
}

#[test]
fn all_four_commands_run_without_flags_once_regctl_toml_is_filled_in() {
    let Some(site) = Site::start(Tier::T1) else { return };
    let config = "[cluster]\nmesos = \"http://master.mesos:5050\"\nmarathon = \"http://marathon.mesos:8080\"\n\
                  [registry]\nhost = \"192.168.1.12\"\nvip = \"registry:443\"\nnames = [\"192.168.1.2:5000\"]\n\
                  [certs]\nout = \"registry-certs\"\n";
    site.lab.host("master").write("/regctl.toml", config).expect("writes");
    for command in ["regctl cert gen", "regctl deploy", "regctl trust-agents"] {
        site.done(command);
    }
    let verified = site.verify("--from-agents --push");
    assert_eq!(verified.exit, Some(0), "{}", verified.report);
    let subjects = |name: &str| -> Vec<&str> {
        let checks =
            verified.checks().iter().filter(|check| check["name"] == name && check["status"] == "pass");
        checks.map(|check| check["subject"].as_str().expect("a text")).collect()
    };
    assert_eq!(subjects("marathon-health"), ["/registry"]);
    assert_eq!(subjects("push-pull"), ["registry.marathon.l4lb.thisdcos.directory", "192.168.1.2:5000"]);
    assert_eq!(subjects("agent-trust").len(), 3);
}

#[test]
fn each_way_of_misplacing_a_ca_has_its_name() {
    let Some(site) = Site::start(Tier::T1) else { return };
    site.done("regctl deploy --host 192.168.1.12");
    site.done("regctl trust-agents");
    let agent = site.agent("a1");
    let folder = |lines: &str| {
        let lines = format!("cd {FOLDER}; {lines}");
        agent.shell(&lines).expect("runs").good().expect("succeeds");
    };
    let cause = || {
        let verified = site.verify("--from-agents");
        assert_eq!(verified.exit, Some(3), "{}", verified.report);
        site.assert_seen(&verified, "agent-trust", "a3", ("pass", ""));
        site.seen(&verified, "agent-trust", "a1").1
    };
    folder("cp ca.crt /root/; mv ca.crt ca.pem");
    assert_eq!(cause(), "not-crt");
    folder(
        "rm ca.pem; openssl req -x509 -newkey rsa:2048 -nodes -keyout /dev/null -subj /CN=old -out ca.crt",
    );
    assert_eq!(cause(), "other-ca");
    folder("cp /root/ca.crt .; echo secret >domain.key");
    assert_eq!(cause(), "stray-key");
    folder("rm domain.key; mv ../192.168.0.1 ../192.168.0.1:443");
    assert_eq!(cause(), "wrong-directory");
    agent.shell("mv /etc/docker/certs.d/192.168.0.1:443 /etc/docker/certs.d/192.168.0.1").expect("moves");
    // A bundle with another CA in it, and comments around it, is trust all the same.
    folder(
        "(echo comment; openssl req -x509 -newkey rsa:2048 -nodes -keyout /dev/null -subj /CN=x; cat /root/ca.crt) >ca.crt",
    );
    let verified = site.verify("--from-agents");
    assert_eq!(verified.exit, Some(0), "{}", verified.report);
}

#[test]
fn what_keeps_one_agent_away_has_its_name_and_holds_up_nobody() {
    let Some(site) = Site::start(Tier::T1) else { return };
    site.done("regctl deploy --host 192.168.1.12");
    site.done("regctl trust-agents");
    let (a1, a3) = (site.agent("a1"), site.agent("a3"));
    a1.shell("nft flush ruleset").expect("runs").good().expect("takes the VIP away");
    a3.fault(&Fault::PortClosed).expect("closes");
    let verified = site.verify("--from-agents --retries 0");
    assert_eq!(verified.exit, Some(3), "{}", verified.report);
    let (status, cause) = site.seen(&verified, "agent-reach", "a1");
    assert_eq!(status, "fail", "{cause}: {}", verified.report);
    assert!(["connection-refused", "timeout", "unreachable"].contains(&&*cause), "{cause}");
    site.assert_seen(&verified, "agent-login", "a3", ("fail", "connect-refused"));
    site.assert_seen(&verified, "agent-trust", "a2", ("pass", ""));
}

#[test]
fn an_interruption_ends_the_run_with_what_was_seen_so_far() {
    let Some(site) = Site::start(Tier::T1) else { return };
    site.done("regctl deploy --host 192.168.1.12");
    site.agent("a3").fault(&Fault::Slow { seconds: 60 }).expect("slows down");
    let output = site.run("timeout -s INT --preserve-status 10 regctl verify -o json --from-agents --push");
    let verified = Verified::new(output.status.code(), &output.stdout, &output.stderr);
    assert_eq!(verified.exit, Some(130), "{}", verified.report);
    site.assert_seen(&verified, "agent-reach", "a1", ("pass", ""));
    site.assert_seen(&verified, "agent-login", "a3", ("fail", "interrupted"));
    assert!(verified.finding("push-pull").2.ends_with("deleted again"), "{}", verified.report);
}

#[test]
fn an_agent_without_curl_is_still_asked() {
    let Some(site) = Site::start(Tier::T1) else { return };
    site.done("regctl deploy --host 192.168.1.12");
    site.done("regctl trust-agents");
    let agent = site.agent("a1");
    agent.shell("mv $(command -v curl) /root/").expect("runs").good().expect("takes curl away");
    let verified = site.verify("--from-agents");
    assert_eq!(verified.exit, Some(0), "{}", verified.report);
    site.assert_seen(&verified, "agent-reach", "a1", ("pass", ""));
    let lines = "chsh -s /bin/sh root; for tool in bash nc sha256sum; do mv $(command -v $tool) /root/; done";
    agent.shell(lines).expect("runs");
    let verified = site.verify("--from-agents");
    assert_eq!(verified.exit, Some(0), "{}", verified.report);
    site.assert_seen(&verified, "agent-reach", "a1", ("skip", ""));
    site.assert_seen(&verified, "agent-trust", "a1", ("skip", ""));
}

#[test]
fn an_app_that_never_gets_healthy_fails_with_what_marathon_says() {
    let Some(site) = Site::start(Tier::T1) else { return };
    let marathon = "--marathon http://marathon.mesos:8080";
    let missing = site.verify(&format!("{marathon} --wait 1s"));
    assert_eq!((missing.exit, missing.finding("marathon-health").1), (Some(1), "not-healthy"));
    assert!(missing.finding("marathon-health").2.contains("there is no app /registry"));
    site.done("regctl deploy --host 192.168.1.99 --no-stage --no-wait");
    let waiting = site.verify(&format!("{marathon} --wait 2s"));
    let (status, cause, detail, hint) = waiting.finding("marathon-health");
    assert_eq!((waiting.exit, status, cause), (Some(1), "fail", "not-healthy"));
    assert!(detail.contains("0 of 1 instances run") && hint.contains("regctl agents"), "{detail} {hint}");
}

#[test]
fn the_agents_own_engine_pulls_what_was_pushed_and_keeps_nothing() {
    let Some(site) = Site::start(Tier::T2) else { return };
    let engine = site.agent("a1");
    let images = || engine.shell("docker images -q --no-trunc").expect("runs").good().expect("lists");
    site.done("regctl deploy --host 192.168.1.12");
    let untrusting = site.verify("--from-agents --pull");
    site.assert_seen(&untrusting, "agent-pull", "a1", ("fail", "unknown-authority"));
    site.assert_seen(&untrusting, "agent-pull", "a3", ("skip", ""));
    site.done("regctl trust-agents");
    let before = images();
    let verified = site.verify("--from-agents --pull");
    assert_eq!(verified.exit, Some(0), "{}", verified.report);
    site.assert_seen(&verified, "agent-pull", "a1", ("pass", ""));
    assert!(verified.finding("push-pull").2.ends_with("deleted again"), "{}", verified.report);
    assert_eq!(images(), before, "the engine kept the image");
    let left = site.agent("a2").shell("find /data/docker-registry -path '*/regctl/verify/*' -name link");
    assert_eq!(left.expect("runs").stdout, "", "the registry kept the image");
}

#[test]
fn an_engine_logs_in_for_this_pull_alone() {
    let Some(site) = Site::start(Tier::T2) else { return };
    let master = site.lab.host("master");
    let users = "htpasswd -Bbn op pass:word >/users && echo pass:word >/password && chmod 600 /password";
    master.shell(users).expect("runs").good().expect("makes a user");
    site.done("regctl deploy --host 192.168.1.12 --htpasswd /users");
    site.done("regctl trust-agents");
    let nobody = site.verify("--from-agents --pull");
    assert_eq!((nobody.exit, nobody.finding("push-pull").1), (Some(1), "user-missing"), "{}", nobody.report);
    let verified = site.verify("--from-agents --pull --user op --password-file /password");
    assert_eq!(verified.exit, Some(0), "{}", verified.report);
    site.assert_seen(&verified, "agent-pull", "a1", ("pass", ""));
    let left = site
        .agent("a1")
        .shell("ls -d /root/.docker /tmp/tmp.*; grep -rl b3A6cGFzczp3b3Jk /root /tmp /var/lib/regctl");
    assert_eq!(left.expect("runs").stdout, "", "the login stayed");
}
