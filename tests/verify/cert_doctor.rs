//! The x509 doctor with an agent's eyes and in an engine's own words; certificates of another CA through a whole lab.

use regctl_lab::Tier;

use crate::bench::Verified;
use crate::lab::Site;

const FOLDER: &str = "/etc/docker/certs.d/192.168.0.1";

/// What the doctor finds on the registry and on a1: its exit code and its word for the cause.
fn doctor(site: &Site) -> (Option<i32>, String, Verified) {
    let output = site.run("regctl cert doctor -o json --agent 192.168.1.11");
    let found = Verified::new(output.status.code(), &output.stdout, &output.stderr);
    (found.exit, found.report["cause"].as_str().unwrap_or_default().to_owned(), found)
}

fn on(site: &Site, agent: &str, lines: &str) {
    site.agent(agent).shell(lines).expect("runs").good().unwrap_or_else(|error| panic!("{lines}: {error}"));
}

#[test]
fn the_doctor_sees_with_an_agents_eyes() {
    let Some(site) = Site::start(Tier::T1) else { return };
    site.done("regctl deploy --host 192.168.1.12");
    let cause = || doctor(&site).1;
    assert_eq!(cause(), "ca-missing");
    site.done("regctl trust-agents");
    let logins = site.agent("a1").logins().expect("counts");
    let (exit, cause_now, found) = doctor(&site);
    assert_eq!((exit, cause_now.as_str()), (Some(0), ""), "{}", found.report);
    assert_eq!(site.agent("a1").logins().expect("counts"), logins + 1);
    on(&site, "a1", &format!("cd {FOLDER}; cp ca.crt /root/; mv ca.crt ca.pem"));
    assert_eq!(cause(), "not-crt");
    on(&site, "a1", &format!("cd {FOLDER}; cp /root/ca.crt .; echo x >domain.key"));
    assert_eq!(cause(), "stray-key");
    on(&site, "a1", &format!("cd {FOLDER}; rm domain.key; mv ../192.168.0.1 ../192.168.0.1:443"));
    assert_eq!(cause(), "wrong-directory");
    on(&site, "a1", "cd /etc/docker/certs.d; mv 192.168.0.1:443 192.168.0.1; nft flush ruleset");
    let (_, cause_now, found) = doctor(&site);
    assert_eq!(cause_now, "vip-not-programmed", "{}", found.report);
    assert_eq!(found.finding("tls").0, "pass", "the master still has the VIP: {}", found.report);
    assert_eq!(found.finding("agent-reach").0, "fail");
    // Without anybody insisting, cert status asks the registry that regctl.toml names.
    site.lab.host("master").write("/regctl.toml", "[registry]\nhost = \"192.168.1.12\"\n").expect("writes");
    let status = site.run("regctl cert status");
    assert_eq!(status.status.code(), Some(0), "{}", status.stdout);
    assert!(
        status.stdout.lines().count() == 3 && status.stdout.contains("ok    192.168.0.1"),
        "{}",
        status.stdout
    );
}

#[test]
fn an_engine_tells_in_its_own_words_how_far_it_gets() {
    let Some(site) = Site::start(Tier::T2) else { return };
    site.done("regctl deploy --host 192.168.1.12");
    let engine = |found: &Verified| found.finding("agent-engine").1.to_owned();
    assert_eq!(engine(&doctor(&site).2), "unknown-authority");
    site.done("regctl trust-agents");
    let (exit, cause, found) = doctor(&site);
    assert_eq!(
        (exit, cause.as_str(), found.finding("agent-engine").0),
        (Some(0), "", "pass"),
        "{}",
        found.report
    );
    let restart = "systemctl stop docker; HTTPS_PROXY=http://127.0.0.1:9 systemctl start docker || tail -5 /var/log/docker.log >&2";
    on(&site, "a1", &format!("{restart}; docker info >/dev/null"));
    let (exit, cause, found) = doctor(&site);
    assert_eq!((exit, cause.as_str()), (Some(1), "engine-proxy"), "{}", found.report);
    assert!(found.finding("agent-engine").2.contains("proxyconnect"), "{}", found.report);
}

#[test]
fn a_certificate_of_another_ca_serves_with_its_intermediate_and_not_without() {
    let Some(site) = Site::start(Tier::T1) else { return };
    let lines = "
        printf 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n' >ca.ext
        printf 'subjectAltName=IP:192.168.0.1' >ext
        key='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'
        openssl req -x509 $key -keyout root.key -days 900 -subj /CN=Root -out root.crt
        openssl req -new $key -keyout mid.key -subj /CN=Issuing -out mid.csr
        openssl x509 -req -in mid.csr -CA root.crt -CAkey root.key -CAcreateserial -days 800 -extfile ca.ext -out mid.crt
        openssl ecparam -name prime256v1 -genkey -out leaf.key
        openssl req -new -key leaf.key -subj /CN=leaf -out leaf.csr
        openssl x509 -req -in leaf.csr -CA mid.crt -CAkey mid.key -CAcreateserial -days 400 -extfile ext -out leaf.crt";
    on(&site, "master", &format!("cd /; set -e; {lines}"));
    site.done("regctl cert import --force --cert leaf.crt --key leaf.key --chain mid.crt --ca root.crt");
    site.done("regctl deploy --host 192.168.1.12");
    site.done("regctl trust-agents");
    let verified = site.verify("--from-agents --push");
    assert_eq!(verified.exit, Some(0), "{}", verified.report);
    on(&site, "master", "cd /; cp leaf.crt certs/domain.crt");
    let refused = site.run("regctl deploy --host 192.168.1.12 --yes");
    assert_eq!(refused.status.code(), Some(2), "{}", refused.stdout);
    assert!(refused.stderr.contains("agents would not trust"), "{}", refused.stderr);
}
