//! The operator's own file of the registry's users: read, changed in one user, written whole.

use std::path::PathBuf;

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
    path: PathBuf,
}

impl UsersFile {
    /// Reads it; one that is not there has no users. Users that a registry refuses are warned of. Errors, exit 2: it
    /// cannot be read, or a line at which a registry would refuse the whole file.
    pub(super) fn open(args: &AppArgs, context: &Context) -> Result<Self> {
        if args.preset(&args.config(context))? == Preset::Nexus {
            return Err(Fault::usage("the users of a Nexus are its own, and in no file")
                .hint("Add one, or give one another password, with regctl nexus setup --user NAME.")
                .into());
        }
        let path = args.users_file(context);
        let exists = path.exists();
        let text = if exists { files::read_text(&path, FaultKind::InputFile)? } else { String::new() };
        let users = htpasswd::users(&text).map_err(|why| {
            Fault::new(FaultKind::InputFile, format!("{}: {why}", path.display()))
                .hint("A registry refuses the whole file for it: mend the line, or take it out.")
        })?;
        for user in users.iter().filter(|user| !user.bcrypt) {
            context.tell(Event::Warning(format!(
                "the password of {} is not hashed with bcrypt, so the registry refuses it: regctl user add {} sets it anew",
                user.name, user.name
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
                    Fault::new(FaultKind::Failed, format!("hashing the password of {user}: {why}"))
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
        let hash = Secret::new("(a password that is asked for)");
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
        NewUsers { user: user.clone(), change, text, path: self.path.clone() }
    }
}

impl NewUsers {
    /// How many users it has then.
    pub(super) fn count(&self) -> usize {
        htpasswd::users(self.text.expose()).map_or(0, |users| users.len())
    }

    /// Writes it, for its owner alone and at one stroke, where it changes anything.
    pub(super) fn write(&self) -> Result<()> {
        if self.change == Change::Unchanged {
            return Ok(());
        }
        files::write_private(&self.path, self.text.expose().as_bytes())
    }
}
