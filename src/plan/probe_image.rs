//! The image that `verify --push` sends: one layer with one small file, a few hundred bytes in all.
//!
//! Always the same repository unless another is named, since a registry cannot forget a repository's name; never the same digest, so that two
//! runs at the same time do not delete each other's image, and so that nobody's cache answers in the registry's place.

use serde_json::{Value, json};

use crate::domain::image::{Blob, Digest, Image};
use crate::domain::repository::RepositoryName;

const REPOSITORY: &str = "regctl/verify";
const MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
const CONFIG: &str = "application/vnd.docker.container.image.v1+json";
/// Not compressed: every engine takes it, and no gzip is needed here.
const LAYER: &str = "application/vnd.docker.image.rootfs.diff.tar";
/// The same three by the names of OCI, which say nothing else.
const OCI_MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const OCI_CONFIG: &str = "application/vnd.oci.image.config.v1+json";
const OCI_LAYER: &str = "application/vnd.oci.image.layer.v1.tar";
/// Files in a tar archive start and end at multiples of this.
const BLOCK: usize = 512;

/// Where it goes where nothing else is said.
pub fn usual_repository() -> RepositoryName {
    REPOSITORY.parse().expect("it is the name of a repository")
}

/// The image for one run; `nonce` makes it unlike every other.
pub fn image(nonce: &str, repository: RepositoryName) -> Image {
    let layer = Blob::new(LAYER, tar("regctl-verify", nonce.as_bytes()));
    let config = Blob::new(CONFIG, config(&layer.digest).to_string().into_bytes());
    let manifest = manifest(MANIFEST, &config, &layer);
    Image { repository, manifest, config, layer }
}

/// The same image in the form of OCI, for registries that take no other, as zot unless it is told to: engines since
/// Docker 17.06 pull either.
pub fn as_oci(image: &Image) -> Image {
    let named = |blob: &Blob, media_type| Blob { media_type, ..blob.clone() };
    let (config, layer) = (named(&image.config, OCI_CONFIG), named(&image.layer, OCI_LAYER));
    let manifest = manifest(OCI_MANIFEST, &config, &layer);
    Image { repository: image.repository.clone(), manifest, config, layer }
}

fn manifest(media_type: &'static str, config: &Blob, layer: &Blob) -> Blob {
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": media_type,
        "config": descriptor(config),
        "layers": [descriptor(layer)],
    });
    Blob::new(media_type, manifest.to_string().into_bytes())
}

fn config(layer: &Digest) -> Value {
    json!({
        "architecture": "amd64",
        "os": "linux",
        "created": "1970-01-01T00:00:00Z",
        "config": { "Labels": { "regctl.verify": "pushed by regctl verify; safe to delete" } },
        "rootfs": { "type": "layers", "diff_ids": [layer.to_string()] },
        "history": [{ "created": "1970-01-01T00:00:00Z", "created_by": "regctl verify" }],
    })
}

fn descriptor(blob: &Blob) -> Value {
    json!({ "mediaType": blob.media_type, "size": blob.bytes.len(), "digest": blob.digest.to_string() })
}

/// A tar archive (POSIX ustar) of one file that everyone may read.
fn tar(name: &str, content: &[u8]) -> Vec<u8> {
    let mut archive = header(name, content.len()).to_vec();
    archive.extend_from_slice(content);
    archive.resize(archive.len().next_multiple_of(BLOCK), 0);
    // Two empty blocks end an archive.
    archive.resize(archive.len() + 2 * BLOCK, 0);
    archive
}

fn header(name: &str, size: usize) -> [u8; BLOCK] {
    let mut header = [0; BLOCK];
    let mut put = |at: usize, field: &[u8]| header[at..at + field.len()].copy_from_slice(field);
    put(0, name.as_bytes());
    put(100, b"0000444\0");
    put(108, b"0000000\0");
    put(116, b"0000000\0");
    put(124, format!("{size:011o}\0").as_bytes());
    put(136, b"00000000000\0");
    // The checksum is taken with spaces in its own place.
    put(148, b"        ");
    put(156, b"0");
    put(257, b"ustar\x0000");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    header
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn tar_itself_reads_the_layer() {
        let nonce = "0123456789abcdef";
        let mut tar = Command::new("tar")
            .args(["-xOf", "-", "regctl-verify"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("tar runs");
        tar.stdin
            .take()
            .expect("is piped")
            .write_all(&image(nonce, usual_repository()).layer.bytes)
            .expect("writes");
        let output = tar.wait_with_output().expect("tar ends");
        assert!(output.status.success());
        assert_eq!(output.stdout, nonce.as_bytes());
    }

    #[test]
    fn the_manifest_names_what_is_pushed() {
        let image = image("n", usual_repository());
        let manifest: Value = serde_json::from_slice(&image.manifest.bytes).expect("is JSON");
        assert_eq!(manifest["config"]["digest"], image.config.digest.to_string());
        assert_eq!(manifest["layers"][0]["size"], image.layer.bytes.len());
        assert_ne!(image.manifest.digest, super::image("m", usual_repository()).manifest.digest);
    }
}
