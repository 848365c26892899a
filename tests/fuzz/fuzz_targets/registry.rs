//! What a registry and its token server answer: a page of its catalog, `Link`, `Location` and `WWW-Authenticate` headers,
//! tokens and refusals.
#![no_main]

use libfuzzer_sys::fuzz_target;
use regctl::domain::challenge;
use regctl::effects::registry::answers;
use reqwest::Url;

fuzz_target!(|body: &[u8]| {
    let _ = answers::repositories("asking", body);
    if let Ok(token) = answers::token("asking", body) {
        assert!(token.expose().bytes().all(|byte| byte.is_ascii_graphic()), "fit for a header");
    }
    let words = answers::words(body);
    assert!(!words.contains(char::is_control), "fit for a terminal: {words:?}");
    let Ok(header) = str::from_utf8(body) else { return };
    let base: Url = "https://192.168.0.1/".parse().expect("is a URL");
    let challenge = challenge::parse(header);
    if let Ok(url) = answers::realm(&base, &challenge, "op", "asking") {
        assert_eq!((url.scheme(), url.username(), url.password()), ("https", "", None));
    }
    let next = answers::next_page(header, &base).unwrap_or_else(|| header.to_owned());
    if let Ok(url) = answers::same_place(&base, &next, "asking") {
        assert_eq!((url.scheme(), url.host_str(), url.port()), ("https", Some("192.168.0.1"), None));
    }
});
