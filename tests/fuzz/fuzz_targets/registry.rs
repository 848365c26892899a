//! What a registry and its token server answer: pages of its catalog and of tags, manifests, configurations, `Link`,
//! `Location` and `WWW-Authenticate` headers, tokens and refusals; the same of a registry of version 1; what a walk
//! through its folder names; and a file that is to bring tags back.
#![no_main]

use libfuzzer_sys::fuzz_target;
use regctl::domain::repository::{RepositoryName, Tag};
use regctl::domain::undo::Undo;
use regctl::domain::{challenge, manifest};
use regctl::effects::registry::{answers, old_answers};
use regctl::plan::storage_walk::StorageWalk;
use reqwest::Url;

fuzz_target!(|body: &[u8]| {
    for name in answers::repositories("asking", body).unwrap_or_default() {
        if let Ok(name) = name.parse::<RepositoryName>() {
            assert!(!name.as_str().split('/').any(|part| part.is_empty() || part == ".."), "fit for a path");
        }
    }
    for tag in answers::tags("asking", body).unwrap_or_default() {
        if let Ok(tag) = tag.parse::<Tag>() {
            assert!(!tag.as_str().contains(['/', ':', '%', '?']), "fit for a path");
        }
    }
    let _ = (manifest::parse(body), manifest::created(body));
    let _ =
        (old_answers::is_ping(body), old_answers::search("asking", body), old_answers::tags("asking", body));
    assert!(!old_answers::words(body).contains(char::is_control), "fit for a terminal");
    let mut walk = StorageWalk::default();
    if body.chunks(7).try_for_each(|piece| walk.take(piece)).is_ok()
        && let Ok((_, bad)) = walk.finish()
    {
        assert!(!bad.concat().contains(char::is_control), "fit for a terminal");
    }
    if let Ok(token) = answers::token("asking", body) {
        assert!(token.expose().bytes().all(|byte| byte.is_ascii_graphic()), "fit for a header");
    }
    let words = answers::words(body);
    assert!(!words.contains(char::is_control), "fit for a terminal: {words:?}");
    let Ok(header) = str::from_utf8(body) else { return };
    let _ = Undo::read(header);
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
