//! The `nexus-status` check: whether a Nexus takes what is sent to it.

use crate::domain::fault::Fault;
use crate::domain::finding::Finding;

const NAME: &str = "nexus-status";

/// The finding about what `/service/rest/v1/status/writable` answers.
pub fn status(writable: &Result<bool, Fault>) -> Finding {
    match writable {
        Ok(true) => Finding::pass(NAME, say!("Nexus is up and can be written to")),
        Ok(false) => Finding::fail(
            NAME,
            "not-writable",
            say!("Nexus answers, but cannot be written to"),
            say!(
                "It is starting, frozen (System, Nodes on its web page), or the disk of its data folder is full."
            ),
        ),
        Err(fault) => {
            let hint = fault
                .hint
                .as_deref()
                .unwrap_or_else(|| say!("Its web page is where the second port of its task is."));
            Finding::fail(NAME, "no-answer", fault.message.clone(), hint)
        }
    }
}

/// The finding where nothing says where its web page is.
pub fn unknown() -> Finding {
    Finding::skip(NAME, say!("no Marathon runs it, and no url is named under [registry.nexus]"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fault::FaultKind;
    use crate::domain::finding::Status;

    #[test]
    fn a_nexus_that_takes_nothing_fails_with_what_to_look_at() {
        assert_eq!(status(&Ok(true)).status, Status::Pass);
        let fault = Fault::new(FaultKind::Unreachable, "asking http://a1:8081: connection refused");
        for (answer, cause) in [(Ok(false), "not-writable"), (Err(fault), "no-answer")] {
            let finding = status(&answer);
            assert_eq!((finding.status, finding.cause), (Status::Fail, Some(cause)));
            assert!(finding.hint.is_some());
        }
        assert_eq!(unknown().status, Status::Skip);
    }
}
