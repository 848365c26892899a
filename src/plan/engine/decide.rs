//! What is to become of an engine's settings so that they say what is wanted.

use super::by_flag;
use super::daemon_json::DaemonJson;
use super::desk::Desk;
use super::list::{List, Wanted, missing};
use super::moving::{self, Place};
use super::notes::Note;
use super::plan::{EnginePlan, Told, Verdict};
use super::terms::{Flags, Terms};
use crate::domain::agent::{AgentError, AgentErrorKind};
use crate::domain::answer::shown;
use crate::domain::script::Answer;

/// Decides. Errors: the agent is to be left as it is, and why.
pub(super) fn decide(answer: &Answer, wanted: &Wanted, terms: Terms) -> Result<EnginePlan, AgentError> {
    let mut desk = Desk::of(answer, terms);
    let mut steps = Vec::new();
    for list in List::ALL.into_iter().filter(|list| !wanted.of(*list).is_empty()) {
        steps.push((list, desk.settle(list, wanted.of(list))?));
    }
    let told = steps.iter().map(|(list, _)| desk.told_of(*list, wanted.of(*list))).collect();
    Ok(desk.plan(steps, told))
}

impl Desk {
    fn settle(&mut self, list: List, wanted: &[String]) -> Result<Verdict, AgentError> {
        if self.version().is_some_and(|version| version.lacks_keys()) {
            return by_flag::settle(self, list, wanted);
        }
        let file = self.file()?;
        let listed = self.listed(&file, list)?;
        let (places, running) = (self.places(list), self.running(list));
        if places.is_empty() && missing(list, &listed, &running).is_empty() {
            // Flags of the process that no file gives any more are gone at the next start.
            (self.restart, self.moves) =
                (self.restart || !running.is_empty(), self.moves || !running.is_empty());
            return Ok(match missing(list, &listed, wanted) {
                absent if !absent.is_empty() => self.add(list, &file, &absent),
                _ if running.is_empty() => Verdict::Fine(String::new()),
                _ => match self.done(say!("the running process still has --{}", list.flag())) {
                    Verdict::Done(_) => Verdict::Fine(String::new()),
                    waits => waits,
                },
            });
        }
        let given: Vec<_> = places.iter().flat_map(|place| place.values.clone()).chain(running).collect();
        if !file.has(list.key()) && missing(list, &given, wanted).is_empty() {
            let by = places.first().map_or_else(|| say!("the running process").to_owned(), Place::to_string);
            return Ok(Verdict::Fine(say!("by --{} in {}", list.flag(), shown(&by))));
        }
        match (places.first(), self.terms.flags) {
            (None, _) => Err(unknown_flag(list, &given, &self.draft.config)),
            (Some(place), Flags::Leave) => Err(set_by_flag(list, place, &self.draft.config)),
            (Some(_), Flags::Move) => self.take_over(list, &places, wanted),
        }
    }

    fn add(&mut self, list: List, file: &DaemonJson, entries: &[String]) -> Verdict {
        if self.draft.text(&self.draft.config).is_ok_and(|text| text.is_none()) {
            self.notes.note(Note::MadeFile);
        }
        if !file.has(list.key()) && !entries.is_empty() {
            self.notes.note(Note::Made(list));
        }
        for entry in entries {
            self.notes.note(Note::Added(list, entry.clone()));
        }
        self.put(&file.adding(list.key(), entries));
        self.done(say!("{} into {}", entries.join(" "), shown(&self.draft.config)))
    }

    /// The flags' values go where the others are, and the flags go.
    fn take_over(&mut self, list: List, places: &[Place], wanted: &[String]) -> Result<Verdict, AgentError> {
        let file = self.file()?;
        let listed = self.listed(&file, list)?;
        let given: Vec<_> = places.iter().flat_map(|place| place.values.clone()).collect();
        let moved = missing(list, &listed, &given);
        // What the flags said is the operator's own: it is not noted, so that it stays.
        self.put(&file.adding(list.key(), &moved));
        while let Some(place) = self.places(list).into_iter().next() {
            let written = moving::take_out(&mut self.draft, &place.path, list.flag()).map_err(|why| {
                let hint = say!("Move it by hand: {}.", shown(&why));
                set_by_flag(list, &place, &self.draft.config).hint(hint)
            })?;
            self.notes.note(Note::Moved(written));
        }
        (self.restart, self.moves) = (true, true);
        let added = missing(list, &[listed, moved].concat(), wanted);
        let file = self.file()?;
        self.add(list, &file, &added);
        let mut whose: Vec<_> = places.iter().map(|place| shown(&place.path)).collect();
        whose.dedup();
        let config = shown(&self.draft.config);
        Ok(self.done(say!("--{} moves from {} into {config}", list.flag(), whose.join(", "))))
    }

    /// What `docker info` is to say of the wanted entries: those that they are covered by.
    fn told_of(&self, list: List, wanted: &[String]) -> Told {
        let listed = self.file().and_then(|file| self.listed(&file, list)).unwrap_or_default();
        let listed = [listed, self.running(list)].concat();
        let told = |entry: &String| {
            let by = listed.iter().find(|listed| list.covers(listed, entry)).unwrap_or(entry);
            list.as_told(by)
        };
        let shows = wanted.iter().filter(|entry| !list.is_innate(entry)).map(told).collect();
        Told { list, shows, hides: Vec::new() }
    }
}

fn set_by_flag(list: List, place: &Place, config: &str) -> AgentError {
    let (flag, key) = (list.flag(), list.key());
    let (place, config) = (shown(&place.to_string()), shown(config));
    let message = say!(
        "--{flag} is set in {place}; with {key} in {config} as well Docker Engine would not start again"
    );
    AgentError::new(AgentErrorKind::SetByFlag, message).hint(say!(
        "With --move-flags regctl takes the flag out there, puts its values into {config} \
         and restarts the engine once."
    ))
}

fn unknown_flag(list: List, given: &[String], config: &str) -> AgentError {
    let (flag, config) = (list.flag(), shown(config));
    let given = shown(&given.join(" "));
    let message = say!("Docker Engine runs with --{flag} {given}, and no file that regctl knows says so");
    AgentError::new(AgentErrorKind::SetByFlag, message)
        .hint(say!("Find what starts it there, and move that flag into {config} by hand."))
}
