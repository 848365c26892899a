//! `regctl cert renew`: a new leaf from the same CA, served by the registry; agents are left alone.

use std::time::Duration;

use anyhow::Result;
use time::OffsetDateTime;

use super::Context;
use super::deployment::Deployment;
use super::flags::{self, AppArgs, ChangeArgs, ClusterArgs, PATIENCE, SigningCaArgs, SshArgs, words};
use super::registry_files::RegistryFiles;
use super::swap::{Outlook, Site, Swap, pair_files};
use crate::domain::cert::{CertRequest, CertificateSummary, KeyType};
use crate::domain::change::Change;
use crate::domain::deploy::RegistrySpec;
use crate::domain::docker_host::DockerHost;
use crate::domain::duration;
use crate::domain::event::Event;
use crate::domain::fault::{Exit, Fault, FaultKind};
use crate::domain::renewal::RenewReport;
use crate::domain::transport::Transport;
use crate::effects::certs_folder::{CertsFolder, Undertaking};
use crate::effects::interrupt::Interrupt;
use crate::effects::key_pair::{self, KeyPair};
use crate::effects::{files, pki, x509};
use crate::plan::registry_app::{CERTIFICATE_FILE, KEY_FILE};
use crate::plan::script::Mode;
use crate::plan::{cert, renewal};
use crate::report::{self, Format, Report};

const WAY_ON: &str = later!(
    "regctl cert renew goes on with the same new certificate; regctl cert renew --abort goes back to the old one, which \
     is still in its place here."
);
const WAY_BACK: &str = later!("Run regctl cert renew --abort again.");

/// Flags of `cert renew`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
The new leaf keeps the names, the subject and the key type of the old one; agents trust its CA already and are not \
touched. The registry restarts once, so this asks. The old certificate and key are kept in backup/ of the folder; the \
new ones take their place there only after the registry was seen to serve them. A run that was interrupted is gone on \
with by the next one. On a Docker host the old container comes back if the new one is not healthy.")]
pub struct Args {
    #[command(flatten)]
    app: AppArgs,
    #[command(flatten)]
    cluster: ClusterArgs,
    #[command(flatten)]
    ssh: SshArgs,
    #[command(flatten)]
    change: ChangeArgs,
    /// Do nothing unless the leaf ends within this time, such as 60d.
    #[arg(long, value_name = "TIME", value_parser = duration::parse, help_heading = "Renewal")]
    if_expires_within: Option<Duration>,
    /// Make the new leaf for the configured names instead of those of the old one.
    #[arg(long, help_heading = "Renewal")]
    configured_names: bool,
    /// Days that the new leaf is valid [default: 825].
    #[arg(long, value_name = "N", env = "REGCTL_DAYS", help_heading = "Renewal")]
    days: Option<u32>,
    /// Another key type than the old leaf's.
    #[arg(long, value_name = "TYPE", help_heading = "Renewal", value_parser = words::<KeyType>(&KeyType::WORDS))]
    key_type: Option<KeyType>,
    #[command(flatten)]
    ca: SigningCaArgs,
    /// Take back a renewal that did not come to its end: the registry gets the old certificate again.
    #[arg(long, conflicts_with = "if_expires_within", help_heading = "Renewal")]
    abort: bool,
    /// How long to wait until the registry is healthy again [default: 10m].
    #[arg(long, value_name = "TIME", value_parser = duration::parse, help_heading = "Renewal")]
    timeout: Option<Duration>,
}

/// Observe the folder and Marathon, plan, confirm, exchange, look, and only then put the new pair in place.
pub async fn run(args: Args, context: &Context) -> Result<Report> {
    let spec = args.app.spec(context)?;
    if spec.transport == Transport::Plain {
        return Err(Fault::new(
            FaultKind::NotApplicable,
            say!("the registry serves plain HTTP, so there is no certificate to renew"),
        )
        .into());
    }
    let folder = args.app.certs_folder(context);
    folder.refuse_other(Some(Undertaking::Renewal))?;
    let old = key_pair::read(&folder.file(CERTIFICATE_FILE), &folder.file(KEY_FILE))?;
    let (host, now) = (args.app.docker_host(context)?, OffsetDateTime::now_utc());
    let ssh = args.ssh.on_port(host.as_ref().and_then(|host| host.login.port));
    let renewal = Renewal { args: &args, context, host, ssh, spec, folder, old, now };
    renewal.run().await.map(|report| Report::Renew(Box::new(report)))
}

/// One renewal, with what was given and what is there.
struct Renewal<'a> {
    args: &'a Args,
    context: &'a Context,
    /// The Docker host; none where Marathon runs it.
    host: Option<DockerHost>,
    ssh: SshArgs,
    spec: RegistrySpec,
    folder: CertsFolder,
    old: KeyPair,
    now: OffsetDateTime,
}

impl Renewal<'_> {
    async fn run(&self) -> Result<RenewReport> {
        let begun = self.begun()?;
        if self.args.abort {
            return self.take_back(begun).await;
        }
        if begun.is_none() && !renewal::is_due(&self.old.leaf, self.args.if_expires_within, self.now) {
            return self.report(Change::Unchanged, None);
        }
        let is_begun = begun.is_some();
        let pair = begun.map_or_else(|| self.make(), Ok)?;
        let swap = self.swap(&pair, WAY_ON)?;
        if self.args.change.plan_only() {
            let mut outlook = swap.look(Mode::Check).await?;
            outlook.plan.staged =
                swap.site.deployment().stage(Mode::Check, &mut Interrupt::listen()?).await?;
            return self.dry_run(outlook, &pair);
        }
        let _lock = flags::lock(self.context, &self.args.cluster)?;
        let outlook = swap.look(Mode::Apply).await?;
        self.confirm(&pair)?;
        if !is_begun {
            files::write_folder(&self.folder.of(Undertaking::Renewal), &pair_files(&pair))?;
        }
        let (done, endpoints) = swap.carry_out(outlook, &mut Interrupt::listen()?).await?;
        let backup = self.install(&pair)?;
        let report = self.report(Change::Updated, Some(pair.leaf.summary.clone()))?;
        let deployment_id = done.deployment_id;
        Ok(RenewReport { staged: done.staged, deployment_id, endpoints, backup, ..report })
    }

    /// The pair of a renewal that was interrupted.
    fn begun(&self) -> Result<Option<KeyPair>> {
        if !self.folder.is_under_way(Undertaking::Renewal) {
            return Ok(None);
        }
        let folder = self.folder.of(Undertaking::Renewal);
        let pair = key_pair::read(&folder.join(CERTIFICATE_FILE), &folder.join(KEY_FILE))?;
        if !self.args.abort {
            let message = say!("going on with the renewal in {}", folder.display());
            self.context.tell(Event::Warning(message));
        }
        Ok(Some(pair))
    }

    /// A leaf like the old one, by the same CA.
    fn make(&self) -> Result<KeyPair> {
        let ca = match self.args.ca.read(self.context, self.now)? {
            Some(ca) => ca,
            None => self.own_ca()?,
        };
        let old = &self.old.leaf;
        if !ca.signed(old) {
            let message = say!("the CA is not the one that signed {}", old.summary.subject);
            let hint = say!(
                "Agents trust the old one: name it with --ca-cert and --ca-key. regctl cert rotate-ca \
                 changes the CA."
            );
            return Err(Fault::new(FaultKind::OtherCa, message).hint(hint).into());
        }
        let days = self.args.days.or(self.context.config.certs.days).unwrap_or(825);
        let leaf = cert::within(cert::validity(self.now, days).map_err(Fault::value)?, ca.validity);
        let configured = flags::configured_names(self.context)?;
        let request = CertRequest {
            names: if self.args.configured_names { configured } else { old.names().clone() },
            subject: x509::subject(old),
            key_type: self.args.key_type.unwrap_or_else(|| x509::key_type(old)),
            leaf,
            ca: ca.validity,
            constrain_ca: false,
        };
        key_pair::made(pki::make_leaf(&request, &ca)?, &ca)
    }

    fn own_ca(&self) -> Result<pki::Ca> {
        let (certificate, key) = (self.folder.file("ca.crt"), self.folder.file("ca.key"));
        if !key.exists() {
            let message = say!("the CA's private key {} is not there", key.display());
            let hint = say!(
                "Name the CA and its key with --ca-cert and --ca-key, or have the leaf renewed by \
                 whoever holds the key."
            );
            return Err(Fault::new(FaultKind::NoSuchFile, message).hint(hint).into());
        }
        pki::read_ca(&certificate, &key, self.now)
    }

    fn swap<'a>(&'a self, pair: &'a KeyPair, way_on: &'a str) -> Result<Swap<'a>> {
        let Args { app, cluster, timeout, .. } = self.args;
        let files = RegistryFiles::with(pair.clone(), app, &self.spec, self.context)?;
        let (context, spec, ssh) = (self.context, self.spec.clone(), &self.ssh);
        let deployment = Deployment { app, cluster, ssh, context, spec, files: Some(files) };
        let site = Site::new(deployment, self.host.clone());
        Ok(Swap { site, leaf: &pair.leaf, patience: timeout.unwrap_or(PATIENCE), way_on })
    }

    fn confirm(&self, pair: &KeyPair) -> Result<()> {
        let shown =
            RenewReport { dry_run: true, ..self.report(Change::Updated, Some(pair.leaf.summary.clone()))? };
        let shown = report::render(&Report::Renew(Box::new(shown)), Format::Human, self.context.style());
        self.context.screen.show_plan(&shown);
        let id = &self.spec.id;
        self.context.screen.consent(&say!("renewing the certificate of {id}, which restarts the registry"))
    }

    /// The new pair takes the old one's place here, at one stroke.
    fn install(&self, pair: &KeyPair) -> Result<Option<std::path::PathBuf>> {
        let label = renewal::backup_label(&self.old.leaf, self.now);
        let replaced = self.old.leaf.der != pair.leaf.der;
        let backup =
            replaced.then(|| self.folder.back_up(&[CERTIFICATE_FILE, KEY_FILE], &label)).transpose()?;
        self.folder.install(&pair_files(pair))?;
        self.folder.finish(Undertaking::Renewal)?;
        Ok(backup)
    }

    /// The registry gets the old certificate again, and the new one is put away.
    async fn take_back(&self, begun: Option<KeyPair>) -> Result<RenewReport> {
        let Some(begun) = begun else {
            let message = say!("no renewal is under way in {}", self.folder.path().display());
            return Err(Fault::new(FaultKind::NothingUnderWay, message)
                .hint(say!(
                    "One that came to its end is taken back with the files in backup/ and regctl deploy."
                ))
                .into());
        };
        if begun.leaf.der == self.old.leaf.der {
            return Err(in_place(&self.folder).into());
        }
        let swap = self.swap(&self.old, WAY_BACK)?;
        if self.args.change.plan_only() {
            let outlook = swap.look(Mode::Check).await?;
            return self.dry_run(outlook, &self.old);
        }
        let _lock = flags::lock(self.context, &self.args.cluster)?;
        let outlook = swap.look(Mode::Apply).await?;
        let id = &self.spec.id;
        if outlook.plan.change != Change::Unchanged {
            self.context
                .screen
                .consent(&say!("going back to the old certificate of {id}, which restarts the registry"))?;
        }
        let (done, endpoints) = swap.carry_out(outlook, &mut Interrupt::listen()?).await?;
        let label = format!("{}-given-up", renewal::backup_label(&begun.leaf, self.now));
        let backup = Some(self.folder.give_up(Undertaking::Renewal, &label)?);
        let report = self.report(done.change, None)?;
        Ok(RenewReport {
            staged: done.staged,
            deployment_id: done.deployment_id,
            endpoints,
            backup,
            ..report
        })
    }

    fn dry_run(&self, outlook: Outlook<'_>, pair: &KeyPair) -> Result<RenewReport> {
        let plan = outlook.plan;
        let change = if plan.changes_anything() { Change::Updated } else { Change::Unchanged };
        let new = CertificateSummary { fingerprint: String::new(), ..pair.leaf.summary.clone() };
        let exit = self.args.change.exit(change == Change::Updated);
        let report = self.report(change, Some(new))?;
        Ok(RenewReport { dry_run: true, staged: plan.staged, exit, ..report })
    }

    fn report(&self, change: Change, new: Option<CertificateSummary>) -> Result<RenewReport> {
        let old = self.old.leaf.summary.clone();
        let names = new.as_ref().unwrap_or(&old).names.clone();
        Ok(RenewReport {
            dry_run: self.args.change.plan_only(),
            app_id: self.spec.id.clone(),
            change,
            configured: renewal::name_change(&names, &flags::configured_names(self.context)?),
            names,
            old,
            new,
            staged: Vec::new(),
            deployment_id: None,
            endpoints: Vec::new(),
            backup: None,
            exit: Exit::Done,
        })
    }
}

/// It was interrupted after the new pair had taken the old one's place: what is there is not the old certificate.
fn in_place(folder: &CertsFolder) -> Fault {
    let path = folder.path().display();
    let message =
        say!("the renewed certificate is in its place in {path} already, so this renewal is not taken back");
    Fault::new(FaultKind::UnderWay, message).hint(say!(
        "regctl cert renew brings it to its end. The old certificate and key are in backup/; \
         with them, regctl deploy goes back."
    ))
}
