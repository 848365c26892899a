//! Ctrl-C and its kin, turned into something that can be waited for.

use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context as _, Result};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// How many [`Interrupt`]s there are: commands that see to a signal themselves.
static HEEDED: AtomicUsize = AtomicUsize::new(0);

/// Takes SIGINT, SIGTERM and SIGHUP over from the moment it is made: they no longer end the process by themselves.
pub struct Interrupt {
    signals: Signals,
    came: bool,
}

struct Signals([Signal; 3]);

/// Waits until one of them comes that no [`Interrupt`] sees to. To be asked before the work that may hold one: a work that
/// has just seen to a signal may have let go of it. Errors: the system refuses.
pub async fn unheeded() -> Result<()> {
    let mut signals = Signals::listen()?;
    loop {
        signals.raised().await;
        if HEEDED.load(Ordering::SeqCst) == 0 {
            return Ok(());
        }
    }
}

impl Signals {
    fn listen() -> Result<Self> {
        let listen = |kind| signal(kind).context(say!("listening for signals"));
        let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
        let [interrupt, terminate, hangup] = kinds.map(listen);
        Ok(Self([interrupt?, terminate?, hangup?]))
    }

    async fn raised(&mut self) {
        let [interrupt, terminate, hangup] = &mut self.0;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
    }
}

impl Interrupt {
    /// Begins to listen. Errors: the system refuses.
    pub fn listen() -> Result<Self> {
        let signals = Signals::listen()?;
        HEEDED.fetch_add(1, Ordering::SeqCst);
        Ok(Self { signals, came: false })
    }

    /// Waits until one of them comes.
    pub async fn raised(&mut self) {
        self.signals.raised().await;
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

impl Drop for Interrupt {
    fn drop(&mut self) {
        HEEDED.fetch_sub(1, Ordering::SeqCst);
    }
}
