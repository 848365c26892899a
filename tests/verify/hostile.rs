//! Answers that no registry would give: each ends the check with a word on it, and none is followed or kept.

use std::fs;

use regctl_lab::loopback::Web;

use crate::bench::{Bench, DOCUMENT_001, Verified};

/// What begins every answer that is to look like a registry's.
const API: &str = "
    add_header Docker-Distribution-Api-Version registry/2.0;
    location = /v2/ { return 200 '{}'; }
";

fn verify(bench: &Bench, locations: &str) -> Verified {
    let web = Web::start(bench.path(), locations).expect("nginx starts");
    bench.verify(&format!("127.0.0.1:{}", web.port), &["--push"])
}

/// The finding about a catalog that answers so.
fn catalog(answer: &str) -> (String, String, String) {
    let bench = Bench::new(DOCUMENT_001);
    fs::write(bench.file("large"), vec![b' '; 2 << 20]).expect("writes");
    let verified = verify(&bench, &format!("{API} location = /v2/_catalog {{ {answer} }}"));
    let (status, cause, detail, _) = verified.finding("catalog");
    (status.to_owned(), cause.to_owned(), detail.to_owned())
}

#[test]
fn a_web_server_is_no_registry() {
    let bench = Bench::new(DOCUMENT_001);
    for (locations, words) in [
        ("location / { return 404; }", "404 from nginx"),
        ("location / { return 200 '{}'; }", "200 from nginx"),
        (
            "location / { return 301 https://example.com/login; }",
            "301 to https://example.com/login from nginx",
        ),
        ("location / { return 502; }", "502 from nginx"),
    ] {
        let verified = verify(&bench, locations);
        let (status, cause, detail, hint) = verified.finding("api");
        assert_eq!((verified.exit, status, cause), (Some(1), "fail", "not-a-registry"), "{detail}");
        assert!(detail.contains(words) && !hint.is_empty(), "{detail}");
        assert_eq!((verified.finding("catalog").0, verified.finding("push-pull").0), ("skip", "skip"));
    }
}

#[test]
fn a_login_that_regctl_does_not_speak_is_healthy_until_a_user_is_given() {
    let bench = Bench::new(DOCUMENT_001);
    let challenge = "location / { add_header WWW-Authenticate 'Negotiate' always; return 401; }";
    let web = Web::start(bench.path(), challenge).expect("nginx starts");
    let address = format!("127.0.0.1:{}", web.port);
    assert_eq!(bench.verify(&address, &[]).finding("api").0, "pass");
    fs::write(bench.file("password"), "secret\n").expect("writes");
    let verified = bench.verify(&address, &["--user", "op", "--password-file", "password"]);
    assert_eq!(verified.finding("api").1, "unknown-scheme");
}

#[test]
fn a_catalog_that_makes_no_sense_is_told() {
    let fails = |answer: &str, words: &str| {
        let (status, cause, detail) = catalog(answer);
        assert_eq!((&*status, &*cause), ("fail", "bad-answer"), "{answer}: {detail}");
        assert!(detail.contains(words), "{answer}: {detail}");
    };
    fails("return 200 '<html>';", "expected value");
    fails("return 200 '{\"repositories\": 5}';", "invalid type");
    fails("try_files /large =404;", "larger than 1 MiB");
    fails("return 500;", "answered 500");
    fails("return 302 https://example.com/;", "answered 302");
    assert_eq!(catalog("return 404;").0, "skip");
    assert_eq!(catalog("return 200 '{\"repositories\": null}';").0, "pass");
}

#[test]
fn links_lead_to_no_other_host_and_not_round_in_circles() {
    let link = |target: &str| {
        let page = "return 200 '{\"repositories\": [\"a\"]}';";
        catalog(&format!("add_header Link '<{target}>; rel=\"next\"'; {page}"))
    };
    for elsewhere in ["https://example.com/v2/_catalog", "//example.com/x", "http://127.0.0.1/v2/_catalog"] {
        let (status, _, detail) = link(elsewhere);
        assert!(status == "fail" && detail.contains("where regctl does not follow"), "{elsewhere}: {detail}");
    }
    let (status, _, detail) = link("/v2/_catalog?n=1000");
    assert!(status == "fail" && detail.ends_with("the next page is the same one again"), "{detail}");
    let (status, _, detail) = link("/v2/_catalog?x=$request_id");
    assert_eq!((&*status, &*detail), ("pass", "1000 repositories on 1000 pages, where regctl stopped"));
}

#[test]
fn an_upload_without_a_place_to_go_is_told() {
    let bench = Bench::new(DOCUMENT_001);
    for (answer, words) in [
        ("return 202;", "names no place to upload to"),
        (
            "add_header Location 'https://example.com/upload' always; return 202;",
            "https://example.com, where regctl",
        ),
        ("add_header Location 'ftp:///' always; return 202;", "the registry points to"),
        ("return 413;", "answered 413"),
    ] {
        let locations =
            format!("{API} location /v2/_catalog {{ return 404; }} location /v2/regctl/ {{ {answer} }}");
        let verified = verify(&bench, &locations);
        let (status, _, detail, hint) = verified.finding("push-pull");
        assert!(status == "fail" && detail.contains(words) && !hint.is_empty(), "{answer}: {detail}");
    }
}
