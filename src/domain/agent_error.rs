//! Why nothing, or not everything, could be done on an agent.

use std::fmt;

use serde::Serialize;

use super::language;

/// One row of the table of agents' errors: `Variant "stable-word": "cause" => "cure"`.
macro_rules! agent_error_kinds {
    ($($variant:ident $word:literal: $cause:expr => $cure:expr;)+) => {
        /// Why nothing, or not everything, could be done on an agent. The words are part of the JSON contract.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum AgentErrorKind { $(#[doc = $cause] $variant,)+ }

        impl AgentErrorKind {
            /// Every kind, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The name of the variant, as the source says it.
            pub const fn variant(self) -> &'static str {
                match self { $(Self::$variant => stringify!($variant),)+ }
            }

            /// The stable word, as in JSON.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// What brings it about, in a sentence.
            pub fn cause(self) -> String {
                match self { $(Self::$variant => language::told($cause),)+ }
            }

            /// What to do about it, in a sentence or two.
            pub fn cure(self) -> String {
                match self { $(Self::$variant => language::told($cure),)+ }
            }
        }
    };
}

agent_error_kinds! {
    InvalidName "invalid-name": later!("Its hostname or pid is not a plain host name or IP address; nothing connected to it.")
        => later!("Start the agent with a proper --hostname and --ip, or name it in an agents file.");
    Resolve "resolve": later!("Its name does not resolve on this machine.")
        => later!("Take addresses instead of names: --address pid; or correct the name.");
    Unreachable "unreachable": later!("There is no way to it: no route, or its network is down.")
        => later!("Look at the route from this machine; --jump goes by way of another host.");
    ConnectTimeout "connect-timeout": later!("It did not answer in time.")
        => later!("Look whether it is up, and for a firewall before its ssh port; --failed repeats such agents alone.");
    ConnectRefused "connect-refused": later!("Nothing listens on its ssh port.")
        => later!("Start sshd there, or give its port with --ssh-port.");
    HostKey "host-key": later!("Its host key is not the known one, or not known where it has to be.")
        => later!("Compare the fingerprints with the host's own; if it was installed anew, remove the old key from known_hosts.");
    Auth "auth": later!("It does not accept the user, key or password that was offered.")
        => later!("Correct --ssh-user and --ssh-key; `regctl ssh-setup` puts a key there.");
    Sudo "sudo": later!("The user may not become root there without a password, or with this one.")
        => later!("Log in as root, give sudo's password with --sudo-password-file, or allow the user NOPASSWD.");
    Timeout "timeout": later!("It was not done within the time for one agent.")
        => later!("Give it more with --timeout, or look what holds it up there.");
    Script "script": later!("A step failed on the agent, as the message says.")
        => later!("Repair what the message names there and repeat the command with --failed.");
    DiskFull "disk-full": later!("A file system there is full.")
        => later!("Make room there and repeat the command with --failed.");
    ReadOnly "read-only": later!("A file system there is mounted read-only.")
        => later!("Look why (a broken disk?), mount it writable, and repeat the command with --failed.");
    DaemonJson "daemon-json": later!("Docker Engine's daemon.json cannot be understood, so it was not touched.")
        => later!("Correct the file there and repeat the command with --failed.");
    SetByFlag "set-by-flag": later!("Docker Engine has by a flag what is to go into its daemon.json; with both it would not start again.")
        => later!("Move it with --move-flags, or take the flag out yourself.");
    EngineDown "engine-down": later!("Docker Engine did not come back.")
        => later!("Look there: systemctl status docker, journalctl -u docker.");
    Protocol "protocol": later!("The answer broke off or makes no sense; what was done there is unknown.")
        => later!("Repeat the command with --failed: what is right already is left alone.");
    Interrupted "interrupted": later!("The run was interrupted before the agent was done.")
        => later!("Run the command again: what is right already is left alone.");
}

/// What went wrong on one agent. Data, not a fault: the other agents are still done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AgentError {
    /// The stable word for it.
    pub kind: AgentErrorKind,
    /// Lower-case, without a full stop; fit to be shown on a terminal.
    pub message: String,
    /// What to do next, as a sentence.
    pub hint: Option<String>,
}

impl AgentError {
    /// An error without a hint.
    pub fn new(kind: AgentErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hint: None }
    }

    /// The same error with the next thing to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(language::told(hint));
        self
    }
}

impl fmt::Display for AgentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.word(), self.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_is_the_one_in_json() {
        for kind in AgentErrorKind::ALL {
            assert_eq!(serde_json::to_value(kind).expect("serializes"), kind.word());
        }
    }
}
