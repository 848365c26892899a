//! `/v2/tasks` and `/v2/apps/ID/tasks`.

use serde_json::{Value, json};

use super::answer::Answer;
use super::request::Request;
use crate::marathon::app_id::AppId;
use crate::marathon::problem::Problem;
use crate::marathon::state::Book;

/// GET /v2/tasks: JSON, or lines of text for whoever asks for them.
pub(super) fn all(book: &Book, request: &Request) -> Answer {
    if request.header("accept").is_some_and(|it| it.starts_with("text/plain")) {
        return Answer::text(200, "text/plain", book.endpoints());
    }
    Answer::json(200, &json!({ "tasks": book.tasks(None) }))
}

/// GET /v2/apps/ID/tasks.
pub(super) fn of_app(book: &Book, id: &AppId) -> Result<Answer, Problem> {
    book.app(id).ok_or_else(|| Problem::no_app(id))?;
    Ok(Answer::json(200, &json!({ "tasks": book.tasks(Some(id)) })))
}

/// DELETE /v2/apps/ID/tasks[?host=H]: ends them; the app gets new ones.
pub(super) fn kill_many(book: &mut Book, request: &Request, id: &AppId) -> Result<Answer, Problem> {
    book.app(id).ok_or_else(|| Problem::no_app(id))?;
    let host = request.parameters("host").next().filter(|it| *it != "*").map(str::to_owned);
    let fits = |task: &Value| host.as_deref().is_none_or(|host| task["host"] == host);
    let tasks: Vec<Value> = book.tasks(Some(id)).into_iter().filter(fits).collect();
    for task in &tasks {
        book.kill(task["id"].as_str().unwrap_or_default());
    }
    Ok(Answer::json(200, &json!({ "tasks": tasks })))
}

/// DELETE /v2/apps/ID/tasks/TASK.
pub(super) fn kill_one(book: &mut Book, id: &AppId, task_id: &str) -> Result<Answer, Problem> {
    book.app(id).ok_or_else(|| Problem::no_app(id))?;
    let task = book.tasks(Some(id)).into_iter().find(|task| task["id"] == task_id);
    let task = task.ok_or_else(|| Problem::NotFound(format!("Task '{task_id}' does not exist")))?;
    book.kill(task_id);
    Ok(Answer::json(200, &json!({ "task": task })))
}
