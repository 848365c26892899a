//! What is to be taken back from agents.

use anyhow::Result;
use serde_json::json;

use super::engine::{self, Restart};
use super::local_proxy;
use super::runtime;
use super::script::{self, Mode};
use crate::domain::registry::RegistryAddress;
use crate::domain::runtime::Runtime;
use crate::domain::script::RemoteScript;

const TEMPLATE: &str = include_str!("../../templates/untrust.sh.hbs");

/// The script that takes back what `trust-agents` wrote: trust in these registries or, where none is named, all of it,
/// the conntrack setting too. Each agent knows from its own notes what that was. What
/// Docker Engine was told follows in a second script, since that takes a look at its files first.
pub fn script(
    registries: &[RegistryAddress],
    restart: Restart,
    (mode, holder): (Mode, &str),
) -> Result<RemoteScript> {
    let directories: Vec<_> = registries.iter().map(RegistryAddress::directory_name).collect();
    let runtimes = runtime::parts(&Runtime::ALL);
    let (servants, unproxy) = local_proxy::undoing();
    let values = json!({
        "all": directories.is_empty(),
        "directories": directories,
        "runtimes": runtimes,
        "hosts": [],
        "servants": servants,
        "unproxy": unproxy,
    });
    let script = script::render(TEMPLATE, mode, holder, &values)?;
    Ok(engine::taken_back_after(script, registries, restart, (mode, holder)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_registry_or_everything() {
        let text = |registries: &[RegistryAddress]| {
            script(registries, Restart::Later, (Mode::Apply, "ann@bastion"))
                .expect("renders")
                .text()
                .to_owned()
        };
        let one = text(&["lb.example.com:5000".parse().expect("legal")]);
        assert!(one.contains("\n  untrust 'lb.example.com:5000'\n") && !one.contains("\n  conntrack\n"));
        assert!(text(&[]).contains("\n  conntrack\n"));
    }
}
