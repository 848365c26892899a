//! Everything that Marathon refuses, and how each version words it.

use serde_json::{Value, json};

use super::app_id::AppId;
use super::config::MarathonVersion;
use super::definition::Fault;

/// A refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Problem {
    /// The body is no JSON; the parser's own words.
    NotJson(String),
    /// There is no body where one is needed.
    NoBody,
    /// JSON whose types or ranges are wrong.
    Types(Vec<Fault>),
    /// Well-formed, but against the rules.
    Rules(Vec<Fault>),
    /// One sentence, 422.
    Refused(String),
    /// Other deployments hold the app: their ids.
    Locked(Vec<String>),
    /// POST of an app that is there.
    Exists(AppId),
    /// No such thing; one sentence.
    NotFound(String),
    /// More deployments run than may.
    TooManyDeployments(usize),
    /// A failure that the real one does not map to a refusal.
    Broken(String),
    /// No such route.
    NoRoute(String),
    /// A route, but not for this method.
    MethodNotAllowed,
    /// A body that says it is no JSON.
    UnsupportedMediaType,
}

impl Problem {
    /// The missing app of this id.
    pub(crate) fn no_app(id: &AppId) -> Self {
        Self::NotFound(format!("App '{id}' does not exist"))
    }

    /// The status and the JSON body.
    pub(crate) fn answer(&self, version: MarathonVersion) -> (u16, Value) {
        match self {
            Self::NotJson(words) => (400, json!({"message": "Invalid JSON", "details": words})),
            Self::NoBody => (
                400,
                json!({
                    "message": "Please specify data in JSON format",
                    "details": "No content to map due to end-of-input",
                }),
            ),
            Self::Types(faults) => {
                let status = if version == MarathonVersion::V1_4 { 400 } else { 422 };
                (status, json!({"message": "Invalid JSON", "details": details(faults)}))
            }
            Self::Rules(faults) => {
                (422, json!({"message": "Object is not valid", "details": details(faults)}))
            }
            Self::Refused(sentence) => (422, message(sentence)),
            Self::Locked(deployments) => (409, locked(deployments)),
            Self::Exists(id) => (409, message(&format!("An app with id [{id}] already exists."))),
            Self::NotFound(sentence) => (404, message(sentence)),
            Self::TooManyDeployments(most) => (403, message(&too_many(*most))),
            Self::Broken(sentence) => (500, message(sentence)),
            Self::NoRoute(path) if version == MarathonVersion::V1_4 => {
                (404, message(&format!("URI not found: {path}")))
            }
            Self::NoRoute(_) => (500, message("URI not found")),
            Self::MethodNotAllowed => (405, message("Method Not Allowed")),
            Self::UnsupportedMediaType => (415, message("Unsupported Media Type")),
        }
    }
}

fn message(sentence: &str) -> Value {
    json!({ "message": sentence })
}

fn details(faults: &[Fault]) -> Value {
    faults.iter().map(|fault| json!({"path": fault.path, "errors": fault.errors})).collect()
}

fn locked(deployments: &[String]) -> Value {
    let ids: Vec<Value> = deployments.iter().map(|id| json!({ "id": id })).collect();
    let sentence = "App is locked by one or more deployments. Override with the option '?force=true'. \
                    View details at '/v2/deployments/<DEPLOYMENT_ID>'.";
    json!({"message": sentence, "deployments": ids})
}

fn too_many(most: usize) -> String {
    format!(
        "Max number ({most}) of running deployments is achieved. Wait for existing deployments to complete or \
         cancel oneusing force=true parameter. You can increase max deployment number by using \
         --max_running_deployments parameter but be advised that this can have negative effects on the performance."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(problem: &Problem) -> (u16, u16) {
        (problem.answer(MarathonVersion::V1_4).0, problem.answer(MarathonVersion::V1_11).0)
    }

    #[test]
    fn the_versions_differ_in_type_errors_and_unknown_routes_only() {
        let faults = vec![Fault::new("/mem", "error.expected.jsnumber")];
        assert_eq!(status(&Problem::Types(faults.clone())), (400, 422));
        assert_eq!(status(&Problem::Rules(faults)), (422, 422));
        assert_eq!(status(&Problem::NoRoute("/v3".to_owned())), (404, 500));
        assert_eq!(status(&Problem::NotJson("?".to_owned())), (400, 400));
    }

    #[test]
    fn a_lock_names_its_deployments_and_an_existing_app_has_none() {
        let (status, body) = Problem::Locked(vec!["d1".to_owned()]).answer(MarathonVersion::V1_11);
        assert_eq!((status, &body["deployments"]), (409, &json!([{"id": "d1"}])));
        let (status, body) = Problem::Exists(AppId::canonical("/a")).answer(MarathonVersion::V1_11);
        assert_eq!((status, body.get("deployments")), (409, None));
    }
}
