//! The configuration for images in S3, before the real registry and a stand-in for S3.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use regctl::domain::deploy::{Access, ConfigSecrets, Folders, RegistrySpec};
use regctl::domain::secret::Secret;
use regctl::domain::storage::{S3, S3Keys, Storage};
use regctl::domain::transport::Transport;
use regctl::plan::config_yml::config_yml;
use regctl_lab::loopback::{Setup, shell};
use regctl_lab::wait::{Progress, wait_for};

/// Two plain registries on the same storage.
pub(crate) fn spec(storage: Storage) -> RegistrySpec {
    let folder = || "/data".parse().expect("legal");
    RegistrySpec {
        id: "/registry".parse().expect("legal"),
        hosts: ["a1", "a2"].map(|name| name.parse().expect("legal")).to_vec(),
        instances: 2,
        vip: "192.168.0.1:443".parse().expect("legal"),
        service_port: 5000,
        image: "registry:2.8.3".parse().expect("legal"),
        cpus: 0.5,
        mem: 1024.0,
        storage,
        folders: Folders { data: folder(), certs: folder(), config: folder() },
        transport: Transport::Plain,
        access: Access::Open,
        upstream: None,
        accepted_roles: Vec::new(),
        nexus: None,
        env: BTreeMap::new(),
        labels: BTreeMap::new(),
    }
}

fn bucket(endpoint: Option<String>, redirect: bool) -> Storage {
    let (bucket, region) = ("registry".to_owned(), "eu-central-1".to_owned());
    Storage::S3(S3 {
        bucket,
        region,
        endpoint,
        root: Some("/images".to_owned()),
        redirect,
        credentials_file: None,
    })
}

fn secrets(bucket: Option<S3Keys>) -> ConfigSecrets {
    ConfigSecrets { bucket, ..ConfigSecrets::default() }
}

fn keys() -> S3Keys {
    S3Keys { access_key: "AKIA".to_owned(), secret_key: Secret::new("a \"secret\": #\\") }
}

fn skipped(why: &str) {
    let test = std::thread::current().name().unwrap_or("test").to_owned();
    // Past the test harness' capture.
    let _ = writeln!(std::io::stderr(), "{test}: skipped: {why}");
}

fn has_registry() -> bool {
    let there = Path::new("/usr/bin/docker-registry").exists();
    if !there {
        skipped("no docker-registry (apt-get install docker-registry)");
    }
    there
}

/// moto's server, which plays S3.
struct Bucket {
    child: Child,
    url: String,
}

impl Bucket {
    fn start(folder: &Path) -> Option<Self> {
        let log = folder.join("s3.log");
        let said = File::create(&log).expect("a file");
        let mut command = Command::new("moto_server");
        command.args(["-H", "127.0.0.1", "-p", "0"]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(said);
        let Ok(mut child) = command.spawn() else {
            skipped("no stand-in for S3 (pip install 'moto[server]')");
            return None;
        };
        let url = wait_for("moto_server", Duration::from_secs(30), || {
            let mut text = String::new();
            let _ = File::open(&log).and_then(|mut file| file.read_to_string(&mut text));
            let url = text.split_once("Running on ").and_then(|(_, rest)| rest.split_whitespace().next());
            match (url, child.try_wait()) {
                (Some(url), _) => Progress::Done(Some(url.to_owned())),
                (None, Ok(None)) => Progress::NotYet(text),
                (None, _) => Progress::Done(None),
            }
        });
        let Some(url) = url.expect("it says where it listens") else {
            skipped("moto_server does not run (pip install 'moto[server]')");
            return None;
        };
        let _ = shell(folder, &format!("curl -fsS -X PUT {url}/registry"));
        Some(Self { child, url })
    }
}

impl Drop for Bucket {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_registry_reads_the_configuration_for_a_bucket() {
    if !has_registry() {
        return;
    }
    let dir = tempfile::tempdir().expect("a folder");
    let cases = [(Some("http://127.0.0.1:1".to_owned()), Some(keys())), (None, None)];
    for (endpoint, keys) in cases {
        let config = config_yml(&spec(bucket(endpoint, false)), &secrets(keys));
        Setup::new(dir.path()).config(config.expose()).start().expect("it takes the configuration");
    }
    // That its driver for S3 judges it shows where there is something to refuse.
    let Storage::S3(anywhere) = bucket(None, false) else { panic!("is a bucket") };
    let nowhere = Storage::S3(S3 { region: "nowhere-1".to_owned(), ..anywhere });
    let refused = Setup::new(dir.path()).config(config_yml(&spec(nowhere), &secrets(None)).expose()).start();
    let log = format!("{:#}", refused.expect_err("there is no such region"));
    assert!(log.contains("nowhere-1"), "{log}");
}

#[test]
fn two_registries_on_one_bucket_have_the_same_images() {
    let dir = tempfile::tempdir().expect("a folder");
    let Some(s3) = has_registry().then(|| Bucket::start(dir.path())).flatten() else { return };
    for (redirect, status) in [(false, "200"), (true, "307")] {
        let config = config_yml(&spec(bucket(Some(s3.url.clone()), redirect)), &secrets(Some(keys())));
        let start = || {
            let setup = Setup::new(dir.path()).config(config.expose()).set("HTTP_SECRET", "one for both");
            setup.start().expect("it starts")
        };
        let (one, other) = (start(), start());
        let script = format!(
            r#"set -e; echo layer{status} >layer; digest=sha256:$(sha256sum layer | cut -d' ' -f1)
            from=$(curl -s -D - -o /dev/null -X POST http://127.0.0.1:{0}/v2/probe/blobs/uploads/ |
                sed -n 's/^[Ll]ocation: //p' | tr -d '\r')
            to=http://127.0.0.1:{1}/${{from#http://*/}}
            curl -s -w '%{{http_code}} ' -X PUT --data-binary @layer -H 'Content-Type: application/octet-stream' "$to&digest=$digest"
            curl -s -o /dev/null -w '%{{http_code}} ' http://127.0.0.1:{0}/v2/probe/blobs/$digest
            curl -sL http://127.0.0.1:{0}/v2/probe/blobs/$digest"#,
            one.port, other.port
        );
        let said = shell(dir.path(), &script);
        assert_eq!(said, format!("201 {status} layer{status}\n"));
    }
}
