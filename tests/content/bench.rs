//! A folder, a registry that keeps its files in it, images to fill it with, and regctl to look at it.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Output};

use regctl::domain::image::Digest;
use regctl_lab::loopback::{Registry, Setup, shell};
use serde_json::{Value, json};
use tempfile::TempDir;

/// What Docker Engine pushes.
pub(crate) const DOCKER_IMAGE: &str = "application/vnd.docker.distribution.manifest.v2+json";
/// A list of images for several platforms.
pub(crate) const DOCKER_LIST: &str = "application/vnd.docker.distribution.manifest.list.v2+json";
const CONFIG: &str = "application/vnd.docker.container.image.v1+json";
const LAYER: &str = "application/vnd.docker.image.rootfs.diff.tar.gzip";

/// A registry without TLS, and a folder for regctl beside it.
pub(crate) struct Bench {
    pub(crate) folder: TempDir,
    registry: Registry,
}

impl Bench {
    /// With a registry that deletes on demand.
    pub(crate) fn new() -> Self {
        Self::with(|setup| setup)
    }

    /// With a registry that is set up otherwise.
    pub(crate) fn with(setup: impl FnOnce(Setup) -> Setup) -> Self {
        // Tens of thousands of folders are made in a second in memory, and in minutes on a busy disk.
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        let folder = folder.expect("a folder");
        let registry = setup(Setup::new(folder.path())).start().expect("a registry starts");
        Self { folder, registry }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn storage(&self) -> &Path {
        &self.registry.storage
    }

    pub(crate) fn port(&self) -> u16 {
        self.registry.port
    }

    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port())
    }

    /// Runs shell lines among the repositories.
    pub(crate) fn in_repositories(&self, lines: &str) -> String {
        let folder = self.storage().join("docker/registry/v2/repositories");
        std::fs::create_dir_all(&folder).expect("makes");
        shell(&folder, lines)
    }

    /// regctl in an environment of its own, pointed at the registry.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        regctl(self.path(), &self.address(), args)
    }

    pub(crate) fn regctl(&self, args: &[&str]) -> Run {
        Run::of(&self.command(args).output().expect("regctl runs"))
    }

    /// The same with JSON for an answer.
    pub(crate) fn json(&self, args: &[&str]) -> (Option<i32>, Value) {
        let run = self.regctl(&[args, &["-o", "json"]].concat());
        (run.exit, run.json())
    }

    /// Collects garbage, untagged manifests too, and starts the registry anew: it remembers layers that are gone.
    pub(crate) fn collect_garbage(&mut self) {
        let collect = "/usr/bin/docker-registry garbage-collect --delete-untagged registry.yml >gc.log 2>&1";
        let _ = shell(self.path(), collect);
        self.registry = Setup::new(self.path()).start().expect("a registry starts");
    }

    /// Sends a request; status and body.
    pub(crate) fn http(&self, method: &str, path: &str, (media_type, body): (&str, &[u8])) -> (u16, String) {
        http(self.port(), method, path, (media_type, body))
    }

    /// Uploads a blob and hands back its descriptor.
    pub(crate) fn blob(&self, repository: &str, media_type: &str, bytes: &[u8]) -> Value {
        let digest = Digest::of(bytes).to_string();
        let (status, head) = self.http("POST", &format!("/v2/{repository}/blobs/uploads/"), ("", b""));
        assert_eq!(status, 202, "{head}");
        let line = head.lines().find_map(|line| line.strip_prefix("Location: ")).expect("a location");
        let path = line.trim().splitn(4, '/').nth(3).expect("a path").to_owned();
        let path = format!("/{path}&digest={digest}");
        let (status, said) = self.http("PUT", &path, ("application/octet-stream", bytes));
        assert_eq!(status, 201, "{said}");
        json!({"mediaType": media_type, "digest": digest, "size": bytes.len()})
    }

    /// Pushes an image of these layers, made at that time; its digest and size.
    pub(crate) fn image(&self, repository: &str, layers: &[&str], created: &str) -> (String, usize) {
        let config =
            json!({"created": created, "architecture": "amd64", "os": "linux", "layers": layers}).to_string();
        let config = self.blob(repository, CONFIG, config.as_bytes());
        let layers: Vec<Value> =
            layers.iter().map(|layer| self.blob(repository, LAYER, layer.as_bytes())).collect();
        let manifest =
            json!({"schemaVersion": 2, "mediaType": DOCKER_IMAGE, "config": config, "layers": layers});
        let bytes = manifest.to_string();
        let digest = Digest::of(bytes.as_bytes()).to_string();
        self.put(repository, &digest, (DOCKER_IMAGE, &bytes));
        (digest, bytes.len())
    }

    /// Puts a manifest behind a tag or its digest.
    pub(crate) fn put(&self, repository: &str, reference: &str, (media_type, bytes): (&str, &str)) {
        let path = format!("/v2/{repository}/manifests/{reference}");
        let (status, said) = self.http("PUT", &path, (media_type, bytes.as_bytes()));
        assert_eq!(status, 201, "{said}");
    }

    /// Puts a tag on a manifest that is there.
    pub(crate) fn tag(&self, repository: &str, digest: &str, tag: &str) {
        let path = format!("/v2/{repository}/manifests/{digest}");
        let accept = format!("{DOCKER_IMAGE}, {DOCKER_LIST}");
        let (status, answer) = self.http("GET", &path, (&accept, b""));
        assert_eq!(status, 200, "{answer}");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a body");
        let media_type = if head.contains(DOCKER_LIST) { DOCKER_LIST } else { DOCKER_IMAGE };
        self.put(repository, tag, (media_type, body));
    }

    /// Pushes an image with these tags; its digest.
    pub(crate) fn push(&self, repository: &str, tags: &[&str], created: &str) -> String {
        let layer = format!("{repository} {tags:?} {created}");
        let (digest, _) = self.image(repository, &[&layer], created);
        for tag in tags {
            self.tag(repository, &digest, tag);
        }
        digest
    }
}

/// regctl in a folder and an environment of its own.
pub(crate) fn regctl(folder: &Path, address: &str, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_regctl"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    command.current_dir(folder).env_clear().env("HOME", folder).env("PATH", path);
    command.env("REGCTL_REGISTRY", address).env("REGCTL_PLAIN_HTTP", "1").args(args);
    command
}

/// One request on a connection of its own; status and the whole answer.
pub(crate) fn http(port: u16, method: &str, path: &str, (media_type, body): (&str, &[u8])) -> (u16, String) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("connects");
    let kind = if method == "GET" { "Accept" } else { "Content-Type" };
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n{kind}: {media_type}\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(&[head.as_bytes(), body].concat()).expect("is sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("answers");
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    (status, answer)
}

/// What came out of a run.
pub(crate) struct Run {
    pub(crate) exit: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    pub(crate) fn of(output: &Output) -> Self {
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        Self { exit: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {} {}", self.stdout, self.stderr))
    }

    pub(crate) fn lines(&self) -> Vec<&str> {
        self.stdout.lines().collect()
    }
}
