//! How an engine learns what its files say now.

use super::daemon_json::DaemonJson;
use super::desk::Desk;
use super::list::List;
use super::plan::{Reload, Telling, Told};
use super::terms::Restart;

impl Desk {
    /// By nothing, by signals or by a restart.
    pub(super) fn telling(&self, told: &[Told]) -> Telling {
        if !self.runs() {
            return Telling::Nothing(say!("it does not run, and reads its settings when it starts"));
        }
        if self.restart {
            return Telling::Restart;
        }
        if !told.iter().any(|told| self.differs(told)) {
            return Telling::Nothing("");
        }
        // A signal was tried before, and it did not help.
        if self.terms.restart == Restart::Now && self.draft.changed().next().is_none() {
            return Telling::Restart;
        }
        Telling::Reloads(self.reloads(told))
    }

    /// Whether the engine says otherwise by now.
    fn differs(&self, told: &Told) -> bool {
        let info = self.settings.listed(told.list.heading());
        let says = |line: &String| info.contains(&line.as_str());
        !told.shows.iter().all(says) || told.hides.iter().any(says)
    }

    /// Engines leave a list as it is that the file does not name, so what is to be empty must be said. Some forget
    /// registries when they are told mirrors, so those are told by themselves and first.
    fn reloads(&self, told: &[Told]) -> Vec<Reload> {
        let Ok(file) = self.file() else { return Vec::new() };
        let all =
            |of: &dyn Fn(&Told) -> &Vec<String>| told.iter().flat_map(|told| of(told).clone()).collect();
        let (shows, hides): (Vec<_>, Vec<_>) = (all(&|told| &told.shows), all(&|told| &told.hides));
        if !self.version().is_none_or(|version| version.forgets_at_reload()) {
            let text = told.iter().fold(file, |file, told| named(&file, told.list)).text().to_owned();
            return vec![Reload { text, shows, hides }];
        }
        let differs = |list: List| told.iter().any(|told| told.list == list && self.differs(told));
        let mut reloads = Vec::new();
        if differs(List::Mirrors) {
            let text = named(&file.without(List::Insecure.key()), List::Mirrors).text().to_owned();
            let mirrors = told.iter().find(|told| told.list == List::Mirrors);
            let (shows, hides) =
                mirrors.map(|told| (told.shows.clone(), told.hides.clone())).unwrap_or_default();
            reloads.push(Reload { text, shows, hides });
        }
        if differs(List::Insecure) || differs(List::Mirrors) && file.has(List::Insecure.key()) {
            let text = named(&file.without(List::Mirrors.key()), List::Insecure).text().to_owned();
            let others = self.listed(&file, List::Insecure).unwrap_or_default();
            let others = others.iter().map(|entry| List::Insecure.as_told(entry));
            let others: Vec<_> = others.filter(|entry| !shows.contains(entry)).collect();
            reloads.push(Reload { text, shows: shows.into_iter().chain(others).collect(), hides });
        }
        reloads
    }
}

/// The same with the list in it, empty where it was not there.
fn named(file: &DaemonJson, list: List) -> DaemonJson {
    if file.has(list.key()) { file.clone() } else { file.with_empty(list.key()) }
}
