//! The operator's own logins: config.json of Docker's clients, or the helper program that it names.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::commands::Context;
use crate::domain::change::Change;
use crate::domain::event::Event;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::login::{Account, OwnConfig};
use crate::domain::registry::RegistryAddress;
use crate::domain::secret::Secret;
use crate::effects::credential_helper::CredentialHelper;
use crate::effects::files;
use crate::plan::docker_config::{DockerConfig, Login, Unusable};
use crate::plan::docker_login::Purpose;
use crate::plan::script::Mode;

/// What was there before the last change.
const BACKUP: &str = "config.json.before-regctl";

/// The file, as it was read.
pub(super) struct Own {
    file: PathBuf,
    config: DockerConfig,
    /// Its text; none where it was not there.
    read: Option<String>,
}

impl Own {
    /// Reads it. Errors, exit 2: nothing says where it is, or it is not what Docker reads, which is then left alone.
    pub(super) fn read(context: &Context) -> Result<Self> {
        let file = folder()?.join("config.json");
        let exists = file.symlink_metadata().is_ok();
        let read = exists.then(|| files::read_text(&file, FaultKind::InputFile)).transpose()?;
        let config = DockerConfig::parse(read.as_deref().unwrap_or_default())
            .map_err(|unusable| left_alone(&file, unusable))?;
        if let Some(warning) = config.warning() {
            context.tell(Event::Warning(format!("{}: {warning}", file.display())));
        }
        Ok(Self { file, config, read })
    }

    /// The program that keeps the login at this registry here; none where the file does.
    pub(super) fn helper(&self, registry: &RegistryAddress) -> Result<Option<String>> {
        Ok(self.config.helper(registry).map_err(|unusable| left_alone(&self.file, unusable))?)
    }

    /// Keeps the logins, or takes them back; or only says whether that would change anything.
    pub(super) async fn carry_out(&self, purpose: &Purpose, mode: Mode) -> Result<OwnConfig> {
        let (helped, text) = match purpose {
            Purpose::In(accounts) => self.log_in(accounts, mode).await?,
            Purpose::Out(registries) => self.log_out(registries, mode).await?,
        };
        let differs = text.as_ref().is_some_and(|text| text.expose() != self.config.text());
        let change = match (differs || helped, self.read.is_some()) {
            (false, _) => Change::Unchanged,
            (true, false) => Change::Created,
            (true, true) => Change::Changed,
        };
        let mut own = OwnConfig { file: self.file.clone(), change, backup: None };
        if let (true, Mode::Apply, Some(text)) = (differs, mode, text) {
            own.backup = self.write(&text)?;
        }
        Ok(own)
    }

    /// Whether a helper was given anything that it did not keep, and the text of the file.
    async fn log_in(&self, accounts: &[Account], mode: Mode) -> Result<(bool, Option<Secret>)> {
        let (mut logins, mut helped) = (Vec::new(), false);
        for account in accounts {
            let address = account.registry.clone();
            let Some(program) = self.helper(&address)? else {
                logins.push(Login { address, auth: Some(account.auth()) });
                continue;
            };
            let helper = CredentialHelper::new(program);
            if !helper.keeps(account).await {
                helped = true;
                if mode == Mode::Apply {
                    helper.store(account).await?;
                }
            }
            logins.push(Login { address, auth: None });
        }
        Ok((helped, Some(self.config.with(&logins))))
    }

    async fn log_out(&self, registries: &[RegistryAddress], mode: Mode) -> Result<(bool, Option<Secret>)> {
        let mut helped = false;
        for registry in registries {
            let Some(program) = self.helper(registry)? else { continue };
            let helper = CredentialHelper::new(program);
            if helper.knows(registry).await? {
                helped = true;
                if mode == Mode::Apply {
                    helper.erase(registry).await?;
                }
            }
        }
        Ok((helped, self.read.as_ref().map(|_| self.config.without(registries))))
    }

    /// Writes it for its owner alone. What was there before is kept beside it. Errors: it is not what was read any more,
    /// since docker login may have been at it while a password was asked for.
    fn write(&self, text: &Secret) -> Result<Option<PathBuf>> {
        let file = &self.file;
        let as_read = match &self.read {
            Some(text) => files::holds(file, text.as_bytes()) == Some(true),
            None => file.symlink_metadata().is_err(),
        };
        if !as_read {
            let message = say!("{} has changed since it was read, and was not touched", file.display());
            return Err(Fault::new(FaultKind::ChangedMeanwhile, message)
                .hint(say!("Repeat the command."))
                .into());
        }
        let backup = self.read.as_ref().map(|_| file.with_file_name(BACKUP));
        if let (Some(backup), Some(text)) = (&backup, &self.read) {
            files::write_private(backup, text.as_bytes())?;
        }
        files::write_private(file, text.expose().as_bytes())?;
        Ok(backup)
    }
}

/// `$DOCKER_CONFIG`, or `.docker` in the home directory, as Docker's own client has it.
fn folder() -> Result<PathBuf> {
    let named =
        |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| !path.as_os_str().is_empty());
    let folder = named("DOCKER_CONFIG").or_else(|| named("HOME").map(|home| home.join(".docker")));
    folder.ok_or_else(|| {
        Fault::new(
            FaultKind::NoHome,
            say!("neither DOCKER_CONFIG nor HOME says where Docker keeps its logins"),
        )
        .into()
    })
}

fn left_alone(file: &Path, unusable: Unusable) -> Fault {
    let message = say!("{}: {}; it was left as it is", file.display(), unusable.why);
    Fault::new(FaultKind::InputFile, message).hint(unusable.hint)
}
