//! Users of a registry, and what was done to one of them.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use serde::Serialize;

use super::change::Change;
use super::deploy::StagedFile;
use super::fault::Exit;
use super::host::printable;

/// bcrypt takes no more of a password; a registry would let in whoever knows the first 72 bytes.
pub const LONGEST_PASSWORD: usize = 72;
/// No login name is longer; a header with it must still fit.
const LONGEST_NAME: usize = 255;

/// A name that an htpasswd file can hold and HTTP Basic can send: no `:`, no spaces, nothing that cannot be seen, and no
/// `#` at its start, which would make its line a comment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(into = "String")]
pub struct UserName(String);

impl UserName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for UserName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let legal = |c: char| c != ':' && (c.is_ascii_graphic() || c.is_alphanumeric());
        if text.is_empty() || text.len() > LONGEST_NAME {
            return Err(say!("a user's name has between 1 and {LONGEST_NAME} bytes"));
        }
        if text.starts_with('#') || !text.chars().all(legal) {
            let shown = printable(text);
            return Err(say!(
                "`{shown}` is no user's name: it has no `:`, no spaces, nothing unseen, and no `#` at its start"
            ));
        }
        Ok(Self(text.to_owned()))
    }
}

impl From<UserName> for String {
    fn from(name: UserName) -> Self {
        name.0
    }
}

impl fmt::Display for UserName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How far a change of the users' file has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reach {
    /// It is in the file here alone: no registry runs yet, or nothing was to be staged.
    Here,
    /// The registry runs without users so far: `deploy` gives it the file, and the configuration that names it.
    DeployNext,
    /// It is on the registry's hosts, where the registry reads it anew without a restart.
    Registry,
}

/// What `user add` or `user rm` did, or would do.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UserChangeReport {
    /// True: this is what would be done, not what was.
    pub dry_run: bool,
    /// The user.
    pub user: UserName,
    /// Created, changed (another password), removed or unchanged.
    pub change: Change,
    /// The file here.
    pub file: PathBuf,
    /// How many users it has then.
    pub users: usize,
    /// How far the change has come.
    pub reach: Reach,
    /// The registry's files on its hosts; empty where nothing was staged.
    pub staged: Vec<StagedFile>,
    /// What the run ends with.
    #[serde(skip)]
    pub exit: Exit,
}

/// One user of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListedUser {
    /// The name, as far as it can be shown.
    pub name: String,
    /// Whether the password is hashed with bcrypt. A registry refuses every other one without a word.
    pub bcrypt: bool,
}

/// What `user ls` found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UsersReport {
    /// The file here.
    pub file: PathBuf,
    /// Whether it is there; without it everybody may push and pull.
    pub exists: bool,
    /// Its users, in its order.
    pub users: Vec<ListedUser>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_what_a_line_and_a_header_can_hold() {
        for name in ["ann", "ci-bot", "ann@example.com", "Ünal", "a#b"] {
            assert_eq!(name.parse::<UserName>().map(|name| name.to_string()).as_deref(), Ok(name));
        }
        for name in ["", "a:b", "a b", "#ann", "ann\n", "a\tb", "a\u{7}", "a\u{202e}b", &"x".repeat(256)] {
            assert!(name.parse::<UserName>().is_err(), "{name:?}");
        }
    }
}
