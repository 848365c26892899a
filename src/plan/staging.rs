//! Which folders and files the registry needs on its host, and the script that puts them there.

use anyhow::Result;
use serde::Serialize;

use super::nexus;
use super::registry_app::{CERTIFICATE_FILE, CONFIG_FILE, HTPASSWD_FILE, KEY_FILE};
use super::script::{self, Mode};
use crate::domain::deploy::{RegistrySpec, StagedFile};
use crate::domain::host::Host;
use crate::domain::script::{Answer, RemoteScript};
use crate::domain::secret::Secret;
use crate::domain::storage::Storage;

const STAGE: &str = include_str!("../../templates/stage.sh.hbs");

/// What the files are to hold.
#[derive(Debug, Clone, Copy)]
pub struct Contents<'a> {
    /// The registry's configuration.
    pub config_yml: &'a Secret,
    /// The certificate chain and its key, where it serves TLS.
    pub pair: Option<(&'a str, &'a Secret)>,
    /// Its users, where it has any.
    pub htpasswd: Option<&'a Secret>,
}

/// A folder of the host. The mode is for a new one.
#[derive(Serialize)]
struct Folder<'a> {
    step: &'static str,
    path: &'a str,
    mode: &'static str,
    /// `UID:GID` that it has to belong to; empty where that is nobody's matter.
    owner: &'static str,
}

#[derive(Serialize)]
struct File<'a> {
    step: &'static str,
    path: String,
    mode: &'static str,
    content: &'a str,
}

#[derive(Serialize)]
struct Values<'a> {
    /// Folders that must be there: made here, they would hide that something is not mounted.
    mounted: Vec<Folder<'a>>,
    folders: Vec<Folder<'a>>,
    files: Vec<File<'a>>,
}

/// The script for each of the registry's hosts. `holder` is who runs it, as of [`script::render`].
pub fn script(spec: &RegistrySpec, contents: Contents<'_>, mode: Mode, holder: &str) -> Result<RemoteScript> {
    script::render(STAGE, mode, holder, &values(spec, contents))
}

/// What a host says became of each path; a step that it did not come to is left out.
pub fn staged(spec: &RegistrySpec, host: &Host, contents: Contents<'_>, answer: &Answer) -> Vec<StagedFile> {
    let Values { mounted, folders, files } = values(spec, contents);
    let folders = mounted.into_iter().chain(folders).map(|folder| (folder.step, folder.path.to_owned()));
    let paths = folders.chain(files.into_iter().map(|file| (file.step, file.path)));
    let of = |(step, path)| {
        let line = answer.steps.iter().find(|line| line.step == step)?;
        Some(StagedFile { host: host.clone(), path, change: line.change })
    };
    paths.filter_map(of).collect()
}

/// Only root reads the keys of a bucket and the password of an upstream; the registry in its container is root.
fn may_hold_secrets(spec: &RegistrySpec) -> bool {
    matches!(spec.storage, Storage::S3(_)) || spec.upstream.is_some()
}

fn values<'a>(spec: &'a RegistrySpec, contents: Contents<'a>) -> Values<'a> {
    let at = &spec.folders;
    // As Docker itself would make it.
    let data = Folder { step: "data-folder", path: at.data.as_str(), mode: "0755", owner: "" };
    let config = Folder { step: "config-folder", path: at.config.as_str(), mode: "0755", owner: "" };
    if spec.nexus.is_some() {
        return nexus_values(Folder { owner: nexus::app::OWNER, ..data }, &spec.storage);
    }
    let (mounted, mut folders) = match spec.storage {
        Storage::Host => (vec![], vec![data, config]),
        Storage::Shared => (vec![data], vec![config]),
        Storage::S3(_) | Storage::External(_) => (vec![], vec![config]),
    };
    let mut files = vec![File {
        step: "config",
        path: at.config.file(CONFIG_FILE),
        mode: if may_hold_secrets(spec) { "0640" } else { "0644" },
        content: contents.config_yml.expose(),
    }];
    if let Some(users) = contents.htpasswd {
        let path = at.config.file(HTPASSWD_FILE);
        files.push(File { step: "htpasswd", path, mode: "0640", content: users.expose() });
    }
    if let Some((chain, key)) = contents.pair {
        folders.push(Folder { step: "certs-folder", path: at.certs.as_str(), mode: "0700", owner: "" });
        let (chain_path, key_path) = (at.certs.file(CERTIFICATE_FILE), at.certs.file(KEY_FILE));
        files.push(File { step: "certificate", path: chain_path, mode: "0644", content: chain });
        files.push(File { step: "key", path: key_path, mode: "0600", content: key.expose() });
    }
    Values { mounted, folders, files }
}

/// A Nexus has no files but its data, which must be its own user's.
fn nexus_values<'a>(data: Folder<'a>, storage: &Storage) -> Values<'a> {
    let (mounted, folders) = match storage {
        Storage::Host => (vec![], vec![data]),
        Storage::Shared => (vec![data], vec![]),
        Storage::S3(_) | Storage::External(_) => (vec![], vec![]),
    };
    Values { mounted, folders, files: Vec::new() }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::path::Path;
    use std::process::Command;

    use super::*;
    use crate::domain::deploy::Folders;
    use crate::plan::registry_app::tests::spec;

    const NONCE: &str = "00112233445566778899aabbccddeeff";

    fn spec_in(root: &Path) -> RegistrySpec {
        let at = |name: &str| root.join(name).to_str().expect("is text").parse().expect("is a folder");
        RegistrySpec {
            folders: Folders { data: at("data"), certs: at("etc/certs"), config: at("etc/c") },
            ..spec()
        }
    }

    /// Runs the script as the host would, with its state kept below `root`.
    fn run(root: &Path, contents: Contents<'_>, mode: Mode) -> Vec<String> {
        let script = script(&spec_in(root), contents, mode, "ann@here").expect("renders").call(NONCE);
        let state = root.join("state");
        let script = script.replace("state=/var/lib/regctl", &format!("state={}", state.display()));
        let output = Command::new("sh").arg("-c").arg(script).output().expect("sh runs");
        let said = String::from_utf8_lossy(&output.stdout);
        said.lines()
            .filter_map(|line| line.strip_prefix(&format!("regctl/1 {NONCE} ")))
            .map(str::to_owned)
            .collect()
    }

    fn mode_of(path: &Path) -> u32 {
        path.metadata().expect("is there").permissions().mode() & 0o777
    }

    #[test]
    fn files_are_put_there_once() {
        let root = tempfile::tempdir().expect("a folder");
        let (key, users) = (Secret::new("it's a key\n"), Secret::new("ann:$2y$05$x\n"));
        let contents = Contents {
            config_yml: &Secret::new("version: 0.1\n"),
            pair: Some(("chain\n\n", &key)),
            htpasswd: Some(&users),
        };
        let looked = run(root.path(), contents, Mode::Check);
        assert!(looked.iter().any(|line| line.starts_with("step key drifted")), "{looked:?}");
        assert!(!root.path().join("etc").exists());
        let said = run(root.path(), contents, Mode::Apply);
        assert_eq!(said.last().map(String::as_str), Some("end ok"), "{said:?}");
        let at = |name: &str| root.path().join(name);
        assert_eq!(fs::read_to_string(at("etc/certs/domain.key")).expect("reads"), "it's a key\n");
        assert_eq!(fs::read_to_string(at("etc/certs/domain.crt")).expect("reads"), "chain\n\n");
        let modes = ["etc/certs/domain.key", "etc/c/htpasswd", "etc/c/config.yml", "etc/certs", "data"]
            .map(|name| mode_of(&at(name)));
        assert_eq!(modes, [0o600, 0o640, 0o644, 0o700, 0o755]);
        let before = at("etc/certs/domain.key").metadata().expect("is there").ino();
        let said = run(root.path(), contents, Mode::Apply);
        assert_eq!(said.iter().filter(|line| line.contains(" unchanged")).count(), 7, "{said:?}");
        assert_eq!(at("etc/certs/domain.key").metadata().expect("is there").ino(), before);
    }

    #[test]
    fn a_folder_in_the_way_ends_it() {
        let root = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(root.path().join("etc/certs/domain.crt")).expect("makes");
        let key = Secret::new("new key");
        let contents =
            Contents { config_yml: &Secret::new("x"), pair: Some(("chain", &key)), htpasswd: None };
        let said = run(root.path(), contents, Mode::Apply);
        assert!(said.iter().any(|line| line.starts_with("step certificate failed")), "{said:?}");
        assert_eq!(said.last().map(String::as_str), Some("end failed"));
        assert!(!root.path().join("etc/certs/domain.key").exists());
    }

    #[test]
    fn steps_are_told_by_their_paths() {
        let contents = Contents { config_yml: &Secret::new("x"), pair: None, htpasswd: None };
        let line = crate::domain::script::StepLine {
            step: "config".to_owned(),
            change: crate::domain::change::Change::Changed,
            detail: String::new(),
        };
        let answer = Answer { steps: vec![line], ..Answer::default() };
        let staged = staged(&spec(), &spec().hosts[0], contents, &answer);
        assert_eq!(staged.len(), 1);
        assert_eq!(staged[0].path, "/etc/privateregistry/config/config.yml");
    }
}
