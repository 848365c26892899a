//! One login to every agent, and what was seen there.

use std::sync::Arc;

use anyhow::Result;

use super::Checkup;
use super::arrivals::Arrivals;
use crate::commands::logins::Logins;
use crate::domain::agent::{Agent, Listing, Role};
use crate::domain::certificate::Certificate;
use crate::domain::finding::Finding;
use crate::domain::host::Host;
use crate::domain::script::{Answer, Outcome};
use crate::effects::x509;
use crate::plan::checks::preflight::{self, LeftCa, Visited, Wanted};
use crate::plan::doctor::{self, Question};
use crate::plan::selection::{Selected, Selection};

/// A round of visits.
pub(super) struct Round<'a> {
    /// The flags.
    pub(super) checkup: &'a Checkup<'a>,
    /// What agents are to be fit for.
    pub(super) wanted: &'a Wanted<'a>,
    /// What Mesos says they are.
    pub(super) listing: &'a Listing,
}

impl Round<'_> {
    /// Visits each agent once: the findings in the order of the agents, and on how many public ones something listens
    /// on the registry's service port.
    pub(super) async fn make(&self, selection: &Selection) -> Result<(Vec<Finding>, usize)> {
        let Checkup { reach, context, look_up_image, .. } = *self.checkup;
        let spec = self.wanted.spec;
        let ports: Vec<u16> = self.wanted.fixed_ports.iter().copied().chain([spec.service_port]).collect();
        let addresses = self.wanted.addresses;
        let question = Question { spec, addresses, ports: &ports, look_up: look_up_image };
        let script = doctor::script(&question, &context.holder())?;
        let arrivals = Arc::new(Arrivals::before(context.screen.clone()));
        let logins = Logins { watcher: Some(arrivals.clone()), ..reach.logins(context) };
        let outcomes = logins.run(script, &selection.targets, |agents| say!("Examining {agents}")).await?;
        let mut findings = Vec::new();
        for agent in &selection.agents {
            findings.extend(self.about(agent, &outcomes, &arrivals));
        }
        let unseen =
            spec.hosts.iter().filter(|host| !selection.agents.iter().any(|it| self.host(it) == Some(host)));
        let skipped = say!("the registry's host is not among the agents that were asked");
        findings.extend(unseen.map(|host| Finding::skip("host-disk", skipped).about(host)));
        let public = selection.agents.iter().filter(|agent| self.role(agent) == Some(Role::Public));
        let answers = public.filter_map(|agent| outcomes[*agent.login.as_ref().ok()?].result.as_ref().ok());
        let answering = answers.filter(|answer| preflight::offers(answer, spec)).count();
        Ok((findings, answering))
    }

    fn about(&self, agent: &Selected, outcomes: &[Outcome], arrivals: &Arrivals) -> Vec<Finding> {
        let refused = agent.login.as_ref().err().map(|error| Err(error.clone()));
        let target = agent.login.as_ref().ok().copied().unwrap_or_default();
        let result = refused.as_ref().unwrap_or_else(|| &outcomes[target].result);
        let cas = result.as_ref().map(|answer| self.cas(answer)).unwrap_or_default();
        let visited = Visited {
            name: &agent.name,
            host: self.host(agent),
            role: self.role(agent),
            result,
            cas: &cas,
            heard: arrivals.of(target),
        };
        preflight::check(&visited, self.wanted)
    }

    /// What its certs.d has for the registry, read.
    fn cas(&self, answer: &Answer) -> Vec<LeftCa> {
        let read = |(path, text): (String, String)| {
            let certificates = x509::read_pem(&text).map(|pem| pem.certificates).unwrap_or_default();
            let signed = |leaf: &Certificate| {
                certificates.iter().any(|ca| ca.der == leaf.der || x509::signed_by(leaf, ca))
            };
            let vouches = self.wanted.leaf.map(signed);
            LeftCa { path, certificates, vouches }
        };
        preflight::carried_cas(answer).into_iter().map(read).collect()
    }

    /// Which of the registry's hosts it is: by the hostname that Mesos knows, or by its address.
    fn host(&self, agent: &Selected) -> Option<&Host> {
        let hostname = self.listed(agent).map(|listed| listed.hostname.as_str());
        let is_it =
            |host: &&Host| hostname == Some(&host.to_string()) || agent.address.as_ref() == Some(host);
        self.wanted.spec.hosts.iter().find(is_it)
    }

    fn role(&self, agent: &Selected) -> Option<Role> {
        self.listed(agent).map(|listed| listed.role)
    }

    fn listed(&self, agent: &Selected) -> Option<&Agent> {
        let id = agent.agent_id.as_ref()?;
        self.listing.agents.iter().find(|listed| listed.agent_id == *id)
    }
}
