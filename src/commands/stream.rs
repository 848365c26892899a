//! Passes each agent's result on as soon as it is there: `--stream`.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use time::OffsetDateTime;

use super::Context;
use crate::domain::event::{Event, Observer};
use crate::domain::fault::Fault;
use crate::domain::script::Outcome;
use crate::domain::trust::AgentReport;
use crate::plan::selection::{Selected, Selection};
use crate::plan::trust;
use crate::report::{self, Format};
use crate::terminal::Screen;

/// Writes one line of JSON on stdout for each agent; everything else goes to the screen.
pub(super) struct Stream {
    screen: Arc<Screen>,
    selection: Selection,
    /// Which of the targets have been passed on.
    settled: Mutex<Vec<bool>>,
}

impl Stream {
    /// A stream for these agents. Errors: the output is not JSON.
    pub(super) fn begin(selection: &Selection, context: &Context) -> Result<Self> {
        if context.format != Format::Json {
            return Err(Fault::usage(say!("--stream writes JSON: say --output json too")).into());
        }
        let settled = Mutex::new(vec![false; selection.targets.len()]);
        Ok(Self { screen: Arc::clone(&context.screen), selection: selection.clone(), settled })
    }

    /// Passes on what is left when all is over: agents that nothing connects to, and those whose turn never came.
    pub(super) fn finish(&self, agents: &[AgentReport]) {
        let settled = self.settled.lock().unwrap_or_else(PoisonError::into_inner);
        let is_left = |agent: &Selected| agent.login.as_ref().map_or(true, |target| !settled[*target]);
        for (agent, report) in self.selection.agents.iter().zip(agents) {
            if is_left(agent) {
                self.screen.hand_out(&report::agent_line(report));
            }
        }
    }

    fn settle(&self, target: usize, outcome: &Outcome) {
        self.settled.lock().unwrap_or_else(PoisonError::into_inner)[target] = true;
        let now = OffsetDateTime::now_utc();
        for agent in self.selection.agents.iter().filter(|agent| agent.login == Ok(target)) {
            self.screen.hand_out(&report::agent_line(&trust::agent_report(agent, Some(outcome), now)));
        }
    }
}

impl Observer for Stream {
    fn observe(&self, event: Event) {
        match &event {
            Event::Settled { target, outcome } => self.settle(*target, outcome),
            _ => self.screen.observe(event),
        }
    }
}
