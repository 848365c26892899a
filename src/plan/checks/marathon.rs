//! The `marathon-health` check: what Marathon says about the registry's app.

use crate::domain::app::AppId;
use crate::domain::app_status::AppStatus;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::finding::Finding;

const NAME: &str = "marathon-health";

/// The finding about an app that was waited for.
pub fn check(id: &AppId, waited: &Result<AppStatus, Fault>) -> Finding {
    match waited {
        Ok(status) => {
            let healthy = if status.health_checks.is_empty() {
                say!("without a health check")
            } else {
                say!("healthy")
            };
            let (running, wanted) = (status.tasks_running, status.instances);
            Finding::pass(NAME, say!("{running} of {wanted} instances running and {healthy}"))
        }
        Err(fault) => {
            let cause = match fault.kind {
                FaultKind::NotHealthy | FaultKind::NoApp => "not-healthy",
                FaultKind::Unauthorized | FaultKind::Forbidden => "not-allowed",
                FaultKind::Unavailable => "unreachable",
                kind if kind.is_out_of_reach() => "unreachable",
                _ => "bad-answer",
            };
            let hint = fault
                .hint
                .as_deref()
                .unwrap_or_else(|| say!("Is --marathon the right URL, and does Marathon run?"));
            Finding::fail(NAME, cause, fault.message.clone(), hint)
        }
    }
    .about(id)
}

/// The finding where no Marathon is named.
pub fn none() -> Finding {
    Finding::skip(NAME, say!("no Marathon is named (--marathon)"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::finding::Status;

    #[test]
    fn every_outcome_names_its_cause_and_the_next_step() {
        let id: AppId = "/registry".parse().expect("an id");
        let status = AppStatus { instances: 1, tasks_running: 1, ..AppStatus::default() };
        let passed = check(&id, &Ok(status));
        assert_eq!(passed.detail, "1 of 1 instances running and without a health check");
        for (kind, cause) in [
            (FaultKind::NotHealthy, "not-healthy"),
            (FaultKind::Unreachable, "unreachable"),
            (FaultKind::Tls, "bad-answer"),
        ] {
            let failed = check(&id, &Err(Fault::new(kind, "no")));
            assert_eq!(
                (failed.status, failed.cause, &*failed.subject),
                (Status::Fail, Some(cause), "/registry")
            );
            assert!(failed.hint.is_some());
        }
    }
}
