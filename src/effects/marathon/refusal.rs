//! What an answer means that is not the one that was wished for.

use serde_json::Value;

use crate::domain::fault::{Fault, FaultKind};
use crate::domain::host::printable;
use crate::domain::language::spoken;

const ADMIN_ROUTER: &str =
    later!("Behind Admin Router the URL is https://HOST/service/marathon, without /v2.");

/// An answer other than a good one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// Whether the body is a web page.
    pub html: bool,
    /// Where a redirect leads.
    pub location: Option<String>,
    /// The `WWW-Authenticate` header.
    pub challenge: Option<String>,
    /// The body.
    pub body: String,
}

/// The fault of a server that is something else.
pub(super) fn not_marathon(what: &str, why: &str) -> Fault {
    Fault::new(FaultKind::OtherService, say!("{what}: this is not Marathon: {why}")).hint(ADMIN_ROUTER)
}

impl Refusal {
    /// Whether Marathon itself says that there is no such app, rather than that there is no such page.
    pub fn says_no_such_app(&self) -> bool {
        self.message().is_some_and(|message| message.contains("does not exist"))
    }

    /// One clear fault, with the next thing to do.
    pub fn into_fault(self, what: &str) -> Fault {
        let said = self.message().map(|message| showable(&message));
        let text = |reason: &str| format!("{what}: {reason}");
        let or = |otherwise: &str| said.clone().unwrap_or_else(|| otherwise.to_owned());
        match self.status {
            300..400 => self.redirect(what),
            401 => Fault::new(FaultKind::Unauthorized, text(say!("it wants other credentials (401)")))
                .hint(self.way_in()),
            403 if said.as_deref().is_some_and(|said| said.contains("running deployments")) => {
                Fault::new(FaultKind::Unavailable, text(&or("")))
                    .hint(say!("Wait until other deployments have ended."))
            }
            403 => Fault::new(
                FaultKind::Forbidden,
                text(&say!("not allowed (403): {}", or(say!("no reason given")))),
            )
            .hint(say!("Ask for the right to create and update this app, or use another account.")),
            409 if !self.deployments().is_empty() => self.locked(what),
            409 => Fault::new(FaultKind::AppExists, text(&or(say!("conflict (409)")))),
            400 | 422 if !self.html => Fault::new(
                FaultKind::AppRefused,
                text(&say!("refused: {}{}", or(say!("no reason given")), self.details())),
            ),
            502..=504 => Fault::new(
                FaultKind::Unavailable,
                text(&format!("{} ({})", or(say!("no answer from the leader")), self.status)),
            )
            .hint(say!("Marathon is electing a leader or overloaded; try again in a minute.")),
            500 if !self.html && !self.is_wrong_path() => Fault::new(
                FaultKind::ServerFailed,
                text(&say!("Marathon failed (500): {}", or(say!("no reason given")))),
            ),
            status if self.is_wrong_path() => not_marathon(what, &say!("there is no such path ({status})")),
            status if self.html => not_marathon(what, &say!("it answers with a web page ({status})")),
            status => Fault::new(
                FaultKind::BadAnswer,
                text(&say!("unexpected status {status}: {}", or(say!("no reason given")))),
            ),
        }
    }

    /// A redirect is not followed: it would lose the body of a POST and might carry the credentials elsewhere.
    fn redirect(&self, what: &str) -> Fault {
        let location = self.location.as_deref().map_or_else(|| say!("nowhere").to_owned(), printable);
        Fault::new(FaultKind::Redirected, say!("{what}: it redirects to {location}"))
            .hint(say!("Name the URL that it leads to in --marathon. {}", spoken(ADMIN_ROUTER)))
    }

    fn locked(&self, what: &str) -> Fault {
        let deployments = self.deployments().join(", ");
        Fault::new(FaultKind::AppLocked, say!("{what}: the app is locked by deployment {deployments}"))
            .hint(say!("Wait until that deployment has ended, or cancel it with --force."))
    }

    fn way_in(&self) -> &'static str {
        let challenge = self.challenge.as_deref().unwrap_or_default().to_ascii_lowercase();
        if challenge.contains("jwt") || self.html {
            say!(
                "Give a DC/OS token with --token-file; one that was given may have expired (they last five days)."
            )
        } else if challenge.contains("basic") {
            say!("Give --cluster-user and --cluster-password-file; what was given is not accepted.")
        } else {
            say!("Give a DC/OS token with --token-file, or --cluster-user and --cluster-password-file.")
        }
    }

    /// 1.10 and later say so with status 500, 1.4 with 404 and no JSON; Admin Router and others with a page.
    fn is_wrong_path(&self) -> bool {
        let said = self.message().unwrap_or_else(|| self.body.clone());
        said.starts_with("URI not found") || (self.status == 404 && self.json().is_none())
    }

    fn json(&self) -> Option<Value> {
        serde_json::from_str(&self.body).ok()
    }

    fn message(&self) -> Option<String> {
        self.json()?.get("message")?.as_str().map(str::to_owned)
    }

    /// The ids of the deployments that hold the app.
    fn deployments(&self) -> Vec<String> {
        let json = self.json().unwrap_or_default();
        let listed = json.get("deployments").and_then(Value::as_array).into_iter().flatten();
        listed.filter_map(|item| item.get("id")?.as_str()).map(printable).collect()
    }

    /// `details` is absent, a text, or a list of paths each with its errors.
    fn details(&self) -> String {
        match self.json().unwrap_or_default().get("details") {
            Some(Value::String(text)) => format!(": {}", showable(text)),
            Some(Value::Array(items)) => {
                items.iter().map(|item| format!("; {}", detail(item))).collect::<String>()
            }
            _ => String::new(),
        }
    }
}

fn detail(item: &Value) -> String {
    let path = item.get("path").and_then(Value::as_str).unwrap_or("/");
    let errors = item.get("errors").and_then(Value::as_array).into_iter().flatten();
    let errors: Vec<&str> = errors.filter_map(Value::as_str).collect();
    showable(&format!("{path}: {}", errors.join(", ")))
}

/// A server's words on one line, without what could move a terminal's cursor.
fn showable(text: &str) -> String {
    let line: String = text.chars().take(500).map(|c| if c.is_control() { ' ' } else { c }).collect();
    line.trim().trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(status: u16, body: &str) -> Fault {
        let html = body.starts_with("<html");
        Refusal { status, html, body: body.to_owned(), ..Refusal::default() }.into_fault("updating app /x")
    }

    #[test]
    fn the_two_conflicts_are_told_apart() {
        let locked = fault(
            409,
            r#"{"message":"App is locked by one or more deployments.","deployments":[{"id":"5f3"}]}"#,
        );
        assert_eq!(locked.kind, FaultKind::AppLocked);
        assert!(locked.message.ends_with("locked by deployment 5f3"), "{}", locked.message);
        let exists = fault(409, r#"{"message":"An app with id [/x] already exists."}"#);
        assert_eq!(exists.kind, FaultKind::AppExists);
    }

    #[test]
    fn details_come_in_three_shapes() {
        let cases = [
            (
                422,
                r#"{"message":"Object is not valid","details":[{"path":"/mem","errors":["got -1","expected 0"]}]}"#,
                "refused: Object is not valid; /mem: got -1, expected 0",
            ),
            (
                400,
                r#"{"message":"Invalid JSON","details":"Unexpected character ('x')"}"#,
                "refused: Invalid JSON: Unexpected character ('x')",
            ),
            (
                422,
                r#"{"message":"must not specify both container.docker.network and networks"}"#,
                "refused: must not specify both container.docker.network and networks",
            ),
        ];
        for (status, body, expected) in cases {
            let fault = fault(status, body);
            assert_eq!(
                (fault.kind, fault.message),
                (FaultKind::AppRefused, format!("updating app /x: {expected}"))
            );
        }
    }

    #[test]
    fn a_wrong_path_is_not_taken_for_a_crash() {
        for (status, body) in [
            (500, r#"{"message":"URI not found"}"#),
            (404, "URI not found: /v3/apps"),
            (404, "<html>404</html>"),
            (200, "<html>hello</html>"),
        ] {
            let fault = fault(status, body);
            assert_eq!(fault.kind, FaultKind::OtherService, "{status} {body}");
            assert!(fault.message.contains("this is not Marathon"), "{}", fault.message);
        }
        assert!(fault(500, r#"{"message":"boom"}"#).message.ends_with("Marathon failed (500): boom"));
    }

    #[test]
    fn who_refuses_to_let_us_in_says_how() {
        let mut router = Refusal { status: 401, html: true, body: "<html>".to_owned(), ..Refusal::default() };
        router.challenge = Some("oauthjwt".to_owned());
        let basic = Refusal {
            status: 401,
            challenge: Some("Basic realm=\"Mesosphere\"".to_owned()),
            ..Refusal::default()
        };
        let hint = |refusal: Refusal| refusal.into_fault("x").hint.expect("has a hint");
        assert!(hint(router).contains("--token-file"));
        assert!(hint(basic).contains("--cluster-user"));
        let busy = fault(403, r#"{"message":"Max number (100) of running deployments is achieved. Wait."}"#);
        assert_eq!(busy.kind, FaultKind::Unavailable);
    }

    #[test]
    fn an_absent_leader_is_a_passing_trouble() {
        for status in [502, 503] {
            assert_eq!(fault(status, "Could not determine the current leader").kind, FaultKind::Unavailable);
        }
    }

    #[test]
    fn a_redirect_is_shown_and_not_followed() {
        let refusal =
            Refusal { status: 301, location: Some("/service/marathon/".to_owned()), ..Refusal::default() };
        assert!(refusal.into_fault("x").message.ends_with("it redirects to /service/marathon/"));
    }
}
