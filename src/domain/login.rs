//! Logins at registries, as Docker's clients keep them, and what was done about them.

use std::path::PathBuf;

use serde::Serialize;

use super::change::Change;
use super::fault::Exit;
use super::registry::RegistryAddress;
use super::secret::Secret;
use super::trust::TrustReport;
use super::user::UserName;

/// Who is who at one registry.
#[derive(Debug, Clone)]
pub struct Account {
    /// The registry.
    pub registry: RegistryAddress,
    /// The user there.
    pub user: UserName,
    /// The password.
    pub password: Secret,
    /// What the registry said to both.
    pub checked: Checked,
}

impl Account {
    /// User and password in base64, as HTTP Basic and Docker's config.json have them.
    pub fn auth(&self) -> Secret {
        use base64::Engine as _;
        let both = format!("{}:{}", self.user, self.password.expose());
        Secret::new(base64::engine::general_purpose::STANDARD.encode(both))
    }
}

/// What a registry said to a user and a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Checked {
    /// It lets the user in.
    Accepted,
    /// It lets everybody in, so nobody knows whether the password is right.
    NotAsked,
    /// It was not asked.
    Skipped,
}

/// One registry of the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LoginEntry {
    /// The registry.
    pub registry: RegistryAddress,
    /// The user; absent where a login is taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<UserName>,
    /// What the registry said; absent likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checked: Option<Checked>,
    /// The program that keeps the login here; `null` where Docker's config.json does.
    pub helper: Option<String>,
}

/// What became of the operator's own config.json.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OwnConfig {
    /// The file.
    pub file: PathBuf,
    /// Created, changed or unchanged, by the file or by a helper program.
    pub change: Change,
    /// What was there before; `null` where nothing was replaced.
    pub backup: Option<PathBuf>,
}

/// The archive that Marathon apps fetch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ArchiveReport {
    /// The file here.
    pub file: PathBuf,
    /// Created, changed or unchanged.
    pub change: Change,
    /// What an app says to fetch it from the path that it is put to on agents.
    pub fetch: String,
    /// The same for Marathon 1.4.
    pub uris: String,
}

/// What `login` or `logout` did, or would do.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LoginReport {
    /// True: this is what would be done, not what was.
    pub dry_run: bool,
    /// The registries.
    pub logins: Vec<LoginEntry>,
    /// The operator's own login.
    pub own: OwnConfig,
    /// The archive; `null` where none was asked for.
    pub archive: Option<ArchiveReport>,
    /// The agents, as of `trust-agents`; `null` where none was meant.
    pub fleet: Option<TrustReport>,
    /// What the run ends with.
    #[serde(skip)]
    pub exit: Exit,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_shows_no_password() {
        let account = Account {
            registry: "lb:5000".parse().expect("is an address"),
            user: "test".parse().expect("is a name"),
            password: Secret::new("an:an"),
            checked: Checked::Skipped,
        };
        assert_eq!(account.auth().expose(), "dGVzdDphbjphbg==");
        assert!(!format!("{account:?}").contains("an:an"));
    }
}
