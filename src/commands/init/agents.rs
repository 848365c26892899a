//! Which agent is to run the registry: the list that it is picked from, and a look at the best of them.

use anyhow::Result;

use super::answers::{Question, settle};
use super::notes::Notes;
use super::run::Args;
use crate::commands::Context;
use crate::commands::flags::{AppArgs, ClusterArgs};
use crate::commands::logins::{Logins, Round};
use crate::domain::agent::{Agent, Listing};
use crate::domain::event::Event;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::finding::Status;
use crate::domain::host::Host;
use crate::domain::init::Seen;
use crate::domain::script::Outcome;
use crate::effects::interrupt::Interrupt;
use crate::plan::checks::preflight;
use crate::plan::doctor;
use crate::plan::init::candidates::{self, Candidate};
use crate::plan::init::rows;
use crate::plan::selection::{self, Filter, Selection};
use crate::report::tellable;

/// So many agents, those with the most room by Mesos' count, are looked at.
const LOOKED_AT: usize = 30;
/// So many rows a list has; the others are found by a part of their name.
const SHOWN: usize = 15;

/// The choice of the registry's host.
pub(super) struct Choice<'a> {
    /// The flags.
    pub(super) args: &'a Args,
    /// The flags that reach the cluster.
    pub(super) cluster: &'a ClusterArgs,
    /// Where things are told and asked.
    pub(super) context: &'a Context,
    /// What is to be said in the end.
    pub(super) notes: &'a Notes<'a>,
}

/// The host that was chosen.
pub(super) struct Chosen {
    /// The hostname that Mesos has for it.
    pub(super) host: Host,
    /// What is known of it, where Mesos lists it.
    pub(super) candidate: Option<Candidate>,
}

impl Choice<'_> {
    /// The flag's host, the operator's, or the best one. Errors, exit 2: nobody can be asked and none can be proposed.
    pub(super) async fn make(&self, listing: &Result<Listing, Fault>) -> Result<Chosen> {
        let listing = match listing {
            Ok(listing) => listing,
            Err(fault) => {
                self.notes.fault(fault, say!("so there is no list to pick the registry's host from"));
                return self.without_list(&fault.message);
            }
        };
        let filter = self.args.filter.filter(self.context)?;
        let mut found = candidates::candidates(listing, &filter);
        self.tell_of_unnameable(candidates::unnameable(listing, &filter));
        if let Some(host) = &self.args.host {
            found.retain(|candidate| candidate.host == *host);
            self.look(&mut found).await?;
            return self.named(host.clone(), found.pop(), listing);
        }
        self.look(&mut found).await?;
        let chosen = match (self.context.screen.can_ask(), candidates::best(&found)) {
            (true, _) if !found.is_empty() => self.pick(&found)?,
            (false, Some(best)) => best.clone(),
            _ => return self.without_list(&none_fits(&found, listing)),
        };
        self.tell_of(&chosen);
        Ok(Chosen { host: chosen.host.clone(), candidate: Some(chosen) })
    }

    /// A host that the operator names without help.
    fn without_list(&self, why: &str) -> Result<Chosen> {
        let text = say!("Agent that is to run the registry, by the hostname that Mesos has for it");
        let question = Question { text, flag: "--host", why };
        let host = settle(&question, (self.args.host.clone(), None), |_| Ok(()), self.context)?;
        Ok(Chosen { host, candidate: None })
    }

    /// A host by its flag; what doctor would say of it is said now.
    fn named(&self, host: Host, candidate: Option<Candidate>, listing: &Listing) -> Result<Chosen> {
        let spec = self.app(&host).spec(self.context)?;
        let finding = preflight::registry_host(&host, &spec, Some(listing));
        match &candidate {
            Some(candidate) => self.tell_of(candidate),
            None if finding.status == Status::Pass => {}
            None => self.notes.take(format!("{host}: {}", finding.detail)),
        }
        Ok(Chosen { host, candidate })
    }

    /// From a list of the best, or of those whose names hold what is typed.
    fn pick(&self, found: &[Candidate]) -> Result<Candidate> {
        let mut shown: Vec<&Candidate> = found.iter().collect();
        loop {
            let more = shown.len().saturating_sub(SHOWN);
            let mut lines = rows::rows(shown.iter().take(SHOWN).copied());
            if more > 0 || shown.len() < found.len() {
                lines.push(say!("another one, by a part of its name").to_owned());
            }
            let question = match more {
                0 => say!("Agent that is to run the registry").to_owned(),
                more => say!("Agent that is to run the registry (the best {SHOWN}; {more} more)"),
            };
            let picked = self.context.screen.choose(&question, &lines)?;
            if let Some(candidate) = shown.get(picked).filter(|_| picked < SHOWN) {
                let host = &candidate.host;
                self.context.tell(Event::Stage(say!("Agent that is to run the registry: {host}")));
                return Ok((*candidate).clone());
            }
            let text =
                self.context.screen.ask(say!("A part of its hostname, address or id"), None, |text| {
                    match candidates::matching(found, text.trim()).len() {
                        0 => Err(say!("no agent has `{}` in its name", crate::domain::host::printable(text))),
                        _ => Ok(()),
                    }
                })?;
            shown = candidates::matching(found, text.trim());
        }
    }

    /// Logs in to the best by Mesos' count and ranks them anew by what is seen there. What cannot be reached is data.
    async fn look(&self, found: &mut [Candidate]) -> Result<()> {
        if self.args.no_ssh || found.is_empty() {
            return Ok(());
        }
        let looked_at = found.len().min(LOOKED_AT);
        if looked_at < found.len() {
            let note = say!(
                "of {} agents the {looked_at} with the most room by Mesos' count were looked at",
                found.len()
            );
            self.notes.take(note);
        }
        let agents: Vec<Agent> = found[..looked_at].iter().map(|candidate| candidate.agent.clone()).collect();
        let listing = Listing { agents, ..Listing::default() };
        let selection = selection::select(&listing, &[], &[], &Filter::default());
        match tellable(self.outcomes(&selection, &found[0].host).await)? {
            Ok(outcomes) => {
                for (candidate, selected) in found.iter_mut().zip(&selection.agents) {
                    candidate.seen = match &selected.login {
                        Ok(target) => seen(&outcomes[*target]),
                        Err(error) => Seen::Failed(error.clone()),
                    };
                }
            }
            Err(fault) if fault.kind == FaultKind::Interrupted => return Err(fault.into()),
            Err(fault) => self.notes.fault(&fault, say!("so no agent was looked at")),
        }
        candidates::rank_by_sight(found);
        self.tell_of_unreached(found);
        Ok(())
    }

    /// One login to each, with the script of doctor.
    async fn outcomes(&self, selection: &Selection, host: &Host) -> Result<Vec<Outcome>> {
        let Args { ssh, fan_out, .. } = self.args;
        let context = self.context;
        let spec = self.app(host).spec(context)?;
        let question = doctor::Question { spec: &spec, addresses: &[], ports: &[], look_up: false };
        let script = doctor::script(&question, &context.holder())?;
        let logins = Logins { ssh, fan_out, cluster: self.cluster, context, watcher: None };
        let mut interrupt = Interrupt::listen()?;
        let round = Round {
            settings: ssh.settings(context, self.cluster)?,
            script,
            targets: &selection.targets,
            stage: say!("Looking how much room {} agents have", selection.targets.len()),
        };
        let outcomes = logins.round(round, &mut interrupt).await?;
        if interrupt.has_come() {
            let message = say!("interrupted while the agents were looked at");
            return Err(Fault::new(FaultKind::Interrupted, message).into());
        }
        Ok(outcomes)
    }

    /// The registry as far as it is known yet.
    fn app(&self, host: &Host) -> AppArgs {
        let Args { id, vip, service_port, image, data_dir, no_tls, .. } = self.args;
        AppArgs {
            host: vec![host.clone()],
            id: id.clone(),
            vip: vip.clone(),
            service_port: *service_port,
            image: image.clone(),
            data_dir: data_dir.clone(),
            no_tls: *no_tls,
            ..AppArgs::default()
        }
    }

    fn tell_of_unnameable(&self, count: usize) {
        if count > 0 {
            let note =
                say!("their hostname or pid is no plain host name or address (regctl agents shows them)");
            self.notes.take(say!("agents that were left out: {count}; {note}"));
        }
    }

    fn tell_of_unreached(&self, found: &[Candidate]) {
        let mut errors = found.iter().filter_map(|candidate| match &candidate.seen {
            Seen::Failed(error) => Some((candidate, error)),
            _ => None,
        });
        if let Some((first, error)) = errors.next() {
            let rest = match errors.count() {
                0 => String::new(),
                more => say!(", nor could {more} more"),
            };
            let note = say!("{} could not be looked at{rest}: {error}; regctl ssh-setup helps", first.host);
            self.notes.take(note);
        }
    }

    fn tell_of(&self, chosen: &Candidate) {
        let shortcomings = chosen.shortcomings();
        if !shortcomings.is_empty() {
            self.notes.take(format!("{}: {}", chosen.host, shortcomings.join("; ")));
        }
    }
}

fn seen(outcome: &Outcome) -> Seen {
    match &outcome.result {
        Ok(answer) => candidates::room(answer).map_or(Seen::NotLooked, Seen::Room),
        Err(error) => Seen::Failed(error.clone()),
    }
}

fn none_fits(found: &[Candidate], listing: &Listing) -> String {
    if found.is_empty() {
        return say!("of the {} agents that Mesos lists none can be named", listing.agents.len());
    }
    say!("of {} agents none is private and active with a disk that can be written to", found.len())
}
