//! A registry that sends its users to a token server: they get in, and their password goes nowhere else.

use std::fs;

use regctl_lab::loopback::{ISSUER, Registry, SERVICE, Setup, TokenServer, Web};

use crate::bench::{Bench, DOCUMENT_001, Verified, at};

/// Certificates, a token server, and two passwords.
fn bench() -> (Bench, TokenServer) {
    let bench = Bench::new(DOCUMENT_001);
    fs::write(bench.file("good"), "secret\n").expect("writes");
    fs::write(bench.file("bad"), "wrong\n").expect("writes");
    let tokens = TokenServer::start(bench.path()).expect("a token server starts");
    (bench, tokens)
}

/// A registry that takes the token server's word and sends its users to that realm.
fn registry(bench: &Bench, setup: Setup, realm: &str) -> Registry {
    let root = bench.file("token.crt").to_string_lossy().into_owned();
    let setup = setup.set("AUTH", "token").set("AUTH_TOKEN_REALM", realm).set("AUTH_TOKEN_SERVICE", SERVICE);
    let setup = setup.set("AUTH_TOKEN_ISSUER", ISSUER).set("AUTH_TOKEN_ROOTCERTBUNDLE", &root);
    setup.start().expect("a registry starts")
}

fn verify(bench: &Bench, registry: &Registry, password: &str) -> Verified {
    bench.verify(&at(registry), &["--push", "--user", "op", "--password-file", password])
}

#[test]
fn a_token_is_fetched_for_each_purpose_and_an_image_goes_there_and_back() {
    let (bench, tokens) = bench();
    let realm = |port| format!("https://127.0.0.1:{port}/token");
    let locations = format!(
        "location / {{ proxy_set_header Host $http_host; proxy_pass http://127.0.0.1:{}; }}",
        tokens.port
    );
    let web = Web::start(bench.path(), &locations).expect("nginx starts");
    let registry = registry(&bench, bench.setup(), &realm(web.port));

    let nobody = bench.verify(&at(&registry), &[]);
    assert_eq!(
        (nobody.exit, nobody.finding("api").0, nobody.finding("catalog").0),
        (Some(0), "pass", "skip")
    );
    assert!(tokens.asked().is_empty(), "without a user nobody is asked for");

    let verified = verify(&bench, &registry, "good");
    assert_eq!(verified.exit, Some(0), "{}", verified.report);
    assert!(verified.finding("push-pull").2.ends_with("deleted again"), "{}", verified.report);
    let asked = tokens.asked();
    let has = |scope: &str| asked.iter().any(|path| path.ends_with(scope));
    for scope in ["catalog%3A*", "regctl%2Fverify%3Apull%2Cpush", "regctl%2Fverify%3Adelete"] {
        assert!(has(scope), "{scope} in {asked:?}");
    }
    assert!(asked.iter().all(|path| path.starts_with("/token?service=lab-registry&account=op")), "{asked:?}");
    assert!(asked.len() <= 8, "a token serves more than one request: {asked:?}");

    let refused = verify(&bench, &registry, "bad");
    let (status, cause, detail, _) = refused.finding("api");
    assert_eq!((refused.exit, status, cause), (Some(1), "fail", "user-refused"), "{detail}");
    assert!(detail.contains("token server"), "{detail}");
}

#[test]
fn a_password_goes_to_no_token_server_without_tls() {
    let (bench, tokens) = bench();
    let registry = registry(&bench, bench.setup(), &format!("http://127.0.0.1:{}/token", tokens.port));
    let verified = verify(&bench, &registry, "good");
    let (status, _, detail, hint) = verified.finding("api");
    assert_eq!((verified.exit, status), (Some(1), "fail"), "{}", verified.report);
    assert!(
        detail.contains("its token server is at `http://") && hint.contains("https only"),
        "{detail} {hint}"
    );
    assert!(tokens.asked().is_empty(), "{:?}", tokens.asked());
}

#[test]
fn beside_a_registry_without_tls_the_token_server_needs_none() {
    let (bench, tokens) = bench();
    let realm = format!("http://127.0.0.1:{}/token", tokens.port);
    let registry = registry(&bench, Setup::new(bench.path()), &realm);
    fs::write(bench.file("regctl.toml"), "[registry]\ntls = false\n").expect("writes");
    let verified = verify(&bench, &registry, "good");
    assert_eq!((verified.exit, verified.finding("push-pull").0), (Some(0), "pass"), "{}", verified.report);
}

#[test]
fn where_a_user_has_a_project_alone_the_image_goes_there_and_the_catalog_is_let_be() {
    let bench = Bench::new("");
    fs::write(bench.file("good"), "secret\n").expect("writes");
    let tokens = TokenServer::of_project(bench.path(), "ann").expect("a token server starts");
    let realm = format!("http://127.0.0.1:{}/token", tokens.port);
    let registry = registry(&bench, Setup::new(bench.path()), &realm);
    let verify = |more: &[&str]| {
        let address = at(&registry);
        let words =
            ["verify", "-o", "json", "--plain-http", "--registry", &address, "--push", "--user", "op"];
        Verified::of(&bench.regctl(&[&words[..], &["--password-file", "good"], more].concat()))
    };
    let refused = verify(&[]);
    let (status, cause, _, hint) = refused.finding("push-pull");
    assert_eq!((refused.exit, status, cause), (Some(1), "fail", "not-allowed"), "{}", refused.report);
    assert!(hint.contains("--probe-repository"), "{hint}");
    let verified = verify(&["--probe-repository", "ann/regctl-verify"]);
    assert_eq!(verified.exit, Some(0), "{}", verified.report);
    let (status, _, detail, hint) = verified.finding("catalog");
    assert!(status == "skip" && detail.contains("not for this user") && hint.contains("GitLab"), "{detail}");
    let (status, _, detail, _) = verified.finding("push-pull");
    assert!(status == "pass" && detail.contains("may not delete"), "{detail}");
    let read = verify(&["--probe-repository", "ann/regctl-verify", "--probe-image", "ann/none:1"]);
    assert_eq!((read.exit, read.finding("pull").1), (Some(1), "no-such-image"), "{}", read.report);
    fs::write(bench.file("regctl.toml"), "[registry]\nprobe_repository = \"ann/by-file\"\n").expect("writes");
    assert_eq!(verify(&[]).exit, Some(0));
}
