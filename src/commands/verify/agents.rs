//! The registry as every agent sees it.

use anyhow::Result;

use super::registry::Visit;
use super::run::Args;
use crate::commands::Context;
use crate::commands::sights;
use crate::domain::finding::{CheckReport, Finding};
use crate::domain::registry::RegistryAddress;
use crate::domain::runtime::Runtimes;
use crate::domain::secret::Secret;
use crate::plan::checks::agent;
use crate::plan::selection::Selection;
use crate::plan::visit::{self, Sight};
use crate::report::tellable;

/// The part of a run that asks the agents.
pub(super) struct FromAgents<'a> {
    /// The flags.
    pub(super) args: &'a Args,
    /// What every command has at hand.
    pub(super) context: &'a Context,
    /// The runtimes that have to pull what was pushed, where that is asked for.
    pub(super) pull: Option<Runtimes>,
    /// The registries that agents have by a local proxy, with its port, and then by nothing else.
    pub(super) proxies: Option<Vec<(RegistryAddress, u16)>>,
}

impl FromAgents<'_> {
    /// Which agents are meant. What the operator gave wrongly ends the run; that nobody can name the agents is a finding
    /// beside those about the registry.
    pub(super) async fn select(&self) -> Result<Result<Selection, Finding>> {
        let selected = self.args.reach.select(self.context).await;
        Ok(tellable(selected)?.map_err(|fault| agent::nobody(&fault)))
    }

    /// One login to each of them; its findings in the order of the agents, and how each of its runtimes pulled.
    pub(super) async fn check(&self, selection: &Selection, visits: &[Visit]) -> Result<CheckReport> {
        let seen: Vec<_> = visits.iter().filter_map(|visit| Some((visit, self.sight(visit)?))).collect();
        let login = self.login(&seen);
        let all: Vec<Sight> = seen.into_iter().map(|(_, sight)| sight).collect();
        let logins = self.args.reach.logins(self.context);
        sights::report(&logins, selection, &all, login.as_ref()).await
    }

    /// What agents are to see of it, where they have a way there.
    fn sight(&self, visit: &Visit) -> Option<Sight> {
        visit.sight(self.pull.as_ref()).by_way_of(self.proxies.as_deref())
    }

    /// Docker's config.json for engines that have to log in.
    fn login(&self, seen: &[(&Visit, Sight)]) -> Option<Secret> {
        let users = seen.iter().filter_map(|(visit, sight)| Some((&sight.address, visit.auth()?)));
        let users: Vec<(&RegistryAddress, Secret)> = users.filter(|_| self.pull.is_some()).collect();
        (!users.is_empty()).then(|| visit::docker_login(&users))
    }
}
