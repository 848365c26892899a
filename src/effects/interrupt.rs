//! Ctrl-C and its kin, turned into something that can be waited for.

use anyhow::{Context as _, Result};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Takes SIGINT, SIGTERM and SIGHUP over from the moment it is made: they no longer end the process by themselves.
pub struct Interrupt {
    signals: [Signal; 3],
    came: bool,
}

impl Interrupt {
    /// Begins to listen. Errors: the system refuses.
    pub fn listen() -> Result<Self> {
        let listen = |kind| signal(kind).context(say!("listening for signals"));
        let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
        let [interrupt, terminate, hangup] = kinds.map(listen);
        Ok(Self { signals: [interrupt?, terminate?, hangup?], came: false })
    }

    /// Waits until one of them comes.
    pub async fn raised(&mut self) {
        let [interrupt, terminate, hangup] = &mut self.signals;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
        self.came = true;
    }

    /// What the work comes to; nothing where one of them comes first.
    pub async fn unless_raised<T>(&mut self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            done = work => Some(done),
            () = self.raised() => None,
        }
    }

    /// Whether one has been waited for successfully: what was under way may have come to a good end all the same.
    pub const fn has_come(&self) -> bool {
        self.came
    }
}
