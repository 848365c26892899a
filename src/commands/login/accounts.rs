//! Who logs in where, and whether the registries agree.

use std::cell::OnceCell;

use anyhow::Result;

use crate::commands::Context;
use crate::commands::flags::{LoginArgs, NamedRegistry};
use crate::commands::registry_client;
use crate::domain::credentials::Credentials;
use crate::domain::event::Event;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::finding::Status;
use crate::domain::login::{Account, Checked};
use crate::domain::registry_api::Api;
use crate::domain::secret::Secret;
use crate::domain::user::UserName;
use crate::effects::files;
use crate::plan::checks::registry as checks;
use crate::report::fault_of;

/// Where users and their passwords come from.
pub(super) struct Accounts<'a> {
    /// The flags.
    pub(super) args: &'a LoginArgs,
    /// Where a password is asked for.
    pub(super) context: &'a Context,
    /// What was read or asked for: standard input is read once, and nobody is asked twice.
    pub(super) answered: OnceCell<Secret>,
}

impl Accounts<'_> {
    /// The account at one registry. Errors, exit 2: no user is named, or there is no password.
    pub(super) fn at(&self, registry: &NamedRegistry) -> Result<Account> {
        let user = self.args.user.as_ref().or(registry.config.user.as_ref()).ok_or_else(no_user)?;
        let user: UserName = user.parse().map_err(Fault::value)?;
        let configured = registry.config.password_file.as_ref().map(|file| self.context.resolve(file));
        let password = match (&self.args.password_file, configured) {
            (Some(file), _) => self.once(|| files::read_secret_or_stdin(file))?,
            (None, Some(file)) if self.args.user.is_none() => files::read_secret(&file)?,
            _ => self.once(|| self.ask(&user))?,
        };
        Ok(Account { registry: registry.address.clone(), user, password, checked: Checked::Skipped })
    }

    fn once(&self, read: impl Fn() -> Result<Secret>) -> Result<Secret> {
        if let Some(known) = self.answered.get() {
            return Ok(known.clone());
        }
        let read = read()?;
        Ok(self.answered.get_or_init(|| read).clone())
    }

    fn ask(&self, user: &UserName) -> Result<Secret> {
        if !self.context.screen.can_ask() {
            return Err(Fault::new(
                FaultKind::PasswordNeeded,
                say!("the password of {user} is needed, and there is nobody to ask"),
            )
            .hint(say!("Give --password-file FILE, or --password-file - for stdin."))
            .into());
        }
        self.context.screen.secret(&say!("Password of {user} at the registry"))
    }
}

/// Asks the registry whether it lets the account in. Errors: it does not, or it cannot be asked.
pub(super) async fn check(account: &Account, registry: &NamedRegistry, context: &Context) -> Result<Checked> {
    let Account { registry: address, user, password, .. } = account;
    context.tell(Event::Stage(say!("Asking {address} about {user}")));
    let doing = |fault: Fault| {
        let hint = fault.hint.clone().unwrap_or_default();
        let message = say!("logging in to {address} as {user}: {}", fault.message);
        Fault { message, ..fault }.hint(say!("{hint} --no-check keeps the login without asking.").trim())
    };
    let credentials = Credentials::Basic { user: user.to_string(), password: password.clone() };
    let nobody = registry_client::client(registry, None)?.api().await;
    if nobody.as_ref().is_ok_and(|api| *api == Api::Open) {
        return Ok(Checked::NotAsked);
    }
    let answer = match nobody {
        Ok(_) => registry_client::client(registry, Some(credentials))?.api().await,
        unreachable => unreachable,
    };
    let answer = answer.map_err(|error| fault_of(&error));
    let finding = checks::api(&answer);
    if finding.status != Status::Fail {
        return Ok(Checked::Accepted);
    }
    let kind = match answer {
        Ok(Api::RefusesUser { .. }) => FaultKind::Unauthorized,
        Ok(_) => FaultKind::BadAnswer,
        Err(fault) => return Err(doing(fault).into()),
    };
    let fault = Fault::new(kind, finding.detail);
    Err(doing(match finding.hint {
        Some(hint) => fault.hint(hint),
        None => fault,
    })
    .into())
}

fn no_user() -> Fault {
    Fault::new(FaultKind::MissingValue, say!("no user is named"))
        .hint(say!("Give --user NAME, or user = \"NAME\" under [registry] in regctl.toml."))
}
