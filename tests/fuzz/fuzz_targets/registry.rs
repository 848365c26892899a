//! What a registry answers: a page of its catalog, `Link` and `Location` headers, and refusals.
#![no_main]

use libfuzzer_sys::fuzz_target;
use regctl::effects::registry::answers;
use reqwest::Url;

fuzz_target!(|body: &[u8]| {
    let _ = answers::repositories("asking", body);
    let words = answers::words(body);
    assert!(!words.contains(char::is_control), "fit for a terminal: {words:?}");
    let Ok(header) = str::from_utf8(body) else { return };
    let base: Url = "https://192.168.0.1/".parse().expect("is a URL");
    let next = answers::next_page(header, &base).unwrap_or_else(|| header.to_owned());
    if let Ok(url) = answers::same_place(&base, &next, "asking") {
        assert_eq!((url.scheme(), url.host_str(), url.port()), ("https", Some("192.168.0.1"), None));
    }
});
