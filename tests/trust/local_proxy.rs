//! `trust-agents --mode local-proxy`: the real nginx in front of the real registry.

use regctl_lab::Host;

use crate::fleet::{Fleet, Run};
use crate::serving::start_registry;

pub(crate) const INCLUDE: &str = "/etc/nginx/conf.d/regctl.conf";

/// A fleet whose last agent runs the registry.
fn served(agents: u8) -> Option<Fleet> {
    let fleet = Fleet::start(agents)?;
    start_registry(&fleet, &format!("a{agents}"), "a1");
    Some(fleet)
}

pub(crate) fn proxied(fleet: &Fleet, more: &[&str]) -> Run {
    fleet.trust(&[&["--mode", "local-proxy", "--only", "192.168.1.11"], more].concat())
}

/// What the report says of the step.
pub(crate) fn step(run: &Run, host: &Host) -> (String, String) {
    let steps = run.agent(host)["steps"].as_array().expect("has steps");
    let step = steps.iter().find(|step| step["step"] == "local-proxy").expect("is a step");
    let text = |key: &str| step[key].as_str().expect("is text").to_owned();
    (text("change"), text("detail"))
}

pub(crate) fn done(host: &Host, line: &str) -> String {
    host.shell(line).expect("runs").good().unwrap_or_else(|error| panic!("{line}: {error}"))
}

/// A line that ends well as soon as the condition holds, and badly where it does not within 20 s.
pub(crate) fn until(condition: &str) -> String {
    format!("for try in $(seq 400); do {condition} && exit; sleep 0.05; done; exit 1")
}

/// The status of each check that was made on a1, as one who verifies is told it.
pub(crate) fn verified(fleet: &Fleet, more: &[&str]) -> Vec<(String, String)> {
    let words = ["verify", "--from-agents", "--mode", "local-proxy", "--only", "192.168.1.11"];
    let run = fleet.regctl(&[&words, more].concat());
    let checks = run.json["checks"].as_array().unwrap_or_else(|| panic!("{run:?}"));
    let text = |check: &serde_json::Value, key: &str| check[key].as_str().unwrap_or_default().to_owned();
    let of_agents = checks.iter().filter(|check| text(check, "name").starts_with("agent-"));
    let told =
        of_agents.map(|check| (text(check, "name"), text(check, "status") + " " + &text(check, "cause")));
    told.map(|(name, told)| (name, told.trim_end().to_owned())).collect()
}

pub(crate) fn told(findings: &[(&str, &str)]) -> Vec<(String, String)> {
    findings.iter().map(|(name, told)| ((*name).to_owned(), (*told).to_owned())).collect()
}

/// The first process of nginx and the last one, which changes with each reload, and each file with its inode. Those
/// between them may be workers that are about to end.
fn traces(host: &Host) -> String {
    done(
        host,
        "for p in $(pgrep -x nginx | sort -n | sed -n '1p;$p'); do cut -d' ' -f1,22 /proc/$p/stat; done; \
         find /etc/nginx /etc/regctl /var/lib/regctl/ours -printf '%p %i %C@\n' | sort",
    )
}

#[test]
fn the_agents_nginx_is_the_registry_to_its_loopback_interface_alone() {
    let Some(fleet) = served(2) else { return };
    let (agent, other) = (fleet.agent("a1"), fleet.agent("a2"));
    let looked = proxied(&fleet, &["--check"]);
    looked.assert_exit(4);
    assert!(!agent.exists(INCLUDE) && !agent.exists("/var/lib/regctl"), "a look writes nothing");
    let before = agent.logins().expect("counts");
    let run = proxied(&fleet, &[]);
    run.assert_exit(0);
    assert_eq!(agent.logins().expect("counts"), before + 1);
    let (change, detail) = step(&run, agent);
    assert_eq!(change, "changed", "{detail}");
    assert!(detail.ends_with("nginx started, localhost:5001 is 192.168.0.1 by nginx"), "{detail}");
    assert!(!agent.exists("/etc/docker/certs.d"), "no engine needs the CA");
    assert_eq!(done(agent, "curl -sS http://localhost:5001/v2/"), "{}");
    let address = agent.address();
    assert_eq!(verified(&fleet, &[]), told(&[("agent-reach", "pass"), ("agent-trust", "skip")]));
    let elsewhere = verified(&fleet, &["--proxy-port", "5009"]);
    assert_eq!(elsewhere[0], ("agent-reach".to_owned(), "fail connection-refused".to_owned()));
    let refused = other.shell(&format!("curl -sS -m 5 http://{address}:5001/v2/")).expect("runs");
    assert_eq!(refused.status.code(), Some(7), "connection refused: {}", refused.stderr);

    let there = traces(agent);
    for more in [&[][..], &["--check"]] {
        let again = proxied(&fleet, more);
        again.assert_exit(0);
        assert_eq!(
            step(&again, agent),
            ("unchanged".to_owned(), "localhost:5001 is 192.168.0.1 by nginx".to_owned())
        );
    }
    assert_eq!(traces(agent), there, "nothing is reloaded or written");
    let gone = fleet.regctl(&["untrust-agents", "--yes"]);
    gone.assert_exit(0);
    assert_eq!(step(&gone, agent).0, "changed");
    for path in [INCLUDE, "/etc/regctl", "/var/lib/regctl"] {
        assert!(!agent.exists(path), "{path} is left");
    }
    assert!(
        agent.shell(&until("! pgrep -x nginx")).expect("runs").status.success(),
        "what was started is stopped"
    );
}

/// An upload in two pieces, each on a connection of its own, the second from where the registry says it is; then a part
/// of the blob by its range. Prints every Location on the way.
const RESUMED: &str = r#"
set -e
cd /tmp; head -c 3000000 /dev/urandom >blob; digest=sha256:$(sha256sum blob | cut -c1-64)
blobs=http://localhost:5001/v2/lab/resumed/blobs type='Content-Type: application/octet-stream'
place() { tr -d '\r' <head | sed -n 's/^[Ll]ocation: //p'; }
to() { curl -sSf -o /dev/null -D head "$@" && place >>locations; }
to -X POST $blobs/uploads/
head -c 1234567 blob >first
to -X PATCH -H "$type" -H 'Content-Range: 0-1234566' -T first "$(place)"
to "$(place)"
from=$(($(tr -d '\r' <head | sed -n 's/^[Rr]ange: 0-//p') + 1))
[ $from = 1234567 ]
tail -c +$((from + 1)) blob >rest
to -X PATCH -H "$type" -H "Content-Range: $from-2999999" -H 'Transfer-Encoding: chunked' -T rest "$(place)"
to -X PUT "$(place)&digest=$digest"
curl -sSf -r 1000000-1000099 $blobs/$digest | cmp - <(tail -c +1000001 blob | head -c 100)
curl -sSf $blobs/$digest | cmp - blob
cat locations
"#;

/// An upload that is cut off in its middle, and the size of what the registry has of it by then.
const CUT_OFF: &str = r#"
cd /tmp; curl -sS -o /dev/null -D head -X POST http://localhost:5001/v2/lab/cut/blobs/uploads/
place=$(tr -d '\r' <head | sed -n 's/^[Ll]ocation: //p')
timeout 1.5 curl -sS --limit-rate 800k -H 'Content-Type: application/octet-stream' -X PATCH -T blob "$place"
"#;

#[test]
fn an_upload_goes_on_through_the_proxy_where_it_stopped() {
    let Some(fleet) = served(2) else { return };
    let agent = fleet.agent("a1");
    proxied(&fleet, &[]).assert_exit(0);
    let locations = agent.exec(&["bash", "-c", RESUMED]).expect("runs").good().expect("the upload goes on");
    assert!(
        locations.lines().count() == 5
            && locations.lines().all(|it| it.starts_with("http://localhost:5001/v2/")),
        "{locations}"
    );
    agent.shell(CUT_OFF).expect("runs");
    let partly = done(
        fleet.agent("a2"),
        "sleep 0.3; stat -c %s /data/docker/registry/v2/repositories/lab/cut/_uploads/*/data",
    );
    let partly: u64 = partly.parse().expect("a size");
    assert!((400_000..3_000_000).contains(&partly), "{partly} bytes went through as they came");
}

#[test]
fn an_nginx_that_has_pages_of_its_own_keeps_them_and_is_not_reloaded_with_what_others_broke() {
    let Some(fleet) = served(2) else { return };
    let agent = fleet.agent("a1");
    done(agent, &format!("nginx && {}", until("curl -s -o /dev/null http://localhost/")));
    let run = proxied(&fleet, &[]);
    run.assert_exit(0);
    assert!(step(&run, agent).1.contains("nginx reloaded"), "{}", run.stdout);
    let there = traces(agent);
    agent.write("/etc/nginx/conf.d/theirs.conf", "nonsense;\n").expect("writes");
    let theirs = traces(agent);
    assert_ne!(there, theirs);
    let run = proxied(&fleet, &["--proxy-port", "5005"]);
    run.assert_exit(1);
    let (change, detail) = step(&run, agent);
    assert!(
        change == "failed" && detail.contains("does not pass nginx -t") && detail.contains("theirs.conf"),
        "{detail}"
    );
    assert_eq!(traces(agent), theirs);
    assert_eq!(done(agent, "curl -sS http://localhost:5001/v2/"), "{}");
    proxied(&fleet, &[]).assert_exit(0);
    done(agent, "rm /etc/nginx/conf.d/theirs.conf");

    // Started again here, it is no more regctl's to stop than before.
    done(agent, "nginx -s quit; while pgrep -x nginx; do sleep 0.05; done");
    let run = proxied(&fleet, &["--proxy-port", "5005"]);
    run.assert_exit(0);
    assert_eq!(done(agent, "curl -sS http://localhost:5005/v2/"), "{}");
    assert!(
        agent.shell(&until("! curl -s http://localhost:5001/v2/")).expect("runs").status.success(),
        "5001 is left"
    );
    fleet.regctl(&["untrust-agents", "--yes", "--registry", "192.168.0.1"]).assert_exit(0);
    assert!(!agent.exists(INCLUDE));
    done(agent, &until("! curl -s http://localhost:5005/"));
    done(agent, "pgrep -x nginx && curl -sS -o /dev/null http://localhost/");
}

/// Has the registry send those who have no token to its own address, as it is asked for.
const WANT_TOKENS: &str = "kill $(pgrep -x docker-registry)
echo 'auth: {token: {realm: https://nowhere/, service: lab, issuer: lab, rootcertbundle: /etc/registry-domain.crt, autoredirect: true}}' >>/etc/registry.yml
setsid docker-registry serve /etc/registry.yml >/tmp/registry.log 2>&1 </dev/null &";

#[test]
fn whoever_is_sent_for_a_token_is_sent_back_to_the_proxy() {
    let Some(fleet) = served(2) else { return };
    let agent = fleet.agent("a1");
    done(fleet.agent("a2"), WANT_TOKENS);
    // A registry that wants a user is one all the same.
    proxied(&fleet, &["--no-sysctl"]).assert_exit(0);
    let challenge =
        done(agent, "curl -sS -o /dev/null -D - http://localhost:5001/v2/ | grep -i ^www-authenticate");
    // Docker's registry says https there whatever it is told.
    assert!(challenge.contains("://localhost:5001/auth/token\""), "{challenge}");
}

/// The same registry once more, without TLS.
const PLAIN: &str = "printf 'version: 0.1\\nstorage: {filesystem: {rootdirectory: /plain}}\\nhttp: {addr: \":31009\"}\\n' >/etc/plain.yml
setsid docker-registry serve /etc/plain.yml >/tmp/plain.log 2>&1 </dev/null &";

#[test]
fn a_registry_without_tls_has_its_proxy_beside_one_with_tls() {
    let Some(fleet) = served(2) else { return };
    let agent = fleet.agent("a1");
    done(fleet.agent("a2"), PLAIN);
    let config = "[[registry]]\n[[registry]]\nvip = \"192.168.0.2:80\"\ntls = false\nproxy_port = 5010\n";
    fleet.master().write("/regctl.toml", config).expect("writes");
    let looked = proxied(&fleet, &["--no-sysctl"]);
    // Nobody has given the second VIP to it yet, which is told beside what is well.
    looked.assert_exit(1);
    assert!(step(&looked, agent).1.contains("localhost:5010 answers 50"), "{}", looked.stdout);
    assert_eq!(done(agent, "curl -sS http://localhost:5001/v2/"), "{}");
    proxied(
        &fleet,
        &["--no-sysctl", "--plain-http", "--registry", "192.168.1.12:31009", "--proxy-port", "5011"],
    )
    .assert_exit(0);
    assert_eq!(done(agent, "curl -sS http://localhost:5011/v2/"), "{}");
}

#[test]
fn a_port_that_somebody_else_has_is_told_before_anything_is_written() {
    let Some(fleet) = served(2) else { return };
    let agent = fleet.agent("a1");
    done(
        agent,
        &format!(
            "cd /srv && (setsid python3 -m http.server -b 127.0.0.1 5001 >/dev/null 2>&1 </dev/null &) && {}",
            until("curl -s -o /dev/null http://localhost:5001/")
        ),
    );
    for more in [&["--check"][..], &[]] {
        let run = proxied(&fleet, &[more, &["--no-sysctl"]].concat());
        run.assert_exit(1);
        let (change, detail) = step(&run, agent);
        assert!(change == "failed" && detail.contains("taken by python3"), "{detail}");
    }
    for path in [INCLUDE, "/etc/regctl", "/var/lib/regctl"] {
        assert!(!agent.exists(path), "{path} was written");
    }
    fleet.trust(&["--mode", "local-proxy", "--runtime", "podman"]).assert_exit(2);
}

/// What systemd does with nginx' unit.
const SYSTEMCTL: &str = r#"echo "$*" >>/run/systemctl.calls
case $1 in
  is-enabled) exit 1 ;;
  start) nginx 9<&- ;;
  stop) nginx -s quit ;;
esac"#;

#[test]
fn where_systemd_is_it_starts_nginx_now_and_at_boot_and_no_more_after_it_was_taken_back() {
    let Some(fleet) = served(2) else { return };
    let agent = fleet.agent("a1");
    agent.shim("systemctl", SYSTEMCTL).expect("is shimmed");
    // wget does where there is no curl.
    done(agent, "mkdir -p /run/systemd/system && rm /usr/bin/curl");
    proxied(&fleet, &["--no-sysctl"]).assert_exit(0);
    fleet.regctl(&["untrust-agents", "--yes"]).assert_exit(0);
    let calls = ["is-enabled -q nginx", "enable nginx", "start nginx", "stop nginx", "disable nginx"];
    assert_eq!(agent.read("/run/systemctl.calls").expect("was called").lines().collect::<Vec<_>>(), calls);
    assert!(!agent.exists("/var/lib/regctl"));

    // Without either of them it is said that nobody has asked, and what does not answer is a failure.
    fleet.agent("a2").shell("kill $(pgrep -x docker-registry)").expect("runs").good().expect("ends");
    let cut_off = proxied(&fleet, &["--no-sysctl"]);
    cut_off.assert_exit(1);
    let (_, detail) = step(&cut_off, agent);
    assert!(detail.contains("localhost:5001 answers 502") && detail.contains("upstream"), "{detail}");
    done(agent, "rm /usr/bin/wget");
    let unasked = proxied(&fleet, &["--no-sysctl"]);
    unasked.assert_exit(0);
    assert!(step(&unasked, agent).1.contains("was not asked"), "{}", unasked.stdout);
}
