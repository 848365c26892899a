//! What the stages ask of the agents: to hold one CA or both, and to accept the registry's leaf.

use anyhow::Result;

use super::rotation::Rotation;
use crate::commands::flags::{RegistryArgs, TrustArgs, WayArgs};
use crate::commands::fleet::Job;
use crate::commands::sights;
use crate::domain::certificate::CaFile;
use crate::domain::registry::RegistryAddress;
use crate::domain::rotation::HeldUp;
use crate::domain::runtime::Runtimes;
use crate::domain::transport::Transport;
use crate::domain::trust::{TrustMode, Work};
use crate::plan::engine::EngineWish;
use crate::plan::rotation;
use crate::plan::script::Mode;
use crate::plan::trust_script::{Stores, TrustPlan};
use crate::plan::visit::Sight;

impl Rotation<'_> {
    /// Makes every agent trust exactly this CA file, or looks whether it does. How many agents there are, and those that
    /// are not as they should be. The conntrack setting is no affair of a rotation.
    pub(super) async fn trust(
        &self,
        ca: &CaFile,
        addresses: &[RegistryAddress],
        mode: Mode,
    ) -> Result<(usize, Vec<HeldUp>)> {
        let (args, context) = (self.args, self.context);
        let fleet = if mode == Mode::Check { args.fleet.looking() } else { args.fleet.clone() };
        let sources = fleet.reach.agents.sources(&fleet.reach.cluster, context).await?;
        let selection = fleet.reach.agents.select(&sources, context)?;
        let plan = TrustPlan {
            registries: addresses.iter().map(|address| (address.clone(), ca.clone())).collect(),
            runtimes: self.runtimes()?,
            stores: Stores::AndWhereTrusted,
            sysctl: false,
            hosts: Vec::new(),
            engine: EngineWish::default(),
        };
        let script = plan.script(mode, &context.holder())?;
        let job = Job {
            registry: addresses.to_vec(),
            selection: &selection,
            script,
            work: Work::Trust,
            stream: None,
            restarts: None,
        };
        let report = fleet.run_locked(job, context).await?;
        let recovered = sources.listing.map(|listing| listing.recovered).unwrap_or_default();
        let mut held_up = rotation::not_as_wanted(&report.agents, &args.except);
        held_up.extend(rotation::not_back(&recovered, &args.except));
        Ok((report.agents.len(), held_up))
    }

    /// Asks every agent whether it reaches the registry and accepts its leaf by this CA.
    pub(super) async fn verify(
        &self,
        ca: &CaFile,
        addresses: &[RegistryAddress],
    ) -> Result<(usize, Vec<HeldUp>)> {
        let (args, context) = (self.args, self.context);
        let selection = args.fleet.reach.select(context).await?;
        let runtimes = self.runtimes()?;
        let sight = |address: &RegistryAddress| Sight {
            address: address.clone(),
            transport: Transport::Tls,
            prints: Sight::prints_of(ca),
            image: None,
            wanted: runtimes.clone(),
        };
        let proxies = WayArgs::default().proxies(&RegistryArgs::default(), context)?;
        let sights: Vec<Sight> =
            addresses.iter().map(sight).filter_map(|it| it.by_way_of(proxies.as_deref())).collect();
        let seen = sights::report(&args.fleet.reach.logins(context), &selection, &sights, None).await?;
        Ok((selection.agents.len(), rotation::not_accepting(&seen.checks, &runtimes, &args.except)))
    }

    /// What has to trust the registry on every agent: nothing where local proxies are its only clients there.
    fn runtimes(&self) -> Result<Runtimes> {
        let trust = TrustArgs { runtime: self.args.runtime.clone(), ..TrustArgs::default() };
        if trust.runtime.is_none() && trust.mode(self.context)? == TrustMode::LocalProxy {
            return Ok(Runtimes::Named(Vec::new()));
        }
        trust.runtimes(self.context)
    }
}
