//! What there is to show as plain lines, few enough for a log: no line is rewritten and none holds a control character.

use std::time::Duration;

use super::ration::Ration;
use super::view::{Line, View};
use crate::domain::columns::tame;
use crate::domain::event::{Event, Mark};

/// Progress is told at most this often.
const INTERVAL: Duration = Duration::from_secs(2);
/// A wait that goes on for the same thing is told again after so long.
const WAITING_INTERVAL: Duration = Duration::from_secs(30);
/// So often in two seconds it is told that something else is being waited for.
const WAITS: usize = 5;
/// So many running agents are named; the rest are counted.
const NAMED: usize = 3;

/// Decides which lines are due.
#[derive(Debug)]
pub(super) struct Log {
    last: Option<Duration>,
    waits: Ration,
}

impl Default for Log {
    fn default() -> Self {
        Self { last: None, waits: Ration::of(WAITS) }
    }
}

impl Log {
    /// The lines that an event brings about in a log.
    pub(super) fn take(&mut self, event: Event, view: &mut View, now: Duration) -> Vec<String> {
        let (counts, stage) = (
            matches!(event, Event::Finished { .. }),
            matches!(event, Event::Stage(_) | Event::FanOut { .. }),
        );
        let before = view.waiting.clone();
        let waits = matches!(event, Event::Waiting(_));
        view.take(event, now);
        if stage {
            view.settle();
            self.last = None;
        }
        let progress = (counts && self.counts(view, now)) || (waits && self.waits(view, &before, now));
        if progress {
            view.tell_count();
        }
        let mut lines: Vec<_> = view.take_lines().iter().flat_map(told).collect();
        if progress {
            self.last = Some(now);
            lines.push(tame(&progress_told(view)));
        }
        lines
    }

    /// One of one needs no count in a log; the last of many is always counted.
    fn counts(&self, view: &View, now: Duration) -> bool {
        let over = view.tally.done == view.tally.total;
        view.tally.total > 1 && (over || self.is_due(INTERVAL, now))
    }

    fn waits(&mut self, view: &View, before: &str, now: Duration) -> bool {
        if view.waiting == before { self.is_due(WAITING_INTERVAL, now) } else { self.waits.lets_through(now) }
    }

    fn is_due(&self, interval: Duration, now: Duration) -> bool {
        self.last.is_none_or(|last| now.saturating_sub(last) >= interval)
    }
}

/// A line for good, without control characters; a warning may have more than one.
pub(super) fn told(line: &Line) -> Vec<String> {
    let text = match line {
        Line::Stage(text) => text.clone(),
        Line::Failed { subject, note } => say!("failed: {subject}: {note}"),
        Line::MoreFailed(count) => say!("failed: {count} more, which the report tells of"),
        Line::Warning(text) => say!("warning: {text}"),
    };
    text.lines().map(tame).collect()
}

/// `12 of 200, 1 failed: 10.0.0.7, 10.0.0.9, 10.0.0.11 and 29 more`.
fn progress_told(view: &View) -> String {
    let (tally, running) = (&view.tally, &view.running);
    if tally.total == 0 {
        return view.waiting.clone();
    }
    let failures =
        if tally.failed == 0 { String::new() } else { say!(", {failed} failed", failed = tally.failed) };
    let count = say!("{done} of {total}{failures}", done = tally.done, total = tally.total);
    let named = running.oldest(NAMED).collect::<Vec<_>>().join(", ");
    match (named.is_empty(), running.len().saturating_sub(NAMED)) {
        (true, _) => count,
        (false, 0) => format!("{count}: {named}"),
        (false, rest) => say!("{count}: {named} and {rest} more"),
    }
}

/// Any event as one line, for whoever wants to see them all.
pub(super) fn every(event: &Event) -> String {
    let text = match event {
        Event::Stage(text) | Event::Detail(text) => text.clone(),
        Event::FanOut { total } => say!("{total} to do"),
        Event::Started { subject } => say!("{subject}: started"),
        Event::Postponed { subject, note } => {
            say!("{subject}: {note}; to be tried again when the others are done")
        }
        Event::Finished { subject, mark, note } => {
            let mark = match mark {
                Mark::Same => say!("unchanged"),
                Mark::Changed => say!("changed"),
                Mark::Warned => say!("warned"),
                Mark::Failed => say!("failed"),
            };
            if note.is_empty() { format!("{subject}: {mark}") } else { format!("{subject}: {mark}: {note}") }
        }
        Event::Waiting(text) => say!("waiting: {text}"),
        Event::Warning(text) => say!("warning: {text}"),
        Event::Settled { target, .. } => say!("target {target} is settled"),
    };
    text.lines().map(tame).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZERO: Duration = Duration::ZERO;

    fn started(name: &str) -> Event {
        Event::Started { subject: name.to_owned() }
    }

    fn finished(name: &str, mark: Mark) -> Event {
        Event::Finished { subject: name.to_owned(), mark, note: "no answer".to_owned() }
    }

    #[test]
    fn a_few_are_named_and_the_rest_counted() {
        let mut view = View::default();
        view.take(Event::FanOut { total: 200 }, ZERO);
        assert_eq!(progress_told(&view), "0 of 200");
        ["a1", "a2"].into_iter().for_each(|name| view.take(started(name), ZERO));
        assert_eq!(progress_told(&view), "0 of 200: a1, a2");
        ["a3", "a4", "a5", "a6"].into_iter().for_each(|name| view.take(started(name), ZERO));
        view.take(finished("a4", Mark::Failed), ZERO);
        assert_eq!(progress_told(&view), "1 of 200, 1 failed: a1, a2, a3 and 2 more");
    }

    #[test]
    fn ten_thousand_agents_make_a_bounded_number_of_lines() {
        let (mut log, mut view) = (Log::default(), View::default());
        let mut lines = log.take(Event::FanOut { total: 10_000 }, &mut view, ZERO);
        for agent in 0..10_000_u32 {
            // Twenty seconds in all, and each fourth fails.
            let now = Duration::from_millis(2 * u64::from(agent));
            let name = agent.to_string();
            lines.extend(log.take(started(&name), &mut view, now));
            let mark = if agent % 4 == 0 { Mark::Failed } else { Mark::Changed };
            lines.extend(log.take(finished(&name, mark), &mut view, now));
        }
        let progress = lines.iter().filter(|line| line.contains(" of 10000")).count();
        assert_eq!((lines.len(), progress), (10 * 20 + 10 + 11, 11), "{lines:#?}");
        assert_eq!(lines.last().map(String::as_str), Some("10000 of 10000, 2500 failed"));
        let counted = lines.iter().filter_map(|line| line.strip_prefix("failed: ")?.split_once(" more"));
        let counted: usize = counted.map(|(count, _)| count.parse::<usize>().expect("a count")).sum();
        assert_eq!(counted + 200, 2_500, "every failure is named or counted");
    }

    #[test]
    fn a_wait_is_told_when_it_changes_and_now_and_then() {
        let (mut log, mut view) = (Log::default(), View::default());
        let mut wait = |text: &str, second| {
            log.take(Event::Waiting(text.to_owned()), &mut view, Duration::from_secs(second)).len()
        };
        assert_eq!(
            [wait("one", 0), wait("one", 1), wait("two", 1), wait("two", 29), wait("two", 31)],
            [1, 0, 1, 0, 1]
        );
        let changing: usize = (0..50).map(|number| wait(&format!("{number} MB copied"), 40)).sum();
        assert_eq!(changing, 5);
    }

    #[test]
    fn no_line_holds_a_control_character() {
        let (mut log, mut view) = (Log::default(), View::default());
        let hostile = "a\x1b[31m\r\u{9b}";
        for event in [
            Event::Stage(hostile.to_owned()),
            Event::FanOut { total: 2 },
            finished(hostile, Mark::Failed),
            started(hostile),
            Event::Warning(format!("{hostile}\nsecond line")),
            Event::Waiting(hostile.to_owned()),
        ] {
            assert!(!every(&event).replace('\n', "").contains(char::is_control), "{event:?}");
            for line in log.take(event, &mut view, ZERO) {
                assert!(!line.contains(char::is_control), "{line:?}");
            }
        }
    }
}
