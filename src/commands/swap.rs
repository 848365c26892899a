//! Another certificate for a registry that runs: onto its host, served after a restart there, and seen by clients.

use std::time::Duration;

use anyhow::Result;
use time::OffsetDateTime;

use super::delivery::unless_interrupted;
use super::deployment::{Deployment, Observed};
use super::docker_host::{Grounds, HostDeployment};
use super::flags::Terms;
use super::patience::Clock;
use super::readiness::no_app;
use crate::domain::app::AppId;
use crate::domain::certificate::Certificate;
use crate::domain::deploy::{DeployPlan, DeployReport};
use crate::domain::docker_host::DockerHost;
use crate::domain::event::Event;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::host::Host;
use crate::domain::registry::RegistryAddress;
use crate::domain::renewal::{Answering, AnsweringAddress};
use crate::domain::tls::Meeting;
use crate::effects::files::NewFile;
use crate::effects::interrupt::Interrupt;
use crate::effects::key_pair::KeyPair;
use crate::effects::marathon::Force;
use crate::effects::tls_probe;
use crate::plan::registry_app::{CERTIFICATE_FILE, FILES_DIGEST, KEY_FILE};
use crate::plan::script::Mode;
use crate::report::fault_of;

/// How long a VIP or a load balancer may take to hear of the new task.
const SETTLING: Duration = Duration::from_secs(30);

/// Another certificate for a registry that runs.
pub(super) struct Swap<'a> {
    /// The registry, with the new certificate among its files.
    pub(super) site: Site<'a>,
    /// The new leaf.
    pub(super) leaf: &'a Certificate,
    /// How long to wait until the registry is healthy again.
    pub(super) patience: Duration,
    /// What to do after a failure, as a sentence.
    pub(super) way_on: &'a str,
}

/// Where that registry runs.
pub(super) enum Site<'a> {
    /// On Marathon.
    Marathon(Deployment<'a>),
    /// On one Docker host.
    DockerHost(HostDeployment<'a>),
}

impl<'a> Site<'a> {
    /// On the Docker host, or on Marathon where there is none.
    pub(super) fn new(deployment: Deployment<'a>, host: Option<DockerHost>) -> Self {
        match host {
            Some(host) => Self::DockerHost(HostDeployment { deployment, host }),
            None => Self::Marathon(deployment),
        }
    }

    /// What is to be deployed there.
    pub(super) const fn deployment(&self) -> &Deployment<'a> {
        match self {
            Self::Marathon(deployment) => deployment,
            Self::DockerHost(on_host) => &on_host.deployment,
        }
    }
}

/// What is there before the exchange, and what it will change.
pub(super) struct Outlook<'a> {
    ground: Ground<'a>,
    /// What will be changed.
    pub(super) plan: DeployPlan,
}

/// What the plan stands on.
enum Ground<'a> {
    Marathon(&'a Deployment<'a>, Observed),
    DockerHost(&'a HostDeployment<'a>, Grounds),
}

/// The certificate and its key as the files that they are in the operator's folder.
pub(super) fn pair_files(pair: &KeyPair) -> [NewFile<'_>; 2] {
    [
        NewFile { name: KEY_FILE, bytes: pair.key_pem.expose().as_bytes(), mode: 0o600 },
        NewFile { name: CERTIFICATE_FILE, bytes: pair.chain_pem.as_bytes(), mode: 0o644 },
    ]
}

impl Swap<'_> {
    /// Asks Marathon or the Docker host. Errors: there is no such registry, or more about it would change than its
    /// certificate.
    pub(super) async fn look(&self, mode: Mode) -> Result<Outlook<'_>> {
        let (ground, plan) = match &self.site {
            Site::Marathon(deployment) => {
                let observed = deployment.observe().await?;
                if observed.found.is_none() {
                    return Err(no_app(&deployment.spec.id, &observed.marathon).into());
                }
                let plan = deployment.plan(&observed, mode)?;
                (Ground::Marathon(deployment, observed), plan)
            }
            Site::DockerHost(on_host) => {
                let (plan, grounds) = on_host.plan(mode, None, &mut Interrupt::listen()?).await?;
                if grounds.seen.is_none() {
                    return Err(no_container(&plan.app_id, on_host.host.host()).into());
                }
                (Ground::DockerHost(on_host, grounds), plan)
            }
        };
        only_its_certificate(&plan)?;
        Ok(Outlook { ground, plan })
    }

    /// Stages the certificate, has the registry restarted, and waits until it is healthy and the new certificate answers
    /// at every address that can be reached from here.
    pub(super) async fn carry_out(
        &self,
        outlook: Outlook<'_>,
        interrupt: &mut Interrupt,
    ) -> Result<(DeployReport, Vec<AnsweringAddress>)> {
        let Outlook { ground, mut plan } = outlook;
        let reached = self.reached(&plan.endpoints).await;
        let staged = self.site.deployment().stage(Mode::Apply, interrupt).await;
        plan.staged = staged.map_err(|error| self.told(&error))?;
        let exchanged = self.exchange(ground, plan, reached, interrupt).await;
        exchanged.map_err(|error| self.told(&error))
    }

    async fn exchange(
        &self,
        ground: Ground<'_>,
        plan: DeployPlan,
        reached: Vec<(RegistryAddress, bool)>,
        interrupt: &mut Interrupt,
    ) -> Result<(DeployReport, Vec<AnsweringAddress>)> {
        let (id, patience) = (plan.app_id.clone(), Some(self.patience));
        match ground {
            Ground::Marathon(deployment, observed) => {
                let terms = Terms { patience, force: Force::No };
                let exchange = async {
                    let report = deployment.carry_out(plan, &observed, terms).await?;
                    Ok((report, self.seen(reached).await?))
                };
                unless_interrupted(exchange, &id, interrupt).await
            }
            Ground::DockerHost(on_host, grounds) => {
                let report = on_host.carry_out(plan, grounds, patience, interrupt).await?;
                let seen = interrupt.unless_raised(self.seen(reached)).await;
                Ok((report, seen.unwrap_or_else(|| Err(interrupted(&id).into()))?))
            }
        }
    }

    /// Which addresses answer at all before the exchange.
    async fn reached(&self, addresses: &[RegistryAddress]) -> Vec<(RegistryAddress, bool)> {
        let mut reached = Vec::new();
        for address in addresses {
            let meeting = tls_probe::probe(address, &[], OffsetDateTime::now_utc()).await;
            reached.push((address.clone(), matches!(meeting, Meeting::Presented(_))));
        }
        reached
    }

    async fn seen(&self, reached: Vec<(RegistryAddress, bool)>) -> Result<Vec<AnsweringAddress>> {
        let mut seen = Vec::new();
        for (address, before) in reached {
            self.site
                .deployment()
                .context
                .tell(Event::Stage(say!("Looking which certificate answers at {address}")));
            let certificate = self.answering(&address, before).await?;
            seen.push(AnsweringAddress { address, certificate });
        }
        Ok(seen)
    }

    async fn answering(&self, address: &RegistryAddress, before: bool) -> Result<Answering> {
        let mut clock = Clock::start(SETTLING);
        loop {
            let answers = match tls_probe::probe(address, &[], OffsetDateTime::now_utc()).await {
                Meeting::Presented(presented) if presented.leaf().der == self.leaf.der => {
                    return Ok(Answering::New);
                }
                Meeting::Presented(presented) => {
                    say!("the certificate {} answers", presented.leaf().summary.fingerprint)
                }
                _ if !before => return Ok(Answering::NotReached),
                _ => say!("nothing answers any more").to_owned(),
            };
            if clock.is_over() {
                let message = say!("{answers} at {address} and not the new one, although the app is healthy");
                return Err(Fault::new(FaultKind::OtherCertificate, message).into());
            }
            self.site.deployment().context.tell(Event::Waiting(format!("{answers} at {address}")));
            clock.pause().await;
        }
    }

    /// A failure on the way, with the way on from there: deploy's own hint would lead back to the old certificate.
    fn told(&self, error: &anyhow::Error) -> anyhow::Error {
        let fault = fault_of(error);
        let mended = match (&fault.hint, fault.kind) {
            (Some(hint), FaultKind::Staging) => format!("{hint} {}", self.way_on),
            _ => self.way_on.to_owned(),
        };
        fault.hint(mended).into()
    }
}

/// Errors: the plan changes more than that label which a new certificate changes.
fn only_its_certificate(plan: &DeployPlan) -> Result<(), Fault> {
    let digest = format!("labels.{FILES_DIGEST}");
    let keys = plan.differences.iter().map(|it| it.key.as_str());
    let other: Vec<_> = keys.filter(|key| *key != digest).collect();
    if other.is_empty() {
        return Ok(());
    }
    let (id, keys) = (&plan.app_id, other.join(", "));
    let message = say!("{id} differs from what is asked in more than its certificate: {keys}");
    Err(Fault::new(FaultKind::AppDiffers, message)
        .hint(say!("Run regctl deploy first, or give this command the flags that deploy was given.")))
}

fn no_container(id: &AppId, host: &Host) -> Fault {
    Fault::new(FaultKind::NoApp, say!("there is no container of {id} on the Docker host {host}"))
        .hint(say!("Run regctl deploy to create it, or name the right registry with --id."))
}

fn interrupted(id: &AppId) -> Fault {
    let message = say!("interrupted; {id} was restarted with the new certificate, but not looked at");
    Fault::new(FaultKind::Interrupted, message)
}
