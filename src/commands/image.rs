//! `regctl image`: how much of the registry each repository takes.

use anyhow::Result;

use super::Context;
use super::contents::{Contents, ContentsArgs};
use crate::domain::event::Event;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::image_usage::ImageReport;
use crate::domain::repository::RepositoryName;
use crate::effects::registry::{Names, Registry, Turn, Wanted};
use crate::plan::image_usage::Ledger;
use crate::report::Report;

/// Flags of `image`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  regctl image                     every repository, the largest first
  regctl image team/app team/base  these two, and what they share with each other

OWN is what no other counted repository has, SHARED what another has too; layers that are in several images are counted \
once. Only what a tag leads to is counted: images that were deleted or pushed over take room until garbage is collected \
(regctl gc). Exit 1 where a repository is not there.")]
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
    let (mut names, mut left_out) = (args.repository, 0);
    if names.is_empty() {
        (names, left_out) = all(&registry).await?;
    }
    names.sort_unstable();
    names.dedup();
    let (mut ledger, mut missing) = (Ledger::default(), Vec::new());
    for (done, name) in names.iter().enumerate() {
        context.tell(Event::Waiting(format!("{done} of {} repositories counted", names.len())));
        match registry.holdings(name, Wanted::Manifests).await? {
            Some(held) => {
                left_out += held.bad.len();
                ledger.add(&held);
            }
            None => missing.push(name.clone()),
        }
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
            Turn::End { complete: false } => return Err(unlisted("its catalog has no end").into()),
            Turn::Missing => return Err(unlisted("it has no catalog").into()),
        }
    }
}

fn unlisted(why: &str) -> Fault {
    Fault::new(FaultKind::BadAnswer, format!("listing the registry's repositories: {why}"))
        .hint("Name the repositories: regctl image REPO…")
}
