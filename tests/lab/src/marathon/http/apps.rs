//! `/v2/apps`: create, read, replace, update, restart, delete, versions.

use serde_json::{Value, json};

use super::answer::Answer;
use super::request::Request;
use crate::marathon::app_id::AppId;
use crate::marathon::clock::Timestamp;
use crate::marathon::definition::{App, Submission, VersionInfo, created, replaced, updated};
use crate::marathon::problem::Problem;
use crate::marathon::state::{Book, Detail, Event, Target};

/// POST /v2/apps.
pub(super) fn create(book: &mut Book, request: &Request) -> Result<Answer, Problem> {
    let (id, fields) = created(book.version(), &request.body)?;
    if book.app(&id).is_some() {
        return Err(Problem::Exists(id));
    }
    let now = Timestamp::now();
    let force = request.flag("force", false);
    let receipt = book.change(&id, Target::Defined(fields.clone()), force, now)?;
    posted(book, request, &id);
    let app = App::new(id.clone(), fields, VersionInfo::new(receipt.version));
    let body = book.creation_answer(&app, &receipt.deployment_id);
    Ok(Answer::json(201, &body)
        .with("Marathon-Deployment-Id", receipt.deployment_id)
        .with("Location", location(request, &id)))
}

/// PUT or PATCH /v2/apps/ID. Only PUT creates, and only PUT can be told to replace.
pub(super) fn put(book: &mut Book, request: &Request, id: &AppId) -> Result<Answer, Problem> {
    let patch = request.method == "PATCH";
    let partial = patch || request.flag("partialUpdate", true);
    let before = book.app(id).cloned();
    if patch && before.is_none() {
        return Err(Problem::no_app(id));
    }
    let submission = match &before {
        Some(app) if partial => updated(book.version(), app, &request.body)?,
        _ => Submission::Definition(replaced(book.version(), id, &request.body)?),
    };
    let target = match submission {
        Submission::Definition(fields) => Target::Defined(fields),
        Submission::Rollback(version) => {
            let app = book.app_at(id, version).cloned().ok_or_else(|| Problem::no_app(id))?;
            Target::Restored(app)
        }
    };
    let receipt = book.change(id, target, request.flag("force", false), Timestamp::now())?;
    posted(book, request, id);
    let status = if before.is_some() { 200 } else { 201 };
    let answer = Answer::receipt(status, &receipt);
    Ok(if before.is_some() { answer } else { answer.with("Location", location(request, id)) })
}

/// DELETE /v2/apps/ID. It cancels whatever holds the app, unless told not to.
pub(super) fn delete(book: &mut Book, request: &Request, id: &AppId) -> Result<Answer, Problem> {
    let force = request.flag("force", true);
    let receipt = book.change(id, Target::Removed, force, Timestamp::now())?;
    Ok(Answer::receipt(200, &receipt))
}

/// POST /v2/apps/ID/restart.
pub(super) fn restart(book: &mut Book, request: &Request, id: &AppId) -> Result<Answer, Problem> {
    let force = request.flag("force", false);
    let receipt = book.change(id, Target::Restarted, force, Timestamp::now())?;
    Ok(Answer::receipt(200, &receipt))
}

/// GET /v2/apps, filtered by id, command and label.
pub(super) fn list(book: &Book, request: &Request) -> Answer {
    let detail = detail(request);
    let apps: Vec<Value> = book
        .app_ids()
        .filter(|id| book.app(id).is_some_and(|app| is_asked_for(app, request)))
        .filter_map(|id| book.app_answer(id, detail))
        .collect();
    Answer::json(200, &json!({ "apps": apps }))
}

/// GET /v2/apps/ID.
pub(super) fn show(book: &Book, id: &AppId) -> Result<Answer, Problem> {
    let app = book.app_answer(id, Detail::Tasks).ok_or_else(|| Problem::no_app(id))?;
    Ok(Answer::json(200, &json!({ "app": app })))
}

/// GET /v2/apps/ID/versions.
pub(super) fn versions(book: &Book, id: &AppId) -> Result<Answer, Problem> {
    let versions = book.versions(id).ok_or_else(|| Problem::no_app(id))?;
    Ok(Answer::json(200, &json!({ "versions": versions })))
}

/// GET /v2/apps/ID/versions/VERSION.
pub(super) fn version(book: &Book, id: &AppId, version: &str) -> Result<Answer, Problem> {
    let at = Timestamp::parse(version)
        .ok_or_else(|| Problem::Refused(format!("Invalid format: \"{version}\"")))?;
    let app = book
        .app_at(id, at)
        .ok_or_else(|| Problem::NotFound(format!("App '{id}' does not exist in version {at}")))?;
    Ok(Answer::json(200, &Value::Object(app.answer(book.version()))))
}

fn detail(request: &Request) -> Detail {
    let tasks =
        request.parameters("embed").any(|it| matches!(it, "apps.tasks" | "app.tasks" | "apps.failures"));
    if tasks { Detail::Tasks } else { Detail::Counts }
}

fn is_asked_for(app: &App, request: &Request) -> bool {
    let holds = |name: &str, text: &str| {
        request.parameters(name).all(|it| text.to_lowercase().contains(&it.to_lowercase()))
    };
    let command = app.fields().get("cmd").and_then(Value::as_str).unwrap_or_default();
    let labelled = |selector: &str| match selector.split_once("==") {
        Some((key, value)) => app.label(key.trim()) == Some(value.trim()),
        None => app.label(selector.trim()).is_some(),
    };
    holds("id", app.id.as_str()) && holds("cmd", command) && request.parameters("label").all(labelled)
}

/// The real one gives the id where a URL is due, which its server then completes.
fn location(request: &Request, id: &AppId) -> String {
    format!("http://{}{id}", request.header("host").unwrap_or("localhost"))
}

fn posted(book: &mut Book, request: &Request, id: &AppId) {
    let definition = book.app(id).map(|app| app.answer(book.version()));
    let content = json!({"clientIp": request.peer, "uri": request.path, "appDefinition": definition});
    book.happened(Event::new("api_post_event", content));
}
