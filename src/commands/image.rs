//! `regctl image`: how much of the registry each repository takes.

use anyhow::Result;

use super::Context;
use super::contents::{Contents, ContentsArgs};
use crate::domain::event::{Event, Mark};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::holdings::Holdings;
use crate::domain::image_usage::ImageReport;
use crate::domain::repository::RepositoryName;
use crate::effects::registry::{Names, Registry, Turn, Wanted};
use crate::plan::image_usage::Ledger;
use crate::report::Report;

/// Flags of `image`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
OWN is what no other counted repository has, SHARED what another has too; layers that are in several images are counted \
once. Only what a tag leads to is counted: images that were deleted or pushed over take room until garbage is collected \
(regctl gc). A repository without tags takes nothing.")]
pub struct Args {
    /// Repository; may be repeated [default: all of them].
    #[arg(value_name = "REPO")]
    repository: Vec<RepositoryName>,
    #[command(flatten)]
    contents: ContentsArgs,
}

/// Reads every manifest that is meant and adds up. Nothing is changed.
pub async fn run(args: Args, context: &Context) -> Result<Report> {
    let Contents { address, registry, .. } = args.contents.open_version_2(context).await?;
    context.tell(Event::Stage(say!("Counting what is in {address}")));
    let (mut names, mut left_out) = (args.repository, 0);
    let listed = names.is_empty();
    if listed {
        (names, left_out) = all(&registry).await?;
    }
    names.sort_unstable();
    names.dedup();
    let (mut ledger, mut missing) = (Ledger::default(), Vec::new());
    context.tell(Event::FanOut { total: names.len() });
    for name in names {
        context.tell(Event::Started { subject: name.to_string() });
        match registry.holdings(&name, Wanted::Manifests).await? {
            Some(held) => {
                left_out += held.bad.len();
                ledger.add(&held);
            }
            // What the catalog itself names is there: where it has no list of tags, none was ever put on it.
            None if listed => ledger.add(&Holdings::empty(name.clone())),
            None => missing.push(name.clone()),
        }
        let note = String::new();
        context.tell(Event::Finished { subject: name.to_string(), mark: Mark::Same, note });
    }
    let (repositories, total_bytes) = ledger.close();
    Ok(Report::Image(ImageReport { registry: address, repositories, total_bytes, missing, left_out }))
}

/// The repositories of the catalog, and how many names in it are none.
async fn all(registry: &Registry) -> Result<(Vec<RepositoryName>, usize)> {
    let (mut all, mut left_out, mut pages) = (Vec::new(), 0, registry.repositories());
    loop {
        match pages.turn().await? {
            Turn::Page(Names { good, bad }) => {
                all.extend(good);
                left_out += bad.len();
            }
            Turn::End { complete: true } => return Ok((all, left_out)),
            Turn::End { complete: false } => return Err(unlisted(say!("its catalog has no end")).into()),
            Turn::Missing => return Err(unlisted(say!("it has no catalog")).into()),
        }
    }
}

fn unlisted(why: &str) -> Fault {
    Fault::new(FaultKind::NoCatalog, say!("listing the registry's repositories: {why}"))
        .hint(say!("Name the repositories: regctl image REPO…"))
}
