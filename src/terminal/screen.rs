//! Shows events: a steady view on a terminal, plain lines elsewhere.

use std::io::{IsTerminal, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::domain::event::{Event, Mark, Observer};

/// How much to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loudness {
    /// Errors only.
    Quiet,
    /// Stages, progress and warnings.
    Normal,
    /// Every event, with times.
    Verbose,
}

/// How the screen behaves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How much to show.
    pub loudness: Loudness,
    /// Whether questions may be asked at all.
    pub ask: bool,
    /// Whether every confirmation is answered with yes.
    pub assume_yes: bool,
    /// Whether a terminal may be coloured.
    pub colored: bool,
}

/// The operator's terminal, or the log that stands in for it. Everything goes to stderr.
pub struct Screen {
    pub(super) settings: Settings,
    live: bool,
    started: Instant,
    view: Mutex<View>,
}

/// What is shown just now.
#[derive(Default)]
struct View {
    bar: Option<ProgressBar>,
    running: Vec<String>,
    total: usize,
    done: usize,
    failed: usize,
    waiting: String,
    last_plain_line: Option<Instant>,
}

/// On a pipe, progress lines come at most this often.
const PLAIN_INTERVAL: Duration = Duration::from_secs(2);
/// On a pipe, a wait that goes on for the same thing is told again after so long.
const WAITING_INTERVAL: Duration = Duration::from_secs(30);
/// So many running agents are named; the rest are counted.
const NAMED: usize = 3;

impl Screen {
    /// A screen on stderr; live only where that is a terminal that can move its cursor.
    pub fn new(settings: &Settings) -> Self {
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let live = settings.loudness == Loudness::Normal && std::io::stderr().is_terminal() && !dumb;
        Self { settings: settings.clone(), live, started: Instant::now(), view: Mutex::default() }
    }

    /// The same screen for work that is repeated: it shows nothing of it unless every event is wanted.
    pub fn muted(&self) -> Self {
        let loudness =
            if self.settings.loudness == Loudness::Verbose { Loudness::Verbose } else { Loudness::Quiet };
        Self::new(&Settings { loudness, ..self.settings.clone() })
    }

    /// The same screen, on which every question is answered with yes.
    pub fn agreed(&self) -> Self {
        self.close();
        let settings = Settings { assume_yes: true, ..self.settings.clone() };
        Self { settings, live: self.live, started: self.started, view: Mutex::default() }
    }

    /// Takes the live view away, so that the report stands alone.
    pub fn close(&self) {
        if let Some(bar) = self.view().bar.take() {
            bar.finish_and_clear();
        }
    }

    /// Shows what a question will be about. Where nothing will be asked and only errors are wanted, it is left out.
    pub fn show_plan(&self, text: &str) {
        if self.settings.loudness != Loudness::Quiet || !self.settings.assume_yes {
            self.line(&self.view(), text.trim_end());
        }
    }

    /// Whether consent to everything was given beforehand, so that no question follows.
    pub const fn has_consent(&self) -> bool {
        self.settings.assume_yes
    }

    /// Whether text on stderr may be coloured.
    pub fn takes_color(&self) -> bool {
        self.settings.colored && std::io::stderr().is_terminal() && !color_is_forbidden()
    }

    /// Writes a line on stdout at once: a result that somebody is waiting for. A closed pipe is not worth a panic; whether
    /// anybody still reads is handed back.
    pub fn hand_out(&self, line: &str) -> bool {
        let view = self.view();
        let write = || {
            let mut stdout = std::io::stdout().lock();
            writeln!(stdout, "{line}").and_then(|()| stdout.flush()).is_ok()
        };
        match &view.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    fn view(&self) -> std::sync::MutexGuard<'_, View> {
        self.view.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn line(&self, view: &View, text: &str) {
        match &view.bar {
            Some(bar) => bar.suspend(|| write_line(text)),
            None => write_line(text),
        }
    }

    fn verbose(&self, text: &str) {
        write_line(&format!("{:>8.3}s {text}", self.started.elapsed().as_secs_f64()));
    }

    fn redraw(&self, view: &mut View) {
        if self.live {
            let bar = view.bar.get_or_insert_with(new_bar);
            bar.set_message(progress_line(&view.running, view.done, view.total, view.failed, &view.waiting));
            return;
        }
        let due = view.last_plain_line.is_none_or(|at| at.elapsed() >= PLAIN_INTERVAL);
        if due {
            view.last_plain_line = Some(Instant::now());
            write_line(&progress_line(&view.running, view.done, view.total, view.failed, &view.waiting));
        }
    }

    fn show(&self, event: Event) {
        let mut view = self.view();
        match event {
            Event::Stage(text) => {
                // What the stage before was counting or waiting for is over.
                *view = View { bar: view.bar.take(), ..View::default() };
                if let Some(bar) = &view.bar {
                    bar.set_message("");
                }
                self.line(&view, &text);
            }
            Event::FanOut { total } => *view = View { bar: view.bar.take(), total, ..View::default() },
            Event::Started { subject } => {
                view.running.push(subject);
                if self.live {
                    self.redraw(&mut view);
                }
            }
            Event::Finished { subject, mark, note } => {
                view.running.retain(|running| *running != subject);
                view.done += 1;
                if mark == Mark::Failed {
                    view.failed += 1;
                    self.line(&view, &format!("{subject}: {note}"));
                }
                // One of one needs no count in a log.
                if self.live || view.total > 1 {
                    self.redraw(&mut view);
                }
            }
            Event::Waiting(text) => {
                let changed = view.waiting != text;
                view.waiting = text;
                if changed {
                    view.last_plain_line = None;
                }
                let due = view.last_plain_line.is_none_or(|at| at.elapsed() >= WAITING_INTERVAL);
                if self.live || due {
                    self.redraw(&mut view);
                }
            }
            Event::Warning(text) => self.line(&view, &say!("warning: {text}")),
            Event::Detail(_) | Event::Settled { .. } => {}
        }
    }
}

impl Observer for Screen {
    fn observe(&self, event: Event) {
        match self.settings.loudness {
            Loudness::Quiet => {}
            // It was told when it had finished.
            Loudness::Verbose if matches!(event, Event::Settled { .. }) => {}
            Loudness::Verbose => self.verbose(&log_line(&event)),
            Loudness::Normal => self.show(event),
        }
    }
}

fn new_bar() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10));
    bar.set_style(
        ProgressStyle::with_template("{spinner} {wide_msg} {elapsed}").expect("the template is a constant"),
    );
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}

/// `12 of 200, 1 failed: 10.0.0.7, 10.0.0.9, 10.0.0.11 and 29 more`.
fn progress_line(running: &[String], done: usize, total: usize, failed: usize, waiting: &str) -> String {
    if total == 0 {
        return waiting.to_owned();
    }
    let failures = if failed == 0 { String::new() } else { say!(", {failed} failed") };
    let named = running.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    let rest = running.len().saturating_sub(NAMED);
    match (named.is_empty(), rest) {
        (true, _) => say!("{done} of {total}{failures}"),
        (false, 0) => say!("{done} of {total}{failures}: {named}"),
        (false, rest) => say!("{done} of {total}{failures}: {named} and {rest} more"),
    }
}

fn log_line(event: &Event) -> String {
    match event {
        Event::Stage(text) | Event::Detail(text) => text.clone(),
        Event::FanOut { total } => say!("{total} to do"),
        Event::Started { subject } => say!("{subject}: started"),
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
    }
}

fn write_line(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Whether text on stdout may be coloured: a terminal, no NO_COLOR, TERM not dumb.
pub fn stdout_takes_color() -> bool {
    std::io::stdout().is_terminal() && !color_is_forbidden()
}

fn color_is_forbidden() -> bool {
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    no_color || std::env::var_os("TERM").is_some_and(|term| term == "dumb")
}

/// Columns of the terminal on stdout; `None` where it is none.
pub fn stdout_width() -> Option<u16> {
    let term = console_size();
    std::io::stdout().is_terminal().then_some(term).flatten()
}

fn console_size() -> Option<u16> {
    rustix::termios::tcgetwinsize(std::io::stdout())
        .ok()
        .map(|size| size.ws_col)
        .filter(|columns| *columns > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_are_named_and_the_rest_counted() {
        let running: Vec<String> = (1..=5).map(|n| format!("a{n}")).collect();
        assert_eq!(progress_line(&running, 12, 200, 1, ""), "12 of 200, 1 failed: a1, a2, a3 and 2 more");
        assert_eq!(progress_line(&running[..2], 0, 2, 0, ""), "0 of 2: a1, a2");
        assert_eq!(progress_line(&[], 2, 2, 0, ""), "2 of 2");
        assert_eq!(progress_line(&[], 0, 0, 0, "no offer yet"), "no offer yet");
    }
}
