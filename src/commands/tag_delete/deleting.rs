//! What was decided, carried out: the undo file first, then one manifest after the other.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::Result;
use time::OffsetDateTime;

use super::run::Decided;
use crate::commands::Context;
use crate::commands::contents::Contents;
use crate::domain::event::Event;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::registry_api::Removal;
use crate::domain::repository::RepositoryName;
use crate::domain::tag_delete::{Deletion, Fate, TagDeleteReport};
use crate::domain::undo::{Undo, UndoManifest, UndoRepository};
use crate::effects::interrupt::Interrupt;
use crate::effects::undo_file;
use crate::report;

/// A plan on its way.
pub(super) struct Deleting<'a> {
    pub(super) contents: &'a Contents,
    pub(super) decided: &'a [Decided],
    pub(super) context: &'a Context,
    /// The state directory.
    pub(super) state: PathBuf,
}

impl Deleting<'_> {
    /// Deletes, and says of each image what became of it. What cannot be deleted ends the run; what was deleted before is
    /// reported. Errors: the undo file cannot be written, or the registry says that it deletes nothing at all.
    pub(super) async fn run(&self, mut report: TagDeleteReport) -> Result<TagDeleteReport> {
        let undo = undo_file::write(&self.state, &self.undo(), OffsetDateTime::now_utc())?;
        self.context.tell(Event::Stage(say!("What goes is kept in {}", undo.display())));
        let mut interrupt = Interrupt::listen()?;
        let ended = self.delete(&mut report, &mut interrupt).await;
        let any =
            report.repositories.iter().flat_map(|plan| &plan.deletions).any(|it| it.fate == Fate::Deleted);
        let keeps = any || ended.as_ref().is_err_and(|fault| !says_no(fault));
        if !keeps {
            undo_file::discard(&undo);
        }
        match ended {
            Err(fault) if !keeps => return Err(fault.into()),
            Err(fault) => {
                report.exit = fault.kind.exit();
                report.error = Some(fault);
            }
            Ok(()) => {}
        }
        report.undo = keeps.then_some(undo);
        Ok(report)
    }

    async fn delete(&self, report: &mut TagDeleteReport, interrupt: &mut Interrupt) -> Result<(), Fault> {
        for plan in &mut report.repositories {
            for deletion in &mut plan.deletions {
                let removed = interrupt.unless_raised(self.remove(&plan.repository, deletion)).await;
                deletion.fate = match removed {
                    Some(Ok(Removal::Done)) => Fate::Deleted,
                    Some(Ok(Removal::Gone)) => Fate::Gone,
                    Some(Ok(Removal::Off)) => return Err(deletion_off(self.contents)),
                    Some(Err(error)) => {
                        deletion.fate = Fate::Failed;
                        return Err(report::fault_of(&error));
                    }
                    // It may have been asked for: the registry's answer is not waited for.
                    None => {
                        deletion.fate = Fate::Failed;
                        return Err(interrupted());
                    }
                };
            }
        }
        Ok(())
    }

    async fn remove(&self, repository: &RepositoryName, deletion: &Deletion) -> Result<Removal> {
        let registry = &self.contents.registry;
        match (&deletion.digest, deletion.tags.first()) {
            (Some(digest), _) => registry.delete_manifest(repository, digest).await,
            (None, Some(tag)) => registry.delete_old_tag(repository, tag).await,
            (None, None) => Ok(Removal::Gone),
        }
    }

    /// All that goes, parts before the lists that name them: so it can be put back in that order.
    fn undo(&self) -> Undo {
        let repository = |decided: &Decided| {
            let deletions = decided.plan.deletions.iter().rev();
            let manifest = |it: &Deletion| {
                let stored = decided.held.as_ref()?.manifests.get(it.digest.as_ref()?)?;
                Some(UndoManifest::new(stored, it.tags.iter().chain(&it.shared).cloned().collect()))
            };
            let old_tag = |it: &Deletion| Some((it.tags.first()?.clone(), it.image.clone()?));
            UndoRepository {
                repository: decided.plan.repository.clone(),
                manifests: deletions.clone().filter_map(manifest).collect(),
                old_tags: deletions.filter_map(old_tag).collect::<BTreeMap<_, _>>(),
            }
        };
        Undo::new(self.contents.address.clone(), self.decided.iter().map(repository).collect())
    }
}

/// Whether the registry has surely deleted nothing. Where its answer got lost, it may have: then the way back is kept.
const fn says_no(fault: &Fault) -> bool {
    matches!(fault.kind, FaultKind::DeletionOff | FaultKind::Unauthorized)
}

fn deletion_off(contents: &Contents) -> Fault {
    let what = say!("{} deletes nothing: deletion is switched off there (405)", contents.address);
    Fault::new(FaultKind::DeletionOff, what).hint(say!(
        "Put `delete: {{enabled: true}}` under `storage:` in its config.yml, or \
         REGISTRY_STORAGE_DELETE_ENABLED=true into its environment, and restart it; regctl \
         deploy sets that. In read-only mode it deletes nothing either."
    ))
}

fn interrupted() -> Fault {
    Fault::new(FaultKind::Interrupted, say!("interrupted; what is not told as deleted may be there"))
        .hint(say!("Run the command again for the rest, or tag restore with the undo file."))
}
