//! Which agents are meant: where their names come from, and which of them.

#![expect(rustdoc::broken_intra_doc_links, reason = "the flags' comments are help texts, not links")]

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Args;

use super::ClusterArgs;
use super::words::{merged, words};
use crate::commands::Context;
use crate::domain::agent::{Listing, RecoveredAgent, Role};
use crate::domain::answer::shown;
use crate::domain::config::Config;
use crate::domain::event::Event;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::glob::Glob;
use crate::domain::host::{HostPort, printable};
use crate::effects::{files, mesos, mesos_dns};
use crate::plan::agents_file;
use crate::plan::listing::{self, AddressField};
use crate::plan::masters::{self, Master};
use crate::plan::selection::{self, Filter, Selection};

/// So many recovered agents are named; the rest are counted.
const NAMED: usize = 5;

/// Which of the agents, and by which of their two names.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Agents")]
pub struct FilterArgs {
    /// Which field of Mesos says where to log in [default: pid].
    #[arg(long, value_name = "FIELD", env = "REGCTL_ADDRESS", value_parser = words::<AddressField>(&AddressField::WORDS))]
    pub address: Option<AddressField>,
    /// Only agents whose address, hostname or id matches; may be repeated.
    #[arg(long, value_name = "GLOB", env = "REGCTL_ONLY", value_delimiter = ',')]
    pub only: Vec<Glob>,
    /// No agent whose address, hostname or id matches; may be repeated.
    #[arg(long, value_name = "GLOB", env = "REGCTL_SKIP", value_delimiter = ',')]
    pub skip: Vec<Glob>,
    /// Of those that Mesos lists, only private or only public ones.
    #[arg(long, value_name = "ROLE", value_parser = words::<Role>(&Role::WORDS))]
    pub role: Option<Role>,
    /// Of those that Mesos lists, only those with this attribute; may be repeated.
    #[arg(long, value_name = "KEY=VALUE", value_parser = attribute)]
    pub attribute: Vec<(String, String)>,
}

/// Where the names of agents come from, and which of them are meant.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Agents")]
pub struct AgentArgs {
    /// File with one host[:port] a line, - for stdin; may be repeated. Mesos is then asked only where --mesos names it.
    #[arg(long, value_name = "FILE", env = "REGCTL_AGENTS_FILE")]
    pub agents_file: Vec<PathBuf>,
    /// The masters too, which Mesos does not list: Mesos-DNS is asked for them.
    #[arg(long)]
    pub masters: bool,
    #[command(flatten)]
    filter: FilterArgs,
}

/// What Mesos lists, what files name, and the masters.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// What the leading master lists; `None` where it was not asked.
    pub listing: Option<Listing>,
    /// What the files name.
    pub named: Vec<HostPort>,
    /// What Mesos-DNS names as masters; none where they are not meant.
    pub masters: Vec<Master>,
}

impl FilterArgs {
    /// Asks the leading master. Agents that have not come back since a failover are named in a warning.
    pub async fn listing(&self, cluster: &ClusterArgs, context: &Context) -> Result<Listing> {
        let endpoint = cluster.mesos(context)?;
        let field = merged(self.address, context.config.trust.address.as_deref())?.unwrap_or_default();
        context.tell(Event::Stage(say!("Reading the agents from {}", endpoint.base())));
        let answered = mesos::slaves(&endpoint, &*context.screen).await?;
        let listing = listing::parse(&answered.body, field).map_err(|why| {
            Fault::new(
                FaultKind::BadAnswer,
                say!("reading the agents from {}: the answer {why}", answered.url),
            )
        })?;
        if !listing.recovered.is_empty() {
            context.tell(Event::Warning(not_back(&listing.recovered)));
        }
        Ok(Listing { leader: shown(&answered.url.origin().ascii_serialization()), ..listing })
    }

    /// Which of them are meant, by flags or, where none of a kind is given, by regctl.toml.
    pub fn filter(&self, context: &Context) -> Result<Filter> {
        let globs = |flags: &[Glob], configured: &[String]| -> Vec<Glob> {
            let parse =
                |text: &String| text.parse().unwrap_or_else(|never: std::convert::Infallible| match never {});
            if flags.is_empty() { configured.iter().map(parse).collect() } else { flags.to_vec() }
        };
        let config = &context.config.trust;
        Ok(Filter {
            only: globs(&self.only, &config.only),
            skip: globs(&self.skip, &config.skip),
            role: self.role,
            attributes: self.attribute.clone(),
        })
    }
}

impl AgentArgs {
    /// For commands that read the agents more than once. Errors: they are to come from stdin.
    pub fn read_again_and_again(&self) -> Result<()> {
        if self.agents_file.iter().any(|file| file.as_os_str() == "-") {
            let why = say!("--agents-file -: several stages read the agents, and stdin can be read once");
            return Err(Fault::usage(why).hint(say!("Name a file.")).into());
        }
        Ok(())
    }

    /// Reads the sources. With a file and no `--mesos`, Mesos is not asked. Errors: a bad line in a file (exit 2), or
    /// whatever keeps the leading master, or Mesos-DNS where it is asked, from answering.
    pub async fn sources(&self, cluster: &ClusterArgs, context: &Context) -> Result<Sources> {
        let named = self.named(context)?;
        let by_file_alone = if self.agents_file.is_empty() {
            !context.config.trust.agents_files.is_empty() && context.config.cluster.mesos.is_none()
        } else {
            true
        };
        let asks_mesos = cluster.mesos.is_some() || !by_file_alone;
        let listing = if asks_mesos { Some(self.filter.listing(cluster, context).await?) } else { None };
        let asks_dns = self.masters || context.config.trust.masters == Some(true);
        let masters = if asks_dns { masters(cluster, context).await? } else { Vec::new() };
        Ok(Sources { listing, named, masters })
    }

    /// The agents that are meant. Errors, with exit 1: there is none. Masters alone do not count: they would hide that a
    /// leading master after a failover lists nobody yet.
    pub fn select(&self, sources: &Sources, context: &Context) -> Result<Selection> {
        let nothing = Listing::default();
        let listing = sources.listing.as_ref().unwrap_or(&nothing);
        let total = listing.agents.len() + sources.named.len();
        if total == 0 {
            return Err(no_agents(sources.listing.as_ref()).into());
        }
        let filter = self.filter.filter(context)?;
        let selection = selection::select(listing, &sources.named, &sources.masters, &filter);
        if selection.agents.is_empty() {
            return Err(Fault::new(FaultKind::NoneSelected, say!("none of the {total} agents is meant"))
                .hint(say!(
                    "Look at --only, --skip, --role and --attribute; regctl agents lists what there is."
                ))
                .into());
        }
        Ok(selection)
    }

    /// Whether anything says which agents there are: without a cluster, no Mesos is asked by default.
    pub fn are_named(&self, cluster: &ClusterArgs, context: &Context) -> bool {
        let Config { cluster: configured, trust, .. } = &context.config;
        let by_mesos = [&cluster.mesos, &configured.mesos, &configured.dcos].into_iter().any(Option::is_some);
        by_mesos || !self.agents_file.is_empty() || !trust.agents_files.is_empty()
    }

    /// Whether flags narrow the agents down; what regctl.toml leaves out is not counted.
    pub fn are_narrowed(&self) -> bool {
        let FilterArgs { only, skip, role, attribute, .. } = &self.filter;
        !only.is_empty() || !skip.is_empty() || role.is_some() || !attribute.is_empty()
    }

    /// Whether every agent of the sources is meant.
    pub fn takes_all(&self, context: &Context) -> Result<bool> {
        Ok(self.filter.filter(context)? == Filter::default())
    }

    fn named(&self, context: &Context) -> Result<Vec<HostPort>> {
        let configured =
            || context.config.trust.agents_files.iter().map(|file| context.resolve(file)).collect();
        let paths: Vec<PathBuf> =
            if self.agents_file.is_empty() { configured() } else { self.agents_file.clone() };
        let files: Result<Vec<_>> = paths.iter().map(|path| read(path)).collect();
        Ok(files?.into_iter().flatten().collect())
    }
}

/// Asks Mesos-DNS for the masters. Errors: it does not answer, or knows none.
async fn masters(cluster: &ClusterArgs, context: &Context) -> Result<Vec<Master>> {
    let endpoint = cluster.mesos(context)?;
    context.tell(Event::Stage(say!("Reading the masters from Mesos-DNS").to_owned()));
    let answered = mesos_dns::masters(&endpoint).await?;
    let what = say!("reading the masters from {}", answered.url);
    let found = masters::parse(&answered.body).map_err(|why| {
        Fault::new(FaultKind::BadAnswer, say!("{what}: the answer {why}")).hint(mesos_dns::HINT)
    })?;
    if found.is_empty() {
        let message = say!("{what}: Mesos-DNS knows no master.mesos");
        return Err(Fault::new(FaultKind::NoAgents, message).hint(mesos_dns::HINT).into());
    }
    Ok(found)
}

fn read(path: &Path) -> Result<Vec<HostPort>> {
    let text = files::read_text_or_stdin(path, FaultKind::InputFile)?;
    agents_file::parse(&text).map_err(|(line, why)| {
        Fault::new(FaultKind::InputFile, say!("{} line {line}: {why}", path.display()))
            .hint(say!("An agents file has one host or host:port a line; # begins a comment."))
            .into()
    })
}

fn attribute(text: &str) -> Result<(String, String), String> {
    let parts = text.split_once('=').filter(|(key, _)| !key.is_empty());
    parts
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .ok_or_else(|| say!("`{text}` is not KEY=VALUE"))
}

fn not_back(recovered: &[RecoveredAgent]) -> String {
    let named: Vec<_> = recovered.iter().take(NAMED).map(|agent| printable(&agent.hostname)).collect();
    let rest = recovered.len().saturating_sub(NAMED);
    let rest = if rest == 0 { String::new() } else { say!(" and {rest} more") };
    say!(
        "{} agents have not come back since the masters' last failover, so nobody knows how to reach them: {}{rest}",
        recovered.len(),
        named.join(", ")
    )
}

/// An empty list is never taken for a cluster without agents. `None` is a master that was not asked.
pub fn no_agents(listing: Option<&Listing>) -> Fault {
    let message = match listing.map(|listing| listing.recovered.len()) {
        None => say!("the agents files name no agent").to_owned(),
        Some(0) => say!(
            "the leading master lists no agent: none has registered, or it is still recovering \
             from a failover"
        )
        .to_owned(),
        Some(count) => say!("none of the {count} agents has come back since the masters' last failover"),
    };
    let fault = Fault::new(FaultKind::NoAgents, message);
    match listing {
        Some(_) => fault.hint(say!("Try again in a minute, or name the agents with --agents-file.")),
        None => fault,
    }
}
