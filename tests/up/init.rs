//! `regctl init`: what it finds, what it proposes, what it refuses, and that `up` takes its file.

use regctl_lab::mesos::{AgentState, OddAgent, Scenario};
use regctl_lab::{Fault, Lab, Tier, require};
use serde_json::{Value, json};

use crate::cluster::Cluster;
use crate::run::Run;

/// A lab of three agents, the third of them public, and no regctl.toml.
struct Site {
    lab: Lab,
}

impl Site {
    fn start() -> Option<Self> {
        require(Tier::T1)?;
        let builder = Lab::builder().agents(3).public_agents(1).binary(env!("CARGO_BIN_EXE_regctl"));
        Some(Self { lab: builder.start().expect("a lab starts") })
    }

    fn shell(&self, line: &str) -> String {
        self.lab
            .host("master")
            .shell(line)
            .expect("runs")
            .good()
            .unwrap_or_else(|error| panic!("{line}: {error}"))
    }

    /// A run of `init` with nobody to ask and JSON on its stdout.
    fn init(&self, args: &str) -> Run {
        let line = format!("regctl -o json init {args}");
        self.lab.host("master").shell(&line).expect("runs").into()
    }

    /// What `init` would write.
    fn plan(&self, args: &str) -> Value {
        self.init(&format!("--dry-run --no-input {args}")).report("would-create")
    }

    fn app(&self, app: &Value) {
        let call = "curl -sSf -o /dev/null -X POST -H 'content-type: application/json'";
        self.shell(&format!("{call} -d '{app}' http://marathon.mesos:8080/v2/apps"));
    }
}

fn notes(report: &Value) -> String {
    let notes = report["notes"].as_array().expect("a list").iter();
    notes.map(|note| note.as_str().expect("a sentence")).collect::<Vec<_>>().join("\n")
}

#[test]
fn up_reaches_a_healthy_registry_with_the_file_that_init_wrote() {
    let Some(cluster) = Cluster::start_with_engine() else { return };
    cluster.shell("master", "rm /regctl.toml");
    let init = cluster.regctl(&["init", "--no-input"]);
    let report = init.report("created");
    assert_eq!(report["schema"], "regctl.init/v1");
    let found = &report["cluster"];
    assert_eq!(
        (&found["mesos"], &found["marathon"], &found["found_by"]),
        (&json!("http://master.mesos:5050"), &json!("http://marathon.mesos:8080"), &json!("master-mesos"))
    );
    // The only one with a Docker Engine, and with room.
    assert_eq!(report["host"], "192.168.1.11", "{init:?}");
    assert_eq!(report["notes"], json!([]));
    let up = cluster.regctl(&["up"]);
    assert_eq!(up.code, Some(0), "{up:?}");
    assert_eq!(cluster.shell("master", "stat -c %a regctl.toml").trim(), "644");
    let again = cluster.regctl(&["init", "--no-input"]);
    let message = again.fault(2, "would-overwrite");
    assert!(message.contains("regctl.toml"), "{message}");
    // Its own app has the names now; another registry gets others, and folders of its own on the same host.
    let second = cluster.regctl(&[
        "--config",
        "second.toml",
        "init",
        "--no-input",
        "--no-ssh",
        "--host",
        "192.168.1.11",
    ]);
    let second = second.report("created");
    assert_eq!(
        (&second["app_id"], &second["vip"], &second["service_port"]),
        (&json!("/registry-2"), &json!("192.168.0.2:443"), &json!(5001))
    );
    let text = cluster.shell("master", "cat second.toml");
    assert!(text.contains("\ndata_dir = \"/data/docker-registry-registry-2\"\n"), "{text}");
    assert!(notes(&second).contains("--id /registry is for looking after that one"), "{second:#}");
}

#[test]
fn what_others_have_is_not_proposed_and_what_cannot_be_seen_is_said() {
    let Some(site) = Site::start() else { return };
    let web = json!({"id": "/web", "cmd": "sleep 1", "instances": 0, "cpus": 0.1, "mem": 32,
        "portDefinitions": [{"port": 5000, "labels": {"VIP_0": "/192.168.0.1:443"}}]});
    site.app(&web);
    site.app(&json!({"id": "/registry", "cmd": "sleep 1", "instances": 0, "cpus": 0.1, "mem": 32}));
    let plan = site.plan("--no-ssh");
    assert_eq!(
        (&plan["app_id"], &plan["vip"], &plan["service_port"], &plan["host"]),
        (&json!("/registry-2"), &json!("192.168.0.2:443"), &json!(5001), &json!("192.168.1.11"))
    );
    assert_eq!(site.shell("ls regctl.toml 2>/dev/null || true"), "");
    let taken = site.plan("--no-ssh --vip 192.168.0.1:443 --service-port 5000 --host 192.168.1.13");
    let said = notes(&taken);
    for part in
        ["/web has the VIP 192.168.0.1:443 too", "/web has the service port 5000 too", "a public agent"]
    {
        assert!(said.contains(part), "{said}");
    }
    let text = taken["text"].as_str().expect("the file");
    assert!(text.contains("\naccepted_resource_roles = [\"slave_public\"]\n"), "{text}");

    // What was given for the logins is there for the next command too.
    let given = site.plan("--no-ssh --ssh-user core --ssh-key id --connect-timeout 2500ms --address hostname --config /x/r.toml");
    let text = given["text"].as_str().expect("the file");
    for line in ["user = \"core\"", "key = \"/id\"", "connect_timeout = \"2500ms\"", "address = \"hostname\""]
    {
        assert!(text.lines().any(|it| it == line), "{line} in {text}");
    }

    let blind = site.plan("--no-ssh --marathon http://192.168.1.2:9");
    assert_eq!((&blind["app_id"], &blind["vip"]), (&json!("/registry"), &json!("192.168.0.1:443")));
    assert!(
        notes(&blind).contains("connection refused; so what other apps have cannot be seen"),
        "{blind:#}"
    );
    let unlisted = site.plan("--no-ssh --host a9");
    assert!(notes(&unlisted).contains("a9: Mesos lists no agent of that hostname"), "{unlisted:#}");

    let check = site.init("--check --no-input --no-ssh");
    assert_eq!(check.code, Some(4), "{check:?}");
    let lonely = site.init("--no-input --mesos http://192.168.1.2:9");
    assert!(lonely.fault(2, "usage").starts_with("--host is missing: "), "{lonely:?}");
    assert!(lonely.stderr.contains("no list to pick the registry's host from"), "{lonely:?}");
}

#[test]
fn an_agent_is_proposed_by_what_mesos_and_a_look_at_it_say() {
    let Some(site) = Site::start() else { return };
    site.lab.host("a1").fault(&Fault::PortClosed).expect("is set");
    let seen = site.plan("--connect-timeout 3s --retries 0");
    assert_eq!(seen["host"], "192.168.1.12", "{seen:#}");
    assert!(notes(&seen).contains("192.168.1.11 could not be looked at: connect-refused"), "{seen:#}");
    site.lab.host("a1").clear_faults().expect("are cleared");

    let odd = |hostname: &str| OddAgent {
        hostname: hostname.to_owned(),
        pid: "slave(1)@192.168.1.11:5051".to_owned(),
    };
    let agents = ["-oProxyCommand=id", "a;reboot", "../../x"].map(odd).to_vec();
    site.lab.mesos(&Scenario::Odd { agents }).expect("plays");
    let hostile = site.plan("--no-ssh");
    assert_eq!(hostile["host"], "192.168.1.11");
    assert!(notes(&hostile).contains("agents that were left out: 3"), "{hostile:#}");

    let states = ["a1", "a2"].map(|name| (name.to_owned(), AgentState::Draining)).into();
    site.lab.mesos(&Scenario::Agents { states }).expect("plays");
    let none = site.init("--no-input --no-ssh");
    let message = none.fault(2, "usage");
    assert!(message.starts_with("--host is missing: of 3 agents none is private and active"), "{message}");
    site.lab.mesos(&Scenario::Empty).expect("plays");
    let message = site.init("--no-input --no-ssh").fault(2, "usage");
    assert!(message.starts_with("--host is missing: of the 0 agents"), "{message}");
}

#[test]
fn the_cluster_is_found_by_flag_environment_and_dcos_cli_in_this_order() {
    let Some(site) = Site::start() else { return };
    // Admin Router, as far as init meets it.
    let router = "worker_processes 1; daemon on; pid /tmp/router.pid; error_log /dev/null; events {} http { access_log off; \
         server { listen 127.0.0.1:8000; if ($http_authorization != \"token=abc.def\") { return 401; } \
         location /mesos/ { proxy_pass http://192.168.1.2:5050/; } \
         location /service/marathon/ { proxy_pass http://192.168.1.2:8080/; } } }";
    site.lab.host("master").write("/router.conf", router).expect("writes");
    site.shell("nginx -c /router.conf");
    let cli = "[core]\ndcos_url = \"http://127.0.0.1:8000\"\ndcos_acs_token = \"abc.def\"\n";
    site.lab.host("master").write("/root/.dcos/clusters/c1/dcos.toml", cli).expect("writes");
    let attached = site.init("--dry-run --no-input --no-ssh");
    assert!(!format!("{attached:?}").contains("abc.def"));
    let attached = attached.report("would-create");
    assert_eq!(
        (&attached["cluster"]["found_by"], &attached["cluster"]["dcos"]),
        (&json!("dcos-cli"), &json!("http://127.0.0.1:8000")),
        "{attached:#}"
    );
    let text = attached["text"].as_str().expect("the file");
    assert!(text.contains("\ndcos = \"http://127.0.0.1:8000\"\n") && text.contains("\n#mesos = "), "{text}");
    let by_flag = site.plan("--no-ssh --mesos http://ann:hush@192.168.1.2:5050");
    assert_eq!(by_flag["cluster"]["found_by"], "flag");
    assert_eq!(by_flag["cluster"]["marathon"], "http://192.168.1.2:8080");
    assert!(
        !by_flag.to_string().contains("hush") && notes(&by_flag).contains("the login in the cluster's URL")
    );
    let line = "REGCTL_MARATHON=http://192.168.1.2:8080 regctl -o json init --dry-run --no-input --no-ssh";
    let by_variable: Run = site.lab.host("master").shell(line).expect("runs").into();
    assert_eq!(by_variable.report("would-create")["cluster"]["found_by"], "environment");

    // Of a CLI whose cluster is gone the next way is taken.
    site.shell("kill $(cat /tmp/router.pid)");
    let next = site.plan("--no-ssh");
    assert_eq!(next["cluster"]["found_by"], "master-mesos");
    assert!(notes(&next).contains("that is the cluster of the dcos CLI"), "{next:#}");
}
