//! The flags, and the catalog page by page.

use anyhow::Result;

use super::from_host::{self, FromHostArgs};
use super::handing_out::HandingOut;
use crate::commands::Context;
use crate::commands::contents::{Contents, ContentsArgs, Version};
use crate::domain::event::Event;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::glob::Glob;
use crate::domain::language::spoken;
use crate::domain::repo_ls::RepoEntry;
use crate::domain::repository::{RepositoryName, Tag};
use crate::effects::fan_out::in_order;
use crate::effects::registry::{Names, Registry, Turn};
use crate::report::Report;

/// So many lists of tags are asked for at once.
const WIDTH: usize = 8;

/// A v1 registry that keeps no index for its search answers as one without repositories does.
const NO_INDEX: &str = later!(
    "the search of this v1 registry finds nothing: it may hold repositories all the same, since it only \
    searches where SEARCH_BACKEND is set; regctl tag ls REPOSITORY asks for one by its name"
);

/// Flags of `repo ls`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
The list is handed out page by page as it comes, so that a registry of any size needs little memory. With -o json it \
is one document (regctl.repo-ls/v1); where the list breaks off, complete is false in it and error says why. A \
repository stays in the catalog when its last tag is deleted.")]
pub struct Args {
    /// Only repositories whose whole name matches one of these; * is any text, ? any character.
    #[arg(value_name = "PATTERN")]
    pattern: Vec<Glob>,
    /// The tags of each repository too: one more request for each.
    #[arg(long)]
    tags: bool,
    #[command(flatten)]
    from_host: FromHostArgs,
    #[command(flatten)]
    contents: ContentsArgs,
}

/// Reads the list, and hands it out as it comes. Nothing is changed.
pub async fn run(args: Args, context: &Context) -> Result<Report> {
    if let Some(host) = args.from_host.host(context)? {
        let mut out = HandingOut::new(context, host.to_string());
        let listed =
            from_host::list(&args.from_host, &host, |entry| args.wants(entry), (context, &mut out)).await;
        return out.end(listed.err());
    }
    let Contents { address, registry, version } = args.contents.open(context).await?;
    context.tell(Event::Detail(say!("listing the repositories of {address}")));
    let mut out = HandingOut::new(context, address.to_string());
    let listed = Listing { args: &args, registry: &registry, version }.run(&mut out).await;
    out.end(listed.err())
}

impl Args {
    /// The entry as it is asked for; nothing where it is not.
    fn wants(&self, entry: RepoEntry) -> Option<RepoEntry> {
        let RepoEntry { name, tags } = entry;
        self.matches(&name).then(|| RepoEntry { name, tags: tags.filter(|_| self.tags) })
    }

    fn matches(&self, name: &RepositoryName) -> bool {
        self.pattern.is_empty() || self.pattern.iter().any(|pattern| pattern.matches_exactly(name.as_str()))
    }
}

/// A list that is asked for over the network.
struct Listing<'a> {
    args: &'a Args,
    registry: &'a Registry,
    version: Version,
}

impl Listing<'_> {
    async fn run(&self, out: &mut HandingOut<'_>) -> Result<()> {
        let mut pages = self.registry.repositories();
        for number in 1.. {
            let turn = match self.version {
                Version::One => self.registry.old_repositories(number).await?,
                Version::Two => pages.turn().await?,
            };
            match turn {
                Turn::Page(Names { good, bad }) => {
                    if self.version == Version::One && number == 1 && good.is_empty() {
                        out.warn(spoken(NO_INDEX));
                    }
                    out.leave_out(&bad);
                    let good = good.into_iter().filter(|name| self.args.matches(name));
                    if !self.page(good.collect(), out).await? {
                        return Ok(());
                    }
                }
                Turn::End { complete: true } => return Ok(()),
                Turn::End { complete: false } => return Err(endless().into()),
                Turn::Missing => return Err(self.no_list().into()),
            }
        }
        Ok(())
    }

    /// Hands out a page; whether anybody still reads.
    async fn page(&self, names: Vec<RepositoryName>, out: &mut HandingOut<'_>) -> Result<bool> {
        if !self.args.tags {
            let entry = |name| RepoEntry { name, tags: None };
            return Ok(out.entries(&names.into_iter().map(entry).collect::<Vec<_>>()));
        }
        let (registry, version) = (self.registry.clone(), self.version);
        let ask = |name: RepositoryName| {
            let registry = registry.clone();
            async move { (tags(&registry, &name, version).await, name) }
        };
        let mut reads = true;
        in_order(names, WIDTH, ask, |(tags, name)| {
            let Names { mut good, bad } = tags?;
            good.sort_unstable();
            out.leave_out(&bad);
            reads &= out.entries(&[RepoEntry { name, tags: Some(good) }]);
            Ok::<(), anyhow::Error>(())
        })
        .await?;
        Ok(reads)
    }

    fn no_list(&self) -> Fault {
        let (what, hint) = match self.version {
            Version::Two => (
                say!("this registry has no catalog"),
                say!("Where its storage is a folder, --from-host lists what is there."),
            ),
            Version::One => {
                (say!("this registry has no search"), say!("Name the repository: regctl tag ls REPOSITORY."))
            }
        };
        Fault::new(FaultKind::NoCatalog, what).hint(hint)
    }
}

/// The tags of a repository; one that never had any has no list of them.
async fn tags(registry: &Registry, name: &RepositoryName, version: Version) -> Result<Names<Tag>> {
    let none = || Names { good: Vec::new(), bad: Vec::new() };
    match version {
        Version::Two => Ok(registry.all_tags(name).await?.unwrap_or_else(none)),
        Version::One => {
            let Some((tags, bad)) = registry.old_tags(name).await? else { return Ok(none()) };
            Ok(Names { good: tags.into_iter().map(|(tag, _)| tag).collect(), bad })
        }
    }
}

fn endless() -> Fault {
    Fault::new(
        FaultKind::BadAnswer,
        say!("the list of repositories has no end: it was read as far as regctl goes"),
    )
    .hint(say!("Is something other than a registry in front of it?"))
}
