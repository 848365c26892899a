//! From one host to another, through this machine: they need not know each other.

use std::sync::Arc;
use std::time::Duration;

use super::Ssh;
use super::freight::{Catch, Errand, Freight};
use crate::domain::agent::{AgentError, AgentErrorKind, Target};
use crate::domain::script::{Answer, RemoteScript};

/// So much is on its way at a time.
const ON_ITS_WAY: usize = 256 << 10;

/// One end of the way.
#[derive(Clone, Copy)]
pub struct Leg<'a> {
    /// The host.
    pub target: &'a Target,
    /// What runs there.
    pub script: &'a RemoteScript,
}

impl Ssh {
    /// Runs a script on each of two hosts: what the first one writes after its line `stream` the second one gets when it
    /// says `ready`. The answer is the second one's. When `stop` comes, the stream ends where it is, and the second
    /// script is let finish: it has to tell half a stream from a whole one by itself.
    pub async fn relay(
        &self,
        (from, to): (Leg<'_>, Leg<'_>),
        stop: impl Future<Output = ()>,
        deadline: Duration,
    ) -> Result<Answer, AgentError> {
        let (sink, source) = tokio::io::duplex(ON_ITS_WAY);
        let catch = Some(Catch { sink, observer: Arc::clone(&self.observer) });
        let fetch = Errand { script: from.script, freight: Freight { payload: None, catch } };
        let bring =
            Errand { script: to.script, freight: Freight { payload: Some(Box::new(source)), catch: None } };
        let sending = async {
            tokio::select! {
                sent = self.visit(from.target, fetch, deadline) => sent,
                () = stop => Err(AgentError::new(AgentErrorKind::Interrupted, say!("the copy was broken off"))),
            }
        };
        let (sent, received) = tokio::join!(sending, self.visit(to.target, bring, deadline));
        match (sent, received) {
            // A host that takes no more breaks the stream of the other, too: it knows why.
            (_, Ok(answer)) if answer.failure.is_none() => Ok(answer),
            (Ok(sent), received) => sent.failure.map_or(received, Err),
            (Err(error), received) => match received {
                Ok(Answer { failure: Some(why), .. }) if error.kind == AgentErrorKind::Protocol => Err(why),
                _ => Err(error),
            },
        }
    }
}
