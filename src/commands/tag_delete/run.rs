//! The flags, and the way from what is there to what goes.

use anyhow::Result;
use time::OffsetDateTime;

use super::deleting::Deleting;
use super::wishes::WishArgs;
use crate::commands::Context;
use crate::commands::contents::{Contents, ContentsArgs, Version};
use crate::commands::flags::{self, ChangeArgs, ClusterArgs};
use crate::domain::event::Event;
use crate::domain::fault::{Exit, Fault, FaultKind};
use crate::domain::holdings::Holdings;
use crate::domain::repository::{Reference, RepositoryName};
use crate::domain::tag_delete::{RepositoryPlan, TagDeleteReport};
use crate::effects::registry::Wanted;
use crate::plan::tag_delete::{self, Rule, Wish};
use crate::report::{self, Format, Report};

/// Flags of `tag delete`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "\
A registry deletes an image by its digest, and so every tag that is on it: an image is only deleted when all its tags \
are meant, or with --with-shared, and never while it is part of a list of images (several platforms) that stays. What \
is found by a rule and has to stay is told; what is named and has to stay is exit 1. An image that does not say when it \
was made is not touched by --keep and --older-than. A list that is deleted leaves its parts, and every image its layers, \
until garbage is collected (regctl gc). A repository without tags stays in the catalog.

Before anything is deleted the manifests and their tags are written to a file in the state directory; until garbage is \
collected, tag restore brings them back from it. It asks first; without a terminal it needs --yes.")]
pub struct Args {
    /// Repository with a tag, or without one where --pattern, --keep or --older-than find the tags.
    #[arg(value_name = "REPO[:TAG]", required = true)]
    reference: Vec<Reference>,
    #[command(flatten)]
    wish: WishArgs,
    #[command(flatten)]
    contents: ContentsArgs,
    #[command(flatten)]
    change: ChangeArgs,
}

/// What was decided about a repository, and what it held.
pub(super) struct Decided {
    pub(super) plan: RepositoryPlan,
    /// Nothing on registries of version 1.
    pub(super) held: Option<Holdings>,
}

/// Observes, plans, asks, writes the undo file, deletes.
pub async fn run(args: Args, context: &Context) -> Result<Report> {
    let wishes = args.wish.wishes(&args.reference, OffsetDateTime::now_utc())?;
    let contents = args.contents.open(context).await?;
    let cluster = ClusterArgs::default();
    let _lock = if args.change.plan_only() { None } else { Some(flags::lock(context, &cluster)?) };
    let mut decided = Vec::new();
    for (repository, wish) in &wishes {
        context.tell(Event::Stage(say!("Reading the tags of {repository}")));
        decided.push(decide(&contents, repository, wish).await?);
    }
    let mut report = planned(&contents, &decided);
    if args.change.plan_only() {
        let differs = report.deletes() && args.change.exit_by_difference();
        report.exit = if differs { Exit::WouldChange } else { report.exit };
        return Ok(Report::TagDelete(report));
    }
    if !report.deletes() {
        report.dry_run = false;
        return Ok(Report::TagDelete(report));
    }
    let report = confirm(report, context)?;
    let deleting = Deleting {
        contents: &contents,
        decided: &decided,
        context,
        state: flags::state_dir(context, &cluster)?,
    };
    Ok(Report::TagDelete(deleting.run(report).await?))
}

async fn decide(contents: &Contents, repository: &RepositoryName, wish: &Wish) -> Result<Decided> {
    let dated = wish.rule.as_ref().is_some_and(Rule::is_about_dates);
    if contents.version == Version::One {
        return Ok(Decided { plan: decide_old(contents, repository, (wish, dated)).await?, held: None });
    }
    let wanted = if dated { Wanted::Dates } else { Wanted::Manifests };
    let held = contents.registry.holdings(repository, wanted).await?;
    let held = held.ok_or_else(|| missing(contents, repository))?;
    Ok(Decided { plan: tag_delete::plan(&held, wish), held: Some(held) })
}

async fn decide_old(
    contents: &Contents,
    repository: &RepositoryName,
    (wish, dated): (&Wish, bool),
) -> Result<RepositoryPlan> {
    let found = contents.registry.old_tags(repository).await?;
    let (found, _) = found.ok_or_else(|| missing(contents, repository))?;
    let mut tags = Vec::new();
    for (tag, image) in found {
        let created = if dated { contents.registry.old_created(&image).await? } else { None };
        tags.push((tag, image, created));
    }
    Ok(tag_delete::plan_old(repository, &tags, wish))
}

fn missing(contents: &Contents, repository: &RepositoryName) -> Fault {
    let what = say!("there is no repository {repository} in {}; nothing was deleted", contents.address);
    Fault::new(FaultKind::NoSuchRepository, what).hint(say!("regctl repo ls lists them."))
}

/// The plan as a report. What was named and has to stay makes it less than what was asked for.
fn planned(contents: &Contents, decided: &[Decided]) -> TagDeleteReport {
    let repositories: Vec<RepositoryPlan> = decided.iter().map(|it| it.plan.clone()).collect();
    let refused = repositories.iter().flat_map(|plan| &plan.refused).any(|refusal| refusal.named);
    TagDeleteReport {
        dry_run: true,
        registry: contents.address.clone(),
        repositories,
        undo: None,
        error: None,
        exit: if refused { Exit::NotAsAsked } else { Exit::Done },
    }
}

/// Shows the plan and asks. Where consent was given beforehand the report alone tells it, as what was done.
fn confirm(report: TagDeleteReport, context: &Context) -> Result<TagDeleteReport> {
    if context.screen.has_consent() {
        return Ok(TagDeleteReport { dry_run: false, ..report });
    }
    let plans = &report.repositories;
    let images: usize = plans.iter().map(|plan| plan.deletions.len()).sum();
    let tags: usize =
        plans.iter().flat_map(|plan| &plan.deletions).map(|it| it.tags.len() + it.shared.len()).sum();
    let question = say!("Delete {tags} tags on {images} images of {}", report.registry);
    let shown = Report::TagDelete(report);
    context.screen.show_plan(&report::render(&shown, Format::Human, context.style()));
    context.screen.consent(&question)?;
    match shown {
        Report::TagDelete(report) => Ok(TagDeleteReport { dry_run: false, ..report }),
        _ => unreachable!("it was put there a few lines above"),
    }
}
