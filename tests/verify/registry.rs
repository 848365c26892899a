//! Behind the registry's door: users, the catalog page by page, and an image there and back.

use std::fs;

use regctl_lab::loopback::{Registry, Setup, Web, shell};

use crate::bench::{Bench, DOCUMENT_001, Verified, at};

fn bench() -> Bench {
    Bench::new(DOCUMENT_001)
}

fn start(setup: Setup) -> Registry {
    setup.start().expect("a registry starts")
}

#[test]
fn a_registry_that_wants_a_user_is_healthy_and_takes_the_right_one() {
    let bench = bench();
    let _ = shell(bench.path(), "htpasswd -Bbn op secret >htpasswd; echo secret >good; echo wrong >bad");
    let htpasswd = bench.file("htpasswd").to_string_lossy().into_owned();
    let registry = start(bench.setup().set("AUTH_HTPASSWD_REALM", "r").set("AUTH_HTPASSWD_PATH", &htpasswd));
    let verify = |more: &[&str]| bench.verify(&at(&registry), more);

    let nobody = verify(&[]);
    assert_eq!(
        (nobody.exit, nobody.finding("api").0, nobody.finding("catalog").0),
        (Some(0), "pass", "skip")
    );
    let nobody = verify(&["--push"]);
    assert_eq!((nobody.exit, nobody.finding("push-pull").1), (Some(1), "user-missing"));
    let wrong = verify(&["--user", "op", "--password-file", "bad"]);
    assert_eq!((wrong.exit, wrong.finding("api").1), (Some(1), "user-refused"));
    let right = verify(&["--user", "op", "--password-file", "good", "--push"]);
    assert_eq!((right.exit, right.finding("push-pull").0), (Some(0), "pass"), "{}", right.report);
}

#[test]
fn the_catalog_is_read_to_its_end_on_as_many_pages_as_it_takes() {
    let bench = bench();
    // The catalog lists the repositories that have layers; nothing else of them is read.
    let _ = shell(
        bench.path(),
        "for i in $(seq 2345); do echo storage/docker/registry/v2/repositories/team/r$i/_layers; done | xargs mkdir -p",
    );
    let detail = |setup: Setup| bench.verify(&at(&start(setup)), &[]).finding("catalog").2.to_owned();
    assert_eq!(detail(bench.setup()), "2345 repositories on 3 pages");
    // One that gives less on a page refuses to be asked for a thousand.
    assert_eq!(detail(bench.setup().set("CATALOG_MAXENTRIES", "100")), "2345 repositories on 24 pages");
}

#[test]
fn an_image_goes_there_and_back_and_is_gone_afterwards() {
    let bench = bench();
    let registry = start(bench.setup());
    let verified = bench.verify(&at(&registry), &["--push"]);
    assert_eq!(verified.finding("push-pull").0, "pass");
    assert!(verified.finding("push-pull").2.ends_with("deleted again"));
    let links = shell(&registry.storage, "find . -name link");
    assert_eq!(links, "", "something is still linked in the repository");
}

#[test]
fn a_registry_that_does_not_delete_keeps_the_image_and_that_is_no_failure() {
    let bench = bench();
    let registry = start(bench.setup().set("STORAGE_DELETE_ENABLED", "false"));
    let verified = bench.verify(&at(&registry), &["--push"]);
    let (status, _, detail, _) = verified.finding("push-pull");
    assert_eq!((verified.exit, status), (Some(0), "pass"));
    assert!(detail.contains("does not delete"), "{detail}");
    let manifests =
        shell(&registry.storage, "find . -path '*/verify/_manifests/revisions/*' -name link | wc -l");
    assert_eq!(manifests.trim(), "1");
}

#[test]
fn a_registry_that_takes_no_images_fails_with_its_own_words() {
    let bench = bench();
    let registry = start(bench.setup().set("STORAGE_MAINTENANCE_READONLY", "{enabled: true}"));
    let verified = bench.verify(&at(&registry), &["--push"]);
    let (status, cause, detail, hint) = verified.finding("push-pull");
    assert_eq!((verified.exit, status, cause), (Some(1), "fail", "bad-answer"));
    assert!(detail.contains("405") && hint.contains("read-only"), "{detail} {hint}");
}

#[test]
fn a_full_or_broken_storage_fails_the_push() {
    let bench = bench();
    let registry = start(bench.setup());
    fs::write(registry.storage.join("docker"), "in the way").expect("writes");
    let verified = bench.verify(&at(&registry), &["--push"]);
    let (status, cause, detail, hint) = verified.finding("push-pull");
    assert_eq!((verified.exit, status, cause), (Some(1), "fail", "bad-answer"), "{detail}");
    assert!(detail.contains("500") && hint.contains("storage"), "{detail} {hint}");
}

#[test]
fn a_registry_that_points_elsewhere_is_not_followed() {
    let bench = bench();
    let registry = start(bench.setup().set("HTTP_HOST", "http://registry.example.com"));
    let verified = bench.verify(&at(&registry), &["--push"]);
    let (status, _, detail, hint) = verified.finding("push-pull");
    assert_eq!((verified.exit, status), (Some(1), "fail"));
    assert!(detail.contains("http://registry.example.com, where regctl does not follow"), "{detail}");
    assert!(hint.contains("X-Forwarded-Proto"), "{hint}");
}

#[test]
fn a_registry_without_tls_is_checked_where_it_is_said_to_have_none() {
    let bench = Bench::new("");
    let registry = start(Setup::new(bench.path()));
    let verify = |more: &[&str]| {
        Verified::of(&bench.regctl(&[&["verify", "-o", "json", "--registry", &at(&registry)], more].concat()))
    };
    let (mute, told) = (verify(&[]), verify(&["--plain-http", "--push"]));
    let (_, cause, _, hint) = mute.finding("tls");
    assert_eq!((mute.exit, cause), (Some(1), "plain-http"), "{}", mute.report);
    assert!(hint.contains("--plain-http"), "{hint}");
    assert_eq!((told.exit, told.finding("tls").0), (Some(0), "skip"), "{}", told.report);
    assert_eq!(told.finding("push-pull").0, "pass", "{}", told.report);
}

#[test]
fn blobs_that_are_kept_elsewhere_are_read_there() {
    let bench = Bench::new(&format!("{DOCUMENT_001}mkdir storage"));
    let locations = format!("location / {{ root {}; }}", bench.file("storage").display());
    let store = Web::start(bench.path(), &locations).expect("nginx starts");
    let config = format!(
        "version: 0.1
storage: {{filesystem: {{rootdirectory: STORAGE}}, delete: {{enabled: true}}}}
middleware: {{storage: [{{name: redirect, options: {{baseurl: 'https://127.0.0.1:{}/'}}}}]}}
",
        store.port
    );
    let registry = start(bench.setup().config(&config));
    let verified = bench.verify(&at(&registry), &["--push"]);
    assert_eq!(verified.finding("push-pull").0, "pass", "{}", verified.report);
    drop(store);
    let lost = bench.verify(&at(&registry), &["--push"]);
    let (status, cause, ..) = lost.finding("push-pull");
    assert_eq!((status, cause), ("fail", "unreachable"), "{}", lost.report);
}

#[test]
fn a_registry_that_takes_images_in_the_form_of_oci_alone_gets_one() {
    let bench = Bench::new(DOCUMENT_001);
    let registry = start(Setup::new(bench.path()));
    let to = format!(
        "proxy_set_header Host $http_host; proxy_set_header X-Forwarded-Proto https; proxy_pass http://127.0.0.1:{};",
        registry.port
    );
    let form = "if ($content_type = application/vnd.docker.distribution.manifest.v2+json) { return 415; }";
    let web =
        Web::start(bench.path(), &format!("location / {{ {to} }} location ~ /manifests/ {{ {form} {to} }}"));
    let address = format!("127.0.0.1:{}", web.as_ref().expect("nginx starts").port);
    let verified = bench.verify(&address, &["--push"]);
    assert_eq!(verified.finding("push-pull").0, "pass", "{}", verified.report);
}
