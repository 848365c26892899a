//! A question that is broken off leaves the terminal as it was: with a cursor, and with what is typed shown again.

use std::future::{Future, poll_fn};
use std::io::{self, ErrorKind};
use std::task::Poll;
use std::thread;
use std::time::Duration;

use anyhow::Result;
use dialoguer::console::Term;
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};
use tokio::runtime;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::oneshot::{self, Receiver};

use crate::domain::fault::{Exit, Fault, FaultKind};

/// A question that notices Ctrl-C itself has this long to say so.
const GRACE: Duration = Duration::from_millis(300);

/// Puts a question, and hands back the answer. Errors: nobody can be asked, or it was broken off.
pub(super) fn asked<T>(question: impl FnOnce() -> dialoguer::Result<T>) -> Result<T> {
    let (answered, open) = oneshot::channel();
    let before = tcgetattr(io::stdin()).ok();
    thread::spawn(move || watch(open, before.as_ref()));
    let answer = question();
    let _ = answered.send(());
    answer.map_err(|dialoguer::Error::IO(error)| {
        show_cursor();
        match error.kind() {
            ErrorKind::Interrupted => {
                Fault::new(FaultKind::Interrupted, say!("interrupted at a question")).into()
            }
            _ => anyhow::Error::new(error).context(say!("asking at the terminal")),
        }
    })
}

/// On a line of its own, below the question.
fn show_cursor() {
    let terminal = Term::stderr();
    let _ = terminal.show_cursor().and_then(|()| terminal.write_line(""));
}

/// While a question is open, nothing else of the run goes on that could see to a signal: so it is seen to here, and the
/// process ends as it would have ended without anybody who sees to it.
fn watch(open: Receiver<()>, before: Option<&Termios>) {
    let Ok(runtime) = runtime::Builder::new_current_thread().enable_all().build() else { return };
    let broken_off = runtime.block_on(async {
        let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
        let mut signals: Vec<Signal> = kinds.into_iter().filter_map(|kind| signal(kind).ok()).collect();
        let mut open = open;
        tokio::select! {
            _ = &mut open => return false,
            () = any(&mut signals) => {}
        }
        tokio::time::timeout(GRACE, open).await.is_err()
    });
    if broken_off {
        if let Some(before) = before {
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, before);
        }
        show_cursor();
        std::process::exit(Exit::Interrupted.code().into());
    }
}

fn any(signals: &mut [Signal]) -> impl Future<Output = ()> {
    poll_fn(|context| {
        let came = signals.iter_mut().any(|signal| signal.poll_recv(context).is_ready());
        if came { Poll::Ready(()) } else { Poll::Pending }
    })
}
