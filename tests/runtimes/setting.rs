//! A registry with a certificate by `regctl cert gen`, behind the VIP and the load balancer, and an agent to look at.

use std::net::SocketAddrV4;
use std::time::Duration;

use regctl_lab::cluster::Service;
use regctl_lab::wait::{Progress, wait_for};
use regctl_lab::{Builder, Host, Lab, Output};
use serde_json::Value;

/// The registry's two addresses, as image references spell them.
pub(crate) const ADDRESSES: [&str; 2] = ["192.168.0.1", "192.168.1.2:5000"];

const PORT: u16 = 31007;
const CONFIG: &str = "\
version: 0.1
log: {level: warn}
storage: {filesystem: {rootdirectory: /data}}
http: {addr: ':31007', tls: {certificate: /certs/domain.crt, key: /certs/domain.key}}
";

/// An image of one small file, as a folder that skopeo copies from.
const IMAGE: &str = r#"
mkdir -p /image && cd /image && echo hello >hello && tar -cf layer hello && rm hello
digest() { sha256sum "$1" | cut -d' ' -f1; }
size() { stat -c %s "$1"; }
layer=$(digest layer)
printf '{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' $layer >config
config=$(digest config) type=application/vnd.oci.image
printf '{"schemaVersion":2,"mediaType":"%s.manifest.v1+json",
  "config":{"mediaType":"%s.config.v1+json","digest":"sha256:%s","size":%s},
  "layers":[{"mediaType":"%s.layer.v1.tar","digest":"sha256:%s","size":%s}]}' \
  $type $type $config $(size config) $type $layer $(size layer) >manifest.json
mv layer $layer && mv config $config && echo 'Directory Transport Version: 1.1' >version
"#;

/// The lab with its registry. a1 is the agent that tests look at; a2 runs the registry.
pub(crate) struct Setting {
    pub(crate) lab: Lab,
}

impl Setting {
    /// A lab with a registry that nobody trusts yet.
    pub(crate) fn start(builder: &Builder) -> Self {
        let lab =
            builder.clone().agents(2).binary(env!("CARGO_BIN_EXE_regctl")).start().expect("the lab starts");
        let setting = Self { lab };
        setting.make_ca(&[]);
        setting.serve();
        setting.lab.cluster().publish(&[service(setting.lab.host("a2"))]).expect("publishes");
        setting.fill();
        setting
    }

    /// The agent that tests look at.
    pub(crate) fn agent(&self) -> &Host {
        self.lab.host("a1")
    }

    /// Runs regctl on the master.
    pub(crate) fn regctl(&self, words: &[&str]) -> Output {
        let words: Vec<_> = ["env", "-C", "/root", "regctl"].iter().chain(words).copied().collect();
        self.lab.host("master").exec(&words).expect("regctl runs")
    }

    /// Has the agent trust the registry, and hands back its entry of the report.
    pub(crate) fn trust(&self, runtime: &str, more: &[&str]) -> Value {
        let [first, second] = ADDRESSES;
        let words = ["trust-agents", "--only", "192.168.1.11", "--output", "json", "--runtime", runtime];
        let words: Vec<_> =
            words.iter().chain(&["--registry", first, "--registry", second]).chain(more).copied().collect();
        let output = self.regctl(&words);
        let report: Value = serde_json::from_str(&output.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}{}", output.stdout, output.stderr));
        report["agents"][0].clone()
    }

    /// Makes a CA and a certificate on the master.
    pub(crate) fn make_ca(&self, more: &[&str]) {
        let words = ["cert", "gen", "--force", "--ip", "192.168.0.1", "--ip", "192.168.1.2"];
        let words: Vec<_> = words.iter().chain(more).copied().collect();
        self.regctl(&words).good().expect("makes certificates");
    }

    /// Starts the registry anew, with the certificate that the master has now.
    pub(crate) fn serve(&self) {
        let (master, host) = (self.lab.host("master"), self.lab.host("a2"));
        for file in ["domain.crt", "domain.key"] {
            let text = master.read(&format!("/root/certs/{file}")).expect("cert gen has made it");
            host.write(&format!("/certs/{file}"), text).expect("writes");
        }
        host.write("/etc/registry.yml", CONFIG).expect("writes");
        let script = "[ ! -e /run/registry ] || kill -9 $(cat /run/registry)
            setsid docker-registry serve /etc/registry.yml >/tmp/registry.log 2>&1 </dev/null &
            echo $! >/run/registry";
        host.shell(script).expect("runs").good().expect("starts");
        wait_for("the registry", Duration::from_secs(20), || {
            let asked = host.exec(&["curl", "-sSk", &format!("https://{}:{PORT}/v2/", host.address())]);
            match asked.and_then(Output::good) {
                Ok(_) => Progress::Done(()),
                Err(error) => Progress::NotYet(error.to_string()),
            }
        })
        .expect("the registry answers");
    }

    /// Pushes `lab/hello:1` with a client that is told the CA by a flag.
    fn fill(&self) {
        let host = self.lab.host("a2");
        let ca = self.lab.host("master").read("/root/certs/ca.crt").expect("cert gen has made it");
        host.write("/root/ca/ca.crt", ca).expect("writes");
        let copy = format!(
            "{IMAGE}skopeo copy -q --insecure-policy --dest-cert-dir /root/ca dir:/image docker://192.168.0.1/lab/hello:1"
        );
        host.shell(&copy).expect("runs").good().expect("pushes");
    }
}

fn service(host: &Host) -> Service {
    Service {
        vip: Some("192.168.0.1:443".to_owned()),
        framework: "marathon".to_owned(),
        service_port: 5000,
        haproxy_group: Some("external".to_owned()),
        backends: vec![SocketAddrV4::new(host.address(), PORT)],
    }
}

/// What the report says of a step: its change, and its detail.
pub(crate) fn step<'a>(agent: &'a Value, name: &str) -> (&'a str, &'a str) {
    let steps = agent["steps"].as_array().expect("has steps");
    let found = steps.iter().find(|step| step["step"] == name);
    let found = found.unwrap_or_else(|| panic!("no step {name} in {agent}"));
    (found["change"].as_str().expect("is text"), found["detail"].as_str().expect("is text"))
}
