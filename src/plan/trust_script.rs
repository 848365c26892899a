//! What agents are to have so that they trust the registry, and the script that makes it so.

use anyhow::Result;
use serde_json::{Value, json};

use super::engine::EngineWish;
use super::local_proxy;
use super::runtime;
use super::script::{self, Mode};
use super::subject_hash::subject_hash;
use crate::domain::certificate::CaFile;
use crate::domain::hosts_entry::HostsEntry;
use crate::domain::registry::RegistryAddress;
use crate::domain::runtime::{Runtime, Runtimes};
use crate::domain::script::RemoteScript;

const TEMPLATE: &str = include_str!("../../templates/trust.sh.hbs");

/// Which trust stores of an agent are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stores {
    /// Those of the runtimes.
    OfRuntimes,
    /// Those, and every other in which one of the registries is trusted already.
    AndWhereTrusted,
}

/// What every agent is to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustPlan {
    /// Registry addresses, each with the CA that its certificate comes from.
    pub registries: Vec<(RegistryAddress, CaFile)>,
    /// What is to trust them.
    pub runtimes: Runtimes,
    /// Where, beside the runtimes' own stores.
    pub stores: Stores,
    /// Whether the conntrack setting belongs to it.
    pub sysctl: bool,
    /// What is to be in /etc/hosts; that file is left alone where there is nothing.
    pub hosts: Vec<HostsEntry>,
    /// What Docker Engine is to be told beside that.
    pub engine: EngineWish,
}

impl TrustPlan {
    /// The script that makes it so, or looks whether it is so. It is the same for every agent.
    pub fn script(&self, mode: Mode, holder: &str) -> Result<RemoteScript> {
        // Without a CA there is nothing that a runtime's store could be given.
        let none = self.registries.is_empty();
        let named = if none { &[] } else { self.runtimes.candidates() };
        let others = self.others();
        let proxies = match self.stores {
            Stores::OfRuntimes => String::new(),
            Stores::AndWhereTrusted => local_proxy::cas(),
        };
        let values = json!({
            "sysctl": self.sysctl,
            "hosts": self.hosts,
            "auto": !none && self.runtimes == Runtimes::Auto,
            "engine": !self.engine.wanted.is_empty(),
            "runtimes": runtime::parts(named),
            "sources": runtime::parts(&union(named, &others)),
            "others": runtime::parts(&others),
            "proxies": proxies,
            "registries": self.registries.iter().map(registry).collect::<Vec<_>>(),
        });
        let script = script::render(TEMPLATE, mode, holder, &values)?;
        Ok(self.engine.clone().after(script, mode, holder))
    }
}

impl TrustPlan {
    /// The runtimes whose stores are looked into for trust that is there already. With `auto` the agent may hold it for
    /// one that is not there any more, or not yet.
    fn others(&self) -> Vec<Runtime> {
        let left_out = |runtime: &Runtime| match &self.runtimes {
            Runtimes::Auto => true,
            Runtimes::Named(named) => !named.contains(runtime),
        };
        match self.stores {
            Stores::OfRuntimes => Vec::new(),
            Stores::AndWhereTrusted => Runtime::ALL.into_iter().filter(left_out).collect(),
        }
    }
}

fn union(some: &[Runtime], others: &[Runtime]) -> Vec<Runtime> {
    Runtime::ALL.into_iter().filter(|it| some.contains(it) || others.contains(it)).collect()
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
        script_for(runtimes, Stores::OfRuntimes)
    }

    fn script_for(runtimes: &str, stores: Stores) -> String {
        let ca = CaFile { path: "ca.crt".into(), certificates: Vec::new(), pem: "PEM's\n".to_owned() };
        let plan = TrustPlan {
            registries: vec![("lb.example.com:5000".parse().expect("legal"), ca)],
            runtimes: runtimes.parse().expect("legal"),
            stores,
            sysctl: false,
            hosts: Vec::new(),
            engine: EngineWish::default(),
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
    fn where_the_registry_is_trusted_already_is_found_out_by_the_agent() {
        let script = script_for("docker", Stores::AndWhereTrusted);
        assert!(script.contains("\n  runtime docker\n") && !script.contains("holds_any docker"), "{script}");
        for runtime in ["ucr", "containerd", "podman"] {
            assert!(
                script.contains(&format!("\n  ! holds_any {runtime} || runtime {runtime}\n")),
                "{script}"
            );
        }
        assert!(script.contains("\n  proxy_cas\n") && !self::script("docker").contains("proxy_cas"));
        let auto = script_for("auto", Stores::AndWhereTrusted);
        assert!(auto.contains("\n  docker_here || ! holds_any docker || runtime docker\n"), "{auto}");
        for script in [script, auto] {
            let checked = std::process::Command::new("sh").args(["-n", "-c", &script]).status();
            assert!(checked.expect("sh runs").success());
        }
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
