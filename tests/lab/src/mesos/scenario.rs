//! What the masters shall play, kept in a file that they read at each request.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use super::agent::AgentState;

/// A situation of the cluster, or a fault of the leading master.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "scenario")]
pub enum Scenario {
    /// The first master leads and knows all agents; the second stands by.
    #[default]
    Leader,
    /// The first master stands by and the second leads.
    Standby,
    /// There is no leader: 503.
    NoLeader,
    /// The leader is still recovering its registry: both lists are empty.
    Recovering,
    /// After a failover, before any agent came back: all of them in `recovered_slaves`.
    Recovered,
    /// After a failover, when only these agents have come back.
    PartlyRecovered {
        /// Names of the hosts that are back.
        back: Vec<String>,
    },
    /// HTTP authentication is on at the leader; the master standing by redirects without asking.
    Auth {
        /// The only user.
        user: String,
        /// Its password.
        password: String,
    },
    /// There are no agents.
    Empty,
    /// Some agents are in another state than active.
    Agents {
        /// By host name.
        states: BTreeMap<String, AgentState>,
    },
    /// Further agents with names that nobody should believe, beside the lab's own.
    Odd {
        /// They come before the lab's own.
        agents: Vec<OddAgent>,
    },
    /// Not Mesos at all: a web page, as from a login portal.
    Html,
    /// Half of the JSON document, in an answer that is complete.
    Truncated,
    /// An answer that breaks off: less than its Content-Length promises.
    CutOff,
    /// A document of 50 MB with tens of thousands of agents.
    Huge,
    /// The leader accepts the request and never answers.
    Silent,
    /// A body of one's own, sent as 200 and application/json.
    Body {
        /// The file that holds it.
        file: PathBuf,
    },
}

/// An agent as a hostile or broken master may list it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OddAgent {
    /// What it says as `hostname`.
    pub hostname: String,
    /// What it says as `pid`.
    pub pid: String,
}

impl Scenario {
    /// What is asked for in this state directory; the leader leads where nothing was asked for.
    ///
    /// # Errors
    /// Where the file is there and makes no sense.
    pub fn read(state: &Path) -> Result<Self> {
        match fs::read(file(state)) {
            Ok(text) => serde_json::from_slice(&text)
                .with_context(|| format!("understanding {}", file(state).display())),
            Err(_) => Ok(Self::Leader),
        }
    }

    /// Asks for it: the next request is answered so.
    ///
    /// # Errors
    /// Where the state directory cannot be written.
    pub fn write(&self, state: &Path) -> Result<()> {
        let next = state.join("mesos.json.next");
        fs::write(&next, serde_json::to_vec(self)?)
            .and_then(|()| fs::rename(&next, file(state)))
            .with_context(|| format!("asking for a scenario in {}", state.display()))
    }
}

fn file(state: &Path) -> PathBuf {
    state.join("mesos.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_control_file_is_easy_to_write_by_hand() {
        let auth: Scenario =
            serde_json::from_str(r#"{"scenario":"auth","user":"u","password":"p"}"#).unwrap();
        assert_eq!(auth, Scenario::Auth { user: "u".to_owned(), password: "p".to_owned() });
        let states = r#"{"scenario":"agents","states":{"a2":"draining"}}"#;
        let expected = BTreeMap::from([("a2".to_owned(), AgentState::Draining)]);
        assert_eq!(serde_json::from_str::<Scenario>(states).unwrap(), Scenario::Agents { states: expected });
    }
}
