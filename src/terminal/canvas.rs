//! The terminal under indicatif. The cursor rests at the beginning of the view and not at its end: terminals keep it at
//! the same text when they are resized, however they wrap the lines anew, so that all that has to go is below it.

use std::io::{self, Write as _};
use std::panic;
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};

use indicatif::TermLike;

/// From here to the end of the screen.
const ERASE_BELOW: &str = "\x1b[J";
/// From here to the end of the row.
const ERASE_ROW: &str = "\x1b[K";
/// The row of the cursor and all below it. What is below is erased from the second column on: tmux keeps in its history
/// what is erased from the very first place of the screen.
const ERASE_VIEW: &str = "\r\x1b[K\x1b[C\x1b[J\r";
/// Lines that turn out longer than was reckoned are cut and not wrapped.
const WRAP: [&str; 2] = ["\x1b[?7l", "\x1b[?7h"];

/// What is on the terminal: there is one only.
#[derive(Debug, Clone, Copy)]
struct Pen {
    /// Whether there is a view below the cursor.
    shown: bool,
    /// Whether nothing is to be drawn any more.
    laid_down: bool,
}

static PEN: Mutex<Pen> = Mutex::new(Pen { shown: false, laid_down: false });

fn pen() -> MutexGuard<'static, Pen> {
    PEN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Lines that are to stay, in their order, until they are written.
pub(super) type Above = Arc<Mutex<Vec<String>>>;

/// Collects the lines of a frame, and writes them at once.
#[derive(Debug)]
pub(super) struct Canvas {
    frame: Mutex<Vec<String>>,
    above: Above,
}

impl Canvas {
    /// A canvas on stderr; what is put into `above` is written before the next frame, and stays.
    pub(super) fn new(above: &Above) -> Self {
        Self { frame: Mutex::default(), above: Arc::clone(above) }
    }
}

impl TermLike for Canvas {
    fn width(&self) -> u16 {
        size().0
    }

    fn height(&self) -> u16 {
        size().1
    }

    // The cursor is where the next frame begins.
    fn move_cursor_up(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_down(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_right(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_left(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn clear_line(&self) -> io::Result<()> {
        Ok(())
    }

    fn write_line(&self, line: &str) -> io::Result<()> {
        self.write_str(line)
    }

    /// A line of the frame; blanks alone are what indicatif fills the row with.
    fn write_str(&self, line: &str) -> io::Result<()> {
        if !line.trim_end_matches(' ').is_empty() {
            self.frame.lock().unwrap_or_else(PoisonError::into_inner).push(line.to_owned());
        }
        Ok(())
    }

    fn flush(&self) -> io::Result<()> {
        let take = |lines: &Mutex<Vec<String>>| {
            std::mem::take(&mut *lines.lock().unwrap_or_else(PoisonError::into_inner))
        };
        let mut pen = pen();
        let (above, frame) = (take(&self.above), take(&self.frame));
        if pen.laid_down || (above.is_empty() && frame.is_empty() && !pen.shown) {
            return Ok(());
        }
        pen.shown = !frame.is_empty();
        // All at once: a frame that is half there would flicker.
        io::stderr().write_all(painting(&above, &frame).as_bytes())
    }
}

/// The bytes that take the frame before away, write what stays, and draw the next frame.
fn painting(above: &[String], frame: &[String]) -> String {
    let mut text = if above.is_empty() && !frame.is_empty() { "\r" } else { ERASE_VIEW }.to_owned();
    above.iter().for_each(|line| text.push_str(&format!("{line}\r\n")));
    if frame.is_empty() {
        return text;
    }
    let rows: Vec<_> = frame.iter().map(|line| format!("{line}{ERASE_ROW}")).collect();
    let [off, on] = WRAP;
    text.push_str(&format!("{off}{}{ERASE_BELOW}{on}\r", rows.join("\r\n")));
    if frame.len() > 1 {
        text.push_str(&format!("\x1b[{}A", frame.len() - 1));
    }
    text
}

/// Columns and rows of the terminal on stderr, as they are now.
pub(super) fn size() -> (u16, u16) {
    let size = rustix::termios::tcgetwinsize(io::stderr());
    let known = size.ok().map(|size| (size.ws_col, size.ws_row));
    known.filter(|(columns, rows)| *columns > 0 && *rows > 0).unwrap_or((80, 24))
}

/// Has the view taken away before a panic says its say; afterwards nothing is drawn any more.
pub(super) fn step_back_at_a_panic() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let say = panic::take_hook();
        panic::set_hook(Box::new(move |why| {
            lay_down();
            say(why);
        }));
    });
}

fn lay_down() {
    let mut pen = pen();
    if pen.shown && !pen.laid_down {
        let _ = io::stderr().write_all(ERASE_VIEW.as_bytes());
    }
    *pen = Pen { shown: false, laid_down: true };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(lines: &[&str]) -> Vec<String> {
        lines.iter().map(|line| (*line).to_owned()).collect()
    }

    #[test]
    fn a_frame_is_written_over_the_one_before_and_the_cursor_goes_back() {
        assert_eq!(
            painting(&[], &lines(&["one", "two"])),
            "\r\x1b[?7lone\x1b[K\r\ntwo\x1b[K\x1b[J\x1b[?7h\r\x1b[1A"
        );
        assert_eq!(painting(&[], &lines(&["one"])), "\r\x1b[?7lone\x1b[K\x1b[J\x1b[?7h\r");
    }

    #[test]
    fn what_stays_is_written_where_the_frame_was() {
        assert_eq!(painting(&lines(&["kept"]), &[]), format!("{ERASE_VIEW}kept\r\n"));
        let both = painting(&lines(&["kept"]), &lines(&["one"]));
        assert!(both.starts_with(&format!("{ERASE_VIEW}kept\r\n\x1b[?7lone")), "{both:?}");
        assert_eq!(painting(&[], &[]), ERASE_VIEW);
    }
}
