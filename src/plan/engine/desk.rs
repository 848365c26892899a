//! What an agent told of its engine, and what is being made of it.

use super::daemon_json::DaemonJson;
use super::draft::Draft;
use super::list::List;
use super::moving::{self, Place};
use super::notes::Notes;
use super::plan::{EnginePlan, Telling, Told, Verdict};
use super::settings::EngineSettings;
use super::terms::{Restart, Terms};
use super::version::Version;
use crate::domain::agent::{AgentError, AgentErrorKind};
use crate::domain::answer::shown;
use crate::domain::script::Answer;
use crate::plan::facts::Facts;

/// The agent's files, as they are and as they become.
pub(super) struct Desk {
    pub(super) settings: EngineSettings,
    pub(super) draft: Draft,
    pub(super) notes: Notes,
    pub(super) terms: Terms,
    /// daemon.json as it was before regctl first wrote it, where it was there.
    pub(super) before: Option<String>,
    /// Whether what was made of it takes a restart.
    pub(super) restart: bool,
    /// Whether that is for flags that move.
    pub(super) moves: bool,
}

impl Desk {
    /// With nothing changed yet.
    pub(super) fn of(answer: &Answer, terms: Terms) -> Self {
        let facts = Facts::of(answer);
        Self {
            settings: EngineSettings::read(&facts),
            draft: Draft::of(&facts),
            notes: Notes::read(&facts.carried("notes").unwrap_or_default()),
            terms,
            before: facts.carried("before"),
            restart: false,
            moves: false,
        }
    }

    /// The plan that it has come to.
    pub(super) fn plan(self, steps: Vec<(List, Verdict)>, told: Vec<Told>) -> EnginePlan {
        let waits = steps.iter().any(|(_, verdict)| matches!(verdict, Verdict::Waits(_)));
        let telling = if waits { Telling::Later } else { self.telling(&told) };
        EnginePlan {
            steps,
            files: if waits { Vec::new() } else { self.draft.changed().cloned().collect() },
            restored: Vec::new(),
            forgotten: Vec::new(),
            telling,
            told,
            moves: self.moves,
            live_restore: self.settings.told("Live Restore Enabled") == Some("true"),
            config: self.draft.config,
            notes: self.notes,
        }
    }

    /// daemon.json by now. Errors: it cannot be edited.
    pub(super) fn file(&self) -> Result<DaemonJson, AgentError> {
        let text = self.draft.text(&self.draft.config).map_err(|why| self.broken(&why))?;
        DaemonJson::parse(text.unwrap_or_default()).map_err(|why| self.broken(&why))
    }

    /// A list in daemon.json. Errors: it is none.
    pub(super) fn listed(&self, file: &DaemonJson, list: List) -> Result<Vec<String>, AgentError> {
        file.list(list.key()).map_err(|why| self.broken(&why))
    }

    /// Has daemon.json become this.
    pub(super) fn put(&mut self, file: &DaemonJson) {
        let config = self.draft.config.clone();
        self.draft.put(&config, Some(file.text().to_owned()));
    }

    fn broken(&self, why: &str) -> AgentError {
        let message = say!("{} was not touched: {}", shown(&self.draft.config), shown(why));
        AgentError::new(AgentErrorKind::DaemonJson, message).hint(say!(
            "Mend it there by hand, then repeat the command: an engine does not start again with \
             a file that it cannot read."
        ))
    }

    /// Where files give the flag that says the same, as far as the engine is started with them.
    pub(super) fn places(&self, list: List) -> Vec<Place> {
        let mut places = moving::places(&self.draft, list.flag());
        places.retain(|place| self.settings.is_read(&place.path));
        places
    }

    /// What the flags of the running process say.
    pub(super) fn running(&self, list: List) -> Vec<String> {
        let flags = self.settings.running.iter().filter(|flag| flag.name == list.flag());
        flags.flat_map(|flag| flag.values().map(str::to_owned).collect::<Vec<_>>()).collect()
    }

    /// Whether the engine runs and answers.
    pub(super) fn runs(&self) -> bool {
        self.settings.told("Server Version").is_some()
    }

    /// Its version, where it runs.
    pub(super) fn version(&self) -> Option<Version> {
        self.settings.told("Server Version").and_then(Version::parse)
    }

    /// The verdict about something that is to be done, which may have to wait for a restart.
    pub(super) fn done(&self, words: String) -> Verdict {
        let waits = self.restart && self.runs() && self.terms.restart == Restart::Later;
        if waits { Verdict::Waits(words) } else { Verdict::Done(words) }
    }
}
