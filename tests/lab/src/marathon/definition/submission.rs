//! What a client sends, turned into what Marathon keeps, or refused.

use serde_json::{Value, json};

use super::app::App;
use super::fields_1_4;
use super::fields_1_11;
use super::reader::{Decimals, Fault, Reader};
use super::view::{Fields, text};
use super::{canonical, legacy, rules_1_4, rules_1_11};
use crate::marathon::app_id::AppId;
use crate::marathon::clock::Timestamp;
use crate::marathon::config::MarathonVersion;
use crate::marathon::problem::Problem;

/// What a PUT asks for.
#[derive(Debug)]
pub(crate) enum Submission {
    /// This definition.
    Definition(Fields),
    /// The definition of an earlier version.
    Rollback(Timestamp),
}

/// A new app, from the body of a POST.
pub(crate) fn created(version: MarathonVersion, body: &[u8]) -> Result<(AppId, Fields), Problem> {
    let document = document(body)?;
    let mut fields = read(version, &document)?;
    forget_answers(&mut fields);
    let id = AppId::canonical(text(&fields, "id"));
    Ok((id.clone(), accepted(version, &id, fields)?))
}

/// A whole definition for an id that the route names, from the body of a PUT.
pub(crate) fn replaced(version: MarathonVersion, id: &AppId, body: &[u8]) -> Result<Fields, Problem> {
    let mut document = document(body)?;
    let Some(object) = document.as_object_mut() else {
        return Err(Problem::Types(vec![Fault::new("", "error.expected.jsobject")]));
    };
    object.insert("id".to_owned(), json!(id.as_str()));
    let mut fields = read(version, &document)?;
    forget_answers(&mut fields);
    accepted(version, id, fields)
}

/// Some fields for an app that is there, from the body of a PUT or PATCH: what is absent stays.
pub(crate) fn updated(version: MarathonVersion, app: &App, body: &[u8]) -> Result<Submission, Problem> {
    let document = document(body)?;
    let mut given = document.as_object().cloned().unwrap_or_default();
    given.retain(|_, value| !value.is_null());
    let mut complete = given.clone();
    complete.insert("id".to_owned(), json!(app.id.as_str()));
    let read = read(version, &Value::Object(complete))?;
    if let Some(submission) = rollback(&given, &read)? {
        return Ok(submission);
    }
    // Defaults of fields that were not given are not wanted here.
    let known: Fields = read.into_iter().filter(|(key, _)| given.contains_key(key)).collect();
    let mut merged = app.fields().clone();
    for (key, value) in moved(version, known)? {
        merged.insert(key, value);
    }
    accepted(version, &app.id, merged).map(Submission::Definition)
}

/// `version` asks for an earlier definition, and nothing else may be asked for with it.
fn rollback(given: &Fields, read: &Fields) -> Result<Option<Submission>, Problem> {
    let Some(wanted) = given.get("version").and_then(Value::as_str) else { return Ok(None) };
    if read.keys().any(|key| key != "version" && key != "id" && given.contains_key(key)) {
        let error = "The 'version' field may only be combined with the 'id' field.";
        return Err(Problem::Rules(vec![Fault::new("/", error)]));
    }
    let wanted = Timestamp::parse(wanted)
        .ok_or_else(|| Problem::Types(vec![Fault::new("/version", "error.expected.date.isoformat")]))?;
    Ok(Some(Submission::Rollback(wanted)))
}

/// The old keys of an update in their new places, so that they replace what is there.
fn moved(version: MarathonVersion, mut given: Fields) -> Result<Fields, Problem> {
    if version == MarathonVersion::V1_4 {
        return Ok(given);
    }
    rules_1_11::judge_old_form(&given).map_err(Problem::Rules)?;
    let speaks_of_networks = given.contains_key("networks")
        || given.contains_key("ipAddress")
        || given.get("container").is_some_and(|it| it["docker"].get("network").is_some());
    let definitions = given.contains_key("portDefinitions") || given.contains_key("ports");
    if speaks_of_networks || given.contains_key("uris") {
        given = canonical::migrated(given)?;
    }
    if !speaks_of_networks {
        given.shift_remove("networks");
    }
    if !definitions {
        given.shift_remove("portDefinitions");
    }
    Ok(given)
}

/// The app as it is kept, if the rules of this generation let it pass.
fn accepted(version: MarathonVersion, id: &AppId, mut app: Fields) -> Result<Fields, Problem> {
    app.insert("id".to_owned(), json!(id.as_str()));
    if version == MarathonVersion::V1_4 {
        let app = legacy::completed(app)?;
        rules_1_4::judge(id, &app).map_err(Problem::Rules)?;
        return Ok(app);
    }
    rules_1_11::judge_old_form(&app).map_err(Problem::Rules)?;
    let mut app = canonical::migrated(app)?;
    app.entry("role").or_insert_with(|| json!(rules_1_11::DEFAULT_ROLE));
    rules_1_11::judge(id, &app).map_err(Problem::Rules)?;
    upper_case_operators(&app)?;
    canonical::completed(app)
}

/// An operator in small letters passes the rules of 1.11 and then breaks its conversion.
fn upper_case_operators(app: &Fields) -> Result<(), Problem> {
    for constraint in app.get("constraints").and_then(Value::as_array).into_iter().flatten() {
        let operator = constraint[1].as_str().unwrap_or_default();
        if operator != operator.to_ascii_uppercase() {
            let words: Vec<&str> =
                constraint.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            let sentence = format!("illegal constraint specification {}", words.join(","));
            return Err(Problem::Broken(sentence));
        }
    }
    Ok(())
}

fn read(version: MarathonVersion, document: &Value) -> Result<Fields, Problem> {
    let (fields, decimals) = match version {
        MarathonVersion::V1_4 => (fields_1_4::APP, Decimals::Short),
        MarathonVersion::V1_11 => (fields_1_11::APP, Decimals::Long),
    };
    let read = Reader::read(document, fields, decimals).map_err(Problem::Types)?;
    if version == MarathonVersion::V1_4 {
        legacy::judge_while_reading(&read)?;
    }
    Ok(read)
}

/// A definition that was read from Marathon and is sent back carries its version: that is no part of it.
fn forget_answers(fields: &mut Fields) {
    fields.shift_remove("version");
}

fn document(body: &[u8]) -> Result<Value, Problem> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Err(Problem::NoBody);
    }
    serde_json::from_slice(body).map_err(|error| Problem::NotJson(error.to_string()))
}
