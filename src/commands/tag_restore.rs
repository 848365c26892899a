//! `regctl tag restore`: the way back from `tag delete`.

use std::path::PathBuf;

use anyhow::Result;

use super::Context;
use super::contents::{Contents, ContentsArgs, Version};
use super::flags::{self, ChangeArgs, ClusterArgs};
use crate::domain::event::Event;
use crate::domain::fault::{Exit, Fault, FaultKind};
use crate::domain::manifest::StoredManifest;
use crate::domain::old_registry::ImageId;
use crate::domain::registry::RegistryAddress;
use crate::domain::repository::{RepositoryName, Tag};
use crate::domain::tag_restore::{RestoreFate, RestoredTag, TagRestoreReport};
use crate::domain::undo::{Undo, UndoRepository};
use crate::effects::undo_file;
use crate::report::{Report, fault_of};

/// Flags of `tag restore`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
Puts the manifests of the file back, and so their tags, in the registry that they are from. That works as long as no \
garbage was collected since: after that the layers are gone, the registry refuses the manifests, and the exit is 1. A \
tag that is on another image by now stays there (exit 1) unless --force says otherwise.")]
pub struct Args {
    /// The file that tag delete has named.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Take tags from the images that they are on by now.
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    contents: ContentsArgs,
    #[command(flatten)]
    change: ChangeArgs,
}

/// A tag on its way back.
struct Returning {
    told: RestoredTag,
    what: What,
}

/// What a tag is put on.
enum What {
    Manifest(StoredManifest),
    Image(ImageId),
}

/// Reads the file, looks what is there now, and puts back what is missing.
pub async fn run(args: Args, context: &Context) -> Result<Report> {
    let undo = undo_file::read(&args.file)?;
    let contents = args.contents.open(context).await?;
    judge(&undo, &contents, args.contents.names_registry())?;
    let _lock =
        if args.change.plan_only() { None } else { Some(flags::lock(context, &ClusterArgs::default())?) };
    context.tell(Event::Stage(say!("Looking at what {} has", contents.address)));
    let mut returning = Vec::new();
    for repository in &undo.repositories {
        returning.extend(manifests(repository, &contents, args.force).await?);
        returning.extend(old_tags(repository, &contents, args.force).await?);
    }
    if args.change.plan_only() {
        let mut report = report(&contents.address, returning, true);
        if report.differs() && args.change.exit_by_difference() {
            report.exit = Exit::WouldChange;
        }
        return Ok(Report::TagRestore(report));
    }
    for tag in returning.iter_mut().filter(|tag| tag.told.fate == RestoreFate::Planned) {
        put_back(tag, &contents).await;
    }
    Ok(Report::TagRestore(report(&contents.address, returning, false)))
}

/// Errors, exit 2: the file is of another registry, or of one of another version.
fn judge(undo: &Undo, contents: &Contents, named: bool) -> Result<(), Fault> {
    let (of, here) = (&undo.registry, &contents.address);
    if of != here && !named {
        return Err(Fault::new(
            FaultKind::OtherRegistry,
            say!("the file is of the registry {of}, and this is {here}"),
        )
        .hint(say!("Say --registry {of}, or --registry {here} where that is the same one.")));
    }
    let old = undo.repositories.iter().any(|it| !it.old_tags.is_empty());
    match contents.version {
        Version::Two if old => Err(Fault::new(
            FaultKind::OtherRegistry,
            say!("the file is of a v1 registry, and {here} is none"),
        )),
        Version::One if !old => Err(Fault::new(
            FaultKind::OtherRegistry,
            say!("the file is of a v2 registry, and {here} is of version 1"),
        )),
        _ => Ok(()),
    }
}

async fn manifests(undo: &UndoRepository, contents: &Contents, force: bool) -> Result<Vec<Returning>> {
    let mut returning = Vec::new();
    for manifest in &undo.manifests {
        let stored = manifest.stored().map_err(Fault::value)?;
        for tag in &manifest.tags {
            let now = contents.registry.manifest(&undo.repository, tag.as_str()).await?.map(|now| now.digest);
            let fate = RestoreFate::decide(&stored.digest, now.as_ref(), force);
            let told = told((&undo.repository, tag), &stored.digest, now.as_ref(), fate);
            returning.push(Returning { told, what: What::Manifest(stored.clone()) });
        }
    }
    Ok(returning)
}

async fn old_tags(undo: &UndoRepository, contents: &Contents, force: bool) -> Result<Vec<Returning>> {
    if undo.old_tags.is_empty() {
        return Ok(Vec::new());
    }
    let (now, _) = contents.registry.old_tags(&undo.repository).await?.unwrap_or_default();
    let one = |(tag, image): (&Tag, &ImageId)| {
        let now = now.iter().find(|(other, _)| other == tag).map(|(_, image)| image);
        let fate = RestoreFate::decide(image, now, force);
        let told = told((&undo.repository, tag), image, now, fate);
        Returning { told, what: What::Image(image.clone()) }
    };
    Ok(undo.old_tags.iter().map(one).collect())
}

fn told<T: ToString>(
    (repository, tag): (&RepositoryName, &Tag),
    was: &T,
    now: Option<&T>,
    fate: RestoreFate,
) -> RestoredTag {
    let detail =
        now.filter(|_| fate != RestoreFate::Unchanged).map(|now| say!("it is on {}", now.to_string()));
    RestoredTag { repository: repository.clone(), tag: tag.clone(), image: was.to_string(), fate, detail }
}

async fn put_back(returning: &mut Returning, contents: &Contents) {
    let RestoredTag { repository, tag, .. } = &returning.told;
    let put = match &returning.what {
        What::Manifest(stored) => contents.registry.put_manifest(repository, tag, stored).await,
        What::Image(image) => contents.registry.put_old_tag(repository, tag, image).await,
    };
    (returning.told.fate, returning.told.detail) = match put {
        Ok(()) => (RestoreFate::Restored, None),
        Err(error) => (RestoreFate::Failed, Some(fault_of(&error).message)),
    };
}

fn report(registry: &RegistryAddress, returning: Vec<Returning>, dry_run: bool) -> TagRestoreReport {
    let tags: Vec<RestoredTag> = returning.into_iter().map(|it| it.told).collect();
    let whole = tags.iter().all(|tag| !matches!(tag.fate, RestoreFate::Taken | RestoreFate::Failed));
    let exit = if whole { Exit::Done } else { Exit::NotAsAsked };
    TagRestoreReport { dry_run, registry: registry.clone(), tags, exit }
}
