//! `/v2/deployments`.

use super::answer::Answer;
use super::request::Request;
use crate::marathon::clock::Timestamp;
use crate::marathon::problem::Problem;
use crate::marathon::state::Book;

/// GET /v2/deployments.
pub(super) fn list(book: &Book) -> Answer {
    Answer::json(200, &book.deployments_answer())
}

/// DELETE /v2/deployments/ID: takes it back by a new one; with `force` it only ends, where it is.
pub(super) fn delete(book: &mut Book, request: &Request, id: &str) -> Result<Answer, Problem> {
    if request.flag("force", false) {
        book.abandon(id)?;
        return Ok(Answer::empty(202));
    }
    let receipt = book.revert(id, Timestamp::now())?;
    Ok(Answer::receipt(200, &receipt))
}
