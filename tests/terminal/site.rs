//! A terminal in a folder of its own, and agents on 127.0.0.0/8 that refuse, or accept a connection and say nothing.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::Command;

use regctl_lab::terminal::{Cursor, PROMPT, Terminal, require_tmux};
use tempfile::TempDir;

/// A terminal whose shell is in a folder with regctl and a CA.
pub(crate) struct Site {
    pub(crate) terminal: Terminal,
    folder: TempDir,
    /// Connections wait here for an answer that never comes.
    silent: TcpListener,
}

impl Site {
    /// `None`, with a word why, where there is no tmux.
    pub(crate) fn open(columns: u16, rows: u16) -> Option<Self> {
        require_tmux()?;
        let folder = tempfile::tempdir().expect("a folder");
        let regctl = folder.path().join("regctl");
        symlink(env!("CARGO_BIN_EXE_regctl"), &regctl).expect("a link");
        let made = Command::new(&regctl).args(["cert", "gen"]).current_dir(folder.path()).output();
        assert!(made.expect("regctl runs").status.success());
        let silent = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)).expect("a port");
        let terminal = Terminal::open(folder.path(), columns, rows).expect("a terminal");
        Some(Self { terminal, folder, silent })
    }

    /// A file of the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes `agents.txt` with so many agents that say nothing, each with an address of its own.
    pub(crate) fn silent_agents(&self, count: usize) {
        let port = self.silent.local_addr().expect("an address").port();
        self.agents(count, port);
    }

    /// The same with agents that refuse at once.
    pub(crate) fn refusing_agents(&self, count: usize) {
        // Reserved by whoever bound it last, and nobody listens there.
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|taken| taken.local_addr());
        self.agents(count, port.expect("a port").port());
    }

    fn agents(&self, count: usize, port: u16) {
        let address = |number: usize| Ipv4Addr::from(0x7f01_0000 + number as u32);
        let lines: String = (1..=count).map(|number| format!("{}:{port}\n", address(number))).collect();
        fs::write(self.path("agents.txt"), lines).expect("writes");
    }

    /// Enters `trust-agents` for those agents, with what is to stand before and behind it, and has its exit code told.
    pub(crate) fn trust(&self, before: &str, behind: &str) {
        let line =
            format!("clear; {before} ./regctl trust-agents --agents-file agents.txt {behind}; echo exit $?");
        self.terminal.enter(&line).expect("is typed");
    }

    /// Waits until the run has ended in this way, and hands back all that the terminal has shown since.
    pub(crate) fn ended(&self, exit: u8) -> String {
        self.terminal.wait_for_text(&format!("\nexit {exit}\n{}", PROMPT.trim_end())).expect("it ends");
        let cursor = self.terminal.cursor().expect("there is one");
        assert!(matches!(cursor, Cursor { column: 2, visible: true, .. }), "{cursor:?}");
        self.terminal.history().expect("is shown")
    }
}
