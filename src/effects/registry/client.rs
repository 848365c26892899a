//! The requests: what a registry is, what it holds, and an image there and back.

use anyhow::Result;
use reqwest::header::{ACCEPT, CONTENT_TYPE, LOCATION, SERVER, WWW_AUTHENTICATE};
use reqwest::{Method, Response, StatusCode};

use super::answers::{self, bad_answer};
use super::door::Door;
use super::listing::Turn;
use crate::domain::credentials::Credentials;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::host::printable;
use crate::domain::image::{Blob, Image};
use crate::domain::registry_api::{Api, Catalog, Deletion};
use crate::domain::repository::RepositoryName;
use crate::effects::http::{self, Endpoint};

/// Nothing of the image that is read back is as large as this.
const MOST_BLOB_BYTES: usize = 1 << 20;

/// A registry at one address.
#[derive(Debug, Clone)]
pub struct Registry {
    pub(super) door: Door,
}

impl Registry {
    /// The registry behind an endpoint whose base is `https://HOST[:PORT]`.
    /// Credentials go there, or to the token server that it names, once it asks for them.
    pub fn new(endpoint: Endpoint, credentials: Option<Credentials>) -> Self {
        Self { door: Door::new(endpoint, credentials) }
    }

    /// The URL of a path.
    pub(super) fn url(&self, path: &str) -> String {
        self.door.endpoint().url(path)
    }

    /// Asks `/v2/` what this is.
    pub async fn api(&self) -> Result<Api> {
        let what = say!("asking {}", self.url("/v2/"));
        let response = self.door.send(self.door.request(Method::GET, "/v2/"), &what).await?;
        let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
        let version2 = header("docker-distribution-api-version".parse().expect("is a header's name"))
            .is_some_and(|version| version.contains("registry/2"));
        let scheme =
            header(WWW_AUTHENTICATE).and_then(|challenge| challenge.split(' ').next()).map(printable);
        Ok(match (response.status(), scheme) {
            (StatusCode::OK, _) if version2 => Api::Open,
            (StatusCode::UNAUTHORIZED, Some(scheme)) if self.door.has_credentials() => {
                Api::RefusesUser { scheme }
            }
            (StatusCode::UNAUTHORIZED, Some(scheme)) => Api::WantsUser { scheme },
            (StatusCode::NOT_FOUND, _) if self.is_old().await? => Api::Version1,
            (status, _) => {
                let server =
                    header(SERVER).map(|server| say!(" from {}", printable(server))).unwrap_or_default();
                let to = header(LOCATION).map(|to| say!(" to {}", printable(to))).unwrap_or_default();
                Api::NotARegistry { answer: format!("{}{to}{server}", status.as_u16()) }
            }
        })
    }

    /// Counts the repositories, page by page.
    pub async fn catalog(&self) -> Result<Catalog> {
        let (mut repositories, mut pages) = (0, self.repositories());
        loop {
            match pages.turn().await? {
                Turn::Missing => return Ok(Catalog::None),
                Turn::Page(names) => repositories += names.good.len() + names.bad.len(),
                Turn::End { complete } => {
                    return Ok(Catalog::Listed { repositories, pages: pages.turned(), complete });
                }
            }
        }
    }

    /// Pushes the image by its digest: both blobs, then the manifest.
    pub async fn push(&self, image: &Image) -> Result<()> {
        for blob in [&image.layer, &image.config] {
            self.push_blob(&image.repository, blob).await?;
        }
        let path = manifest_path(image);
        let what = say!("pushing the manifest to {}", self.url(&path));
        let request = self.door.request(Method::PUT, &path);
        let request =
            request.header(CONTENT_TYPE, image.manifest.media_type).body(image.manifest.bytes.clone());
        expect(self.door.send(request, &what).await?, StatusCode::CREATED, &what).await.map(drop)
    }

    async fn push_blob(&self, repository: &RepositoryName, blob: &Blob) -> Result<()> {
        let path = format!("/v2/{repository}/blobs/uploads/");
        let what = say!("starting an upload at {}", self.url(&path));
        let response = self.door.send(self.door.request(Method::POST, &path), &what).await?;
        let response = expect(response, StatusCode::ACCEPTED, &what).await?;
        let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
        let location =
            location.ok_or_else(|| bad_answer(say!("{what}: the registry names no place to upload to")))?;
        let mut url = answers::same_place(self.door.endpoint().base(), location, &what)?;
        url.query_pairs_mut().append_pair("digest", &blob.digest.to_string());
        let what = say!("uploading {} bytes to {}", blob.bytes.len(), self.url(&path));
        let request = self.door.request_to(Method::PUT, url);
        let request = request.header(CONTENT_TYPE, "application/octet-stream").body(blob.bytes.clone());
        expect(self.door.send(request, &what).await?, StatusCode::CREATED, &what).await.map(drop)
    }

    /// Reads the image back and compares it byte for byte.
    pub async fn read_back(&self, image: &Image) -> Result<()> {
        let blobs = [&image.config, &image.layer].map(|blob| (blob_path(&image.repository, blob), blob));
        for (path, blob) in std::iter::once((manifest_path(image), &image.manifest)).chain(blobs) {
            let what = say!("reading back {}", self.url(&path));
            let request = self.door.request(Method::GET, &path).header(ACCEPT, blob.media_type);
            let response = self.follow(self.door.send(request, &what).await?, &what).await?;
            let response = expect(response, StatusCode::OK, &what).await?;
            if http::body(response, MOST_BLOB_BYTES, &what).await? != blob.bytes {
                return Err(bad_answer(say!("{what}: it is not what was pushed")).into());
            }
        }
        Ok(())
    }

    /// A registry that keeps its blobs elsewhere, as in S3, sends whoever reads one there: once, and without credentials.
    async fn follow(&self, response: Response, what: &str) -> Result<Response> {
        if !response.status().is_redirection() {
            return Ok(response);
        }
        let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
        let url = answers::elsewhere(self.door.endpoint().base(), location.unwrap_or_default(), what)?;
        let request = self.door.request_to(Method::GET, url);
        Ok(request.send().await.map_err(|error| http::failed(what, &error))?)
    }

    /// Deletes the image, manifest first. A registry that does not delete is no error, nor is one that leaves the blobs
    /// to its collection of garbage, or that does not let this user delete.
    pub async fn delete(&self, image: &Image) -> Result<Deletion> {
        let mut is_manifest = true;
        for path in paths(image) {
            let what = say!("deleting {}", self.url(&path));
            let response = self.door.send(self.door.request(Method::DELETE, &path), &what).await?;
            match response.status() {
                status if status.is_success() => {}
                StatusCode::METHOD_NOT_ALLOWED if is_manifest => return Ok(Deletion::Off),
                StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN if is_manifest => {
                    return Ok(Deletion::NotAllowed);
                }
                status if status.is_client_error() && !is_manifest => {}
                _ => return Err(refused(response, &what).await.into()),
            }
            is_manifest = false;
        }
        Ok(Deletion::Done)
    }

    /// Deletes whatever of the image is there. After an interruption nobody knows what that is, so no answer is an error.
    pub async fn discard(&self, image: &Image) {
        for path in paths(image) {
            let what = say!("deleting {}", self.url(&path));
            if self.door.send(self.door.request(Method::DELETE, &path), &what).await.is_err() {
                return;
            }
        }
    }
}

/// Manifest first: what it names is then nobody's.
fn paths(image: &Image) -> impl Iterator<Item = String> {
    let blobs = [&image.config, &image.layer].map(|blob| blob_path(&image.repository, blob));
    std::iter::once(manifest_path(image)).chain(blobs)
}

fn manifest_path(image: &Image) -> String {
    format!("/v2/{}/manifests/{}", image.repository, image.manifest.digest)
}

fn blob_path(repository: &RepositoryName, blob: &Blob) -> String {
    format!("/v2/{repository}/blobs/{}", blob.digest)
}

/// The response if it has this status, else what the registry says instead.
pub(super) async fn expect(response: Response, status: StatusCode, what: &str) -> Result<Response> {
    if response.status() == status { Ok(response) } else { Err(refused(response, what).await.into()) }
}

/// An answer that was not hoped for, with the registry's own words where it has any.
pub(super) async fn refused(response: Response, what: &str) -> Fault {
    let status = response.status();
    let kind = match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => FaultKind::Unauthorized,
        _ => FaultKind::BadAnswer,
    };
    let bytes = http::body(response, MOST_BLOB_BYTES, what).await.unwrap_or_default();
    let message = say!("{what}: the registry answered {}{}", status.as_u16(), answers::words(&bytes));
    let fault = Fault::new(kind, message);
    match status {
        StatusCode::METHOD_NOT_ALLOWED => fault.hint(say!(
            "It takes no images: is it in read-only maintenance, or a mirror of another registry?"
        )),
        _ => fault,
    }
}
