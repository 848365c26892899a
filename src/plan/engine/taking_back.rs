//! What is to become of an engine's settings so that nothing of regctl's is left in them.

use super::desk::Desk;
use super::list::List;
use super::notes::Note;
use super::plan::{EnginePlan, Told, Verdict};
use super::terms::{Restart, Terms};
use crate::domain::agent::AgentError;
use crate::domain::answer::shown;
use crate::domain::registry::RegistryAddress;
use crate::domain::script::Answer;

/// Decides, by what is noted there; `registries` names those that are meant, or nothing where all is. `None` where nothing
/// is noted of them. Errors: daemon.json cannot be edited.
pub(super) fn decide(
    answer: &Answer,
    registries: &[RegistryAddress],
    restart: Restart,
) -> Result<Option<EnginePlan>, AgentError> {
    let mut desk = Desk::of(answer, Terms { restart, ..Terms::default() });
    if desk.notes.is_empty() {
        return Ok(None);
    }
    let named: Vec<_> = registries.iter().map(ToString::to_string).collect();
    let (mut steps, mut told) = (Vec::new(), Vec::new());
    for list in List::ALL {
        let mut entries = desk.notes.added(list);
        entries.retain(|entry| named.is_empty() || list == List::Insecure && named.contains(entry));
        if !entries.is_empty() {
            let words = desk.take(list, &entries)?;
            steps.push((list, words));
            told.push(desk.untold(list, &entries)?);
        }
    }
    let given = if named.is_empty() { desk.notes.given() } else { Vec::new() };
    if !given.is_empty() {
        desk.restart = true;
        steps.push((List::Insecure, desk.done(say!("flags out of {}", shown(&given.join(", "))))));
    }
    if steps.is_empty() && !named.is_empty() {
        return Ok(None);
    }
    Ok(Some(desk.cleared(steps, told, given)?))
}

impl Desk {
    fn take(&mut self, list: List, entries: &[String]) -> Result<Verdict, AgentError> {
        let file = self.file()?;
        self.listed(&file, list)?;
        let mut rest = file.removing(list.key(), entries);
        for entry in entries {
            self.notes.forget(&Note::Added(list, entry.clone()));
        }
        let made = Note::Made(list);
        if self.notes.has(&made) && self.listed(&rest, list)?.is_empty() {
            rest = rest.without(list.key());
            self.notes.forget(&made);
        }
        if rest != file {
            self.put(&rest);
        }
        Ok(self.done(say!("{} out of {}", entries.join(" "), shown(&self.draft.config))))
    }

    /// What `docker info` shows no more, unless something else in the list says the same.
    fn untold(&self, list: List, entries: &[String]) -> Result<Told, AgentError> {
        let stays: Vec<_> =
            self.listed(&self.file()?, list)?.iter().map(|entry| list.as_told(entry)).collect();
        let hides = entries.iter().map(|entry| list.as_told(entry)).filter(|entry| !stays.contains(entry));
        Ok(Told { list, shows: Vec::new(), hides: hides.collect() })
    }

    /// Where nothing is left of regctl's, the file is again what it was before it, to the byte.
    fn cleared(
        mut self,
        steps: Vec<(List, Verdict)>,
        told: Vec<Told>,
        given: Vec<String>,
    ) -> Result<EnginePlan, AgentError> {
        let whole = List::ALL.into_iter().all(|list| self.notes.added(list).is_empty())
            && self.notes.given().len() == given.len();
        let config = self.draft.config.clone();
        if whole && self.draft.text(&config).is_ok_and(|text| text.is_some()) {
            let file = self.file()?;
            if let Some(before) = self.before.take()
                && super::daemon_json::DaemonJson::parse(&before)
                    .is_ok_and(|before| before.means_the_same(&file))
            {
                self.draft.put(&config, Some(before));
            } else if file.is_empty() && self.notes.has(&Note::MadeFile) {
                self.draft.put(&config, None);
            }
        }
        let moved = self.notes.moved();
        let mut plan = self.plan(steps, told);
        if whole && plan.telling != super::plan::Telling::Later {
            plan.notes = super::notes::Notes::default();
            plan.restored = given;
            plan.forgotten = moved.into_iter().chain([config]).collect();
        }
        Ok(plan)
    }
}
