//! `regctl up`: from nothing to a registry that every agent trusts, and from anything between to the same.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;

use super::doctor::Checkup;
use super::first_user::FirstUserArgs;
use super::flags::{
    self, AppArgs, LoginArgs, NexusArgs, PATIENCE, RegistryArgs, ReportFileArgs, RolloutArgs, TrustArgs,
    WayArgs,
};
use super::fleet::FleetArgs;
use super::reach::ReachArgs;
use super::report_page::{About, ReportPage};
use super::stages::Stages;
use super::{Context, cert_gen, deploy, trust_agents, verify};
use crate::domain::duration;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::host::Host;
use crate::domain::transport::Transport;
use crate::domain::trust::TrustMode;
use crate::effects::certs_folder::CertsFolder;
use crate::report::Report;
use crate::report::stages::{Course, StageStatus};

/// Flags of `up`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
The stages are those commands, in this order: doctor (as preflight), cert gen where there is no certificate yet, deploy, \
trust-agents, verify --from-agents --push. Each leaves alone what is right already, so that up again is the repair, also \
after an interruption: a second run changes nothing and says so. What is only one command's flag is set in regctl.toml \
or by that command.

A stage that fails ends the run with its exit code; where only some agents failed (3), the stages after it run all the \
same. An update of a running registry shows its diff and asks.

With --docker-host (or docker_host in regctl.toml) the registry runs on that one host, without a cluster: there is no \
preflight, and agents are those of --agents-file, if any.")]
pub struct Args {
    #[command(flatten)]
    app: AppArgs,
    #[command(flatten)]
    registry: RegistryArgs,
    #[command(flatten)]
    fleet: FleetArgs,
    #[command(flatten)]
    trust: TrustArgs,
    #[command(flatten)]
    login: LoginArgs,
    /// Do not examine cluster and agents first.
    #[arg(long, help_heading = "Stages")]
    no_preflight: bool,
    /// How long the registry may take to become healthy [default: 10m].
    #[arg(long, value_name = "TIME", value_parser = duration::parse, help_heading = "Stages")]
    wait: Option<Duration>,
    /// Load the image onto the hosts from what docker save wrote, where they cannot pull it.
    #[arg(long, value_name = "FILE", help_heading = "Stages")]
    image_archive: Option<PathBuf>,
    /// Cancel a deployment that holds the app.
    #[arg(long, help_heading = "Stages")]
    force: bool,
    /// At the end, let every agent's own container engine pull an image.
    #[arg(long, help_heading = "Stages")]
    pull: bool,
    #[command(flatten)]
    page: ReportFileArgs,
}

/// One stage after the other.
pub async fn run(args: Args, context: &Context) -> Result<Report> {
    let args = args.agreed(context)?;
    let about = About { registry: args.registry.every_address(context), cluster: &args.fleet.reach.cluster };
    let page = ReportPage::begin(&args.page, about, context)?;
    let result = carry_out(&args, context).await;
    ReportPage::end(page, &result, context);
    result
}

async fn carry_out(args: &Args, context: &Context) -> Result<Report> {
    let spec = args.app.spec(context)?;
    let (tls, dry) = (spec.transport == Transport::Tls, args.fleet.change.plan_only());
    let on_host = args.app.docker_host(context)?.is_some();
    let nobody = on_host && !args.names_agents(context);
    let mut stages = Stages::begin(context)?;
    if !dry {
        // Not the certificate's stage: that knows no cluster but the configured one.
        flags::on_record(context, &args.fleet.reach.cluster);
    }
    if args.no_preflight {
        stages.idle(PREFLIGHT, StageStatus::Skipped, "--no-preflight");
    } else if on_host {
        stages.idle(
            PREFLIGHT,
            StageStatus::Skipped,
            say!("it examines a cluster, and the registry is on a Docker host"),
        );
    } else {
        stages.run(PREFLIGHT, async { Ok(Report::Doctor(args.checkup(context).examine().await?)) }).await;
    }
    let certificate = args.certificate(context);
    match &certificate {
        _ if !tls => stages.idle(CERT_GEN, StageStatus::Skipped, say!("the registry serves plain HTTP")),
        Certificate::There(path) => {
            stages.idle(CERT_GEN, StageStatus::Unchanged, say!("{} is there", path.display()));
        }
        Certificate::Missing(make) => {
            stages.run(CERT_GEN, cert_gen::run(make.as_ref().clone(), context)).await
        }
        Certificate::Awaited(key) => stages.run(CERT_GEN, async { Err(awaited(key).into()) }).await,
    }
    // What a dry run has not made cannot be looked at.
    let unmade = dry && tls && matches!(certificate, Certificate::Missing(_));
    stages.run("deploy", deploy::run(args.deploy(unmade), context)).await;
    if nobody {
        stages.idle(TRUST, StageStatus::Skipped, say!("neither --agents-file nor --mesos names an agent"));
    } else if !tls && args.trust.chosen_mode(context)? == Some(TrustMode::Ca) {
        stages.idle(TRUST, StageStatus::Skipped, say!("the registry serves plain HTTP, which takes no CA"));
    } else if unmade {
        stages.idle(TRUST, StageStatus::WouldChange, say!("every agent would get the CA, once it is made"));
    } else {
        stages.run(TRUST, trust_agents::run(args.trust_agents(), context)).await;
    }
    if dry {
        stages.idle(
            VERIFY,
            StageStatus::Skipped,
            say!("a dry run changes nothing, so there is nothing to verify"),
        );
    } else {
        stages.run(VERIFY, verify::run(args.verify(context), context)).await;
    }
    let address = args.reference(context)?;
    let done = say!("Next: docker push {address}/NAME:TAG, and docker pull on any agent.");
    Ok(Report::Stages(stages.report(Course::Up, dry, done)))
}

const PREFLIGHT: &str = "preflight";
const CERT_GEN: &str = "cert-gen";
const TRUST: &str = "trust-agents";
const VERIFY: &str = "verify";

/// Whether the registry has a certificate here.
enum Certificate {
    /// It has this one.
    There(PathBuf),
    /// It has none, and this makes one.
    Missing(Box<cert_gen::Args>),
    /// It has none, but this key, which another CA may be signing a request of.
    Awaited(PathBuf),
}

/// A new pair would replace the key, and with it make the awaited certificate worthless.
fn awaited(key: &Path) -> Fault {
    let shown = key.display();
    let message = say!("{shown} is there without its certificate, and a new pair would replace it");
    Fault::new(FaultKind::WouldOverwrite, message).hint(say!(
        "If a CA is signing its request: regctl cert import --cert FILE --key {shown} --ca \
         CA_FILE, then regctl up. If nobody needs the key, move it away."
    ))
}

impl Args {
    /// Lets all stages mean the same registry: a VIP or a folder of certificates that a flag names counts for each. What
    /// can be read or asked for only once is read and asked for here.
    fn agreed(mut self, context: &Context) -> Result<Self> {
        self.fleet.reach.agents.read_again_and_again()?;
        self.fleet.reach.ssh.settings(context, &self.fleet.reach.cluster)?;
        if self.registry.plain_http && !self.app.tls {
            self.app.no_tls = true;
        }
        let transport = self.app.spec(context)?.transport;
        if transport != context.config.first_registry().transport() {
            self.registry.transport = Some(transport);
        }
        if (self.app.vip.is_some() || self.app.docker.is_given()) && self.registry.registry.is_empty() {
            self.registry.registry = self.app.endpoints(context, "marathon")?;
        }
        if let Some(folder) = &self.app.certs
            && self.registry.ca.is_none()
        {
            self.registry.ca = Some(CertsFolder::new(folder.clone()).file("ca.crt"));
        }
        Ok(self)
    }

    fn certificate(&self, context: &Context) -> Certificate {
        let (certificate, key) = self.app.key_pair_files(context);
        if certificate.exists() {
            return Certificate::There(certificate);
        }
        if key.symlink_metadata().is_ok() {
            return Certificate::Awaited(key);
        }
        let folder = certificate.parent().map(PathBuf::from).unwrap_or_default();
        let (ca, key) = (folder.join("ca.crt"), folder.join("ca.key"));
        let mut make = cert_gen::Args { change: self.fleet.change.clone(), ..cert_gen::Args::default() };
        for address in &self.registry.registry {
            match address.host() {
                Host::Ip(ip) => make.ip.push(*ip),
                Host::Name(name) => make.dns.push(name.clone()),
            }
        }
        // A CA that agents may trust already signs again; a key without its certificate is of no use.
        if ca.exists() && key.exists() {
            (make.ca.ca_cert, make.ca.ca_key, make.force) = (Some(ca), Some(key), true);
        }
        make.out = Some(folder);
        Certificate::Missing(Box::new(make))
    }

    /// The registry as image references on the agents spell it.
    fn reference(&self, context: &Context) -> Result<String> {
        let proxies = WayArgs::of(&self.trust).proxies(&self.registry, context)?.unwrap_or_default();
        if let Some((_, port)) = proxies.first() {
            return Ok(format!("localhost:{port}"));
        }
        Ok(self.registry.addresses(context)?.first().map(ToString::to_string).unwrap_or_default())
    }

    fn names_agents(&self, context: &Context) -> bool {
        self.fleet.reach.agents.are_named(&self.fleet.reach.cluster, context)
    }

    fn checkup<'a>(&'a self, context: &'a Context) -> Checkup<'a> {
        Checkup { app: &self.app, reach: &self.fleet.reach, look_up_image: false, context }
    }

    fn deploy(&self, without_files: bool) -> deploy::Args {
        let timeout = Some(self.wait.unwrap_or(PATIENCE));
        deploy::Args {
            app: self.app.clone(),
            cluster: self.fleet.reach.cluster.clone(),
            ssh: self.fleet.reach.ssh.clone(),
            change: self.fleet.change.clone(),
            rollout: RolloutArgs { timeout, no_wait: false, force: self.force },
            first_user: FirstUserArgs::default(),
            move_data: false,
            no_stage: without_files,
            image_archive: self.image_archive.clone().filter(|_| !without_files),
            nexus: NexusArgs::default(),
        }
    }

    fn trust_agents(&self) -> trust_agents::Args {
        let (registry, fleet, trust) = (self.registry.clone(), self.fleet.clone(), self.trust.clone());
        trust_agents::Args {
            registry,
            fleet,
            trust,
            failed: false,
            stream: false,
            page: ReportFileArgs::default(),
        }
    }

    fn verify(&self, context: &Context) -> verify::Args {
        let ReachArgs { agents, cluster, ssh, fan_out } = self.fleet.reach.clone();
        let from_agents = !matches!(self.app.docker_host(context), Ok(Some(_))) || self.names_agents(context);
        verify::Args {
            registry: self.registry.clone(),
            docker: self.app.docker.clone(),
            login: self.login.clone(),
            probe: verify::ProbeArgs::default(),
            id: self.app.id.clone(),
            wait: Some(self.wait.unwrap_or(PATIENCE)),
            push: self.app.upstream.proxy.is_none(),
            from_agents,
            pull: self.pull && from_agents,
            runtime: self.trust.runtime.clone(),
            watch: None,
            way: WayArgs::of(&self.trust),
            page: ReportFileArgs::default(),
            reach: ReachArgs { agents, cluster: cluster.with_marathon(context), ssh, fan_out },
        }
    }
}
