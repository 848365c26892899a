//! The operator's own file of the registry's users: read, changed in one user, written whole.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::Context;
use super::flags::AppArgs;
use crate::domain::change::Change;
use crate::domain::event::Event;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::preset::Preset;
use crate::domain::secret::Secret;
use crate::domain::user::{ListedUser, UserName};
use crate::effects::{files, password_hash};
use crate::plan::htpasswd;

/// The file as it is.
pub(super) struct UsersFile {
    /// Where it is, or is to be.
    pub(super) path: PathBuf,
    /// Whether it is there.
    pub(super) exists: bool,
    /// Who is in it.
    pub(super) users: Vec<ListedUser>,
    text: String,
}

/// The file as it is to be.
pub(super) struct NewUsers {
    /// The user that is added, changed or removed.
    pub(super) user: UserName,
    /// What becomes of that user.
    pub(super) change: Change,
    /// The whole text.
    pub(super) text: Secret,
    /// What the file held when that was decided.
    before: Secret,
    path: PathBuf,
}

impl UsersFile {
    /// Reads it; one that is not there has no users. Users that a registry refuses are warned of. Errors, exit 2: it
    /// cannot be read, or a line at which a registry would refuse the whole file.
    pub(super) fn open(args: &AppArgs, context: &Context) -> Result<Self> {
        if args.preset(&args.config(context))? == Preset::Nexus {
            return Err(Fault::new(
                FaultKind::NotApplicable,
                say!("the users of a Nexus are its own, and in no file"),
            )
            .hint(say!("Add one, or give one another password, with regctl nexus setup --user NAME."))
            .into());
        }
        let path = args.users_file(context);
        let exists = path.exists();
        let text = read(&path)?;
        let users = htpasswd::users(&text).map_err(|why| {
            Fault::new(FaultKind::InputFile, format!("{}: {why}", path.display()))
                .hint(say!("A registry refuses the whole file for it: mend the line, or take it out."))
        })?;
        for user in users.iter().filter(|user| !user.bcrypt) {
            context.tell(Event::Warning(say!(
                "the password of {} is not hashed with bcrypt, so the registry refuses it: regctl \
                 user add {} sets it anew",
                user.name,
                user.name
            )));
        }
        Ok(Self { path, exists, users, text })
    }

    /// The file with this user, who has this password from then on.
    pub(super) fn with(&self, user: &UserName, password: &Secret) -> Result<NewUsers> {
        let hash = htpasswd::hash_of(&self.text, user);
        let change = match hash {
            None => Change::Created,
            Some(hash) if password_hash::fits(password, hash) => Change::Unchanged,
            Some(_) => Change::Changed,
        };
        let text = match change {
            Change::Unchanged => Secret::new(self.text.as_str()),
            _ => {
                let hash = password_hash::hash(password).map_err(|why| {
                    Fault::new(FaultKind::Failed, say!("hashing the password of {user}: {why}"))
                })?;
                htpasswd::with(&self.text, user, &hash)
            }
        };
        Ok(self.becomes(user, change, text))
    }

    /// The file with this user as it is in it; nothing where it has no such user.
    pub(super) fn as_it_is(&self, user: &UserName) -> Option<NewUsers> {
        htpasswd::hash_of(&self.text, user)?;
        Some(self.becomes(user, Change::Unchanged, Secret::new(self.text.as_str())))
    }

    /// What a dry run shows of a user whose password is not asked for.
    pub(super) fn preview(&self, user: &UserName) -> NewUsers {
        let hash = Secret::new(say!("(a password that is asked for)"));
        let known = htpasswd::hash_of(&self.text, user).is_some();
        let change = if known { Change::Changed } else { Change::Created };
        self.becomes(user, change, htpasswd::with(&self.text, user, &hash))
    }

    /// The file without this user.
    pub(super) fn without(&self, user: &UserName) -> NewUsers {
        let known = htpasswd::hash_of(&self.text, user).is_some();
        let change = if known { Change::Removed } else { Change::Unchanged };
        self.becomes(user, change, htpasswd::without(&self.text, user))
    }

    fn becomes(&self, user: &UserName, change: Change, text: Secret) -> NewUsers {
        let before = Secret::new(self.text.as_str());
        NewUsers { user: user.clone(), change, text, before, path: self.path.clone() }
    }
}

impl NewUsers {
    /// How many users it has then.
    pub(super) fn count(&self) -> usize {
        htpasswd::users(self.text.expose()).map_or(0, |users| users.len())
    }

    /// Writes it, for its owner alone and at one stroke, where it changes anything; to be called under the cluster's lock.
    /// Errors: somebody else has changed it since it was read, as while a password was asked for.
    pub(super) fn write(&self) -> Result<()> {
        if self.change == Change::Unchanged {
            return Ok(());
        }
        if read(&self.path)? != self.before.expose() {
            let message = say!("{} was changed by somebody else meanwhile", self.path.display());
            return Err(Fault::new(FaultKind::ChangedMeanwhile, message)
                .hint(say!("Nothing was written. The same command again adds to what is there now."))
                .into());
        }
        files::write_private(&self.path, self.text.expose().as_bytes())
    }
}

/// Its text; one that is not there is empty.
fn read(path: &Path) -> Result<String> {
    if path.exists() { files::read_text(path, FaultKind::InputFile) } else { Ok(String::new()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_whom_another_run_has_added_meanwhile_is_not_lost() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("htpasswd");
        let seen = UsersFile { path: path.clone(), exists: false, users: Vec::new(), text: String::new() };
        let new = seen.becomes(&"ann".parse().expect("a name"), Change::Created, Secret::new("ann:1\n"));
        std::fs::write(&path, "bob:2\n").expect("writes");
        assert!(new.write().is_err());
        assert_eq!(std::fs::read_to_string(&path).expect("reads"), "bob:2\n");
        std::fs::remove_file(&path).expect("removes");
        new.write().expect("is as it was seen");
        assert_eq!(std::fs::read_to_string(&path).expect("reads"), "ann:1\n");
    }
}
