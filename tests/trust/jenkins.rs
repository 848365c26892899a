//! `render --for jenkins-agent`: a build container, started with exactly what is printed, pushes by its host's engine.

use regctl_lab::Host;

use crate::fleet::Fleet;
use crate::serving::start_registry;

/// A build image as document 001 has it, with its line VOLUME: a docker command, a curl, and a shell.
const IMAGE: &str = r#"
set -e
work=$(mktemp -d); mkdir -p "$work/bin" "$work/tmp"
cp "$(command -v docker)" "$work/bin/docker"; cp /usr/bin/curl "$work/bin/curl"; cp /bin/dash "$work/bin/sh"; cp /bin/ls "$work/bin/ls"
for program in docker curl sh ls; do
  for library in $(ldd "$work/bin/$program" 2>/dev/null | grep -o '/[^ )]*'); do mkdir -p "$work$(dirname $library)"; cp -L $library "$work$library"; done
done
echo built >"$work/tmp/file"
tar -C "$work" -c . | docker import -c 'ENV PATH=/bin' -c 'VOLUME "/etc/docker"' - jenkins-agent:1 >/dev/null
"#;

/// A build: an image is named for the registry and pushed by the socket, and the registry is asked without it.
const BUILD: &str = "docker tag jenkins-agent:1 192.168.0.1/lab/built:1 && docker push -q 192.168.0.1/lab/built:1 && \
    curl -sSf --cacert /etc/docker/certs.d/192.168.0.1/ca.crt https://192.168.0.1/v2/lab/built/tags/list";

/// Starts a build in a container with these flags.
fn build(agent: &Host, flags: &[String], line: &str) -> regctl_lab::Output {
    let words = ["docker", "run", "--rm"].into_iter().chain(flags.iter().map(String::as_str));
    let words: Vec<_> = words.chain(["jenkins-agent:1", "sh", "-c", line]).collect();
    agent.exec(&words).expect("runs")
}

fn printed(fleet: &Fleet, more: &[&str]) -> Vec<String> {
    let run = fleet.regctl(&[&["render", "--for", "jenkins-agent"], more].concat());
    run.assert_exit(0);
    serde_json::from_value(run.json["dockerRun"].clone()).expect("flags")
}

#[test]
fn a_build_container_has_its_hosts_trust_by_the_volumes_that_are_printed() {
    let Some(fleet) = Fleet::with_engine(2) else { return };
    let agent = fleet.agent("a1");
    start_registry(&fleet, "a2", "a1");
    agent.exec(&["bash", "-c", IMAGE]).expect("runs").good().expect("makes the image");
    let flags = printed(&fleet, &[]);
    let refused = build(agent, &flags, BUILD);
    assert!(refused.stderr.contains("x509"), "{refused:?}");
    fleet.trust(&["--only", "192.168.1.11"]).assert_exit(0);
    let empty = build(agent, &[], "ls /etc/docker/certs.d");
    assert!(!empty.status.success(), "VOLUME alone brings nothing of the host's: {}", empty.stdout);
    let built = build(agent, &flags, BUILD).good().expect("is pushed and asked for");
    assert!(built.ends_with(r#"{"name":"lab/built","tags":["1"]}"#), "{built}");
    let written = build(agent, &flags, "echo x >/etc/docker/certs.d/x");
    assert!(written.stderr.contains("ead-only"), "{written:?}");

    fleet.regctl(&["untrust-agents", "--yes"]).assert_exit(0);
    fleet.trust(&["--mode", "local-proxy", "--only", "192.168.1.11"]).assert_exit(0);
    let through = "docker tag jenkins-agent:1 localhost:5001/lab/through:1 && docker push -q localhost:5001/lab/through:1 && \
        curl -sSf http://localhost:5001/v2/lab/through/tags/list";
    let built =
        build(agent, &printed(&fleet, &["--mode", "local-proxy"]), through).good().expect("is pushed");
    assert!(built.ends_with(r#"{"name":"lab/through","tags":["1"]}"#), "{built}");
}
