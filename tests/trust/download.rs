//! What the conntrack step is for: a download from the registry, through its VIP, that a segment ahead of the window
//! breaks on an agent as it comes, and no longer does after `trust-agents`.

use regctl_lab::Host;

use crate::fleet::{Fleet, liberal};
use crate::serving::{PORT, start_registry};

/// Pushes a blob of 40 MB by hand, and leaves its URL in /tmp/url.
fn push_blob(host: &Host) {
    let upload = "cd /tmp; head -c 40000000 /dev/urandom >blob; digest=$(sha256sum blob | cut -c1-64)
        blobs=https://192.168.0.1/v2/lab/big/blobs
        place=$(curl -ksS -o /dev/null -D - -X POST $blobs/uploads/ | tr -d '\\r' | sed -n 's/^[Ll]ocation: //p')
        curl -ksSf -X PUT -H 'Content-Type: application/octet-stream' --data-binary @blob \"$place&digest=sha256:$digest\"
        echo $blobs/sha256:$digest >url";
    host.shell(upload).expect("runs").good().expect("is pushed");
}

/// Loads the blob while a segment ahead of the window comes in; returns how curl ended.
fn disturbed(fleet: &Fleet, trust: &[&str]) -> Option<i32> {
    let (server, client) = (fleet.agent("a1"), fleet.agent("a2"));
    let forgery = server.forge_segment(PORT, client.address()).expect("listens");
    let url = client.read("/tmp/url").expect("was written");
    let curl = ["curl", "-sS", "--http1.1", "--limit-rate", "8M", "-m", "20", "-o", "/dev/null", url.trim()];
    let output = client.exec(&[&curl, trust].concat()).expect("curl runs");
    forgery.sent().expect("the download came far enough");
    output.status.code()
}

#[test]
fn a_pull_that_breaks_before_trust_agents_completes_after_it() {
    let Some(fleet) = Fleet::start(2) else { return };
    start_registry(&fleet, "a1", "a2");
    let client = fleet.agent("a2");
    push_blob(client);
    assert_eq!(liberal(client), "0");
    let broken = disturbed(&fleet, &["-k"]);
    assert!(
        matches!(broken, Some(56 | 28 | 18)),
        "the connection breaks or hangs, but curl ended with {broken:?}"
    );
    fleet.trust(&[]).assert_exit(0);
    let ca = "/etc/docker/certs.d/192.168.0.1/ca.crt";
    assert_eq!(disturbed(&fleet, &["--cacert", ca]), Some(0));
}
