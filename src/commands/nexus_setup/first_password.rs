//! The password that Nexus has made up for its administrator.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;

use crate::commands::Context;
use crate::commands::errand::Errand;
use crate::commands::flags::{ClusterArgs, SshArgs};
use crate::commands::staging::target;
use crate::domain::event::Event;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::host::Host;
use crate::domain::host_folder::HostFolder;
use crate::domain::secret::Secret;
use crate::effects::files;
use crate::effects::interrupt::Interrupt;
use crate::plan::nexus::first_password;

/// What logging in and reading a file may take.
const LOOKING: Duration = Duration::from_secs(60);

/// Where the generated password may be found.
pub(in crate::commands) struct FirstPassword<'a> {
    /// A file here that it was copied to.
    pub(in crate::commands) file: Option<PathBuf>,
    /// The host that has Nexus' data folder, and the folder.
    pub(in crate::commands) place: Option<(Host, HostFolder)>,
    /// How to log in there.
    pub(in crate::commands) ssh: &'a SshArgs,
    /// Whose host it is, for the host keys that are learnt.
    pub(in crate::commands) cluster: &'a ClusterArgs,
    /// Where progress is shown.
    pub(in crate::commands) context: &'a Context,
}

impl FirstPassword<'_> {
    /// Every password that may be in force while nobody has chosen one: the generated one where it can be had, and the
    /// one that old versions all have.
    pub(super) async fn candidates(&self, interrupt: &mut Interrupt) -> Result<Vec<Secret>> {
        let generated = match (&self.file, &self.place) {
            (Some(file), _) => Some(files::read_secret(file)?),
            (None, Some((host, data))) => self.on_host(host, data, interrupt).await?,
            (None, None) => None,
        };
        let old = Secret::new(first_password::OLD_DEFAULT);
        Ok(generated.into_iter().chain([old]).collect())
    }

    async fn on_host(
        &self,
        host: &Host,
        data: &HostFolder,
        interrupt: &mut Interrupt,
    ) -> Result<Option<Secret>> {
        let Self { ssh, cluster, context, .. } = self;
        let script = first_password::script(data, &context.holder())?;
        let stage = say!("Asking {host} for the password that Nexus has made up");
        let errand = Errand { ssh, cluster, context };
        let answer = errand.run(target(host), (script, LOOKING), stage, interrupt).await?;
        let answer = answer.map_err(|error| {
            let why = say!("reading Nexus' generated password on {host}: {}", error.message);
            Fault::new(FaultKind::HostFolder, why).hint(say!(
                "Or copy DATA-FOLDER/admin.password here and name it with --initial-password-file."
            ))
        })?;
        let password = first_password::told(&answer);
        if password.is_none() {
            context.tell(Event::Detail(say!("{host} has no {data}/admin.password, or it cannot be read")));
        }
        Ok(password)
    }
}
