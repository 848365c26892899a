//! `regctl tag ls`: the tags of repositories, and the images that they point to.

use anyhow::Result;

use super::Context;
use super::contents::{Contents, ContentsArgs, Version};
use crate::domain::event::Event;
use crate::domain::holdings::Holdings;
use crate::domain::repository::{RepositoryName, Tag};
use crate::domain::tag_ls::{TagEntry, TagList, TagLsReport};
use crate::effects::registry::{Registry, Wanted};
use crate::report::Report;

/// Flags of `tag ls`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
SIZE is what the image takes in the registry (compressed layers, configuration and manifest, for a list of images those \
of every platform), CREATED what the image says of itself. Two tags with the same digest are one image.")]
pub struct Args {
    /// Repository, such as team/app.
    #[arg(value_name = "REPO", required = true)]
    repository: Vec<RepositoryName>,
    #[command(flatten)]
    contents: ContentsArgs,
}

/// Reads tags and manifests. Nothing is changed.
pub async fn run(args: Args, context: &Context) -> Result<Report> {
    let Contents { address, registry, version } = args.contents.open(context).await?;
    let (mut repositories, mut left_out) = (Vec::new(), 0);
    for repository in args.repository {
        context.tell(Event::Stage(say!("Reading the tags of {repository}")));
        let (found, bad) = match version {
            Version::Two => current(&registry, &repository).await?,
            Version::One => old(&registry, &repository).await?,
        };
        for why in &bad {
            context.tell(Event::Warning(say!("left out: {why}")));
        }
        left_out += bad.len();
        repositories.push(TagList { repository, found: found.is_some(), tags: found.unwrap_or_default() });
    }
    Ok(Report::TagLs(TagLsReport { registry: address, repositories, left_out }))
}

/// The tags that were found, where there is such a repository, and why others are none.
type Found = (Option<Vec<TagEntry>>, Vec<String>);

async fn current(registry: &Registry, repository: &RepositoryName) -> Result<Found> {
    let Some(held) = registry.holdings(repository, Wanted::Dates).await? else {
        return Ok((None, Vec::new()));
    };
    let mut tags: Vec<TagEntry> = held.tags.keys().map(|tag| entry(&held, tag)).collect();
    tags.extend(held.dangling.iter().map(|tag| entry(&held, tag)));
    tags.sort_by(|one, other| one.tag.cmp(&other.tag));
    Ok((Some(tags), held.bad))
}

fn entry(held: &Holdings, tag: &Tag) -> TagEntry {
    let digest = held.tags.get(tag);
    let stored = digest.and_then(|digest| held.manifests.get(digest));
    TagEntry {
        tag: tag.clone(),
        digest: digest.cloned(),
        media_type: stored.map(|stored| stored.media_type.clone()),
        size: digest.and_then(|digest| held.size(digest)),
        created: digest.and_then(|digest| held.created(digest)),
        image: None,
    }
}

async fn old(registry: &Registry, repository: &RepositoryName) -> Result<Found> {
    let Some((tags, bad)) = registry.old_tags(repository).await? else { return Ok((None, Vec::new())) };
    let mut entries = Vec::new();
    for (tag, id) in tags {
        let created = registry.old_created(&id).await?;
        entries.push(TagEntry { tag, digest: None, media_type: None, size: None, created, image: Some(id) });
    }
    Ok((Some(entries), bad))
}
