//! What is to become of an engine's settings, by what the agent told of them.

use super::by_flag;
use super::daemon_json::DaemonJson;
use super::draft::{Draft, File};
use super::list::{List, Wanted};
use super::moving::{self, Place};
use super::notes::{Note, Notes};
use super::settings::EngineSettings;
use super::version::Version;
use crate::domain::agent::{AgentError, AgentErrorKind};
use crate::domain::answer::shown;
use crate::domain::script::Answer;
use crate::plan::facts::Facts;

/// How far the operator lets it go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Terms {
    /// What becomes of flags that say what belongs into daemon.json.
    pub flags: Flags,
    /// Whether the engine may be restarted now.
    pub restart: Restart,
}

/// What becomes of flags that say what belongs into daemon.json.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Flags {
    /// They stay, and the agent is left as it is.
    #[default]
    Leave,
    /// They move into daemon.json.
    Move,
}

/// Whether the engine may be restarted now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Restart {
    /// No: what needs it waits.
    #[default]
    Later,
    /// Yes, where it is needed.
    Now,
}

/// What became of one list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is as wanted; where not by daemon.json, how.
    Fine(String),
    /// It becomes so: what is done.
    Done(String),
    /// It takes a restart, and nothing is written before that may be: what would be done.
    Waits(String),
}

/// How the engine learns of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Activation {
    /// It knows, or does not run.
    Nothing(&'static str),
    /// By a signal.
    Reload {
        /// The same file without mirrors, where a reload of both would make the engine forget registries.
        without_mirrors: Option<String>,
        /// Whether the engine does not know all mirrors yet.
        lacks_mirrors: bool,
    },
    /// By a restart.
    Restart,
}

/// All that is to be done about an engine's settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct EnginePlan {
    /// What became of each list that something is wanted of.
    pub(super) steps: Vec<(List, Verdict)>,
    /// The files that change.
    pub(super) files: Vec<File>,
    /// The path of daemon.json.
    pub(super) config: String,
    /// What is noted from now on.
    pub(super) notes: Notes,
    /// How the engine learns of it.
    pub(super) activation: Activation,
    /// Whether it is flags that move which take a restart.
    pub(super) moves: bool,
    /// Whether containers go on while the engine restarts.
    pub(super) live_restore: bool,
    /// Lines that `docker info` has then.
    pub(super) shows: Vec<String>,
    /// Lines that it has no more.
    pub(super) hides: Vec<String>,
}

/// What an agent told, and what is made of it.
pub(super) struct Desk {
    pub(super) settings: EngineSettings,
    pub(super) draft: Draft,
    pub(super) notes: Notes,
    pub(super) terms: Terms,
    pub(super) restart: bool,
    moves: bool,
}

/// Decides. Errors: the agent is to be left as it is, and why.
pub(super) fn decide(answer: &Answer, wanted: &Wanted, terms: Terms) -> Result<EnginePlan, AgentError> {
    let facts = Facts::of(answer);
    let mut desk = Desk {
        settings: EngineSettings::read(&facts),
        draft: Draft::of(&facts),
        notes: Notes::read(&facts.carried("notes").unwrap_or_default()),
        terms,
        restart: false,
        moves: false,
    };
    let mut steps = Vec::new();
    for list in List::ALL.into_iter().filter(|list| !wanted.of(*list).is_empty()) {
        steps.push((list, desk.settle(list, wanted.of(list))?));
    }
    let waits = steps.iter().any(|(_, verdict)| matches!(verdict, Verdict::Waits(_)));
    let shows = steps.iter().flat_map(|(list, _)| desk.told_then(*list, wanted.of(*list))).collect();
    let activation = if waits { Activation::Nothing("") } else { desk.activation(wanted) };
    let files = if waits { Vec::new() } else { desk.draft.changed().cloned().collect() };
    let live_restore = desk.settings.told("Live Restore Enabled") == Some("true");
    let (moves, notes, config) = (desk.moves, desk.notes, desk.draft.config);
    Ok(EnginePlan { steps, files, config, notes, activation, moves, live_restore, shows, hides: Vec::new() })
}

impl Desk {
    fn settle(&mut self, list: List, wanted: &[String]) -> Result<Verdict, AgentError> {
        if self.version().is_some_and(|version| version.lacks_keys()) {
            return by_flag::settle(self, list, wanted);
        }
        let file = self.file()?;
        let listed = file.list(list.key()).map_err(|why| self.broken(&why))?;
        let places = self.places(list);
        let running = self.running(list);
        if places.is_empty() && covers_all(list, &listed, &running) {
            // Flags of the process that no file gives any more are gone at the next start.
            self.restart |= !running.is_empty();
            let missing = missing(list, &listed, wanted);
            return Ok(if missing.is_empty() { self.unmoved(list) } else { self.add(list, &file, &missing) });
        }
        let given: Vec<_> = places.iter().flat_map(|place| place.values.clone()).chain(running).collect();
        if !file.has(list.key()) && missing(list, &given, wanted).is_empty() {
            let by =
                places.first().map_or_else(|| "a flag of the running process".to_owned(), Place::to_string);
            return Ok(Verdict::Fine(format!("by --{} in {by}", list.flag())));
        }
        match (places.first(), self.terms.flags) {
            (None, _) => Err(unknown_flag(list, &given, &self.draft.config)),
            (Some(place), Flags::Leave) => Err(set_by_flag(list, place, &self.draft.config)),
            (Some(_), Flags::Move) => self.take_over(list, &places, wanted),
        }
    }

    /// The list is as wanted, but the process may have its flags still.
    fn unmoved(&mut self, list: List) -> Verdict {
        self.moves |= self.restart;
        match (self.restart, self.terms.restart) {
            (true, Restart::Later) if self.runs() => {
                Verdict::Waits(format!("the running process still has --{}", list.flag()))
            }
            _ => Verdict::Fine(String::new()),
        }
    }

    fn add(&mut self, list: List, file: &DaemonJson, missing: &[String]) -> Verdict {
        if self.draft.text(&self.draft.config).is_ok_and(|text| text.is_none()) {
            self.notes.note(Note::MadeFile);
        }
        if !file.has(list.key()) && !missing.is_empty() {
            self.notes.note(Note::Made(list));
        }
        for entry in missing {
            self.notes.note(Note::Added(list, entry.clone()));
        }
        let (config, text) = (self.draft.config.clone(), file.adding(list.key(), missing).text().to_owned());
        let words = format!("{} into {}", missing.join(" "), shown(&config));
        self.draft.put(&config, Some(text));
        if self.restart && self.runs() && self.terms.restart == Restart::Later {
            return Verdict::Waits(words);
        }
        Verdict::Done(words)
    }

    /// The flags' values go where the others are, and the flags go.
    fn take_over(&mut self, list: List, places: &[Place], wanted: &[String]) -> Result<Verdict, AgentError> {
        let file = self.file()?;
        let listed = file.list(list.key()).map_err(|why| self.broken(&why))?;
        let given: Vec<_> = places.iter().flat_map(|place| place.values.clone()).collect();
        let moved = missing(list, &listed, &given);
        // What the flags said is the operator's own: it is not noted, so that it stays.
        self.draft.put(&self.draft.config.clone(), Some(file.adding(list.key(), &moved).text().to_owned()));
        while let Some(place) = self.places(list).into_iter().next() {
            let written = moving::take_out(&mut self.draft, &place.path, list.flag()).map_err(|why| {
                let hint = format!("Move it by hand: {}.", shown(&why));
                set_by_flag(list, &place, &self.draft.config).hint(hint)
            })?;
            self.notes.note(Note::Flags(written));
        }
        (self.restart, self.moves) = (true, true);
        let added = missing(list, &[listed, moved].concat(), wanted);
        let verdict = self.add(list, &self.file()?, &added);
        let whose: Vec<_> = places.iter().map(|place| shown(&place.path)).collect();
        let config = shown(&self.draft.config);
        let words = format!("--{} moves from {} into {config}", list.flag(), whose.join(", "));
        Ok(match verdict {
            Verdict::Waits(_) => Verdict::Waits(words),
            _ => Verdict::Done(words),
        })
    }

    fn file(&self) -> Result<DaemonJson, AgentError> {
        let text = self.draft.text(&self.draft.config).map_err(|why| self.broken(&why))?;
        DaemonJson::parse(text.unwrap_or_default()).map_err(|why| self.broken(&why))
    }

    fn broken(&self, why: &str) -> AgentError {
        let message = format!("{} was not touched: {}", shown(&self.draft.config), shown(why));
        AgentError::new(AgentErrorKind::DaemonJson, message)
            .hint("Mend it there by hand, then repeat the command: an engine does not start again with a file that it cannot read.")
    }

    /// Where files give the flag that says the same, as far as the engine is started with them.
    fn places(&self, list: List) -> Vec<Place> {
        let mut places = moving::places(&self.draft, list.flag());
        places.retain(|place| self.settings.is_read(&place.path));
        places
    }

    /// What the flags of the running process say.
    pub(super) fn running(&self, list: List) -> Vec<String> {
        let flags = self.settings.running.iter().filter(|flag| flag.name == list.flag());
        flags.flat_map(|flag| flag.values().map(str::to_owned).collect::<Vec<_>>()).collect()
    }

    pub(super) fn runs(&self) -> bool {
        self.settings.told("Server Version").is_some()
    }

    pub(super) fn version(&self) -> Option<Version> {
        self.settings.told("Server Version").and_then(Version::parse)
    }

    /// What `docker info` is to say of the wanted entries: those that they are covered by.
    fn told_then(&self, list: List, wanted: &[String]) -> Vec<String> {
        let listed = self.file().and_then(|file| file.list(list.key()).map_err(|why| self.broken(&why)));
        let listed = [listed.unwrap_or_default(), self.running(list)].concat();
        let told = |entry: &String| {
            let by = listed.iter().find(|listed| list.covers(listed, entry)).unwrap_or(entry);
            list.as_told(by)
        };
        wanted.iter().filter(|entry| !list.is_innate(entry)).map(told).collect()
    }

    fn activation(&self, wanted: &Wanted) -> Activation {
        if !self.runs() {
            return Activation::Nothing("Docker Engine does not run; it reads them when it starts");
        }
        if self.restart {
            return Activation::Restart;
        }
        let lacks = |list: List| {
            let told: Vec<_> =
                self.settings.listed(list.heading()).iter().map(|it| (*it).to_owned()).collect();
            !missing(list, &told, wanted.of(list)).is_empty()
        };
        if !List::ALL.into_iter().any(lacks) {
            return Activation::Nothing("");
        }
        // A signal was tried before, and it did not help.
        if self.terms.restart == Restart::Now && self.draft.changed().next().is_none() {
            return Activation::Restart;
        }
        Activation::Reload { without_mirrors: self.without_mirrors(), lacks_mirrors: lacks(List::Mirrors) }
    }

    /// Where a reload makes the engine forget the registries: the same file without the mirrors, which it keeps then.
    pub(super) fn without_mirrors(&self) -> Option<String> {
        if !self.version().is_none_or(|version| version.forgets_at_reload()) {
            return None;
        }
        let file = self.file().ok()?;
        let both = List::ALL.into_iter().all(|list| file.has(list.key()));
        both.then(|| file.without(List::Mirrors.key()).text().to_owned())
    }
}

/// What of these is not covered yet, each once.
pub(super) fn missing(list: List, listed: &[String], wanted: &[String]) -> Vec<String> {
    let is_there =
        |entry: &&String| list.is_innate(entry) || listed.iter().any(|listed| list.covers(listed, entry));
    let mut missing: Vec<String> = Vec::new();
    for entry in wanted.iter().filter(|entry| !is_there(entry)) {
        if !missing.contains(entry) {
            missing.push(entry.clone());
        }
    }
    missing
}

fn covers_all(list: List, listed: &[String], wanted: &[String]) -> bool {
    missing(list, listed, wanted).is_empty()
}

fn set_by_flag(list: List, place: &Place, config: &str) -> AgentError {
    let (flag, key) = (list.flag(), list.key());
    let (place, config) = (shown(&place.to_string()), shown(config));
    let message = format!(
        "--{flag} is set in {place}; with {key} in {config} as well Docker Engine would not start again"
    );
    AgentError::new(AgentErrorKind::SetByFlag, message).hint(format!(
        "With --move-flags regctl takes the flag out there, puts its values into {config} and restarts the engine once."
    ))
}

fn unknown_flag(list: List, given: &[String], config: &str) -> AgentError {
    let (flag, config) = (list.flag(), shown(config));
    let given = shown(&given.join(" "));
    let message = format!("Docker Engine runs with --{flag} {given}, and no file that regctl knows says so");
    AgentError::new(AgentErrorKind::SetByFlag, message)
        .hint(format!("Find what starts it there, and move that flag into {config} by hand."))
}
