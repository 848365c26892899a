//! Another certificate for a registry that runs: onto its host, served after a restart through Marathon, and seen there.

use std::time::Duration;

use anyhow::Result;
use time::OffsetDateTime;

use super::delivery::unless_interrupted;
use super::deployment::{Deployment, Observed};
use super::flags::Terms;
use super::patience::Clock;
use super::readiness::no_app;
use crate::domain::certificate::Certificate;
use crate::domain::deploy::{DeployPlan, DeployReport};
use crate::domain::event::Event;
use crate::domain::fault::{Fault, FaultKind};
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
    pub(super) deployment: Deployment<'a>,
    /// The new leaf.
    pub(super) leaf: &'a Certificate,
    /// How long to wait until the registry is healthy again.
    pub(super) patience: Duration,
    /// What to do after a failure, as a sentence.
    pub(super) way_on: &'a str,
}

/// What is there before the exchange, and what it will change.
pub(super) struct Outlook {
    observed: Observed,
    /// What Marathon will be told.
    pub(super) plan: DeployPlan,
}

/// The certificate and its key as the files that they are in the operator's folder.
pub(super) fn pair_files(pair: &KeyPair) -> [NewFile<'_>; 2] {
    [
        NewFile { name: KEY_FILE, bytes: pair.key_pem.expose().as_bytes(), mode: 0o600 },
        NewFile { name: CERTIFICATE_FILE, bytes: pair.chain_pem.as_bytes(), mode: 0o644 },
    ]
}

impl Swap<'_> {
    /// Asks Marathon. Errors: there is no such app, or more about it would change than its certificate.
    pub(super) async fn look(&self, mode: Mode) -> Result<Outlook> {
        let observed = self.deployment.observe().await?;
        if observed.found.is_none() {
            return Err(no_app(&self.deployment.spec.id, &observed.marathon).into());
        }
        let plan = self.deployment.plan(&observed, mode)?;
        let digest = format!("labels.{FILES_DIGEST}");
        let other: Vec<_> =
            plan.differences.iter().map(|it| it.key.as_str()).filter(|key| *key != digest).collect();
        if !other.is_empty() {
            let (id, keys) = (&plan.app_id, other.join(", "));
            let message = format!("{id} differs from what is asked in more than its certificate: {keys}");
            return Err(Fault::new(FaultKind::AppDiffers, message)
                .hint("Run regctl deploy first, or give this command the flags that deploy was given.")
                .into());
        }
        Ok(Outlook { observed, plan })
    }

    /// Stages the certificate, lets Marathon restart the registry, and waits until it is healthy and the new certificate
    /// answers at every address that can be reached from here.
    pub(super) async fn carry_out(
        &self,
        outlook: Outlook,
        interrupt: &mut Interrupt,
    ) -> Result<(DeployReport, Vec<AnsweringAddress>)> {
        let Outlook { observed, mut plan } = outlook;
        let id = plan.app_id.clone();
        let reached = self.reached(&plan.endpoints).await;
        plan.staged =
            self.deployment.stage(Mode::Apply, interrupt).await.map_err(|error| self.told(&error))?;
        let terms = Terms { patience: Some(self.patience), force: Force::No };
        let exchange = async {
            let report = self.deployment.carry_out(plan, &observed, terms).await?;
            Ok((report, self.seen(reached).await?))
        };
        unless_interrupted(exchange, &id, interrupt).await.map_err(|error| self.told(&error))
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
            self.deployment
                .context
                .tell(Event::Stage(format!("Looking which certificate answers at {address}")));
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
                    format!("the certificate {} answers", presented.leaf().summary.fingerprint)
                }
                _ if !before => return Ok(Answering::NotReached),
                _ => "nothing answers any more".to_owned(),
            };
            if clock.is_over() {
                let message =
                    format!("{answers} at {address} and not the new one, although the app is healthy");
                return Err(Fault::new(FaultKind::OtherCertificate, message).into());
            }
            self.deployment.context.tell(Event::Waiting(format!("{answers} at {address}")));
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
