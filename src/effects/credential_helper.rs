//! The programs that keep logins in the place of Docker's config.json: `docker-credential-NAME VERB`, with what they are to
//! know on standard input.

use std::process::Stdio;
use std::time::Duration;

use anyhow::Result;
use serde::Deserialize;
use serde_json::json;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;
use tokio::time::timeout;

use super::files::plain;
use crate::domain::answer::shown;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::login::Account;
use crate::domain::registry::RegistryAddress;

/// A helper may have to ask its user to open a keyring.
const PATIENCE: Duration = Duration::from_secs(120);

/// One helper.
#[derive(Debug, Clone)]
pub struct CredentialHelper {
    program: String,
}

/// What a helper says of a login.
#[derive(Deserialize)]
struct Kept {
    #[serde(rename = "Username", default)]
    user: String,
    #[serde(rename = "Secret", default)]
    password: String,
}

/// Why there is no answer, in words.
enum NoAnswer {
    /// It could not be run, or does not end: nobody knows what it keeps.
    NotRun(String),
    /// It failed, as it does where it knows no login.
    Failed(String),
}

impl NoAnswer {
    fn words(&self) -> &str {
        match self {
            Self::NotRun(words) | Self::Failed(words) => words,
        }
    }
}

impl CredentialHelper {
    /// The helper of this name, as it is found in PATH.
    pub fn new(program: impl Into<String>) -> Self {
        Self { program: program.into() }
    }

    /// Whether it keeps just this login. A helper that knows none says so by failing, so that is no error.
    pub async fn keeps(&self, account: &Account) -> bool {
        let Ok(answer) = self.say("get", &account.registry.to_string()).await else { return false };
        let kept = serde_json::from_slice::<Kept>(&answer).ok();
        kept.is_some_and(|kept| {
            kept.user == account.user.as_str() && kept.password == account.password.expose()
        })
    }

    /// Whether it keeps any login for the registry. Errors: it is not there, or does not end.
    pub async fn knows(&self, registry: &RegistryAddress) -> Result<bool> {
        match self.say("get", &registry.to_string()).await {
            Ok(_) => Ok(true),
            Err(NoAnswer::Failed(_)) => Ok(false),
            Err(why) => Err(self.failed(say!("looking for"), registry, &why)),
        }
    }

    /// Has it keep a login. Errors: it is not there, or it fails.
    pub async fn store(&self, account: &Account) -> Result<()> {
        let Account { registry, user, password, .. } = account;
        let login = json!({ "ServerURL": registry, "Username": user, "Secret": password.expose() });
        self.say("store", &login.to_string())
            .await
            .map(drop)
            .map_err(|why| self.failed(say!("keeping"), registry, &why))
    }

    /// Has it forget a login. Errors: as of [`Self::store`].
    pub async fn erase(&self, registry: &RegistryAddress) -> Result<()> {
        let erased = self.say("erase", &registry.to_string()).await;
        erased.map(drop).map_err(|why| self.failed(say!("forgetting"), registry, &why))
    }

    fn failed(&self, doing: &str, registry: &RegistryAddress, why: &NoAnswer) -> anyhow::Error {
        let message = say!("{doing} the login at {registry} by {}: {}", self.program, why.words());
        Fault::new(FaultKind::CredentialHelper, message)
            .hint(say!(
                "Docker's config.json names this program in credsStore or credHelpers: docker login \
                 needs it too."
            ))
            .into()
    }

    /// What it answers. The error is what it says on standard error, or on standard output as far as that cannot be a
    /// login that it hands out.
    async fn say(&self, verb: &str, input: &str) -> Result<Vec<u8>, NoAnswer> {
        let mut command = Command::new(&self.program);
        command
            .arg(verb)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        let mut child = command.spawn().map_err(|error| NoAnswer::NotRun(plain(&error)))?;
        if let Some(mut stdin) = child.stdin.take() {
            // One that needs no input does not read it; what it answers counts.
            let _ = stdin.write_all(format!("{input}\n").as_bytes()).await;
        }
        let output = timeout(PATIENCE, child.wait_with_output()).await;
        let output = output.map_err(|_| NoAnswer::NotRun(say!("it does not end").to_owned()))?;
        let output = output.map_err(|error| NoAnswer::NotRun(plain(&error)))?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let said = if output.stderr.is_empty() { &output.stdout } else { &output.stderr };
        let line = String::from_utf8_lossy(said).lines().next().map(shown).unwrap_or_default();
        let quotes = line.contains('{') || input.contains("\"Secret\"") && repeats(&line, input);
        Err(NoAnswer::Failed(if line.is_empty() || quotes { say!("it failed").to_owned() } else { line }))
    }
}

/// Whether a line holds the secret that a helper was given.
fn repeats(line: &str, input: &str) -> bool {
    let secret = serde_json::from_str::<Kept>(input).map(|kept| kept.password).unwrap_or_default();
    !secret.is_empty() && line.contains(&secret)
}
