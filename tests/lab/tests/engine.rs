//! Docker Engine in an agent: runs the registry's image, and its restarts are counted.

use regctl_lab::{Lab, Tier, require};

#[test]
fn an_engine_runs_the_registry_and_leaves_no_control_group() {
    let Some(()) = require(Tier::T2) else { return };
    let lab = Lab::builder().agents(2).engines(1).start().unwrap();
    let agent = lab.host("a1");
    assert!(!lab.host("a2").exec(&["docker", "ps"]).unwrap().status.success(), "a2 has no engine");
    let docker = |words: &str| agent.shell(&format!("docker {words}")).unwrap().good().unwrap();
    // As Marathon starts it: arguments in the image's own form.
    docker("run -d -m 64m -p 31007:5000 registry:2.8.3 serve /etc/docker/registry/config.yml");
    let answer =
        agent.shell("curl -sS --retry 20 --retry-delay 1 --retry-all-errors localhost:31007/v2/").unwrap();
    assert_eq!(answer.stdout, "{}", "{}", answer.stderr);
    agent
        .shell("cd /tmp; date >f; tar -c f | docker import - localhost:31007/lab/one:1")
        .unwrap()
        .good()
        .unwrap();
    docker("push -q localhost:31007/lab/one:1");
    docker("rmi localhost:31007/lab/one:1");
    docker("pull -q localhost:31007/lab/one:1");
    assert_eq!(agent.systemctl_calls().unwrap(), Vec::<String>::new());
    agent.exec(&["systemctl", "restart", "docker"]).unwrap().good().unwrap();
    assert_eq!(agent.systemctl_calls().unwrap(), ["restart docker"]);
    let ours = || {
        let find =
            std::process::Command::new("find").args(["/sys/fs/cgroup", "-name", "regctl-lab.*"]).output();
        String::from_utf8(find.unwrap().stdout).unwrap()
    };
    let record: serde_json::Value =
        serde_json::from_slice(&std::fs::read(lab.state().join("lab.json")).unwrap()).unwrap();
    let group = format!("regctl-lab.{}\n", record["holder"]["pid"]);
    assert!(ours().contains(&group), "containers are not in a group of the lab's");
    drop(lab);
    assert!(!ours().contains(&group));
}
