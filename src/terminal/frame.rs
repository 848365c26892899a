//! Draws the view: so many lines of at most so many columns.

use std::time::Duration;

use super::symbols::Symbols;
use super::view::{Tally, View};
use crate::domain::columns::{columns, cut, padded, tame};
use crate::domain::paint::Paint;

/// What it is drawn on, and with what.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    /// Columns of the terminal.
    pub(super) columns: usize,
    /// Rows of the terminal.
    pub(super) rows: usize,
    /// What fits its locale.
    pub(super) symbols: Symbols,
    /// Colours, where they are wanted.
    pub(super) paint: Paint,
}

/// What stands at the right end of a line is not further away from its left than this.
const WIDEST: usize = 100;
/// So many rows at most tell what runs.
const ROWS: usize = 6;
/// They stand beside each other where each has so many columns.
const CELL: usize = 50;
/// A bar is no longer than this, and left out where it would be shorter than that.
const BAR: [usize; 2] = [10, 30];
/// An estimate wants so many that are done, and so long a time.
const FEW: usize = 5;
const SOON: Duration = Duration::from_secs(2);
/// A spinner turns so often.
const TURN: Duration = Duration::from_millis(100);

impl Look {
    /// The last column stays empty: what is written there makes some terminals begin another row.
    const fn room(&self) -> usize {
        self.columns.saturating_sub(1)
    }

    fn narrow(&self) -> usize {
        self.room().min(WIDEST)
    }

    /// Rows and columns of places for what runs; the other lines and the shell's own need room as well.
    fn places(&self) -> (usize, usize) {
        (self.rows.saturating_sub(5).min(ROWS), (self.columns / CELL).max(1))
    }

    fn cut(&self, text: &str, room: usize) -> String {
        cut(text, room, self.symbols.end)
    }
}

/// The lines at that time, the stage first; the same view and time give the same lines.
pub(super) fn frame(view: &mut View, now: Duration, look: &Look) -> Vec<String> {
    let (rows, beside) = look.places();
    view.running.seat(rows * beside);
    let mut lines = vec![head(view, now, look)];
    if view.tally.total > 0 {
        lines.push(progress(&view.tally, now, look));
    }
    if !view.waiting.is_empty() {
        lines.push(look.cut(&format!("  {}", tame(&view.waiting)), look.room()));
    }
    lines.extend(running(view, now, look));
    match view.running.unseen() {
        0 => {}
        rest => lines.push(look.cut(&format!("  {}", say!("and {rest} more")), look.room())),
    }
    lines
}

/// `⠹ Logging in to 200 agents                  0:14`
fn head(view: &View, now: Duration, look: &Look) -> String {
    let (text, since) = view.stage.as_ref().map_or_else(
        || (say!("Working").to_owned(), view.tally.since),
        |stage| (tame(&stage.text), stage.since),
    );
    let turns = look.symbols.spinner;
    let turn = usize::try_from(now.as_millis() / TURN.as_millis()).unwrap_or_default() % turns.len();
    let clock = clock(now.saturating_sub(since));
    let room = look.narrow().saturating_sub(3 + columns(&clock));
    let text = padded(&look.cut(&text, room), room);
    if room == 0 {
        return look.cut(&clock, look.room());
    }
    format!("{} {} {clock}", turns[turn], look.paint.bold(&text))
}

/// `  ████████░░░░░░░░  62 of 200 · 40 changed · 3 failed · about 0:31 left`
fn progress(tally: &Tally, now: Duration, look: &Look) -> String {
    let mut parts = parts(tally, now);
    let room = look.narrow().saturating_sub(2);
    let width = |parts: &[Part]| {
        let between = columns(look.symbols.between) * (parts.len() - 1);
        parts.iter().map(|part| columns(&part.text)).sum::<usize>() + between
    };
    while let Some(last) = parts.iter().map(|part| part.rank).max().filter(|rank| *rank > 0)
        && width(&parts) > room
    {
        parts.retain(|part| part.rank < last);
    }
    let bar = bar(tally, room.saturating_sub(width(&parts) + 2), look);
    if width(&parts) > room {
        return look.cut(&format!("  {}", parts[0].text), look.room());
    }
    let told: Vec<_> = parts.iter().map(|part| (part.brush)(look.paint, &part.text)).collect();
    format!("  {bar}{}", told.join(look.symbols.between))
}

struct Part {
    /// Where there is no room for all, the highest goes first; 0 stays.
    rank: u8,
    text: String,
    brush: fn(Paint, &str) -> String,
}

fn parts(tally: &Tally, now: Duration) -> Vec<Part> {
    let Tally { total, done, changed, warned, failed, .. } = *tally;
    let plain = |_: Paint, text: &str| text.to_owned();
    let part = |rank, text, brush| Part { rank, text, brush };
    let mut parts = vec![part(0, say!("{done} of {total}"), plain)];
    if changed > 0 {
        parts.push(part(4, say!("{changed} changed"), plain));
    }
    if warned > 0 {
        parts.push(part(3, say!("{warned} differ"), Paint::warn));
    }
    if failed > 0 {
        parts.push(part(1, say!("{failed} failed"), Paint::bad));
    }
    if let Some(left) = estimate(tally, now) {
        parts.push(part(2, say!("about {time} left", time = clock(left)), plain));
    }
    parts
}

/// How long it takes at the pace that it had so far.
fn estimate(tally: &Tally, now: Duration) -> Option<Duration> {
    let elapsed = now.saturating_sub(tally.since);
    let left = tally.total.saturating_sub(tally.done);
    let known = tally.done >= FEW && elapsed >= SOON && left > 0;
    known.then(|| elapsed.mul_f64(left as f64 / tally.done as f64))
}

fn bar(tally: &Tally, room: usize, look: &Look) -> String {
    let [shortest, longest] = BAR;
    if room < shortest {
        return String::new();
    }
    let length = room.min(longest);
    let done = tally.done.min(tally.total) * length / tally.total.max(1);
    let [full, empty] = look.symbols.bar;
    format!("{}{}  ", look.paint.good(&full.repeat(done)), empty.repeat(length - done))
}

/// One below the other, and beside each other where there is room.
fn running(view: &View, now: Duration, look: &Look) -> Vec<String> {
    let (rows, beside) = look.places();
    let places = view.running.places();
    let width = view.running.widest().min((look.room() / beside).saturating_sub(12));
    let cell = width + 14;
    let told = |place: Option<(&str, Duration)>| {
        let Some((name, since)) = place else { return padded("", cell) };
        let name = padded(&look.cut(&tame(name), width), width);
        padded(&format!("  {name}  {:>7}", clock(now.saturating_sub(since))), cell)
    };
    let line = |row: usize| {
        let cells = places.iter().skip(row).step_by(rows).map(|place| told(*place));
        cells.collect::<String>().trim_end().to_owned()
    };
    (0..places.len().min(rows)).map(|row| look.cut(&line(row), look.room())).collect()
}

/// `0:04`, `12:30`, `1:02:03`.
fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::event::{Event, Mark};
    use crate::golden;
    use crate::terminal::symbols::{ASCII, UNICODE};

    fn look(columns: usize) -> Look {
        Look { columns, rows: 24, symbols: UNICODE, paint: Paint::of(false) }
    }

    /// So many agents, 64 of them at work, of those that are done every fiftieth failed; seen 100 s later.
    fn of(agents: usize) -> (View, Duration) {
        let mut view = View::default();
        let name = |number: usize| format!("10.{}.{}.{}", number / 65_536, number / 256 % 256, number % 256);
        view.take(Event::Stage(format!("Logging in to {agents} agents")), Duration::ZERO);
        view.take(Event::FanOut { total: agents }, Duration::ZERO);
        let done = agents / 3;
        for number in 0..(done + 64).min(agents) {
            view.take(Event::Started { subject: name(number) }, Duration::from_millis(number as u64));
        }
        for number in (0..agents).filter(|number| number % 40 != 1).take(done) {
            let mark = if number % 50 == 49 { Mark::Failed } else { Mark::Changed };
            let note = "no answer".to_owned();
            view.take(Event::Finished { subject: name(number), mark, note }, Duration::from_secs(1));
        }
        (view, Duration::from_secs(100))
    }

    #[test]
    fn every_size_of_terminal_and_of_fleet_has_its_frame() {
        let mut told = String::new();
        for agents in [3, 200, 10_000] {
            for columns in [40, 80, 200] {
                let (mut view, now) = of(agents);
                let lines = frame(&mut view, now, &look(columns));
                told.push_str(&format!("== {agents} agents, {columns} columns\n{}\n", lines.join("\n")));
            }
        }
        golden::check("terminal/frames.txt", &told);
    }

    #[test]
    fn no_line_is_too_long_and_there_are_never_too_many() {
        for columns in [1, 2, 5, 10, 20, 33, 40, 79, 100, 101, 150, 400] {
            for rows in [1, 4, 8, 24, 60] {
                let (mut view, now) = of(200);
                view.take(Event::Waiting("镜像".repeat(300)), now);
                let look = Look { rows, ..look(columns) };
                let lines = frame(&mut view, now, &look);
                let widest = lines.iter().map(|line| super::columns(line)).max();
                assert!(widest < Some(columns.max(8)), "{columns}: {lines:?}");
                assert!(lines.len() <= rows.max(5), "{rows}: {lines:?}");
            }
        }
    }

    #[test]
    fn ascii_is_enough_where_there_is_no_more() {
        let (mut view, now) = of(200);
        let lines = frame(&mut view, now, &Look { symbols: ASCII, ..look(60) });
        assert!(lines.iter().all(|line| line.is_ascii()), "{lines:?}");
        assert_eq!(lines[1], "  66 of 200, 65 changed, 1 failed, about 3:23 left");
    }

    #[test]
    fn colour_adds_nothing_but_itself() {
        let (mut view, now) = of(200);
        let plain = frame(&mut view, now, &look(80)).join("\n");
        let painted = frame(&mut view, now, &Look { paint: Paint::of(true), ..look(80) }).join("\n");
        let mut bare = painted.clone();
        for code in ["\x1b[1m", "\x1b[36m", "\x1b[1;31m", "\x1b[33m", "\x1b[0m"] {
            bare = bare.replace(code, "");
        }
        assert!(painted.contains("\x1b[1;31m1 failed\x1b[0m"), "{painted:?}");
        assert_eq!(bare, plain);
    }

    #[test]
    fn a_hostile_name_draws_nothing() {
        let mut view = View::default();
        view.take(Event::Stage("Asking\x1b[2J".to_owned()), Duration::ZERO);
        view.take(Event::Started { subject: "a\r\n\x1b]0;x\u{7}".to_owned() }, Duration::ZERO);
        let lines = frame(&mut view, Duration::ZERO, &look(80));
        assert!(lines.iter().all(|line| !line.contains(char::is_control)), "{lines:?}");
    }

    #[test]
    fn an_estimate_waits_until_there_is_something_to_go_by() {
        let tally = |done, total| Tally { done, total, ..Tally::default() };
        let at = Duration::from_secs;
        assert_eq!(estimate(&tally(4, 100), at(60)), None);
        assert_eq!(estimate(&tally(50, 100), at(1)), None);
        assert_eq!(estimate(&tally(50, 200), at(20)), Some(at(60)));
        assert_eq!(estimate(&tally(100, 100), at(60)), None);
    }

    #[test]
    fn a_clock_has_hours_where_they_are_needed() {
        let told = [4, 750, 3_723].map(|seconds| clock(Duration::from_secs(seconds)));
        assert_eq!(told, ["0:04", "12:30", "1:02:03"]);
    }
}
