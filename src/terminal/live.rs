//! The view on a terminal, drawn anew ten times a second while something runs.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::canvas::{self, Above, Canvas};
use super::frame::{Look, frame};
use super::log;
use super::symbols::{self, Symbols};
use super::view::{Line, View};
use crate::domain::paint::Paint;

/// How often it is drawn at most.
const HERTZ: u8 = 10;
/// What is over sooner than this is not drawn at all.
const PATIENCE: Duration = Duration::from_millis(150);

/// What is drawn, shared with whoever tells it what happens.
pub(super) struct Model {
    view: Mutex<View>,
    /// When the run began.
    pub(super) started: Instant,
    symbols: Symbols,
    paint: Paint,
}

impl Model {
    /// Nothing yet.
    pub(super) fn new(paint: Paint) -> Self {
        let symbols = symbols::of_the_locale();
        Self { view: Mutex::default(), started: Instant::now(), symbols, paint }
    }

    /// What there is to show. Not to be held while a [`Live`] is told to do something: drawing takes it too.
    pub(super) fn view(&self) -> MutexGuard<'_, View> {
        self.view.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn look(&self) -> Look {
        let (columns, rows) = canvas::size();
        Look { columns: columns.into(), rows: rows.into(), symbols: self.symbols, paint: self.paint }
    }

    /// The lines for good that have come together, as they look here.
    pub(super) fn take_lines(&self, view: &mut View) -> Vec<String> {
        view.take_lines().iter().flat_map(|line| self.told(line)).collect()
    }

    fn told(&self, line: &Line) -> Vec<String> {
        let painted = |brush: fn(Paint, &str) -> String, line: &Line| {
            log::told(line).iter().map(|text| brush(self.paint, text)).collect()
        };
        match line {
            Line::Stage(_) => log::told(line),
            Line::Warning(_) => painted(Paint::warn, line),
            Line::Failed { .. } | Line::MoreFailed(_) => {
                let mut lines: Vec<String> = painted(Paint::bad, line);
                lines.iter_mut().take(1).for_each(|line| *line = format!("{} {line}", self.symbols.failed));
                lines
            }
        }
    }
}

/// A view that is drawn until it is dropped.
pub(super) struct Live {
    bar: ProgressBar,
    above: Above,
    model: Arc<Model>,
}

impl Live {
    /// Begins to draw.
    pub(super) fn begin(model: &Arc<Model>) -> Self {
        canvas::step_back_at_a_panic();
        let above = Above::default();
        let target = ProgressDrawTarget::term_like_with_hz(Box::new(Canvas::new(&above)), HERTZ);
        let bar = ProgressBar::with_draw_target(None, target);
        let (shown, kept, begun) = (Arc::clone(model), Arc::clone(&above), Instant::now());
        let draw = move |_: &ProgressState, out: &mut dyn std::fmt::Write| {
            let (mut view, look) = (shown.view(), shown.look());
            kept.lock().unwrap_or_else(PoisonError::into_inner).extend(shown.take_lines(&mut view));
            if begun.elapsed() >= PATIENCE {
                let _ = out.write_str(&frame(&mut view, shown.started.elapsed(), &look).join("\n"));
            }
        };
        let style = ProgressStyle::with_template("{view}").expect("the template is a constant");
        bar.set_style(style.with_key("view", draw));
        bar.enable_steady_tick(Duration::from_secs(1) / u32::from(HERTZ));
        Self { bar, above, model: Arc::clone(model) }
    }

    /// Does something that writes on the terminal, with the view out of the way.
    pub(super) fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        self.keep_lines();
        self.bar.suspend(write)
    }

    fn keep_lines(&self) {
        let lines = self.model.take_lines(&mut self.model.view());
        self.above.lock().unwrap_or_else(PoisonError::into_inner).extend(lines);
    }
}

impl Drop for Live {
    /// Takes the view away; the stage gets its line if it has none.
    fn drop(&mut self) {
        self.model.view().settle();
        self.keep_lines();
        self.bar.finish_and_clear();
    }
}
