//! Finds the cluster: by flag, by environment, by the dcos CLI, by its name; else it is asked for.

use std::time::Duration;

use anyhow::Result;
use tokio::time::timeout;

use super::answers::{Question, settle};
use super::notes::Notes;
use crate::commands::Context;
use crate::commands::flags::{ClusterArgs, FilterArgs};
use crate::commands::neighbours::neighbour;
use crate::domain::agent::Listing;
use crate::domain::event::Event;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::init::{ClusterFound, FoundBy};
use crate::effects::marathon::Marathon;
use crate::effects::{dcos_cli, http};
use crate::plan::checks::preflight::Neighbour;
use crate::plan::init::cluster::{
    MASTER_MESOS, behind, marathon_beside, mesos_beside, router_of, without_login,
};
use crate::report::tellable;

/// A server that is only tried gets so long for its answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// A cluster, and what it told.
pub(super) struct Found {
    /// Where it is.
    pub(super) cluster: ClusterFound,
    /// The flags that reach it.
    pub(super) args: ClusterArgs,
    /// Its agents; the fault where Mesos did not tell.
    pub(super) listing: Result<Listing, Fault>,
    /// Its apps; none where Marathon did not tell.
    pub(super) apps: Vec<Neighbour>,
}

/// Where to look, and whom to tell.
pub(super) struct Search<'a> {
    /// The flags of the cluster.
    pub(super) given: &'a ClusterArgs,
    /// How agents are read.
    pub(super) filter: &'a FilterArgs,
    /// Where things are told and asked.
    pub(super) context: &'a Context,
    /// What is to be said in the end.
    pub(super) notes: &'a Notes<'a>,
}

/// A Mesos, and how it was found.
struct MesosFound {
    url: String,
    by: FoundBy,
    listing: Result<Listing, Fault>,
}

impl Search<'_> {
    /// Finds it. Errors: none is found and nobody can be asked (exit 2), or a flag is wrong.
    pub(super) async fn run(&self) -> Result<Found> {
        let mesos = self.mesos().await?;
        let known = self.given.marathon.clone();
        let marathon = known.clone().unwrap_or_else(|| marathon_beside(&mesos.url));
        let told = self.apps(&marathon, &mesos.url).await?;
        let (marathon, told) = match told {
            Err(fault) if known.is_none() && self.context.screen.can_ask() => {
                self.context.tell(Event::Warning(fault.message));
                self.ask_for_marathon(&marathon, &mesos.url).await?
            }
            told => (marathon, told),
        };
        let apps = told.unwrap_or_else(|fault| {
            self.notes.fault(
                &fault,
                say!("so what other apps have cannot be seen, and the usual names are proposed"),
            );
            Vec::new()
        });
        let args = self.reaching(&mesos.url, &marathon);
        let cluster = self.written(&mesos, &marathon);
        Ok(Found { cluster, args, listing: mesos.listing, apps })
    }

    async fn mesos(&self) -> Result<MesosFound> {
        let ClusterArgs { mesos, marathon, .. } = self.given;
        if let Some(url) = mesos.clone().or_else(|| marathon.as_deref().map(mesos_beside)) {
            let by = given_by(self.given);
            self.tell(&url, by);
            let listing = self.listing(&url).await?;
            return Ok(MesosFound { url, by, listing });
        }
        if let Some(found) = self.attached().await? {
            return Ok(found);
        }
        if let Ok(listing) = self.listing(MASTER_MESOS).await? {
            self.tell(MASTER_MESOS, FoundBy::MasterMesos);
            return Ok(MesosFound {
                url: MASTER_MESOS.to_owned(),
                by: FoundBy::MasterMesos,
                listing: Ok(listing),
            });
        }
        self.context
            .tell(Event::Stage(say!("No cluster is found by itself: {MASTER_MESOS} does not answer")));
        self.ask_for_mesos().await
    }

    /// The cluster of the dcos CLI, where that has one that answers.
    async fn attached(&self) -> Result<Option<MesosFound>> {
        let Some(attached) = dcos_cli::attached() else { return Ok(None) };
        let (url, _) = behind(&attached.url);
        match self.listing(&url).await? {
            Ok(listing) => {
                self.tell(&attached.url, FoundBy::DcosCli);
                Ok(Some(MesosFound { url, by: FoundBy::DcosCli, listing: Ok(listing) }))
            }
            Err(fault) => {
                let so = say!("that is the cluster of the dcos CLI, so it is looked for elsewhere");
                self.notes.fault(&fault, so);
                Ok(None)
            }
        }
    }

    async fn ask_for_mesos(&self) -> Result<MesosFound> {
        let question = Question {
            text: say!("URL of a Mesos master, or https://HOST/mesos behind Admin Router"),
            flag: "--mesos",
            why: say!(
                "there is no attached dcos CLI whose cluster answers, and master.mesos does not either"
            ),
        };
        let url: String = settle(&question, (None, None), |url: &String| is_url(url), self.context)?;
        let listing = self.listing(&url).await?;
        Ok(MesosFound { url, by: FoundBy::Answer, listing })
    }

    async fn ask_for_marathon(
        &self,
        proposal: &str,
        mesos: &str,
    ) -> Result<(String, Result<Vec<Neighbour>, Fault>)> {
        let question = Question { text: say!("URL of Marathon"), flag: "--marathon", why: "" };
        // A password is not put on the screen; it goes with what is proposed all the same.
        let (shown, _) = without_login(proposal);
        let answer: String =
            settle(&question, (None, Some(shown.clone())), |url: &String| is_url(url), self.context)?;
        let url = if answer == shown { proposal.to_owned() } else { answer };
        let told = self.apps(&url, mesos).await?;
        Ok((url, told))
    }

    /// The agents that a Mesos lists; the fault is for the operator, and no end of the run.
    async fn listing(&self, mesos: &str) -> Result<Result<Listing, Fault>> {
        let args = ClusterArgs { mesos: Some(mesos.to_owned()), ..self.given.clone() };
        let asked = timeout(PATIENCE, self.filter.listing(&args, self.context)).await;
        tellable(asked.unwrap_or_else(|_| Err(silent(mesos).into())))
    }

    /// The apps of a Marathon, as [`Self::listing`].
    async fn apps(&self, marathon: &str, mesos: &str) -> Result<Result<Vec<Neighbour>, Fault>> {
        let marathon = Marathon::new(self.reaching(mesos, marathon).marathon(self.context)?);
        self.context.tell(Event::Stage(say!("Asking {} what it runs", marathon.url())));
        let asked = timeout(PATIENCE, async {
            marathon.info().await?;
            marathon.apps_with_tasks().await
        });
        let told = asked.await.unwrap_or_else(|_| Err(silent(marathon.url()).into()));
        tellable(told.map(|apps| apps.into_iter().map(neighbour).collect()))
    }

    fn reaching(&self, mesos: &str, marathon: &str) -> ClusterArgs {
        let (mesos, marathon) = (Some(mesos.to_owned()), Some(marathon.to_owned()));
        ClusterArgs { mesos, marathon, ..self.given.clone() }
    }

    fn tell(&self, url: &str, by: FoundBy) {
        let (url, _) = without_login(url);
        self.context.tell(Event::Stage(say!("Found the cluster at {url} by {}", by.told())));
    }

    /// As it goes into the file: without the logins of URLs.
    fn written(&self, mesos: &MesosFound, marathon: &str) -> ClusterFound {
        let ((mesos_url, first), (marathon, second)) = (without_login(&mesos.url), without_login(marathon));
        if first || second {
            self.notes.take(say!(
                "the login in the cluster's URL is not written down: name user and password_file \
                 under [cluster]"
            ));
        }
        ClusterFound {
            dcos: router_of(&mesos_url, &marathon),
            mesos: mesos_url,
            marathon,
            found_by: mesos.by,
        }
    }
}

/// Flags and variables come as one; a value that is the variable's is taken for it.
fn given_by(given: &ClusterArgs) -> FoundBy {
    let is_from = |name: &str, value: &Option<String>| value.is_some() && std::env::var(name).ok() == *value;
    let by_environment = is_from("REGCTL_MESOS", &given.mesos) || is_from("REGCTL_MARATHON", &given.marathon);
    if by_environment { FoundBy::Environment } else { FoundBy::Flag }
}

fn is_url(text: &str) -> Result<(), String> {
    http::parse_base("URL", text).map(drop).map_err(|error| error.to_string())
}

fn silent(url: &str) -> Fault {
    let (url, _) = without_login(url);
    Fault::new(FaultKind::Unreachable, say!("asking {url}: no answer within {} seconds", PATIENCE.as_secs()))
}
