//! A pull-through cache: the real registry before another real one, which then goes away.

use std::path::Path;

use regctl::domain::deploy::{ConfigSecrets, RegistrySpec};
use regctl::domain::secret::Secret;
use regctl::domain::storage::Storage;
use regctl::domain::upstream::{Upstream, UpstreamLogin};
use regctl::plan::config_yml::config_yml;
use regctl_lab::loopback::{ISSUER, SERVICE, Setup, TokenServer, shell};
use serde_json::{Value, json};

use crate::cluster::Cluster;
use crate::{images, s3};

/// The cache beside the registry that it is a cache of, on another host.
const CACHE: [&str; 12] = [
    "--id",
    "/mirror",
    "--host",
    "192.168.1.13",
    "--vip",
    "192.168.0.2:80",
    "--service-port",
    "5001",
    "--no-tls",
    "--proxy-user",
    "ann",
    "--proxy-password-file=password",
];

/// The status of one check of a run of `verify` with `-o json`.
fn status(report: &Value, name: &str) -> String {
    let checks = report["checks"].as_array().expect("a list").iter();
    let found = checks.filter(|check| check["name"] == name).map(|check| check["status"].to_string());
    found.collect()
}

#[test]
fn a_cache_fetches_what_it_is_asked_for_and_has_it_when_its_upstream_is_gone() {
    let Some(cluster) = Cluster::start() else { return };
    cluster.shell("master", "echo geheim >password && chmod 600 password");
    cluster.deploy(&["--no-tls"]).report("created");
    let master = cluster.host("master");
    images::with_images(
        master,
        "http://192.168.0.1/team/app",
        "image one; manifest one.manifest 1 $type.v2+json",
    );

    let cache = |more: &[&str]| cluster.deploy(&[&CACHE[..], more].concat());
    let refused = cache(&[]).fault(2, "missing-value");
    assert!(refused.contains("no upstream"), "{refused}");
    let dry = cache(&["--proxy", "http://192.168.0.1", "--dry-run"]).json();
    assert!(dry["warnings"].to_string().contains("nothing can be pushed to it"), "{dry:#}");
    assert_eq!(dry["app"]["labels"]["REGCTL_UPSTREAM"], "http://192.168.0.1");
    assert!(!dry.to_string().contains("geheim"), "{dry:#}");
    let report = cache(&["--proxy", "http://192.168.0.1"]).report("created");
    assert_eq!(report["endpoints"], json!(["192.168.0.2"]));
    let config = "stat -c '%a %U' /etc/privateregistry/config/config.yml";
    assert_eq!(cluster.shell("a3", config), "640 root", "the password of the upstream is in it");

    let at = "http://192.168.0.2/team/app";
    assert_eq!(
        images::with_images(master, at, "$curl $at/tags/list").trim(),
        r#"{"name":"team/app","tags":["1"]}"#
    );
    assert!(images::pulls(master, at, "one"));
    let push = cluster.status("-X POST http://192.168.0.2/v2/team/app/blobs/uploads/");
    assert_eq!(push, "405", "a cache takes no images");
    let toml = "[registry]\nid = \"/mirror\"\nvip = \"192.168.0.2:80\"\ntls = false\n\
                [registry.proxy]\nurl = \"http://192.168.0.1\"\n";
    cluster.host("master").write("/regctl.toml", toml).expect("writes");
    let verify = |more: &[&str]| cluster.regctl(&[&["verify", "-o", "json", "--push"], more].concat());
    let verified = verify(&["--probe-image", "team/app:1"]);
    assert_eq!(verified.code, Some(0), "{verified:?}");
    cluster.regctl(&["undeploy", "--yes", "--id", "/registry"]);
    assert_eq!(cluster.status("http://192.168.0.1/v2/"), "000");
    assert!(images::pulls(master, at, "one"), "it has the image itself");
    let verified = verify(&["--probe-image", "team/app:1"]);
    assert_eq!(verified.code, Some(0), "it has the tag too: {verified:?}");
    let statuses = ["api", "pull", "push-pull"].map(|name| status(&verified.json(), name));
    assert_eq!(statuses, ["\"pass\"", "\"pass\"", "\"skip\""], "{verified:?}");
    let missing = verify(&["--probe-image", "team/none:1"]);
    assert_eq!((missing.code, status(&missing.json(), "pull").as_str()), (Some(1), "\"fail\""));
}

#[test]
fn a_cache_logs_in_where_its_upstream_asks_for_tokens() {
    if !Path::new("/usr/bin/docker-registry").exists() {
        return;
    }
    let folders = [tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder")];
    let [upstream, cache] = [folders[0].path(), folders[1].path()];
    let tokens = TokenServer::start(upstream).expect("a token server starts");
    let root = upstream.join("token.crt").to_string_lossy().into_owned();
    let realm = format!("http://127.0.0.1:{}/token", tokens.port);
    let setup = Setup::new(upstream).set("AUTH", "token").set("AUTH_TOKEN_REALM", &realm);
    let setup = setup.set("AUTH_TOKEN_SERVICE", SERVICE).set("AUTH_TOKEN_ISSUER", ISSUER);
    let source = setup.set("AUTH_TOKEN_ROOTCERTBUNDLE", &root).start().expect("it starts");
    // A repository with one blob, which nobody gets without a token.
    let blob = shell(
        upstream,
        "cd storage; digest=$(printf layer | sha256sum | cut -d' ' -f1); at=docker/registry/v2
         mkdir -p $at/blobs/sha256/$(echo $digest | cut -c 1-2)/$digest $at/repositories/team/app/_layers/sha256/$digest
         printf layer >$at/blobs/sha256/$(echo $digest | cut -c 1-2)/$digest/data
         printf sha256:$digest >$at/repositories/team/app/_layers/sha256/$digest/link; echo $digest",
    );
    let url = format!("http://127.0.0.1:{}", source.port);
    let config = |password: &str| {
        let login = UpstreamLogin { user: "op".to_owned(), password: Secret::new(password) };
        let secrets = ConfigSecrets { upstream: Some(login), ..ConfigSecrets::default() };
        let of = Upstream { url: url.parse().expect("legal"), login: None };
        config_yml(&RegistrySpec { upstream: Some(of), ..s3::spec(Storage::Host) }, &secrets)
    };
    let get = |password: &str| {
        let setup = Setup::new(cache).config(config(password).expose());
        let cache =
            setup.set("STORAGE_FILESYSTEM_ROOTDIRECTORY", &cache.join("kept").to_string_lossy()).start();
        let at = format!(
            "http://127.0.0.1:{}/v2/team/app/blobs/sha256:{}",
            cache.as_ref().expect("starts").port,
            blob.trim()
        );
        shell(upstream, &format!("curl -s -w ' %{{http_code}}' {at}"))
    };
    let refused = get("wrong");
    assert!(!refused.ends_with(" 200"), "{refused}");
    assert_eq!(get("secret"), "layer 200");
}
