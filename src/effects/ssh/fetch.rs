//! Something from a host that is too long for an answer.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::AsyncReadExt as _;

use super::freight::{Catch, Errand, Freight};
use super::{Leg, Ssh};
use crate::domain::agent::{AgentError, AgentErrorKind};
use crate::domain::script::Answer;

/// So much is on its way at a time.
const ON_ITS_WAY: usize = 256 << 10;

impl Ssh {
    /// Runs a script on a host and hands what it writes after its line `stream` to `take`, piece by piece. The answer is
    /// that of a script which never came so far. Errors: `take` refuses what comes, or the login or the script failed.
    pub async fn fetch(
        &self,
        from: Leg<'_>,
        mut take: impl FnMut(&[u8]) -> Result<(), String>,
        deadline: Duration,
    ) -> Result<Answer, AgentError> {
        let (sink, mut source) = tokio::io::duplex(ON_ITS_WAY);
        let catch = Some(Catch { sink, observer: Arc::clone(&self.observer) });
        let errand = Errand { script: from.script, freight: Freight { payload: None, catch } };
        let reading = async move {
            let mut piece = vec![0; 64 << 10];
            loop {
                match source.read(&mut piece).await {
                    Ok(0) | Err(_) => return Ok(()),
                    Ok(bytes) => take(&piece[..bytes])?,
                }
            }
        };
        let (sent, read) = tokio::join!(self.visit(from.target, errand, deadline), reading);
        // Where nobody takes more, the stream breaks; that is the reason, not the broken stream.
        read.map_err(|why: String| AgentError::new(AgentErrorKind::Protocol, why))?;
        sent
    }
}
