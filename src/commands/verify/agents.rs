//! The registry as every agent sees it.

use anyhow::Result;

use super::registry::Visit;
use super::run::Args;
use crate::commands::Context;
use crate::commands::logins::Logins;
use crate::domain::agent::AgentErrorKind;
use crate::domain::credentials::Credentials;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::finding::Finding;
use crate::domain::registry::RegistryAddress;
use crate::domain::script::Outcome;
use crate::domain::secret::Secret;
use crate::plan::checks::agent;
use crate::plan::visit::{self, Sight};

/// The part of a run that asks the agents.
pub(super) struct FromAgents<'a> {
    /// The flags.
    pub(super) args: &'a Args,
    /// What every command has at hand.
    pub(super) context: &'a Context,
    /// Whether engines are to pull what was pushed.
    pub(super) pull: bool,
}

impl FromAgents<'_> {
    /// One login to each agent that is meant; its findings in the order of the agents.
    pub(super) async fn check(&self, visits: &[Visit]) -> Result<Vec<Finding>> {
        let Args { agents, cluster, ssh, fan_out, .. } = self.args;
        let sights: Vec<Sight> = visits.iter().map(|visit| visit.sight(self.pull)).collect();
        let sources = agents.sources(cluster, self.context).await?;
        let selection = agents.select(&sources, self.context)?;
        let script = visit::script(&sights, self.login(visits).as_ref(), &self.context.holder())?;
        let logins = Logins { ssh, fan_out, cluster, context: self.context };
        let outcomes = logins.run(script, &selection.targets, "Asking").await?;
        interrupted(&outcomes)?;
        let about = |selected: &crate::plan::selection::Selected| match &selected.login {
            Ok(target) => agent::check(&selected.name, &outcomes[*target].result, &sights),
            Err(error) => agent::check(&selected.name, &Err(error.clone()), &sights),
        };
        Ok(selection.agents.iter().flat_map(about).collect())
    }

    /// Docker's config.json for engines that have to log in.
    fn login(&self, visits: &[Visit]) -> Option<Secret> {
        let users = visits.iter().filter_map(|visit| match &visit.credentials {
            Some(Credentials::Basic { user, password }) => Some((visit.address(), user.as_str(), password)),
            _ => None,
        });
        let users: Vec<(&RegistryAddress, &str, &Secret)> = users.filter(|_| self.pull).collect();
        (!users.is_empty()).then(|| visit::docker_login(&users))
    }
}

fn interrupted(outcomes: &[Outcome]) -> Result<(), Fault> {
    let is = |outcome: &Outcome| {
        outcome.result.as_ref().is_err_and(|error| error.kind == AgentErrorKind::Interrupted)
    };
    if outcomes.iter().any(is) {
        return Err(Fault::new(FaultKind::Interrupted, "interrupted while agents were asked"));
    }
    Ok(())
}
