//! Archives that `docker save` makes: a tar with manifest.json, the configuration of each image, and its layers.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use anyhow::Result;
use serde::Deserialize;

use super::files::plain;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::image::{ArchivedImage, Digest};

/// A tar consists of blocks of so many bytes.
const BLOCK: u64 = 512;
/// No manifest and no configuration of an image is larger.
const LARGEST: u64 = 8 << 20;
/// No image has more files in its archive.
const MOST_FILES: usize = 100_000;

/// The images of an archive. Errors, all exit 2: a file that is missing, compressed, cut off, no archive of `docker save`,
/// or with a configuration that is not what its name says.
pub fn read(path: &Path) -> Result<Vec<ArchivedImage>> {
    let fault = |why: String| {
        Fault::new(FaultKind::InputFile, say!("the image archive {}: {why}", path.display()))
            .hint(say!("Make it with docker save -o FILE IMAGE, uncompressed."))
    };
    let mut file = File::open(path).map_err(|error| fault(plain(&error)))?;
    images(&mut file).map_err(|why| fault(why).into())
}

/// One image, as manifest.json lists it.
#[derive(Deserialize)]
struct Entry {
    #[serde(rename = "Config")]
    config: String,
    #[serde(rename = "RepoTags")]
    tags: Option<Vec<String>>,
}

fn images(file: &mut (impl Read + Seek)) -> Result<Vec<ArchivedImage>, String> {
    let files = index(file)?;
    let manifest = content(file, &files, "manifest.json")?;
    let entries: Vec<Entry> = serde_json::from_slice(&manifest)
        .map_err(|error| say!("its manifest.json makes no sense: {error}"))?;
    let read = |entry: Entry| {
        let id = Digest::of(&content(file, &files, &entry.config)?);
        let name = entry.config.rsplit('/').next().unwrap_or_default().trim_end_matches(".json");
        if id.to_string() != format!("sha256:{name}") {
            return Err(say!("it is damaged: the digest of {name} is {id}"));
        }
        Ok(ArchivedImage { id, tags: entry.tags.unwrap_or_default() })
    };
    entries.into_iter().map(read).collect()
}

/// Where each file of the tar is, and how long.
fn index(file: &mut (impl Read + Seek)) -> Result<HashMap<String, (u64, u64)>, String> {
    let told = |error: io::Error| plain(&error);
    let end = file.seek(SeekFrom::End(0)).map_err(told)?;
    let (mut at, mut files) = (0, HashMap::new());
    while at + BLOCK <= end && files.len() <= MOST_FILES {
        let mut header = [0; BLOCK as usize];
        file.seek(SeekFrom::Start(at)).and_then(|_| file.read_exact(&mut header)).map_err(told)?;
        if header.iter().all(|byte| *byte == 0) {
            return Ok(files);
        }
        let (name, size) = entry(&header)?;
        at += BLOCK;
        let next = size.checked_next_multiple_of(BLOCK).and_then(|length| at.checked_add(length));
        let next = next.filter(|next| *next <= end).ok_or_else(|| say!("it is cut off"))?;
        files.insert(name, (at, size));
        at = next;
    }
    Err(say!("it is cut off").to_owned())
}

/// Name and size of a file of the tar, out of its header.
fn entry(header: &[u8; BLOCK as usize]) -> Result<(String, u64), String> {
    if header.starts_with(&[0x1f, 0x8b]) || header.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
        return Err(say!("it is compressed: unpack it first (gunzip, unzstd)").to_owned());
    }
    if header[257..262] != *b"ustar" {
        return Err(say!("it is no tar archive").to_owned());
    }
    let text = |range: std::ops::Range<usize>| {
        let bytes = header[range].split(|byte| *byte == 0).next().unwrap_or_default();
        String::from_utf8_lossy(bytes).into_owned()
    };
    let size = text(124..136);
    let size = u64::from_str_radix(size.trim(), 8)
        .map_err(|_| say!("it is no tar archive that docker save makes").to_owned())?;
    Ok((text(0..100).trim_start_matches("./").to_owned(), size))
}

fn content(
    file: &mut (impl Read + Seek),
    files: &HashMap<String, (u64, u64)>,
    name: &str,
) -> Result<Vec<u8>, String> {
    let shown = crate::domain::answer::shown(name);
    let (at, size) = *files.get(name).ok_or_else(|| say!("there is no {shown} in it"))?;
    if size > LARGEST {
        return Err(say!("its {shown} is larger than {} MiB", LARGEST >> 20));
    }
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(at))
        .and_then(|_| file.take(size).read_to_end(&mut bytes))
        .map_err(|error| plain(&error))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;
    use std::process::Command;

    use super::*;

    /// What tar makes of these files.
    fn tar(files: &[(&str, &str)]) -> Vec<u8> {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().expect("is below")).expect("makes");
            std::fs::write(path, text).expect("writes");
        }
        let mut command = Command::new("tar");
        command.args(["-c", "--format=ustar", "-C"]).arg(folder.path());
        let output = command.args(files.iter().map(|(name, _)| name)).output().expect("tar runs");
        assert!(output.status.success());
        output.stdout
    }

    fn read(bytes: &[u8]) -> Result<Vec<ArchivedImage>, String> {
        images(&mut Cursor::new(bytes))
    }

    fn saved(config: &str, name: &str) -> Vec<u8> {
        let manifest = format!(r#"[{{"Config": "{name}", "RepoTags": ["registry:2"], "Layers": []}}]"#);
        tar(&[("layer.tar", &"x".repeat(5000)), (name, config), ("manifest.json", &manifest)])
    }

    #[test]
    fn the_id_is_the_digest_of_the_configuration() {
        let config = r#"{"rootfs": {}}"#;
        let digest = Digest::of(config.as_bytes()).to_string();
        let name = digest.trim_start_matches("sha256:");
        for name in [format!("{name}.json"), format!("blobs/sha256/{name}")] {
            let images = read(&saved(config, &name)).expect("is read");
            assert_eq!(
                (images[0].id.to_string(), images[0].tags.as_slice()),
                (digest.clone(), &["registry:2".to_owned()][..])
            );
        }
    }

    #[test]
    fn what_is_no_whole_archive_is_refused_with_the_reason() {
        let good = saved("{}", &format!("{}.json", &Digest::of(b"{}").to_string()[7..]));
        assert!(read(&good).is_ok());
        for (bytes, why) in [
            (good[..3000].to_vec(), "cut off"),
            (saved("{ }", &format!("{}.json", &Digest::of(b"{}").to_string()[7..])), "damaged"),
            (tar(&[("a", "b")]), "no manifest.json"),
            (tar(&[("manifest.json", "{")]), "makes no sense"),
            (
                tar(&[("manifest.json", r#"[{"Config": "../../etc/passwd"}]"#)]),
                "there is no ../../etc/passwd",
            ),
            ([&[0x1f, 0x8b][..], &[0; 600]].concat(), "compressed"),
            (vec![b'x'; 2000], "no tar"),
            (Vec::new(), "cut off"),
        ] {
            let refused = read(&bytes).expect_err(why);
            assert!(refused.contains(why), "{refused}");
        }
    }
}
