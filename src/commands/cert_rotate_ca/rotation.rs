//! What there is when a run begins: the folder, the CA and the leaf in use, and how far an earlier run has come.

use anyhow::Result;
use time::OffsetDateTime;

use super::run::Args;
use crate::commands::Context;
use crate::commands::deployment::Deployment;
use crate::commands::flags::{self, PATIENCE, SshArgs};
use crate::commands::registry_files::RegistryFiles;
use crate::commands::swap::{Site, Swap};
use crate::domain::certificate::CaFile;
use crate::domain::deploy::RegistrySpec;
use crate::domain::docker_host::DockerHost;
use crate::domain::fault::{Exit, Fault, FaultKind};
use crate::domain::registry::RegistryAddress;
use crate::domain::rotation::{Outcome, Progress, RotateReport, Stage};
use crate::domain::transport::Transport;
use crate::effects::certs_folder::{CertsFolder, Undertaking};
use crate::effects::key_pair::{self, KeyPair};
use crate::effects::rotation::RotationFolder;
use crate::plan::registry_app::{CERTIFICATE_FILE, KEY_FILE};
use crate::plan::script::Mode;

/// What to do after a failure.
pub(super) const WAY_ON: &str =
    later!("regctl cert rotate-ca goes on from there; with --abort it goes back to the old CA.");

/// One rotation, as this run finds it.
pub(super) struct Rotation<'a> {
    pub(super) args: &'a Args,
    pub(super) context: &'a Context,
    /// The Docker host; none where Marathon runs the registry.
    host: Option<DockerHost>,
    /// How to log in to the registry's host.
    ssh: SshArgs,
    spec: RegistrySpec,
    /// The operator's folder.
    pub(super) certs: CertsFolder,
    /// The folder of the rotation itself.
    pub(super) folder: RotationFolder,
    /// The stage that has begun; none where the rotation is still to begin.
    pub(super) begun: Option<Stage>,
    /// The CA before.
    pub(super) old: CaFile,
    /// The leaf in its place in the folder.
    pub(super) served: KeyPair,
    pub(super) now: OffsetDateTime,
}

impl<'a> Rotation<'a> {
    /// Reads the folder. Errors, exit 2: a CA that is not in the folder or that other registries use too, agents that
    /// are left out by a flag, a registry without TLS.
    pub(super) fn open(args: &'a Args, context: &'a Context) -> Result<Self> {
        let spec = args.app.spec(context)?;
        let host = args.app.docker_host(context)?;
        let ssh = args.fleet.reach.ssh.on_port(host.as_ref().and_then(|host| host.login.port));
        let certs = args.app.certs_folder(context);
        refuse(args, context, spec.transport, &certs)?;
        certs.refuse_other(Some(Undertaking::Rotation))?;
        if args.fleet.mode() == Mode::Apply {
            certs.settle()?;
        }
        let now = OffsetDateTime::now_utc();
        let folder = RotationFolder::new(&certs);
        let begun = folder.stage()?;
        let old = if begun.is_some() { folder.old_ca() } else { certs.file("ca.crt") };
        let old = flags::read_ca(old, now)?;
        let served = key_pair::read(&certs.file(CERTIFICATE_FILE), &certs.file(KEY_FILE))?;
        Ok(Self { args, context, host, ssh, spec, certs, folder, begun, old, served, now })
    }

    /// The exchange that makes the registry serve this leaf.
    pub(super) fn swap<'b>(&'b self, pair: &'b KeyPair) -> Result<Swap<'b>> {
        let Args { app, fleet, wait, .. } = self.args;
        let files = RegistryFiles::with(pair.clone(), app, &self.spec, self.context)?;
        let is_in_place = pair.leaf.der == self.served.leaf.der;
        let files = if is_in_place { files } else { files.at(self.folder.path().join(CERTIFICATE_FILE)) };
        let (cluster, ssh, context) = (&fleet.reach.cluster, &self.ssh, self.context);
        let deployment =
            Deployment { app, cluster, ssh, context, spec: self.spec.clone(), files: Some(files) };
        let site = Site::new(deployment, self.host.clone());
        Ok(Swap { site, leaf: &pair.leaf, patience: wait.unwrap_or(PATIENCE), way_on: WAY_ON })
    }

    /// The addresses that agents know the registry by.
    pub(super) fn addresses(&self, endpoints: &[RegistryAddress]) -> Vec<RegistryAddress> {
        let mut all = endpoints.to_vec();
        let further = self.args.registry.iter().filter(|address| !endpoints.contains(address));
        all.extend(further.cloned());
        all
    }

    /// A report without anything done.
    pub(super) fn report(&self, registry: Vec<RegistryAddress>, outcome: Outcome) -> RotateReport {
        let new_ca = flags::read_ca(self.folder.new_ca(), self.now).ok();
        RotateReport {
            outcome,
            app_id: self.spec.id.clone(),
            registry,
            stages: RotateReport::stages_at(None, Progress::Done),
            agents: 0,
            held_up: Vec::new(),
            old_ca: self.old.certificates[0].summary.clone(),
            new_ca: new_ca.map(|ca| ca.certificates[0].summary.clone()),
            endpoints: Vec::new(),
            backup: None,
            exit: Exit::Done,
        }
    }
}

fn refuse(args: &Args, context: &Context, transport: Transport, certs: &CertsFolder) -> Result<()> {
    if transport == Transport::Plain {
        return Err(Fault::new(
            FaultKind::NotApplicable,
            say!("the registry serves plain HTTP, so there is no CA to rotate"),
        )
        .into());
    }
    if args.fleet.reach.agents.are_narrowed() {
        let message = say!("a rotation takes every agent: one that is left out could not pull afterwards");
        return Err(Fault::usage(message)
            .hint(say!(
                "Leave out --only, --skip, --role and --attribute; --except names agents to go on without."
            ))
            .into());
    }
    let config = &context.config;
    if config.certs.ca_cert.is_some() {
        let message =
            say!("[certs] ca_cert names a CA of its own, and rotate-ca changes the one in the folder");
        return Err(Fault::new(FaultKind::Config, message)
            .hint(say!(
                "Take ca_cert and ca_key out of regctl.toml first: the new CA is made and kept in the folder."
            ))
            .into());
    }
    let own = certs.path().join("ca.crt");
    let uses_it =
        |ca: &Option<std::path::PathBuf>| ca.as_ref().is_none_or(|file| context.resolve(file) == own);
    let first = config.first_registry();
    if !uses_it(&first.ca) {
        let message = say!("the registry's CA is not {}, which rotate-ca would change", own.display());
        return Err(Fault::new(FaultKind::Config, message)
            .hint(say!("Name its folder with --certs."))
            .into());
    }
    if config.registry.iter().skip(1).any(|registry| registry.tls != Some(false) && uses_it(&registry.ca)) {
        let message = say!(
            "another [[registry]] has its certificate from {} too, and would be trusted no more",
            own.display()
        );
        return Err(Fault::new(FaultKind::Config, message)
            .hint(say!(
                "Give that one a CA of its own first: regctl cert gen --out FOLDER, and ca = \
                 \"FOLDER/ca.crt\" in regctl.toml."
            ))
            .into());
    }
    Ok(())
}
