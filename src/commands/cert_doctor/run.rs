//! The flags, and where the doctor looks.

use std::path::PathBuf;

use anyhow::Result;
use time::OffsetDateTime;

use super::{folder, server};
use crate::commands::Context;
use crate::commands::flags::{self, ClusterArgs, FanOutArgs, NamedRegistry, RegistryArgs, SshArgs};
use crate::commands::logins::Logins;
use crate::domain::agent::Target;
use crate::domain::doctor::DoctorReport;
use crate::domain::fault::FaultKind;
use crate::domain::finding::Finding;
use crate::domain::host::HostPort;
use crate::domain::registry::RegistryAddress;
use crate::domain::runtime::Runtimes;
use crate::domain::tls::Meeting;
use crate::effects::files;
use crate::plan::checks::{causes, diagnosis};
use crate::plan::visit::{self, PullSource, Sight};
use crate::report::Report;

/// Flags of `cert doctor`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = help())]
pub struct Args {
    /// The registry, as image references spell it [default: those of regctl.toml, or 192.168.0.1].
    #[arg(value_name = "HOST[:PORT]")]
    registry: Option<RegistryAddress>,
    /// PEM file with the CA that it is to be trusted by [default: certs/ca.crt].
    #[arg(long, value_name = "FILE", env = "REGCTL_CA")]
    ca: Option<PathBuf>,
    /// Look from this agent, too; may be repeated.
    #[arg(long, value_name = "HOST[:PORT]")]
    agent: Vec<HostPort>,
    /// Look at this certs.d folder of this machine, too.
    #[arg(long, value_name = "DIR")]
    certs_d: Option<PathBuf>,
    /// Say what this error text means, - for stdin; without a HOST nothing is connected to.
    #[arg(long, value_name = "TEXT")]
    error: Option<String>,
    #[command(flatten)]
    cluster: ClusterArgs,
    #[command(flatten)]
    ssh: SshArgs,
    #[command(flatten)]
    fan_out: FanOutArgs,
}

/// The table of causes.
fn help() -> String {
    say!("Causes:\n{}", causes::listed())
}

/// Looks everywhere it is told to, and names the first cause in the order in which one thing rests on another: the
/// registry itself, this machine's folder, the agents, the error text.
pub async fn run(args: Args, context: &Context) -> Result<Report> {
    let mut findings = Vec::new();
    let text_alone =
        args.error.is_some() && args.registry.is_none() && args.agent.is_empty() && args.certs_d.is_none();
    if !text_alone {
        args.look(context, &mut findings).await?;
    }
    if let Some(text) = &args.error {
        let text = match text.as_str() {
            "-" => files::read_text_or_stdin("-".as_ref(), FaultKind::InputFile)?,
            text => text.to_owned(),
        };
        findings.push(diagnosis::of_words(&text));
    }
    let cause = diagnosis::cause(&findings).and_then(|finding| finding.cause);
    let meaning = cause.and_then(causes::meaning);
    Ok(Report::CertDoctor(DoctorReport::new(cause, meaning, findings)))
}

impl Args {
    async fn look(&self, context: &Context, findings: &mut Vec<Finding>) -> Result<()> {
        let named = RegistryArgs {
            registry: self.registry.iter().cloned().collect(),
            ca: self.ca.clone(),
            ..RegistryArgs::default()
        };
        let registries = named.named(context, OffsetDateTime::now_utc())?;
        let vips = vips(context)?;
        let mut seen = Vec::new();
        for registry in &registries {
            let answered = server::ask(registry, &vips, context).await;
            findings.extend(answered.findings);
            seen.push((sight(registry), Some(answered.meeting)));
        }
        if let Some(folder) = &self.certs_d {
            findings.extend(folder::check(folder, &seen)?);
        }
        if !self.agent.is_empty() {
            findings.extend(self.ask_agents(context, &seen, &vips).await?);
        }
        Ok(())
    }

    /// One login to each of them.
    async fn ask_agents(
        &self,
        context: &Context,
        seen: &[(Sight, Option<Meeting>)],
        vips: &[RegistryAddress],
    ) -> Result<Vec<Finding>> {
        let sights: Vec<Sight> = seen.iter().map(|(sight, _)| sight.clone()).collect();
        let script = visit::script(&sights, None, &context.holder())?;
        let target = |agent: &HostPort| Target {
            name: agent.to_string(),
            agent_id: None,
            host: agent.host.clone(),
            port: agent.port,
        };
        let targets: Vec<Target> = self.agent.iter().map(target).collect();
        let logins =
            Logins { ssh: &self.ssh, fan_out: &self.fan_out, cluster: &self.cluster, context, watcher: None };
        let outcomes = logins.run(script, &targets, |agents| say!("Asking {agents}")).await?;
        let told = targets.iter().zip(&outcomes);
        Ok(told
            .flat_map(|(target, outcome)| diagnosis::of_agent(&target.name, &outcome.result, &sights, vips))
            .collect())
    }
}

/// What an agent is to see. The image is one that nobody has: what its engine says of it tells how far it gets.
fn sight(registry: &NamedRegistry) -> Sight {
    Sight {
        address: registry.address.clone(),
        transport: registry.transport(),
        prints: registry.ca.as_ref().map(Sight::prints_of).unwrap_or_default(),
        image: Some(PullSource {
            repository: "regctl/doctor".to_owned(),
            digest: format!("sha256:{}", "0".repeat(64)),
            auth: None,
        }),
        wanted: Runtimes::default(),
    }
}

/// The addresses that VIPs give, of all configured registries.
fn vips(context: &Context) -> Result<Vec<RegistryAddress>> {
    let configured = &context.config.registry;
    let first = |registry| flags::configured_addresses(registry).map(|all| all.into_iter().next());
    if configured.is_empty() {
        return Ok(first(&context.config.first_registry())?.into_iter().collect());
    }
    let all: Result<Vec<_>> = configured.iter().map(first).collect();
    Ok(all?.into_iter().flatten().collect())
}
