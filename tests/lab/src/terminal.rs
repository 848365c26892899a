//! A real terminal of a given size, played by tmux: type into it, press keys, resize it, and look at what it shows.
//!
//! Each has a tmux server of its own, on a socket in a folder of its own and without anybody's configuration. It ends
//! with the value, and with the thread that made it at the latest.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::host::Host;
use crate::tier::require_programs;
use crate::wait::{Progress, wait_for};

/// How long a screen may take to become what is waited for.
const PATIENCE: Duration = Duration::from_secs(20);
/// What a shell in the terminal says when it is ready for the next line.
pub const PROMPT: &str = "$ ";
/// The only session of each server.
const SESSION: &str = "=lab:";

/// Some where tmux is there; else it prints `skipped: reason`, as [`crate::require`].
#[must_use]
pub fn require_tmux() -> Option<()> {
    require_programs(&[("tmux", "tmux"), ("setpriv", "util-linux")])
}

/// A terminal with a shell in it, whose prompt is [`PROMPT`].
#[derive(Debug)]
pub struct Terminal {
    server: Child,
    folder: PathBuf,
}

/// Where the cursor is, counted from 0, and whether it can be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// 0 is the leftmost one.
    pub column: u16,
    /// 0 is the topmost one.
    pub row: u16,
    /// Not hidden by a program.
    pub visible: bool,
}

impl Terminal {
    /// A terminal of so many columns and rows with a shell of this machine, in that folder.
    ///
    /// # Errors
    /// Where tmux or the shell does not come up.
    pub fn open(folder: &Path, columns: u16, rows: u16) -> Result<Self> {
        let mut shell = Command::new("env");
        shell.args(["-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8"]);
        shell.arg(format!("HOME={}", folder.display()));
        shell.current_dir(folder);
        Self::with(shell, columns, rows)
    }

    /// A terminal whose shell runs as root on a host of the lab.
    ///
    /// # Errors
    /// As [`Terminal::open`].
    pub fn open_on(host: &Host, columns: u16, rows: u16) -> Result<Self> {
        let mut shell = Command::new("env");
        shell.args(["-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin"]);
        let inside = host.command("env");
        let told = inside.get_envs().filter_map(|(name, value)| Some((name, value?)));
        shell.arg(inside.get_program()).args(inside.get_args());
        shell.args(told.map(|(name, value)| format!("{}={}", name.display(), value.display())));
        Self::with(shell, columns, rows)
    }

    /// `shell` is the head of a command line that a shell and its environment can be appended to.
    fn with(mut shell: Command, columns: u16, rows: u16) -> Result<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("regctl-tmux-{}-{number}", std::process::id()));
        fs::create_dir(&folder).with_context(|| format!("making {}", folder.display()))?;
        shell.args(["TERM=screen-256color", &format!("PS1={PROMPT}"), "sh"]);
        let server = Command::new("setpriv")
            .args(["--pdeathsig", "TERM", "tmux", "-u", "-D", "-f", "/dev/null", "-S"])
            .arg(folder.join("socket"))
            .env("LC_ALL", "C.UTF-8")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .context("starting tmux")?;
        let terminal = Self { server, folder };
        terminal.start(&shell, columns, rows)?;
        terminal.wait_for("a prompt", |screen| screen.trim_end() == PROMPT.trim_end())?;
        Ok(terminal)
    }

    fn start(&self, shell: &Command, columns: u16, rows: u16) -> Result<()> {
        wait_for("tmux", PATIENCE, || {
            if self.folder.join("socket").exists() {
                Progress::Done(())
            } else {
                Progress::NotYet("no socket".to_owned())
            }
        })?;
        let mut start = self.client(&["new-session", "-d", "-s", "lab"]);
        start.args(["-x", &columns.to_string(), "-y", &rows.to_string()]);
        if let Some(folder) = shell.get_current_dir() {
            start.arg("-c").arg(folder);
        }
        run(start.arg("--").arg(shell.get_program()).args(shell.get_args()))?;
        // So that all rows are the shell's.
        self.tmux(&["set-option", "-g", "status", "off"])?;
        self.resize(columns, rows)
    }

    /// Types this and presses Enter.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub fn enter(&self, line: &str) -> Result<()> {
        self.type_text(line)?;
        self.press("Enter")
    }

    /// Types this as it stands.
    ///
    /// # Errors
    /// As [`Terminal::enter`].
    pub fn type_text(&self, text: &str) -> Result<()> {
        self.tmux(&["send-keys", "-t", SESSION, "-l", "--", text]).map(drop)
    }

    /// Presses a key by tmux's name for it: `Enter`, `C-c`, `Up`, `Space`, `BSpace`.
    ///
    /// # Errors
    /// As [`Terminal::enter`].
    pub fn press(&self, key: &str) -> Result<()> {
        self.tmux(&["send-keys", "-t", SESSION, key]).map(drop)
    }

    /// Gives the terminal another size, of which the program in it is told.
    ///
    /// # Errors
    /// As [`Terminal::enter`].
    pub fn resize(&self, columns: u16, rows: u16) -> Result<()> {
        let size = [columns, rows].map(|count| count.to_string());
        self.tmux(&["resize-window", "-t", SESSION, "-x", &size[0], "-y", &size[1]]).map(drop)
    }

    /// What it shows, row by row, without blanks at the ends of rows and without empty rows at the end.
    ///
    /// # Errors
    /// As [`Terminal::enter`].
    pub fn text(&self) -> Result<String> {
        self.capture(&[])
    }

    /// The same with the escape sequences of its colours.
    ///
    /// # Errors
    /// As [`Terminal::enter`].
    pub fn painted(&self) -> Result<String> {
        self.capture(&["-e"])
    }

    /// What it shows, and all that has scrolled out of it at the top.
    ///
    /// # Errors
    /// As [`Terminal::enter`].
    pub fn history(&self) -> Result<String> {
        self.capture(&["-S", "-"])
    }

    fn capture(&self, flags: &[&str]) -> Result<String> {
        let text = self.tmux(&[&["capture-pane", "-p", "-t", SESSION], flags].concat())?;
        Ok(text.trim_end_matches('\n').to_owned())
    }

    /// Has every byte that comes to the terminal from now on written into that file as well.
    ///
    /// # Errors
    /// As [`Terminal::enter`].
    pub fn record(&self, file: &Path) -> Result<()> {
        let copy = format!("cat >'{}'", file.display());
        self.tmux(&["pipe-pane", "-t", SESSION, &copy]).map(drop)
    }

    /// Where the cursor is.
    ///
    /// # Errors
    /// As [`Terminal::enter`].
    pub fn cursor(&self) -> Result<Cursor> {
        let format = "#{cursor_x} #{cursor_y} #{cursor_flag}";
        let told = self.tmux(&["display-message", "-p", "-t", SESSION, format])?;
        let numbers: Vec<u16> = told.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        let [column, row, flag] = numbers[..] else { bail!("tmux says of the cursor: {told}") };
        Ok(Cursor { column, row, visible: flag == 1 })
    }

    /// Waits until what it shows is `so`, and hands that back.
    ///
    /// # Errors
    /// After 20 s, with what it shows then.
    pub fn wait_for(&self, what: &str, so: impl Fn(&str) -> bool) -> Result<String> {
        wait_for(what, PATIENCE, || match self.text() {
            Ok(screen) if so(&screen) => Progress::Done(screen),
            Ok(screen) => Progress::NotYet(format!("\n{screen}\n")),
            Err(error) => Progress::Failed(error),
        })
    }

    /// Waits until this text is shown, and hands back all that is.
    ///
    /// # Errors
    /// As [`Terminal::wait_for`].
    pub fn wait_for_text(&self, text: &str) -> Result<String> {
        self.wait_for(&format!("`{text}`"), |screen| screen.contains(text))
    }

    /// Waits until the shell asks for its next line, and hands back what is shown.
    ///
    /// # Errors
    /// As [`Terminal::wait_for`].
    pub fn wait_for_prompt(&self) -> Result<String> {
        self.wait_for("a prompt", |screen| {
            screen.lines().last().is_some_and(|line| line.trim_end() == PROMPT.trim_end())
        })
    }

    fn tmux(&self, words: &[&str]) -> Result<String> {
        run(&mut self.client(words))
    }

    fn client(&self, words: &[&str]) -> Command {
        let mut command = Command::new("tmux");
        command.args(["-u", "-S"]).arg(self.folder.join("socket")).args(words);
        command.env("LC_ALL", "C.UTF-8").env_remove("TMUX").stdin(Stdio::null());
        command
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.tmux(&["kill-server"]);
        let _ = self.server.kill().and_then(|()| self.server.wait());
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn run(command: &mut Command) -> Result<String> {
    let output = command.output().context("running tmux")?;
    if !output.status.success() {
        bail!("{command:?}: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_shows_what_is_typed_and_follows_a_resize() {
        let Some(()) = require_tmux() else { return };
        let terminal = Terminal::open(Path::new("/"), 60, 10).unwrap();
        terminal.enter("pwd; stty size").unwrap();
        terminal.wait_for_text("10 60").unwrap();
        assert_eq!(terminal.wait_for_prompt().unwrap(), "$ pwd; stty size\n/\n10 60\n$");
        assert_eq!(terminal.cursor().unwrap(), Cursor { column: 2, row: 3, visible: true });
        terminal.resize(40, 5).unwrap();
        terminal.enter("stty size").unwrap();
        terminal.wait_for_text("5 40").unwrap();
        terminal.enter("printf '\\033[31mé中\\033[0m\\033[?25l\\n'").unwrap();
        terminal.wait_for_text("\né中\n").unwrap();
        assert!(terminal.painted().unwrap().contains("\x1b[31mé中"));
        assert!(!terminal.cursor().unwrap().visible);
        terminal.enter("sleep 50").unwrap();
        terminal.press("C-c").unwrap();
        terminal.wait_for_prompt().unwrap();
        assert!(terminal.history().unwrap().starts_with("$ pwd; stty size\n/\n10 60\n"));
    }

    #[test]
    fn nothing_is_left_of_it() {
        let Some(()) = require_tmux() else { return };
        let terminal = Terminal::open(Path::new("/"), 60, 10).unwrap();
        let (folder, pid) = (terminal.folder.clone(), terminal.server.id());
        drop(terminal);
        assert!(!folder.exists());
        assert!(crate::process::Process::of(pid).is_none());
    }
}
