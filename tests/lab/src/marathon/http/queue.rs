//! `/v2/queue`.

use super::answer::Answer;
use super::request::Request;
use crate::marathon::app_id::AppId;
use crate::marathon::clock::Timestamp;
use crate::marathon::launch::Agent;
use crate::marathon::problem::Problem;
use crate::marathon::state::Book;

/// GET /v2/queue.
pub(super) fn list(book: &Book, request: &Request, agents: &[Agent]) -> Answer {
    let with_offers = request.parameters("embed").any(|it| it == "lastUnusedOffers");
    Answer::json(200, &book.queue_answer(with_offers.then_some(agents), Timestamp::now()))
}

/// DELETE /v2/queue/ID/delay.
pub(super) fn reset_delay(book: &mut Book, id: &AppId) -> Result<Answer, Problem> {
    if !book.is_queued(id) {
        return Err(Problem::NotFound(format!("Application {id} not found in tasks queue.")));
    }
    book.forget_delay(id);
    Ok(Answer::empty(204))
}
