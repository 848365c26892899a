//! The `agent-reach` check by way of a local proxy.

use super::seen::{Curl, Seen};
use crate::domain::finding::Finding;

/// The finding about `localhost:PORT` on an agent.
pub(super) fn check(seen: &Seen<'_>, name: &'static str) -> Finding {
    let fail = |cause, detail: String, hint: &str| Finding::fail(name, cause, detail, hint);
    let again = say!("Run regctl trust-agents --mode local-proxy.");
    match (seen.curl(), seen.connection()) {
        (Some(Curl::Status("200" | "401")), _) => {
            Finding::pass(name, say!("reached through the local proxy"))
        }
        (None, Some("connected")) => Finding::pass(name, say!("the local proxy is there")),
        (Some(Curl::Status(status @ ("502" | "503" | "504"))), _) => fail(
            "proxy-cut-off",
            say!("the local proxy answers {status}: it does not reach the registry, or does not trust it"),
            say!("regctl trust-agents --mode local-proxy tells nginx's own words about it."),
        ),
        (Some(Curl::Status(status)), _) => fail(
            "not-a-registry",
            say!("/v2/ answers {status}, which no registry does"),
            say!("Something else listens on that port: compare --proxy-port with that of trust-agents."),
        ),
        (Some(Curl::Failed(7, _)), _) => {
            fail("connection-refused", say!("no local proxy listens there").to_owned(), again)
        }
        (Some(Curl::Failed(_, words)), _) | (None, Some(words)) => {
            fail("unreachable", words.to_owned(), again)
        }
        (None, None) => Finding::skip(name, say!("there is neither curl nor bash nor nc to try it with")),
    }
}
