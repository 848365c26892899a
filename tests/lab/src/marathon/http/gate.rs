//! What stands before the API: faults on demand, the Admin Router, passwords, the search for a leader.

use std::time::Duration;

use super::answer::Answer;
use super::pages;
use super::request::Request;
use crate::marathon::control::Control;

/// How a request is to be treated.
#[derive(Debug)]
pub(super) enum Passage {
    /// By the API, perhaps under another path.
    Through(Request),
    /// By this answer, and the API never sees it.
    Answered(Answer),
}

/// How long an answer is held back.
pub(super) fn hold_back(control: &Control) -> Duration {
    Duration::from_millis(control.slow_ms)
}

/// Lets a request pass, or answers it in the place of the API.
pub(super) fn pass(control: &Control, request: Request) -> Passage {
    use Passage::{Answered, Through};
    if control.html {
        return Answered(pages::nginx());
    }
    if control.other_product {
        return Answered(pages::other_product(&request));
    }
    let request = match &control.admin_router_token {
        None => request,
        Some(token) => match behind_admin_router(&request, token) {
            Ok(request) => request,
            Err(answer) => return Answered(*answer),
        },
    };
    if let Some(basic) = &control.basic_auth
        && !is_authorized(&request, basic)
    {
        let answer = pages::jetty(401, "Unauthorized", &request.path);
        return Answered(answer.with("WWW-Authenticate", "Basic realm=\"Mesosphere\""));
    }
    match control.leaderless {
        Some(502) => Answered(pages::jetty(502, "Could not determine the current leader", &request.path)),
        Some(status) => {
            Answered(pages::jetty(status, "Too many concurrent requests! Allowed: 50.", &request.path))
        }
        None => Through(request),
    }
}

/// The Admin Router wants a token, takes its prefix off, and knows nothing else.
fn behind_admin_router(request: &Request, token: &str) -> Result<Request, Box<Answer>> {
    let path = request.path.as_str();
    if path == "/service/marathon" || path == "/marathon" {
        let status = if path == "/marathon" { 307 } else { 301 };
        let page = pages::admin_router(status, "Moved");
        return Err(Box::new(page.with("Location", "/service/marathon/")));
    }
    let inner = path.strip_prefix("/service/marathon").or_else(|| path.strip_prefix("/marathon"));
    let Some(inner) = inner.filter(|it| it.starts_with('/')) else {
        return Err(Box::new(pages::admin_router(404, "Not Found")));
    };
    let given = request.header("authorization").unwrap_or_default();
    if given != format!("token={token}") && given != format!("Bearer {token}") {
        let page = pages::admin_router(401, "Authorization Required");
        return Err(Box::new(page.with("WWW-Authenticate", "oauthjwt")));
    }
    Ok(request.at(inner))
}

fn is_authorized(request: &Request, user_and_password: &str) -> bool {
    let expected = format!("Basic {}", base64(user_and_password.as_bytes()));
    request.header("authorization") == Some(expected.as_str())
}

/// Base64 of the few bytes of a password.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let three = [chunk[0], chunk.get(1).copied().unwrap_or(0), chunk.get(2).copied().unwrap_or(0)];
        let number = u32::from_be_bytes([0, three[0], three[1], three[2]]);
        for place in 0..4 {
            let letter = LETTERS[(number >> (18 - 6 * place)) as usize & 63];
            text.push(if place > chunk.len() { '=' } else { char::from(letter) });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_padded() {
        assert_eq!(base64(b"ops:secret"), "b3BzOnNlY3JldA==");
        assert_eq!(base64(b"a:b"), "YTpi");
        assert_eq!(base64(b"a:bc"), "YTpiYw==");
    }
}
