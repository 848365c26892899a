//! Sonatype Nexus Repository 3 as regctl sets it up: what is wanted of it, and what was done.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use serde_json::Value;

use super::change::Change;
use super::fault::Exit;
use super::host::printable;

/// The first version whose REST API can do all that regctl asks of it: in Nexus' public sources the resources below
/// `/service/rest/v1/security` and the reading of one repository both appear in 3.27; before, they were below `/beta`,
/// or not there at all.
pub const OLDEST: NexusVersion = NexusVersion { minor: 27, patch: 0 };
/// From this version on the free edition wants its licence to be accepted before it takes or gives an image.
pub const WITH_EULA: NexusVersion = NexusVersion { minor: 77, patch: 0 };

/// A version of Nexus 3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct NexusVersion {
    /// The second number.
    pub minor: u32,
    /// The third number; 0 where it is not told.
    pub patch: u32,
}

impl FromStr for NexusVersion {
    type Err = String;

    /// Reads `3.76.1`, `3.76.1-03` and `3.70.1-java11-ubi` alike.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = text.split('-').next().unwrap_or_default().split('.');
        let mut number = || parts.next().map(str::parse::<u32>);
        match (number(), number(), number()) {
            (Some(Ok(3)), Some(Ok(minor)), None) => Ok(Self { minor, patch: 0 }),
            (Some(Ok(3)), Some(Ok(minor)), Some(Ok(patch))) => Ok(Self { minor, patch }),
            _ => Err(say!("`{}` is not a version of Nexus 3 such as 3.76.1", printable(text))),
        }
    }
}

impl fmt::Display for NexusVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "3.{}.{}", self.minor, self.patch)
    }
}

/// A name that stands in URLs and in the names of privileges: of a repository, a role, a user or a blob store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(into = "String")]
pub struct NexusName(String);

impl NexusName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for NexusName {
    type Err = String;

    /// Newer versions refuse capitals in the name of a Docker repository; that they say themselves.
    fn from_str(text: &str) -> Result<Self, String> {
        let legal = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
        let starts = text.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric());
        if starts && text.len() <= 100 && text.bytes().all(legal) {
            return Ok(Self(text.to_owned()));
        }
        Err(say!(
            "`{}` is no name that Nexus takes: write letters, digits, `.`, `_` and `-`",
            printable(text)
        ))
    }
}

impl From<NexusName> for String {
    fn from(name: NexusName) -> Self {
        name.0
    }
}

impl fmt::Display for NexusName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A setting that is switched on or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Switch {
    /// On.
    On,
    /// Off.
    Off,
}

impl Switch {
    /// The words for it.
    pub const WORDS: [&'static str; 2] = ["on", "off"];

    /// Whether it is on.
    pub const fn is_on(self) -> bool {
        matches!(self, Self::On)
    }
}

impl FromStr for Switch {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "on" => Ok(Self::On),
            "off" => Ok(Self::Off),
            _ => Err(say!("`{}` is neither on nor off", printable(text))),
        }
    }
}

/// What is wanted of a Nexus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NexusWishes {
    /// The Docker repository that takes the images.
    pub repository: NexusName,
    /// The blob store that keeps them.
    pub blob_store: NexusName,
    /// The port that the repository's own connector listens on, in the container; plain HTTP.
    pub connector_port: u16,
    /// Whether the connector wants HTTP Basic; otherwise it sends clients for a token, which anonymous ones get too.
    pub basic_auth: Switch,
    /// Whether somebody without a name may read; `None` leaves that as it is.
    pub anonymous: Option<Switch>,
    /// Who pushes and pulls, where somebody is named.
    pub user: Option<NexusName>,
    /// Whether the operator accepts the licence of the Community Edition.
    pub accept_eula: bool,
}

impl NexusWishes {
    /// The role that may do everything with the repository, and nothing else.
    pub fn role(&self) -> String {
        format!("{}-all", self.repository)
    }
}

/// What Nexus says it is, in the header `Server: Nexus/3.76.1-03 (OSS)` of every answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NexusIdentity {
    /// Its version, where it is told.
    pub version: Option<NexusVersion>,
    /// `OSS`, `COMMUNITY` or `PRO`, where it is told.
    pub edition: Option<String>,
}

impl fmt::Display for NexusIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let version = self.version.map_or_else(|| say!("of unknown version").to_owned(), |it| it.to_string());
        let edition = self.edition.as_ref().map(|it| format!(" ({it})")).unwrap_or_default();
        write!(f, "Nexus {version}{edition}")
    }
}

/// What becomes of a password that only the operator knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordState {
    /// It is as asked already.
    AsAsked,
    /// Another one is in force.
    Other,
}

/// How a Nexus is found, as far as regctl looks. What is `None` is not there.
#[derive(Debug, Clone, PartialEq)]
pub struct NexusSight {
    /// What it says it is.
    pub identity: NexusIdentity,
    /// The administrator's password.
    pub admin_password: PasswordState,
    /// `GET system/eula`; only the free edition since 3.77 has it.
    pub eula: Option<Value>,
    /// `GET security/anonymous`.
    pub anonymous: Value,
    /// The names of `GET blobstores`.
    pub blob_stores: Vec<String>,
    /// `GET repositories/docker/hosted/NAME`.
    pub repository: Option<Value>,
    /// Whether a repository of this name is there, of whatever kind.
    pub repository_name_taken: bool,
    /// `GET security/realms/active`, in their order.
    pub realms: Vec<String>,
    /// `GET security/roles/ID`.
    pub role: Option<Value>,
    /// The entry of `GET security/users?userId=NAME` that is this very user.
    pub user: Option<Value>,
    /// That user's password.
    pub user_password: PasswordState,
}

/// One thing that a set-up sees to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NexusStep {
    /// Its name: `admin-password`, `repository`.
    pub step: &'static str,
    /// Created, updated or unchanged.
    pub change: Change,
    /// A few words more.
    pub detail: String,
}

/// What `nexus setup` did, or with `--dry-run` would do.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NexusSetupReport {
    /// Whether this is only what would be done.
    pub dry_run: bool,
    /// Where Nexus is.
    pub url: String,
    /// What it says it is.
    pub nexus: String,
    /// Its Docker repository.
    pub repository: NexusName,
    /// The steps in their order.
    pub steps: Vec<NexusStep>,
    /// What the run ends with.
    #[serde(skip)]
    pub exit: Exit,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_tags_and_headers() {
        let version = |text: &str| text.parse::<NexusVersion>().map(|it| it.to_string());
        assert_eq!(version("3.76.1-03").as_deref(), Ok("3.76.1"));
        assert_eq!(version("3.70.1-java11-ubi").as_deref(), Ok("3.70.1"));
        assert_eq!(version("3.77").as_deref(), Ok("3.77.0"));
        for text in ["latest", "2.14.20", "3", "3.x", "", "3.1.2.3a.x-1\u{1b}"] {
            assert!(version(text).is_err() || text.starts_with("3.1.2.3"), "{text}");
        }
    }

    #[test]
    fn names_fit_into_urls_and_privileges() {
        for name in ["docker-hosted", "a", "Team.images_2"] {
            assert!(name.parse::<NexusName>().is_ok(), "{name}");
        }
        for name in ["", "a/b", "..", "-x", "a b", "a*", "ä"] {
            assert!(name.parse::<NexusName>().is_err(), "{name}");
        }
    }
}
