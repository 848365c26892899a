//! Reads what a registry answers. Nothing here does anything, so that it can be given whatever a server might send.

use reqwest::Url;
use serde::Deserialize;

use crate::domain::challenge::Challenge;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::host::printable;
use crate::domain::secret::Secret;

/// The names on a page of the catalog: whatever text the registry gives for them.
pub fn repositories(what: &str, page: &[u8]) -> Result<Vec<String>, Fault> {
    #[derive(Deserialize)]
    struct Page {
        /// Null where a registry without repositories is older than 2.4.
        repositories: Option<Vec<String>>,
    }
    let page: Page = serde_json::from_slice(page).map_err(|error| bad_answer(format!("{what}: {error}")))?;
    Ok(page.repositories.unwrap_or_default())
}

/// The tags on a page of a repository's list: whatever text the registry gives for them.
pub fn tags(what: &str, page: &[u8]) -> Result<Vec<String>, Fault> {
    #[derive(Deserialize)]
    struct Page {
        /// Null where the last tag has been deleted.
        tags: Option<Vec<String>>,
    }
    let page: Page = serde_json::from_slice(page).map_err(|error| bad_answer(format!("{what}: {error}")))?;
    Ok(page.tags.unwrap_or_default())
}

/// The next page as a `Link` header names it, made absolute; nothing where there is none.
pub fn next_page(link: &str, of: &Url) -> Option<String> {
    let (target, parameters) = link.strip_prefix('<')?.split_once('>')?;
    let next = parameters.contains("rel=\"next\"") || parameters.contains("rel=next");
    next.then(|| of.join(target).map(String::from).ok()).flatten()
}

/// A URL that the registry names, which may be relative. Credentials and images go nowhere else, so another host, port
/// or scheme is an error.
pub fn same_place(base: &Url, text: &str, what: &str) -> Result<Url, Fault> {
    let place =
        |url: &Url| (url.scheme().to_owned(), url.host_str().map(str::to_owned), url.port_or_known_default());
    match base.join(text) {
        Ok(url) if place(&url) == place(base) => Ok(url),
        Ok(url) => {
            let named = format!("{}://{}", url.scheme(), printable(url.host_str().unwrap_or_default()));
            Err(bad_answer(say!("{what}: the registry points to {named}, where regctl does not follow"))
                .hint(say!(
                    "A proxy in front of the registry must pass Host and X-Forwarded-Proto on to it."
                )))
        }
        Err(_) => Err(bad_answer(say!("{what}: the registry points to `{}`", printable(text)))),
    }
}

/// A URL that the registry sends whoever reads a blob to, which may be anywhere: nothing of ours goes there, and what
/// comes is compared with what was pushed. Over TLS, unless the registry has none itself.
pub fn elsewhere(base: &Url, text: &str, what: &str) -> Result<Url, Fault> {
    let is_safe = |url: &Url| url.scheme() == "https" || (url.scheme() == "http" && base.scheme() == "http");
    let bad = || bad_answer(say!("{what}: the registry sends readers to `{}`", printable(text)));
    let mut url = base.join(text).ok().filter(|url| is_safe(url) && url != base).ok_or_else(bad)?;
    let _ = url.set_username("");
    let _ = url.set_password(None);
    Ok(url)
}

/// Where a challenge sends the user for a token, with all that it wants to be asked for. The user's password goes there,
/// so it must be over TLS; only a registry that is spoken to without TLS itself may have its token server on the same
/// host without TLS.
pub fn realm(base: &Url, challenge: &Challenge, user: &str, what: &str) -> Result<Url, Fault> {
    let named = |name: &str| challenge.parameters.get(name).map(String::as_str).unwrap_or_default();
    let nonsense = || bad_answer(say!("{what}: its token server is at `{}`", printable(named("realm"))));
    let mut url: Url = named("realm").parse().map_err(|_| nonsense())?;
    let plain_as_the_registry =
        url.scheme() == "http" && base.scheme() == "http" && url.host() == base.host();
    if !(url.scheme() == "https" || plain_as_the_registry) || url.host().is_none() {
        return Err(nonsense().hint(say!(
            "A password goes there over https only, or to the registry's own host where the \
             registry has no TLS either."
        )));
    }
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.query_pairs_mut().append_pair("service", named("service")).append_pair("account", user);
    for scope in named("scope").split_whitespace() {
        url.query_pairs_mut().append_pair("scope", scope);
    }
    Ok(url)
}

/// The token that a token server gave.
pub fn token(what: &str, body: &[u8]) -> Result<Secret, Fault> {
    #[derive(Deserialize)]
    struct Given {
        token: Option<String>,
        access_token: Option<String>,
    }
    // The error does not quote what may be a token.
    let given: Option<Given> = serde_json::from_slice(body).ok();
    let token = given.and_then(|given| given.token.or(given.access_token)).unwrap_or_default();
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(bad_answer(say!("{what}: it gave no token")));
    }
    Ok(Secret::new(token))
}

/// The registry's own words for a refusal: ` CODE: message`, or nothing where it has none.
pub fn words(body: &[u8]) -> String {
    #[derive(Deserialize)]
    struct Errors {
        errors: Vec<Told>,
    }
    #[derive(Deserialize)]
    struct Told {
        code: String,
        #[serde(default)]
        message: String,
    }
    let told =
        serde_json::from_slice::<Errors>(body).ok().and_then(|errors| errors.errors.into_iter().next());
    told.map(|told| format!(" {}: {}", printable(&told.code), printable(&told.message))).unwrap_or_default()
}

/// The fault of a registry that answers something else than it should.
pub(super) fn bad_answer(message: String) -> Fault {
    Fault::new(FaultKind::BadAnswer, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base() -> Url {
        "https://192.168.0.1/".parse().expect("a URL")
    }

    #[test]
    fn the_next_page_is_the_one_that_the_link_names() {
        let next = |link| next_page(link, &base());
        let expected = Some("https://192.168.0.1/v2/_catalog?last=x&n=2".to_owned());
        assert_eq!(next("</v2/_catalog?last=x&n=2>; rel=\"next\""), expected);
        assert_eq!(next("</v2/_catalog?last=x&n=2>; rel=next"), expected);
        for none in ["", "</v2/>; rel=\"prev\"", "/v2/; rel=\"next\"", "<http://[>; rel=next"] {
            assert_eq!(next(none), None, "{none}");
        }
    }

    #[test]
    fn credentials_stay_at_the_same_place() {
        assert!(same_place(&base(), "/v2/x/blobs/uploads/1?_state=a", "x").is_ok());
        assert!(same_place(&base(), "https://192.168.0.1:443/v2/", "x").is_ok());
        for elsewhere in ["http://192.168.0.1/v2/", "//evil.example/v2/", "https://192.168.0.1:444/", "ftp:x"]
        {
            assert!(same_place(&base(), elsewhere, "x").is_err(), "{elsewhere}");
        }
    }

    #[test]
    fn readers_of_blobs_are_sent_elsewhere_over_tls_alone() {
        let sent = |base: &str, to| elsewhere(&base.parse().expect("a URL"), to, "x").map(String::from);
        let (tls, plain) = ("https://192.168.0.1/", "http://192.168.0.1:5000/");
        assert_eq!(
            sent(tls, "https://u:p@s3.example.com/b?s=1"),
            Ok("https://s3.example.com/b?s=1".to_owned())
        );
        assert_eq!(sent(plain, "http://s3:9000/b"), Ok("http://s3:9000/b".to_owned()));
        for (base, to) in [(tls, "http://s3/b"), (plain, "file:///etc/passwd"), (tls, ""), (tls, "data:,x")] {
            assert!(sent(base, to).is_err(), "{to}");
        }
    }

    #[test]
    fn a_list_may_be_null_but_nothing_else_than_a_list() {
        let names = |page: &str| repositories("x", page.as_bytes());
        assert_eq!(names(r#"{"repositories": ["a", "b"]}"#), Ok(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(names(r#"{"repositories": null}"#), Ok(vec![]));
        assert!(names(r#"{"repositories": 7}"#).is_err());
        assert_eq!(tags("x", br#"{"name": "a", "tags": ["1"]}"#), Ok(vec!["1".to_owned()]));
        assert_eq!(tags("x", br#"{"name": "a", "tags": null}"#), Ok(vec![]));
    }

    #[test]
    fn a_refusal_is_given_in_the_registrys_words() {
        let body = br#"{"errors":[{"code":"DENIED","message":"no \u001b[31m"},{"code":"B"}]}"#;
        assert_eq!(words(body), " DENIED: no \\u{1b}[31m");
        assert_eq!(words(b"<html>"), "");
    }

    #[test]
    fn a_password_goes_to_token_servers_over_tls_alone() {
        let realm = |base: &str, realm: &str| {
            let parameters =
                [("realm", realm), ("service", "registry"), ("scope", "repository:a:pull b:c:*")];
            let parameters = parameters.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
            let challenge = Challenge { scheme: "bearer".to_owned(), parameters };
            super::realm(&base.parse().expect("a URL"), &challenge, "op", "x").map(String::from)
        };
        let (tls, plain) = ("https://192.168.0.1/", "http://192.168.0.1:5000/");
        let query = "service=registry&account=op&scope=repository%3Aa%3Apull&scope=b%3Ac%3A*";
        let expected = format!("https://auth.example.com/token?a=b&{query}");
        assert_eq!(realm(tls, "https://u:p@auth.example.com/token?a=b"), Ok(expected));
        assert_eq!(realm(plain, "http://192.168.0.1/token"), Ok(format!("http://192.168.0.1/token?{query}")));
        for (base, refused) in [
            (tls, "http://192.168.0.1/token"),
            (tls, "http://auth.example.com/"),
            (plain, "http://auth.example.com/"),
            (tls, "ftp://192.168.0.1/"),
            (tls, "/token"),
            (tls, ""),
        ] {
            assert!(realm(base, refused).is_err(), "{refused}");
        }
    }

    #[test]
    fn a_token_is_fit_for_a_header() {
        let token = |body: &str| super::token("x", body.as_bytes()).map(|token| token.expose().to_owned());
        assert_eq!(token(r#"{"token": "a.b-c_", "expires_in": 60}"#), Ok("a.b-c_".to_owned()));
        assert_eq!(token(r#"{"access_token": "t"}"#), Ok("t".to_owned()));
        for bad in
            [r#"{"token": "a b"}"#, r#"{"token": "a\r\nX: y"}"#, r#"{"token": ""}"#, "{}", "<html>", "7"]
        {
            assert!(token(bad).is_err(), "{bad}");
        }
    }
}
