//! A visit to the registry at one address: in, around, and out again without a trace.

use std::time::Duration;

use anyhow::Result;
use time::OffsetDateTime;

use super::probe::Probe;
use crate::commands::flags::NamedRegistry;
use crate::commands::patience::Clock;
use crate::commands::registry_client;
use crate::domain::certificate::Certificate;
use crate::domain::credentials::Credentials;
use crate::domain::fault::Fault;
use crate::domain::finding::{Finding, Status};
use crate::domain::image::Image;
use crate::domain::registry::RegistryAddress;
use crate::domain::registry_api::{Api, Deletion};
use crate::domain::repository::Tag;
use crate::domain::runtime::Runtimes;
use crate::domain::secret::Secret;
use crate::domain::seen_certificate::SeenCertificate;
use crate::domain::tls::Meeting;
use crate::domain::transport::Transport;
use crate::effects::registry::Registry;
use crate::effects::tls_probe;
use crate::plan::checks::{registry as checks, tls};
use crate::plan::probe_image;
use crate::plan::visit::{self, PullSource, Sight};
use crate::report::fault_of;

/// How long a VIP or a load balancer may take to hear of an app that has just become healthy.
const SETTLING: Duration = Duration::from_secs(15);

/// How far the image has come.
enum Push {
    /// It was not sent.
    Not,
    /// Some of it may be there.
    Begun(Registry),
    /// The registry has answered.
    Ended(Registry, Result<(), Fault>),
}

/// A visit, and what was found so far.
pub(super) struct Visit {
    registry: NamedRegistry,
    /// Who logs in, if anyone.
    credentials: Option<Credentials>,
    probe: Probe,
    push: Push,
    findings: Vec<Finding>,
    /// What the registry presented.
    presented: Vec<Certificate>,
}

impl Visit {
    /// A visit that pushes an image and reads another, where there are any.
    pub(super) const fn new(registry: NamedRegistry, credentials: Option<Credentials>, probe: Probe) -> Self {
        Self { registry, credentials, probe, push: Push::Not, findings: Vec::new(), presented: Vec::new() }
    }

    /// The address.
    pub(super) const fn address(&self) -> &RegistryAddress {
        &self.registry.address
    }

    /// Makes the checks, each after the one that it rests on, and leaves the image there. Where the app has only just
    /// become healthy (`settled`), the way to it gets a moment.
    pub(super) async fn enter(&mut self, settled: bool) -> Result<()> {
        let tls = self.tls(settled).await;
        let failed = tls.status == Status::Fail;
        self.findings.push(tls);
        if failed {
            self.findings.extend(checks::skipped_after("tls", &["api", "catalog", "push-pull"]));
            return Ok(());
        }
        let registry = registry_client::client(&self.registry, self.credentials.clone())?;
        let api = registry.api().await.map_err(|error| fault_of(&error));
        self.findings.push(checks::api(&api));
        self.look_around(registry, &api).await;
        Ok(())
    }

    /// The CA file, and what the registry presented.
    pub(super) fn certificates(&self) -> impl Iterator<Item = SeenCertificate> {
        let (ca, address) = (self.registry.ca.as_ref(), self.address().to_string());
        let of_file = ca.map(|ca| SeenCertificate::all(&ca.path.display().to_string(), &ca.certificates));
        of_file.into_iter().flatten().chain(SeenCertificate::all(&address, &self.presented))
    }

    async fn tls(&mut self, settled: bool) -> Finding {
        if self.registry.transport() == Transport::Plain {
            return Finding::skip(
                "tls",
                say!("the registry is said to speak plain HTTP (--plain-http, or tls = false)"),
            );
        }
        if self.registry.proxy.is_some() {
            // The look at a certificate is a connection of its own, straight to the registry, where there is no way to it.
            // The requests judge the certificate all the same, though with fewer words.
            return Finding::skip("tls", say!("the registry is reached through [cluster] proxy: see api"));
        }
        let mut clock = Clock::start(if settled { SETTLING } else { Duration::ZERO });
        let path = self.registry.ca.as_ref().map(|ca| ca.path.display().to_string());
        loop {
            let now = OffsetDateTime::now_utc();
            let meeting = tls_probe::probe(self.address(), registry_client::own(&self.registry), now).await;
            let may_come = matches!(meeting, Meeting::Refused | Meeting::Closed | Meeting::Unreachable(_));
            if !may_come || clock.is_over() {
                let given = tls::Given { address: self.address(), ca: path.as_deref(), now };
                let finding = tls::check(&meeting, given);
                if let Meeting::Presented(presented) = meeting {
                    self.presented = presented.chain;
                }
                return finding;
            }
            clock.pause().await;
        }
    }

    /// The checks behind the registry's door.
    async fn look_around(&mut self, registry: Registry, api: &Result<Api, Fault>) {
        match api {
            Ok(Api::Open) => {
                let catalog = registry.catalog().await.map_err(|error| fault_of(&error));
                self.findings.push(checks::catalog(&catalog));
                if let Some(reference) = &self.probe.read {
                    let tag = reference.tag.as_ref().map_or("latest", Tag::as_str);
                    let found = registry.manifest(&reference.repository, tag).await;
                    self.findings.push(checks::pull(reference, &found.map_err(|error| fault_of(&error))));
                }
                self.push(registry).await;
            }
            Ok(Api::WantsUser { .. }) => {
                self.findings.push(checks::catalog_wants_user());
                let asked = self.probe.push.is_some();
                let push = if asked { checks::push_wants_user() } else { checks::push_not_asked_for() };
                self.findings.push(push);
            }
            _ => self.findings.extend(checks::skipped_after("api", &["catalog", "push-pull"])),
        }
    }

    async fn push(&mut self, registry: Registry) {
        match (&self.probe.push, &self.probe.cache_of) {
            (Some(image), _) => {
                // From here on there is something to take away, also when nobody waits for the answer.
                self.push = Push::Begun(registry.clone());
                let mut pushed = registry.push(image).await.map_err(|error| fault_of(&error));
                if pushed.as_ref().is_err_and(checks::wants_oci) {
                    let oci = probe_image::as_oci(image);
                    pushed = registry.push(&oci).await.map_err(|error| fault_of(&error));
                    self.probe.push = Some(oci);
                }
                self.push = Push::Ended(registry, pushed);
            }
            (None, Some(upstream)) => self.findings.push(checks::push_to_cache(upstream)),
            (None, None) => self.findings.push(checks::push_not_asked_for()),
        }
    }

    /// Reads the image back, takes it away again, and hands over what was found. What an interruption has left is only
    /// taken away.
    pub(super) async fn leave(mut self) -> Vec<Finding> {
        if let Some(image) = &self.probe.push {
            match self.push {
                Push::Not => {}
                Push::Begun(registry) => registry.discard(image).await,
                Push::Ended(registry, pushed) => {
                    let answer = match pushed {
                        Ok(()) => there_and_back(&registry, image).await.map_err(|error| fault_of(&error)),
                        Err(fault) => {
                            registry.discard(image).await;
                            Err(fault)
                        }
                    };
                    self.findings.push(checks::push_pull(image, &answer));
                }
            }
        }
        let address = &self.registry.address;
        self.findings.into_iter().map(|finding| finding.about(address)).collect()
    }

    /// What agents are to see here; with runtimes that have to pull, where they are asked to.
    pub(super) fn sight(&self, pull: Option<&Runtimes>) -> Sight {
        let pushed = matches!(self.push, Push::Ended(_, Ok(())));
        let image = self.probe.push.as_ref().filter(|_| pull.is_some() && pushed);
        let source = |image: &Image| PullSource {
            repository: image.repository.to_string(),
            digest: image.manifest.digest.to_string(),
            auth: self.auth(),
        };
        Sight {
            address: self.address().clone(),
            transport: self.registry.transport(),
            prints: self.registry.ca.as_ref().map(Sight::prints_of).unwrap_or_default(),
            image: image.map(source),
            wanted: pull.cloned().unwrap_or_default(),
        }
    }

    /// User and password as runtimes want them spelt.
    pub(super) fn auth(&self) -> Option<Secret> {
        match &self.credentials {
            Some(Credentials::Basic { user, password }) => Some(visit::basic(user, password)),
            _ => None,
        }
    }
}

async fn there_and_back(registry: &Registry, image: &Image) -> Result<Deletion> {
    let same = registry.read_back(image).await;
    let deletion = registry.delete(image).await;
    same.and(deletion)
}
