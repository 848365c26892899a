//! What agents are to have so that they trust the registry, and the script that makes it so.

use anyhow::Result;
use serde_json::{Value, json};

use super::runtime;
use super::script::{self, Mode};
use super::subject_hash::subject_hash;
use crate::domain::certificate::CaFile;
use crate::domain::registry::RegistryAddress;
use crate::domain::runtime::Runtimes;
use crate::domain::script::RemoteScript;

const TEMPLATE: &str = include_str!("../../templates/trust.sh.hbs");

/// What every agent is to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustPlan {
    /// Registry addresses, each with the CA that its certificate comes from.
    pub registries: Vec<(RegistryAddress, CaFile)>,
    /// What is to trust them.
    pub runtimes: Runtimes,
    /// Whether the conntrack setting belongs to it.
    pub sysctl: bool,
}

impl TrustPlan {
    /// The script that makes it so, or looks whether it is so. It is the same for every agent.
    pub fn script(&self, mode: Mode, holder: &str) -> Result<RemoteScript> {
        let values = json!({
            "sysctl": self.sysctl,
            "auto": self.runtimes == Runtimes::Auto,
            "runtimes": runtime::parts(self.runtimes.candidates()),
            "registries": self.registries.iter().map(registry).collect::<Vec<_>>(),
        });
        script::render(TEMPLATE, mode, holder, &values)
    }
}

/// The directory's name, the CA, and the hash of the subject of each of its certificates.
fn registry((address, ca): &(RegistryAddress, CaFile)) -> Value {
    let hashes: Vec<_> =
        ca.certificates.iter().filter_map(|certificate| subject_hash(&certificate.der)).collect();
    json!({ "directory": address.directory_name(), "ca": ca.pem, "hashes": hashes.join(" ") })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script(runtimes: &str) -> String {
        let ca = CaFile { path: "ca.crt".into(), certificates: Vec::new(), pem: "PEM's\n".to_owned() };
        let plan = TrustPlan {
            registries: vec![("lb.example.com:5000".parse().expect("legal"), ca)],
            runtimes: runtimes.parse().expect("legal"),
            sysctl: false,
        };
        plan.script(Mode::Check, "alice@bastion").expect("renders").text().to_owned()
    }

    #[test]
    fn the_same_script_serves_every_agent() {
        let script = script("docker");
        assert!(script.contains("\"$1\" 'lb.example.com:5000' 'PEM'\\''s\n' ''"), "{script}");
        assert!(script.contains("check=1\n"));
        assert!(!script.contains("\n  conntrack\n"));
    }

    #[test]
    fn an_agent_is_sent_only_what_it_is_asked_for() {
        let named = script("docker,podman");
        assert!(named.contains("\n  runtime docker\n") && named.contains("\n  runtime podman\n"), "{named}");
        assert!(!named.contains("ucr_trust") && !named.contains("containerd_trust"));
        let auto = script("auto");
        for runtime in Runtimes::Auto.candidates() {
            let word = runtime.word();
            assert!(auto.contains(&format!("\n  ! {word}_here || runtime {word}\n")), "{auto}");
        }
    }
}
