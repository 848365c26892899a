//! What an agent is asked before anything is set up there.

use anyhow::Result;
use serde_json::json;

use super::script::{self, Mode};
use crate::domain::deploy::RegistrySpec;
use crate::domain::registry::{RegistryAddress, Vip};
use crate::domain::script::RemoteScript;

const TEMPLATE: &str = include_str!("../../templates/doctor.sh.hbs");

/// What every agent is asked about.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The registry that is to be deployed.
    pub spec: &'a RegistrySpec,
    /// By which addresses clients will ask for it.
    pub addresses: &'a [RegistryAddress],
    /// The ports that nobody else may listen on.
    pub ports: &'a [u16],
    /// Whether the registry that the image comes from is to be asked for it.
    pub look_up: bool,
}

/// The script, the same for all of them. `holder` is who runs it, as of [`script::render`].
pub fn script(question: &Question<'_>, holder: &str) -> Result<RemoteScript> {
    let Question { spec, addresses, ports, look_up } = question;
    let vip = match spec.vip {
        Vip::Ip(ip, _) => ip.to_string(),
        // It gets an address of DC/OS' own, which is not known before it is deployed.
        Vip::Name(..) => String::new(),
    };
    let names = addresses.iter().map(RegistryAddress::host).filter(|host| host.ip().is_none());
    let values = json!({
        "directories": addresses.iter().map(RegistryAddress::directory_name).collect::<Vec<_>>(),
        "names": names.map(ToString::to_string).collect::<Vec<_>>(),
        "data_dir": spec.folders.data,
        "certs_dir": spec.folders.certs,
        "config_dir": spec.folders.config,
        "ports": ports,
        "vip": vip,
        "image": spec.image,
        "look_up": look_up,
    });
    script::render(TEMPLATE, Mode::Check, holder, &values)
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;
    use crate::domain::answer;
    use crate::plan::registry_app::tests::spec;

    const NONCE: &str = "00112233445566778899aabbccddeeff";

    #[test]
    fn the_script_tells_facts_on_any_machine() {
        let question = Question { spec: &spec(), addresses: &[], ports: &[5000, 65_535], look_up: false };
        let script = script(&question, "ann@here").expect("renders").call(NONCE);
        let output = Command::new("sh").arg("-c").arg(script).output().expect("sh runs");
        let answer = answer::parse(&String::from_utf8_lossy(&output.stdout), NONCE).expect("a whole answer");
        for key in ["clock", "uid", "disk.path", "disk.free", "disk.size", "sysctl.forward"] {
            assert!(answer.facts.contains_key(key), "{key} in {:?}", answer.facts);
        }
        assert!(answer.steps.is_empty() && answer.failure.is_none());
    }

    #[test]
    fn the_script_is_shell_whatever_is_asked() {
        let named = RegistrySpec { vip: "registry:443".parse().expect("a VIP"), ..spec() };
        for (spec, look_up) in [(spec(), true), (named, false)] {
            let addresses = ["lb.example.com:5000", "192.168.0.1"].map(|it| it.parse().expect("an address"));
            let question = Question { spec: &spec, addresses: &addresses, ports: &[], look_up };
            let script = script(&question, "it's me").expect("renders");
            assert_eq!(script.text().contains("  remote_image '"), look_up);
            assert_eq!(script.text().contains("  route '"), look_up);
            assert!(!script.text().contains("  listener '"));
            let checked = Command::new("sh").args(["-n", "-c", script.text()]).status().expect("sh runs");
            assert!(checked.success());
        }
    }
}
