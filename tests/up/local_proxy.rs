//! `up --mode local-proxy`: every agent has the registry as localhost:5001 in the end.

use crate::cluster::{Cluster, stages};

#[test]
fn up_gives_every_agent_its_proxy_and_down_takes_it_away() {
    let Some(cluster) = Cluster::start() else { return };
    let run = cluster.up(&["--yes", "--mode", "local-proxy"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    for agent in ["a1", "a2", "a3"] {
        assert_eq!(cluster.shell(agent, "curl -sSf http://localhost:5001/v2/"), "{}");
        assert!(!cluster.host(agent).exists("/etc/docker/certs.d"));
    }
    assert!(run.stdout.contains("docker push localhost:5001/"), "{run:?}");
    let again = cluster.up(&["--yes", "--mode", "local-proxy"]);
    assert_eq!(again.code, Some(0), "{again:?}");
    assert!(stages(&again.json()).contains(&"trust-agents=unchanged".to_owned()), "{again:?}");
    let down = cluster.regctl(&["down", "--yes"]);
    assert_eq!(down.code, Some(0), "{down:?}");
    assert!(!cluster.host("a1").exists("/etc/regctl") && !cluster.host("a1").exists("/var/lib/regctl"));
}
