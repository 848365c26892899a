//! The scripts that mend, and what they say.

use anyhow::Result;
use serde_json::json;

use super::docker_config;
use crate::domain::agent::{AgentError, AgentErrorKind};
use crate::domain::script::{Answer, RemoteScript};
use crate::plan::facts::Facts;
use crate::plan::script::{self, Mode};

const LOOK: &str = include_str!("../../../templates/mend-look.sh.hbs");
const MEND: &str = include_str!("../../../templates/mend.sh.hbs");
/// What carry takes at most.
const WHOLE: u64 = 16_384;

/// What regctl mends by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Docker's config.json, where it can be meant in one way only.
    Logins,
    /// Private keys in certs.d, which go where only root looks.
    Keys,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Logins, Self::Keys];

    /// The causes of findings that it is the repair of.
    pub const fn causes(self) -> &'static [&'static str] {
        match self {
            Self::Logins => &["login-quotes", "login-key"],
            Self::Keys => &["private-key"],
        }
    }

    /// What a question says is done.
    pub fn question(self) -> &'static str {
        match self {
            Self::Logins => say!("rewriting /root/.docker/config.json"),
            Self::Keys => say!("moving private keys out of /etc/docker/certs.d"),
        }
    }

    /// The step of the agent's report.
    pub const fn step(self) -> &'static str {
        match self {
            Self::Logins => "docker-config",
            Self::Keys => "private-keys",
        }
    }
}

/// The script for every agent that has any of it. It reads, decides by what it has read, and writes, in one login.
pub fn script(kinds: &[Kind], mode: Mode, holder: &str) -> Result<RemoteScript> {
    let (kinds, holder) = (kinds.to_vec(), holder.to_owned());
    let look = script::render(LOOK, Mode::Check, &holder, &json!({}))?;
    // That it renders is known before anybody is asked.
    sequel(&kinds, (mode, &holder), &Answer::default())?;
    Ok(look.then(move |answer| {
        sequel(&kinds, (mode, &holder), answer)
            .map(Some)
            .map_err(|why| AgentError::new(AgentErrorKind::Script, format!("{why:#}")))
    }))
}

fn sequel(kinds: &[Kind], (mode, holder): (Mode, &str), answer: &Answer) -> Result<RemoteScript> {
    let facts = Facts::of(answer);
    let whole = facts.number("size").is_some_and(|bytes| bytes <= WHOLE);
    let read = facts.carried("config").filter(|_| whole && kinds.contains(&Kind::Logins));
    let text = read.as_deref().and_then(docker_config::mended);
    let none: [&str; 0] = [];
    let values = json!({
        "read": read.unwrap_or_default(),
        "text": text.as_ref().map_or("", |text| text.expose()),
        "keys": kinds.contains(&Kind::Keys),
        "directories": none,
        "names": none,
    });
    script::render(MEND, mode, holder, &values)
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;
    use crate::plan::facts::tests::answer;

    #[test]
    fn the_second_script_is_shell_and_writes_only_what_was_read_whole() {
        let text = "{“auth”: {\"it's\": {\"auth\": \"eA==\"}}}";
        for (size, expected) in [("42", true), ("16385", false)] {
            let heard = answer(&[("size", size), ("config#", text)]);
            let script = sequel(&Kind::ALL, (Mode::Apply, "ann@here"), &heard).expect("renders");
            assert_eq!(script.text().contains("begin docker-config"), expected);
            let checked = Command::new("sh").args(["-n", "-c", script.text()]).status().expect("sh runs");
            assert!(checked.success());
        }
    }
}
