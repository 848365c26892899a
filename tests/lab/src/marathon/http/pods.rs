//! `/v2/pods`, as far as it is read.

use super::answer::Answer;
use super::request::Request;
use crate::marathon::control::Control;
use crate::marathon::problem::Problem;

/// GET /v2/pods: a list without a name around it, empty where no pod runs.
pub(super) fn list(control: &Control, request: &Request) -> Result<Answer, Problem> {
    if control.podless {
        return Err(Problem::NotFound(format!("URI not found: {}", request.path)));
    }
    Ok(Answer::json(200, &serde_json::Value::Array(control.pods.clone())))
}
