//! The archive of a login that Marathon apps fetch: `.docker/config.json` in a tar.gz, which the fetcher unpacks in the
//! sandbox of a task.

use std::io::Write as _;

use flate2::{Compression, GzBuilder};

use crate::domain::secret::Secret;

/// A tar consists of blocks of so many bytes.
const BLOCK: usize = 512;
/// The kinds of entries.
const FILE: u8 = b'0';
const FOLDER: u8 = b'5';

/// The archive with this config.json: the same bytes for the same text, whoever makes it and whenever. Its entries are
/// root's alone.
pub fn archive(config: &Secret) -> Vec<u8> {
    let text = config.expose().as_bytes();
    let mut tar = Vec::new();
    tar.extend(header(".docker/", (FOLDER, 0o700), 0));
    tar.extend(header(".docker/config.json", (FILE, 0o600), text.len()));
    tar.extend(text);
    tar.resize(tar.len().next_multiple_of(BLOCK) + 2 * BLOCK, 0);
    let mut gzip = GzBuilder::new().mtime(0).write(Vec::new(), Compression::best());
    let packed = gzip.write_all(&tar).and_then(|()| gzip.finish());
    packed.expect("writing to memory does not fail")
}

/// A header of the ustar format.
fn header(name: &str, (kind, mode): (u8, u32), size: usize) -> [u8; BLOCK] {
    let mut header = [0; BLOCK];
    let mut put = |at: usize, text: &str| header[at..at + text.len()].copy_from_slice(text.as_bytes());
    put(0, name);
    put(100, &format!("{mode:07o}"));
    // User and group 0, and no time.
    put(108, "0000000");
    put(116, "0000000");
    put(124, &format!("{size:011o}"));
    put(136, "00000000000");
    // The checksum counts itself as spaces.
    put(148, "        ");
    put(257, "ustar\x0000");
    put(265, "root");
    put(297, "root");
    header[156] = kind;
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    header
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn tar_reads_it_and_it_is_always_the_same() {
        let folder = tempfile::tempdir().expect("a folder");
        let config = Secret::new(format!("{{\"auths\": {{}}}}{}", " ".repeat(600)));
        let bytes = archive(&config);
        assert_eq!(bytes, archive(&config));
        std::fs::write(folder.path().join("docker.tar.gz"), &bytes).expect("writes");
        let tar = |more: &[&str]| {
            let mut command = Command::new("tar");
            command.current_dir(folder.path()).args(["--numeric-owner", "-f", "docker.tar.gz"]).args(more);
            let output = command.env("TZ", "UTC").output().expect("tar runs");
            assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
            String::from_utf8_lossy(&output.stdout).into_owned()
        };
        let listed = tar(&["-tvz"]);
        assert!(listed.contains("drwx------ 0/0") && listed.contains("-rw------- 0/0"), "{listed}");
        assert!(listed.contains("1970-01-01") && listed.contains(".docker/config.json"), "{listed}");
        assert_eq!(tar(&["-xzO", ".docker/config.json"]), config.expose());
    }
}
