//! What a registry keeps in its folder, as a walk through that folder on its host names it.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use serde_json::json;

use super::script::{self, Mode};
use crate::domain::host::printable;
use crate::domain::host_folder::HostFolder;
use crate::domain::repo_ls::RepoEntry;
use crate::domain::repository::{RepositoryName, Tag};
use crate::domain::script::RemoteScript;

const WALK: &str = include_str!("../../templates/repositories.sh.hbs");
/// Where a registry keeps its repositories below the folder that it is given.
const REPOSITORIES: &str = "docker/registry/v2/repositories";
/// The longest path that Linux takes, in bytes.
const LONGEST_PATH: usize = 4096;
/// More than this is not kept: a million tags with long names.
const MOST_BYTES: usize = 256 << 20;
/// What a path takes beside its own bytes; a host may name empty ones without end.
const BESIDE: usize = 128;

/// The script that walks through the folder of the images. `holder` is who runs it, as of [`script::render`].
pub fn script(data: &HostFolder, holder: &str) -> Result<RemoteScript> {
    script::render(WALK, Mode::Check, holder, &json!({ "root": data.file(REPOSITORIES) }))
}

/// A walk on its way: paths, each with a zero byte at its end, then what the script says last.
#[derive(Debug, Default)]
pub struct StorageWalk {
    /// The beginning of a path whose end has not come yet.
    rest: Vec<u8>,
    repositories: BTreeMap<RepositoryName, BTreeSet<Tag>>,
    bad: Vec<String>,
    bytes: usize,
}

impl StorageWalk {
    /// Takes what came. Errors: this is no walk through such a folder.
    pub fn take(&mut self, bytes: &[u8]) -> Result<(), String> {
        let mut pieces = bytes.split(|byte| *byte == 0).peekable();
        while let Some(piece) = pieces.next() {
            self.rest.extend_from_slice(piece);
            if self.rest.len() > LONGEST_PATH {
                return Err(say!("the host names a path that is longer than paths are").to_owned());
            }
            if pieces.peek().is_some() {
                let path = std::mem::take(&mut self.rest);
                self.note(&path)?;
            }
        }
        Ok(())
    }

    fn note(&mut self, path: &[u8]) -> Result<(), String> {
        self.bytes += path.len() + BESIDE;
        if self.bytes > MOST_BYTES {
            return Err(say!("the host names more than {} MiB of paths", MOST_BYTES >> 20));
        }
        let text = String::from_utf8_lossy(path);
        match read(&text) {
            Ok((name, tag)) => self.repositories.entry(name).or_default().extend(tag),
            Err(why) => self.bad.push(why),
        }
        Ok(())
    }

    /// The repositories in the order of the catalog, each with its tags, and why other names are none. Errors: the walk
    /// broke off.
    pub fn finish(self) -> Result<(Vec<RepoEntry>, Vec<String>), String> {
        let last = String::from_utf8_lossy(&self.rest);
        if !last.trim_end().ends_with(" end ok") {
            return Err(say!("the list broke off").to_owned());
        }
        let entry = |(name, tags): (RepositoryName, BTreeSet<Tag>)| RepoEntry {
            name,
            tags: Some(tags.into_iter().collect()),
        };
        Ok((self.repositories.into_iter().map(entry).collect(), self.bad))
    }
}

/// A repository from the folder of its layers, or one of its tags from the link of its manifest.
fn read(path: &str) -> Result<(RepositoryName, Option<Tag>), String> {
    let nonsense = || say!("`{}` is no path of a registry's", printable(path));
    let path = path.strip_prefix("./").ok_or_else(nonsense)?;
    if let Some(name) = path.strip_suffix("/_layers") {
        return Ok((name.parse()?, None));
    }
    let tagged = path.strip_suffix("/current/link").and_then(|path| path.split_once("/_manifests/tags/"));
    let (name, tag) = tagged.ok_or_else(nonsense)?;
    Ok((name.parse()?, Some(tag.parse()?)))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::process::Command;

    use super::*;

    fn walked(data: &std::path::Path) -> Vec<u8> {
        let folder = data.to_string_lossy().parse().expect("a folder");
        let script = script(&folder, "alice@bastion").expect("renders").call(&"0".repeat(32));
        Command::new("sh").arg("-c").arg(script).output().expect("sh runs").stdout
    }

    /// What comes after the line `stream`, a few bytes at a time.
    fn listed(output: &[u8]) -> Result<(Vec<String>, Vec<String>), String> {
        let stream = b" stream\n";
        let start = output.windows(stream.len()).position(|bytes| bytes == stream).expect("streams");
        let mut walk = StorageWalk::default();
        output[start + stream.len()..].chunks(7).try_for_each(|piece| walk.take(piece))?;
        let (entries, bad) = walk.finish()?;
        let spell = |entry: RepoEntry| {
            let tags = entry.tags.unwrap_or_default();
            format!("{} {}", entry.name, tags.iter().map(Tag::as_str).collect::<Vec<_>>().join(","))
        };
        Ok((entries.into_iter().map(spell).collect(), bad))
    }

    #[test]
    fn a_folder_is_read_as_its_registry_would_list_it() {
        let data = tempfile::tempdir().expect("a folder");
        let root = data.path().join(REPOSITORIES);
        for tag in
            ["team/app/_manifests/tags/1.2", "team/app/_manifests/tags/latest", "a-b/_manifests/tags/x"]
        {
            fs::create_dir_all(root.join(tag).join("current")).expect("makes");
            fs::write(root.join(tag).join("current/link"), "sha256:0").expect("writes");
            fs::create_dir_all(root.join(tag).join("index/sha256/0")).expect("makes");
        }
        for layers in [
            "team/app/_layers/sha256/_layers",
            "a-b/_layers",
            "a/b/_layers",
            "evil\nname/_layers",
            "e\u{1b}[31m/_layers",
        ] {
            fs::create_dir_all(root.join(layers)).expect("makes");
        }
        fs::create_dir_all(data.path().join("outside/secret/_layers")).expect("makes");
        symlink(data.path().join("outside"), root.join("link")).expect("links");
        let (entries, bad) = listed(&walked(data.path())).expect("is whole");
        assert_eq!(entries, ["a/b ", "a-b x", "team/app 1.2,latest"]);
        assert_eq!(bad.len(), 2, "{bad:?}");
        assert!(bad.iter().all(|why| !why.contains(char::is_control)), "{bad:?}");
    }

    #[test]
    fn what_is_not_whole_is_no_list() {
        let data = tempfile::tempdir().expect("a folder");
        assert!(String::from_utf8_lossy(&walked(data.path())).contains("end failed"));
        fs::create_dir_all(data.path().join(REPOSITORIES).join("a/_layers")).expect("makes");
        let whole = walked(data.path());
        assert_eq!(listed(&whole).expect("is whole").0, ["a "]);
        assert!(listed(&whole[..whole.len() - 4]).is_err());
        assert!(StorageWalk::default().take(&[b'a'; LONGEST_PATH + 1]).is_err());
        let mut endless = StorageWalk { bytes: MOST_BYTES - 2 * BESIDE, ..StorageWalk::default() };
        assert!(endless.take(&[0; 2]).is_ok() && endless.take(&[0]).is_err(), "empty paths take memory too");
    }
}
