//! A registry's container that stands still for a while.

use std::time::Duration;

use anyhow::Result;
use serde_json::json;

use super::Found;
use crate::domain::script::RemoteScript;
use crate::plan::script::{self, Mode};

const PAUSE: &str = include_str!("../../../templates/container-pause.sh.hbs");

/// What becomes of the container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pause {
    /// It is stopped.
    Begin,
    /// It is started, and waited for as long as this.
    End(Duration),
}

/// The script for the container that was found, and no other of its name.
pub fn pause(of: Pause, found: &Found, holder: &str) -> Result<RemoteScript> {
    let (act, patience) = match of {
        Pause::Begin => ("pause", 0),
        Pause::End(patience) => ("resume", patience.as_secs()),
    };
    let port = found.container.host_ports().next();
    let values = json!({
        "act": act,
        "name": found.container.name,
        "seen": found.id,
        "port": port.map(|port| port.to_string()).unwrap_or_default(),
        "patience": patience,
    });
    script::render(PAUSE, Mode::Apply, holder, &values)
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::super::inspected::tests::found;
    use super::*;

    #[test]
    fn both_scripts_are_shell_about_this_very_container() {
        for of in [Pause::Begin, Pause::End(Duration::from_secs(60))] {
            let script = pause(of, &found(), "it's me").expect("renders");
            assert!(script.text().contains("seen='8f3c' port='5000'"), "{}", script.text());
            let checked = Command::new("sh").args(["-n", "-c", script.text()]).status().expect("sh runs");
            assert!(checked.success());
        }
    }
}
