//! Reads what a registry answers. Nothing here does anything, so that it can be given whatever a server might send.

use std::fmt;

use reqwest::Url;
use serde::de::{IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::domain::fault::{Fault, FaultKind};
use crate::domain::host::printable;

/// How many repositories a page of the catalog names. What they are called is nobody's business here.
pub fn repositories(what: &str, page: &[u8]) -> Result<usize, Fault> {
    #[derive(Deserialize)]
    struct Page {
        /// Null where a repository-less registry is older than 2.4.
        repositories: Option<Count>,
    }
    let page: Page = serde_json::from_slice(page).map_err(|error| bad_answer(format!("{what}: {error}")))?;
    Ok(page.repositories.map_or(0, |count| count.0))
}

/// The length of a list of texts, none of which is kept.
struct Count(usize);

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        source.deserialize_seq(Counter)
    }
}

struct Counter;

impl<'de> Visitor<'de> for Counter {
    type Value = Count;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of repositories")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut names: A) -> Result<Count, A::Error> {
        let mut count = 0;
        while names.next_element::<IgnoredAny>()?.is_some() {
            count += 1;
        }
        Ok(Count(count))
    }
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
            Err(bad_answer(format!("{what}: the registry points to {named}, where regctl does not follow"))
                .hint("A proxy in front of the registry must pass Host and X-Forwarded-Proto on to it."))
        }
        Err(_) => Err(bad_answer(format!("{what}: the registry points to `{}`", printable(text)))),
    }
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
    fn repositories_are_counted_and_not_kept() {
        let count = |page: &str| repositories("x", page.as_bytes());
        assert_eq!(count(r#"{"repositories": ["a", "b"]}"#), Ok(2));
        assert_eq!(count(r#"{"repositories": null}"#), Ok(0));
        assert!(count(r#"{"repositories": 7}"#).is_err());
    }

    #[test]
    fn a_refusal_is_given_in_the_registrys_words() {
        let body = br#"{"errors":[{"code":"DENIED","message":"no \u001b[31m"},{"code":"B"}]}"#;
        assert_eq!(words(body), " DENIED: no \\u{1b}[31m");
        assert_eq!(words(b"<html>"), "");
    }
}
