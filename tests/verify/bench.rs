//! A folder, certificates in it, a registry that shows them, and regctl's word on it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use regctl_lab::loopback::{Registry, Setup, shell};
use serde_json::Value;
use tempfile::TempDir;

/// Document 001's own lines, but for the folder of openssl.cnf and the address.
pub(crate) const DOCUMENT_001: &str = r#"
cp /etc/ssl/openssl.cnf ./openssl.cnf
sed -i "/\[ v3_ca \]/a subjectAltName = IP:127.0.0.1" ./openssl.cnf
openssl req -config ./openssl.cnf -newkey rsa:2048 -nodes -keyout domain.key -x509 -days 365 -out domain.crt -subj "/C=CN/ST=SH/L=Shang Hai/O=example.com/CN=127.0.0.1"
cp domain.crt ca.crt
"#;

/// A CA that holds from 2020 to 2039, and a request for a leaf.
pub(crate) const CA: &str = "
printf 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n' >ca.ext
openssl req -new -newkey rsa:2048 -nodes -keyout ca.key -subj /CN=Test -out ca.csr
faketime '2020-01-01' openssl x509 -req -in ca.csr -signkey ca.key -days 7300 -extfile ca.ext -out ca.crt
openssl req -new -newkey rsa:2048 -nodes -keyout domain.key -subj /CN=127.0.0.1 -out leaf.csr
";

/// A folder with the certificates that shell lines make in it: `domain.crt`, `domain.key` and `ca.crt`.
pub(crate) struct Bench {
    folder: TempDir,
}

impl Bench {
    pub(crate) fn new(lines: &str) -> Self {
        let bench = Self { folder: tempfile::tempdir().expect("a folder") };
        let _ = shell(bench.path(), lines);
        bench
    }

    /// With a CA, and a leaf that it signs with these SANs; `leaf` is put before the command that signs it.
    pub(crate) fn leaf(sans: &str, leaf: &str) -> Self {
        Self::new(&format!(
            "{CA}printf 'subjectAltName={sans}' >ext
             {leaf} openssl x509 -req -in leaf.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 5 -extfile ext -out domain.crt"
        ))
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    pub(crate) fn setup(&self) -> Setup {
        Setup::new(self.path()).tls(&self.file("domain.crt"), &self.file("domain.key"))
    }

    pub(crate) fn registry(&self) -> Registry {
        self.setup().start().expect("a registry starts")
    }

    pub(crate) fn regctl(&self, args: &[&str]) -> Output {
        regctl(self.path(), &[]).args(args).output().expect("regctl runs")
    }

    /// Verifies the registry at that address against `ca.crt`.
    pub(crate) fn verify(&self, address: &str, more: &[&str]) -> Verified {
        Verified::of(
            &self
                .regctl(&[&["verify", "-o", "json", "--ca", "ca.crt", "--registry", address], more].concat()),
        )
    }

    /// Verifies it against another CA file.
    pub(crate) fn verify_with(&self, ca: &str, address: &str) -> Verified {
        Verified::of(&self.regctl(&["verify", "-o", "json", "--ca", ca, "--registry", address]))
    }
}

/// regctl in a folder and an environment of its own, behind the words of another command.
pub(crate) fn regctl(folder: &Path, before: &[&str]) -> Command {
    let binary = env!("CARGO_BIN_EXE_regctl");
    let mut command = match before {
        [] => Command::new(binary),
        [first, rest @ ..] => {
            let mut command = Command::new(first);
            command.args(rest).arg(binary);
            command
        }
    };
    let path = std::env::var_os("PATH").unwrap_or_default();
    command.current_dir(folder).env_clear().env("HOME", folder).env("PATH", path);
    command
}

/// What came out of a run.
pub(crate) struct Verified {
    /// Its exit code.
    pub(crate) exit: Option<i32>,
    /// Its JSON document.
    pub(crate) report: Value,
}

impl Verified {
    pub(crate) fn of(output: &Output) -> Self {
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        Self::new(output.status.code(), &text(&output.stdout), &text(&output.stderr))
    }

    pub(crate) fn new(exit: Option<i32>, stdout: &str, stderr: &str) -> Self {
        let report = serde_json::from_str(stdout).unwrap_or_else(|error| panic!("{error}: {stderr}"));
        Self { exit, report }
    }

    /// Every finding.
    pub(crate) fn checks(&self) -> &[Value] {
        self.report["checks"].as_array().unwrap_or_else(|| panic!("no checks in {}", self.report))
    }

    /// `status`, `cause`, detail and hint of the first finding of that name.
    pub(crate) fn finding(&self, name: &str) -> (&str, &str, &str, &str) {
        let found = self.checks().iter().find(|check| check["name"] == name);
        let found = found.unwrap_or_else(|| panic!("no {name} in {}", self.report));
        let text = |key: &str| found[key].as_str().unwrap_or_default();
        (text("status"), text("cause"), text("detail"), text("hint"))
    }

    /// That the certificate is refused for this cause, with a hint, and that nothing else is tried.
    pub(crate) fn assert_refused(&self, cause: &str) {
        let (status, found, detail, hint) = self.finding("tls");
        assert_eq!((status, found), ("fail", cause), "{detail}");
        assert!(!hint.is_empty(), "{detail} has no hint");
        assert_eq!(self.finding("api").0, "skip");
        assert_eq!((self.exit, &self.report["ok"]), (Some(1), &Value::Bool(false)));
    }
}

/// The registry's address.
pub(crate) fn at(registry: &Registry) -> String {
    format!("127.0.0.1:{}", registry.port)
}
