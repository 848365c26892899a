//! Manifests one by one: read, put back, deleted; and the date in an image's configuration.

use anyhow::Result;
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::{Method, Response, StatusCode};
use time::OffsetDateTime;

use super::Registry;
use super::answers::bad_answer;
use super::client::{expect, refused};
use crate::domain::host::printable;
use crate::domain::image::Digest;
use crate::domain::manifest::{self, ACCEPTED, Manifest, StoredManifest};
use crate::domain::registry_api::Removal;
use crate::domain::repository::{RepositoryName, Tag};
use crate::effects::http;

/// Registries take no manifest that is larger.
const MOST_MANIFEST_BYTES: usize = 4 << 20;
/// A configuration holds the history of an image, which is text.
const MOST_CONFIG_BYTES: usize = 8 << 20;
/// The longest media type that is kept, in bytes.
const LONGEST_MEDIA_TYPE: usize = 255;

impl Registry {
    /// The manifest behind a tag or a digest; nothing where there is none (any more). Errors: what comes is no manifest,
    /// or not the one that was asked for.
    pub async fn manifest(
        &self,
        repository: &RepositoryName,
        reference: &str,
    ) -> Result<Option<StoredManifest>> {
        let path = format!("/v2/{repository}/manifests/{reference}");
        let what = say!("reading {}", self.url(&path));
        let request = self.door.request(Method::GET, &path).header(ACCEPT, ACCEPTED);
        let response = self.door.send(request, &what).await?;
        if response.status() == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        let response = expect(response, StatusCode::OK, &what).await?;
        let (media_type, told) = (media_type(&response), digest_of(&response));
        let bytes = http::body(response, MOST_MANIFEST_BYTES, &what).await?;
        let manifest =
            manifest::parse(&bytes).map_err(|why| bad_answer(format!("{what}: {}", printable(&why))))?;
        // The signatures of schema 1 are no part of what its digest is of, so only there the registry is believed.
        let digest = match (&manifest, told) {
            (Manifest::Schema1 { .. }, Some(told)) => told,
            _ => Digest::of(&bytes),
        };
        if reference.parse().is_ok_and(|asked: Digest| asked != digest) {
            return Err(bad_answer(say!("{what}: it is another manifest, {digest}")).into());
        }
        Ok(Some(StoredManifest { digest, media_type, bytes, manifest }))
    }

    /// When the image with this configuration was made; nothing where it does not say so.
    pub async fn created(
        &self,
        repository: &RepositoryName,
        config: &Digest,
    ) -> Result<Option<OffsetDateTime>> {
        let path = format!("/v2/{repository}/blobs/{config}");
        let what = say!("reading {}", self.url(&path));
        let response = self.door.send(self.door.request(Method::GET, &path), &what).await?;
        match response.status() {
            StatusCode::NOT_FOUND => Ok(None),
            StatusCode::OK => Ok(manifest::created(&http::body(response, MOST_CONFIG_BYTES, &what).await?)),
            // Registries before a store such as S3 send one there, where regctl does not follow: then there is no date.
            status if status.is_redirection() => Ok(None),
            _ => Err(refused(response, &what).await.into()),
        }
    }

    /// Deletes a manifest, and so every tag that points to it.
    pub async fn delete_manifest(&self, repository: &RepositoryName, digest: &Digest) -> Result<Removal> {
        let path = format!("/v2/{repository}/manifests/{digest}");
        let what = say!("deleting {}", self.url(&path));
        let response = self.door.send(self.door.request(Method::DELETE, &path), &what).await?;
        match response.status() {
            StatusCode::ACCEPTED | StatusCode::OK | StatusCode::NO_CONTENT => Ok(Removal::Done),
            StatusCode::NOT_FOUND => Ok(Removal::Gone),
            StatusCode::METHOD_NOT_ALLOWED => Ok(Removal::Off),
            _ => Err(refused(response, &what).await.into()),
        }
    }

    /// Puts a manifest behind a tag. Errors: the registry has not all that it names.
    pub async fn put_manifest(
        &self,
        repository: &RepositoryName,
        tag: &Tag,
        stored: &StoredManifest,
    ) -> Result<()> {
        let path = format!("/v2/{repository}/manifests/{tag}");
        let what = say!("putting {} back to {}", stored.digest.short(), self.url(&path));
        let request = self.door.request(Method::PUT, &path).header(CONTENT_TYPE, &stored.media_type);
        let request = request.body(stored.bytes.clone());
        expect(self.door.send(request, &what).await?, StatusCode::CREATED, &what).await.map(drop)
    }
}

/// What the response says that it is, without parameters; fit for a header and a terminal.
fn media_type(response: &Response) -> String {
    let header = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    fit_media_type(header.unwrap_or_default())
}

fn fit_media_type(header: &str) -> String {
    let bare = header.split(';').next().unwrap_or_default().trim();
    let fit =
        (1..=LONGEST_MEDIA_TYPE).contains(&bare.len()) && bare.bytes().all(|byte| byte.is_ascii_graphic());
    if fit { bare.to_owned() } else { "application/octet-stream".to_owned() }
}

fn digest_of(response: &Response) -> Option<Digest> {
    response.headers().get("docker-content-digest")?.to_str().ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_media_type_is_always_one_that_an_undo_file_can_hold() {
        assert_eq!(fit_media_type("a/b; charset=utf-8"), "a/b");
        for unfit in ["", " ; x", "a b", "a\u{1b}", &"a".repeat(256)] {
            assert_eq!(fit_media_type(unfit), "application/octet-stream", "{unfit:?}");
        }
    }
}
