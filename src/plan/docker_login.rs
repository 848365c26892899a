//! Logins in the config.json of a user of an agent: what is read there, and what is written for it.

use anyhow::Result;
use base64::Engine as _;
use serde_json::{Value, json};

use super::docker_config::{DockerConfig, Login, Unusable};
use super::facts::Facts;
use super::script::{self, Mode};
use crate::domain::agent::{AgentError, AgentErrorKind};
use crate::domain::login::Account;
use crate::domain::registry::RegistryAddress;
use crate::domain::script::{Answer, RemoteScript};
use crate::domain::secret::Secret;

const LOOK: &str = include_str!("../../templates/docker-login-look.sh.hbs");
const WRITE: &str = include_str!("../../templates/docker-login.sh.hbs");

/// What is to become of logins.
#[derive(Debug, Clone)]
pub enum Purpose {
    /// They are to be kept.
    In(Vec<Account>),
    /// They are to go.
    Out(Vec<RegistryAddress>),
}

impl Purpose {
    /// The registries.
    pub fn registries(&self) -> Vec<RegistryAddress> {
        match self {
            Self::In(accounts) => accounts.iter().map(|account| account.registry.clone()).collect(),
            Self::Out(registries) => registries.clone(),
        }
    }
}

/// An archive for the agents; where logins are to go, what regctl put there goes. No `Debug`: its bytes are passwords.
#[derive(Clone)]
pub struct Archive {
    /// Where it is put.
    pub path: String,
    /// The user whom it belongs to there.
    pub owner: String,
    /// Its bytes; none to take it back.
    pub bytes: Option<Vec<u8>>,
}

/// What is to be done for one user of each agent.
#[derive(Clone)]
pub struct Errand {
    /// The logins.
    pub purpose: Purpose,
    /// The archive, where there is one.
    pub archive: Option<Archive>,
    /// The user of the agent whose config.json it is.
    pub user: String,
    /// Whether to do it.
    pub mode: Mode,
    /// Who runs it, as of [`script::render`].
    pub holder: String,
}

impl Errand {
    /// The script that reads the file, followed by the one that writes it as is decided from what it reads.
    pub fn script(self) -> Result<RemoteScript> {
        let look = script::render(LOOK, Mode::Check, &self.holder, &json!({ "user": self.user }))?;
        Ok(look.then(move |answer| self.decide(answer).map(Some)))
    }

    /// The script for an agent that says this of itself. The error is the agent's: its file cannot be changed safely.
    fn decide(&self, answer: &Answer) -> Result<RemoteScript, AgentError> {
        let seen = Seen::read(answer)?;
        let values = self.values(&seen).map_err(|unusable| left_alone(&seen.path(), unusable))?;
        script::render(WRITE, self.mode, &self.holder, &values)
            .map_err(|error| AgentError::new(AgentErrorKind::Protocol, format!("{error:#}")))
    }

    fn values(&self, seen: &Seen) -> Result<Value, Unusable> {
        let config = DockerConfig::parse(seen.text.as_deref().unwrap_or_default())?;
        let (text, unsupported) = match &self.purpose {
            Purpose::In(accounts) => logged_in(&config, accounts)?,
            Purpose::Out(registries) => (seen.text.as_ref().map(|_| config.without(registries)), Vec::new()),
        };
        let blank = text.as_ref().is_some_and(|text| {
            matches!(self.purpose, Purpose::Out(_))
                && DockerConfig::parse(text.expose()).is_ok_and(|new| new.is_blank())
        });
        let archive = self.archive.as_ref().map(|archive| {
            let bytes =
                archive.bytes.as_ref().map(|bytes| base64::engine::general_purpose::STANDARD.encode(bytes));
            json!({ "path": archive.path, "owner": archive.owner, "bytes": bytes })
        });
        Ok(json!({
            "folder": seen.folder,
            "path": seen.path(),
            "owner": seen.owner,
            "there": seen.text.is_some(),
            "read": seen.text.as_deref().unwrap_or_default(),
            "writes": text.is_some(),
            "text": text.as_ref().map(Secret::expose).unwrap_or_default(),
            "blank": blank,
            "takes_back": matches!(self.purpose, Purpose::Out(_)),
            "unsupported": unsupported.join(", "),
            "warning": config.warning().unwrap_or_default(),
            "archive": archive,
        }))
    }
}

/// The text with the logins that a file can keep, and which registries a helper program has on this agent.
fn logged_in(config: &DockerConfig, accounts: &[Account]) -> Result<(Option<Secret>, Vec<String>), Unusable> {
    let (mut logins, mut unsupported) = (Vec::new(), Vec::new());
    for account in accounts {
        let registry = &account.registry;
        match config.helper(registry)? {
            None => logins.push(Login { address: registry.clone(), auth: Some(account.auth()) }),
            Some(program) => unsupported.push(say!(
                "{program} keeps the login at {registry} here, which only its own user can give it: docker login"
            )),
        }
    }
    Ok(((!logins.is_empty()).then(|| config.with(&logins)), unsupported))
}

/// What an agent says of the user and the file.
struct Seen {
    folder: String,
    owner: String,
    text: Option<String>,
}

impl Seen {
    fn read(answer: &Answer) -> Result<Self, AgentError> {
        let facts = Facts::of(answer);
        let protocol = |what: &str| AgentError::new(AgentErrorKind::Protocol, say!("it does not say {what}"));
        let folder = facts.get("folder").filter(|folder| folder.starts_with('/'));
        let folder = folder.ok_or_else(|| protocol(say!("where the user's files are")))?.to_owned();
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let owner =
            facts.get("owner").filter(|ids| ids.split_once(':').is_some_and(|(u, g)| digits(u) && digits(g)));
        let owner = owner.ok_or_else(|| protocol(say!("which ids the user has")))?.to_owned();
        let text = match facts.number("size") {
            None => None,
            Some(size) => {
                let text = facts.carried("config").unwrap_or_default();
                if text.len() as u64 != size {
                    let why =
                        say!("{folder}/config.json has {size} bytes, not all of which can be read as text");
                    return Err(AgentError::new(AgentErrorKind::Script, why).hint(say!(
                        "regctl changes files of up to 16 KiB: log in there by hand, or make the file \
                         smaller."
                    )));
                }
                Some(text)
            }
        };
        Ok(Self { folder, owner, text })
    }

    fn path(&self) -> String {
        format!("{}/config.json", self.folder)
    }
}

fn left_alone(path: &str, unusable: Unusable) -> AgentError {
    let hint = say!("{} regctl doctor --repair mends what can be meant in one way only.", unusable.hint);
    AgentError::new(AgentErrorKind::Script, format!("{path}: {}", unusable.why)).hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::login::Checked;
    use crate::plan::facts::tests::answer;

    fn errand(purpose: Purpose) -> Errand {
        let (user, holder) = ("root".to_owned(), "ann@here".to_owned());
        Errand { purpose, archive: None, user, mode: Mode::Apply, holder }
    }

    fn login() -> Purpose {
        Purpose::In(vec![Account {
            registry: "lb:5000".parse().expect("is an address"),
            user: "ann".parse().expect("is a name"),
            password: Secret::new("it's"),
            checked: Checked::Skipped,
        }])
    }

    fn decided(purpose: Purpose, config: Option<&str>) -> Result<String, AgentError> {
        let size = config.map_or_else(String::new, |text| text.len().to_string());
        let told = answer(&[
            ("folder", "/root/.docker"),
            ("owner", "0:0"),
            ("size", &size),
            ("config#", config.unwrap_or_default()),
        ]);
        errand(purpose).decide(&told).map(|script| script.text().to_owned())
    }

    #[test]
    fn both_scripts_are_shell() {
        let archive = Some(Archive {
            path: "/etc/docker.tar.gz".to_owned(),
            owner: "root".to_owned(),
            bytes: Some(vec![0, 1]),
        });
        let first = errand(login()).script().expect("renders");
        let told = answer(&[("folder", "/home/o'neil/.docker"), ("owner", "10:20")]);
        let second = Errand { archive, ..errand(login()) }.decide(&told).expect("is decided");
        for script in [first.text(), second.text()] {
            let checked =
                std::process::Command::new("sh").args(["-n", "-c", script]).status().expect("sh runs");
            assert!(checked.success());
        }
    }

    #[test]
    fn what_an_agent_has_is_kept_and_a_helper_is_told() {
        let script = decided(login(), Some(r#"{"auths":{"z":{"auth":"eg=="}},"x":1}"#)).expect("is decided");
        assert!(script.contains("eg==") && script.contains("YW5uOml0J3M="), "{script}");
        let helped = decided(login(), Some(r#"{"credsStore":"pass"}"#)).expect("is decided");
        assert!(
            helped.contains("docker-credential-pass keeps the login") && !helped.contains("YW5uOml0J3M=")
        );
    }

    #[test]
    fn a_file_that_cannot_be_read_whole_is_left_alone() {
        let broken = decided(login(), Some("{“auth”: {}}")).expect_err("is no JSON");
        assert!(broken.message.contains("typographic") && broken.hint.is_some(), "{broken:?}");
        let told =
            answer(&[("folder", "/root/.docker"), ("owner", "0:0"), ("size", "20000"), ("config#", "{}")]);
        let cut = errand(login()).decide(&told).expect_err("is cut off");
        assert!(cut.message.contains("20000 bytes"), "{cut:?}");
        for bad in [[("folder", "root"), ("owner", "0:0")], [("folder", "/root"), ("owner", "0:0; reboot")]] {
            assert!(errand(login()).decide(&answer(&bad)).is_err());
        }
    }
}
