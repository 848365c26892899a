//! Shows events: a steady view on a terminal, plain lines elsewhere.

use std::env;
use std::io::{IsTerminal, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::live::{Live, Model};
use super::log::{self, Log};
use crate::domain::event::{Event, Observer};
use crate::domain::paint::Paint;

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

impl Settings {
    fn paints(&self) -> bool {
        self.colored && std::io::stderr().is_terminal() && !color_is_forbidden()
    }
}

/// The operator's terminal, or the log that stands in for it. Everything goes to stderr.
pub struct Screen {
    pub(super) settings: Settings,
    shown: Arc<Shown>,
}

/// What is shown, shared by all screens of a run: there is one terminal only.
struct Shown {
    model: Arc<Model>,
    way: Way,
}

/// How it is shown.
enum Way {
    /// Drawn, while there is something to draw.
    Drawn(Mutex<Option<Live>>),
    /// As lines, one below the other.
    Written(Mutex<Log>),
}

impl Screen {
    /// A screen on stderr; drawn only where that is a terminal that can move its cursor, and no log of a CI.
    pub fn new(settings: &Settings) -> Self {
        let drawn = settings.loudness == Loudness::Normal
            && std::io::stderr().is_terminal()
            && !is_dumb()
            && !is_ci();
        let way = if drawn { Way::Drawn(Mutex::default()) } else { Way::Written(Mutex::default()) };
        let model = Arc::new(Model::new(Paint::of(settings.paints())));
        Self { settings: settings.clone(), shown: Arc::new(Shown { model, way }) }
    }

    /// The same screen for work that is repeated: it shows nothing of it unless every event is wanted.
    pub fn muted(&self) -> Self {
        let loudness =
            if self.settings.loudness == Loudness::Verbose { Loudness::Verbose } else { Loudness::Quiet };
        let settings = Settings { loudness, ..self.settings.clone() };
        Self { settings, shown: Arc::clone(&self.shown) }
    }

    /// The same screen, on which every question is answered with yes.
    pub fn agreed(&self) -> Self {
        let settings = Settings { assume_yes: true, ..self.settings.clone() };
        Self { settings, shown: Arc::clone(&self.shown) }
    }

    /// Takes the view away, so that a question or the report stands alone. What happens next brings it back.
    pub fn close(&self) {
        if let Way::Drawn(live) = &self.shown.way {
            drop(lock(live).take());
        }
    }

    /// Shows what a question will be about. Where nothing will be asked and only errors are wanted, it is left out.
    pub fn show_plan(&self, text: &str) {
        if self.settings.loudness != Loudness::Quiet || !self.settings.assume_yes {
            self.shown.aside(|| write_lines(&[text.trim_end().to_owned()]));
        }
    }

    /// Whether consent to everything was given beforehand, so that no question follows.
    pub const fn has_consent(&self) -> bool {
        self.settings.assume_yes
    }

    /// Whether text on stderr may be coloured.
    pub fn takes_color(&self) -> bool {
        self.settings.paints()
    }

    /// Writes a line on stdout at once: a result that somebody is waiting for. A closed pipe is not worth a panic; whether
    /// anybody still reads is handed back.
    pub fn hand_out(&self, line: &str) -> bool {
        self.shown.aside(|| {
            let mut stdout = std::io::stdout().lock();
            writeln!(stdout, "{line}").and_then(|()| stdout.flush()).is_ok()
        })
    }
}

impl Observer for Screen {
    fn observe(&self, event: Event) {
        match self.settings.loudness {
            Loudness::Quiet => {}
            // It was told when it had finished.
            Loudness::Verbose if matches!(event, Event::Settled { .. }) => {}
            Loudness::Verbose => {
                let seconds = self.shown.now().as_secs_f64();
                write_lines(&[format!("{seconds:>8.3}s {}", log::every(&event))]);
            }
            Loudness::Normal => self.shown.show(event),
        }
    }
}

impl Shown {
    fn now(&self) -> Duration {
        self.model.started.elapsed()
    }

    fn show(&self, event: Event) {
        match &self.way {
            Way::Drawn(live) => {
                let runs = event.says_what_runs();
                self.model.view().take(event, self.now());
                let mut live = lock(live);
                if runs {
                    live.get_or_insert_with(|| Live::begin(&self.model));
                } else if live.is_none() {
                    write_lines(&self.model.take_lines(&mut self.model.view()));
                }
            }
            Way::Written(log) => {
                write_lines(&lock(log).take(event, &mut self.model.view(), self.now()));
            }
        }
    }

    fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        match &self.way {
            Way::Drawn(live) => match &*lock(live) {
                Some(live) => live.aside(write),
                None => write(),
            },
            Way::Written(_) => write(),
        }
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

fn write_lines(lines: &[String]) {
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

/// Whether text on stdout may be coloured: a terminal, no NO_COLOR, TERM not dumb.
pub fn stdout_takes_color() -> bool {
    std::io::stdout().is_terminal() && !color_is_forbidden()
}

fn color_is_forbidden() -> bool {
    env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) || is_dumb()
}

fn is_dumb() -> bool {
    env::var_os("TERM").is_none_or(|term| term.is_empty() || term == "dumb")
}

/// What runs there is read later, also where a terminal is made up for it.
fn is_ci() -> bool {
    env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false")
}

/// Columns of the terminal on stdout; `None` where it is none.
pub fn stdout_width() -> Option<u16> {
    let size = rustix::termios::tcgetwinsize(std::io::stdout());
    let columns = size.ok().map(|size| size.ws_col).filter(|columns| *columns > 0);
    std::io::stdout().is_terminal().then_some(columns).flatten()
}
