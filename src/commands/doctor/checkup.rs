//! The whole examination: the cluster first, then its agents.

use anyhow::Result;
use serde::Deserialize as _;
use time::OffsetDateTime;

use super::agents::Round;
use crate::commands::Context;
use crate::commands::desired::Desired;
use crate::commands::flags::{AppArgs, Sources};
use crate::commands::neighbours::neighbour;
use crate::commands::reach::ReachArgs;
use crate::domain::agent::Listing;
use crate::domain::app::MarathonVersion;
use crate::domain::app_definition::AppDefinition;
use crate::domain::certificate::Certificate;
use crate::domain::deploy::RegistrySpec;
use crate::domain::event::Event;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::finding::{CheckReport, Finding};
use crate::domain::transport::Transport;
use crate::effects::marathon::Marathon;
use crate::effects::{tls, x509};
use crate::plan::checks::preflight::{self, MarathonSeen, Neighbour};
use crate::plan::checks::registry::skipped_after;
use crate::report::tellable;

/// Whose framework names the VIPs where Marathon does not say.
const FRAMEWORK: &str = "marathon";

/// What is to be examined, in the flags of the commands that come after it.
#[derive(Clone, Copy)]
pub(in crate::commands) struct Checkup<'a> {
    /// The registry.
    pub(in crate::commands) app: &'a AppArgs,
    /// The agents, their cluster, and how to log in.
    pub(in crate::commands) reach: &'a ReachArgs,
    /// Whether the registry that the image comes from is to be asked for it.
    pub(in crate::commands) look_up_image: bool,
    /// What every command has at hand.
    pub(in crate::commands) context: &'a Context,
}

/// What Marathon told.
struct Told {
    version: MarathonVersion,
    framework: String,
    leader: Option<String>,
    apps: Vec<Neighbour>,
}

impl Checkup<'_> {
    /// Examines everything and changes nothing. Errors, all exit 2: what the operator gave is wrong.
    pub(in crate::commands) async fn examine(&self) -> Result<CheckReport> {
        let spec = self.app.spec(self.context)?;
        let leaf = self.leaf(&spec)?;
        let sources = tellable(self.reach.agents.sources(&self.reach.cluster, self.context).await)?;
        let listing = sources.as_ref().ok().and_then(|sources| sources.listing.as_ref());
        let mut findings = vec![preflight::mesos(sources.as_ref().map(|sources| sources.listing.as_ref()))];
        let hosts = spec.hosts.iter().map(|host| preflight::registry_host(host, &spec, listing));
        findings.extend(hosts.filter(|_| sources.is_ok()));
        let marathon = tellable(self.marathon().await)?;
        let framework = marathon.as_ref().map_or(FRAMEWORK, |told| &told.framework);
        let addresses = self.app.endpoints(self.context, framework)?;
        let now = OffsetDateTime::now_utc();
        findings.push(preflight::certificate(leaf.as_ref(), spec.transport, &addresses, now));
        let own = self.own_app(&spec, marathon.as_ref().ok())?;
        let fixed_ports = own.fixed_ports();
        let apps = marathon.as_ref().map(|told| told.apps.as_slice()).unwrap_or_default();
        let wanted = preflight::Wanted {
            spec: &spec,
            addresses: &addresses,
            fixed_ports: &fixed_ports,
            leaf: leaf.as_ref(),
            apps,
        };
        let (on_agents, answering) = self.visit(&sources, &wanted).await?;
        findings.extend(of_marathon(&marathon, &wanted, (&own, answering)));
        findings.extend(on_agents);
        Ok(CheckReport::new(findings))
    }

    /// The findings about the agents, and on how many public ones something listens on the service port.
    async fn visit(
        &self,
        sources: &Result<Sources, Fault>,
        wanted: &preflight::Wanted<'_>,
    ) -> Result<(Vec<Finding>, usize)> {
        let Ok(sources) = sources else { return Ok((Vec::new(), 0)) };
        let selection = match tellable(self.reach.agents.select(sources, self.context))? {
            Ok(selection) => selection,
            Err(fault) => return Ok((vec![crate::plan::checks::agent::nobody(&fault)], 0)),
        };
        let nothing = Listing::default();
        let listing = sources.listing.as_ref().unwrap_or(&nothing);
        Round { checkup: self, wanted, listing }.make(&selection).await
    }

    async fn marathon(&self) -> Result<Told> {
        let marathon = Marathon::new(self.reach.cluster.marathon(self.context)?);
        self.context.tell(Event::Stage(say!("Asking {} what it runs", marathon.url())));
        let info = marathon.info().await?;
        let leader = marathon.leader().await?;
        let apps = marathon.apps_with_tasks().await?.into_iter().map(neighbour).collect();
        Ok(Told { version: info.version, framework: info.framework, leader, apps })
    }

    /// The app as deploy would send it, but for its secret.
    fn own_app(&self, spec: &RegistrySpec, told: Option<&Told>) -> Result<AppDefinition> {
        let newest = || "1.11.0".parse().expect("is a version of Marathon");
        let desired = Desired {
            args: self.app,
            spec,
            marathon: told.map_or_else(newest, |told| told.version),
            files_digest: None,
            context: self.context,
        };
        Ok(AppDefinition::deserialize(desired.preview(None)?.expose()).unwrap_or_default())
    }

    /// The certificate that is to be staged, where there is one.
    fn leaf(&self, spec: &RegistrySpec) -> Result<Option<Certificate>> {
        let (path, _) = self.app.key_pair_files(self.context);
        if spec.transport == Transport::Plain || !path.exists() {
            return Ok(None);
        }
        let chain = tls::read_certificates(&path)?;
        let bad = |why| Fault::new(FaultKind::Certificate, format!("{}: {why}", path.display()));
        Ok(Some(x509::read(&chain[0]).map_err(bad)?))
    }
}

/// The findings about Marathon and what runs there.
fn of_marathon(
    told: &Result<Told, Fault>,
    wanted: &preflight::Wanted<'_>,
    balancing: (&AppDefinition, usize),
) -> Vec<Finding> {
    let told = match told {
        Ok(told) => told,
        Err(fault) => {
            let skipped = skipped_after("marathon", &["app-ports", "app-vip", "load-balancer"]);
            return std::iter::once(preflight::marathon(Err(fault))).chain(skipped).collect();
        }
    };
    let (own, answering) = balancing;
    let seen = MarathonSeen {
        version: told.version.to_string(),
        leader: told.leader.clone(),
        apps: told.apps.len(),
    };
    vec![
        preflight::marathon(Ok(&seen)),
        preflight::app_ports(wanted.spec, wanted.fixed_ports, &told.apps),
        preflight::app_vip(wanted.spec, &told.apps),
        preflight::load_balancer(own, &told.apps, answering),
    ]
}
