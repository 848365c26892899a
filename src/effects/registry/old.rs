//! A registry of API version 1, as docker-registry 0.9 spoke it: what it holds, and a tag less or more.

use anyhow::Result;
use reqwest::{Method, Response, StatusCode};
use time::OffsetDateTime;

use super::listing::{Turn, names};
use super::old_answers::{self, Found};
use super::{Registry, answers};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::manifest;
use crate::domain::old_registry::ImageId;
use crate::domain::registry_api::Removal;
use crate::domain::repository::{RepositoryName, Tag};
use crate::effects::http;

/// It gives every repository at once, with a description.
const MOST_BYTES: usize = 32 << 20;
/// A search of more pages is not read to its end.
const MOST_PAGES: usize = 1000;

/// The tags of a repository, and what else was named there.
pub type OldTags = (Vec<(Tag, ImageId)>, Vec<String>);

impl Registry {
    /// Whether `/v1/_ping` answers.
    pub(super) async fn is_old(&self) -> Result<bool> {
        let what = say!("asking {}", self.url("/v1/_ping"));
        let response = self.door.send(self.door.request(Method::GET, "/v1/_ping"), &what).await?;
        if response.status() != StatusCode::OK {
            return Ok(false);
        }
        // What is longer than that is no ping either.
        Ok(http::body(response, 1 << 20, &what).await.is_ok_and(|body| old_answers::is_ping(&body)))
    }

    /// The repositories on one page, counted from 1, of what its search index knows.
    pub async fn old_repositories(&self, page: usize) -> Result<Turn<RepositoryName>> {
        if page > MOST_PAGES {
            return Ok(Turn::End { complete: false });
        }
        let path = if page == 1 { "/v1/search".to_owned() } else { format!("/v1/search?page={page}") };
        let (response, what) = self.ask_old(Method::GET, &path, "searching").await?;
        if response.status() == StatusCode::NOT_FOUND {
            return Ok(Turn::Missing);
        }
        let body = http::body(good(response, &what).await?, MOST_BYTES, &what).await?;
        let Found { names: found, pages } = old_answers::search(&what, &body)?;
        if page > pages.max(1) { Ok(Turn::End { complete: true }) } else { Ok(Turn::Page(names(&found))) }
    }

    /// The tags of a repository; nothing where there is no such repository.
    pub async fn old_tags(&self, repository: &RepositoryName) -> Result<Option<OldTags>> {
        let (response, what) =
            self.ask_old(Method::GET, &format!("/v1/repositories/{repository}/tags"), "reading").await?;
        if response.status() == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        let body = http::body(good(response, &what).await?, MOST_BYTES, &what).await?;
        let (mut tags, mut bad) = (Vec::new(), Vec::new());
        for (tag, id) in old_answers::tags(&what, &body)? {
            match (tag.parse::<Tag>(), id.parse()) {
                (Ok(tag), Ok(id)) => tags.push((tag, id)),
                (Err(why), _) | (_, Err(why)) => bad.push(why),
            }
        }
        Ok(Some((tags, bad)))
    }

    /// When an image was made; nothing where the registry does not say.
    pub async fn old_created(&self, id: &ImageId) -> Result<Option<OffsetDateTime>> {
        let (response, what) = self.ask_old(Method::GET, &format!("/v1/images/{id}/json"), "reading").await?;
        if response.status() == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        Ok(manifest::created(&http::body(good(response, &what).await?, MOST_BYTES, &what).await?))
    }

    /// Deletes one tag; others on the same image stay.
    pub async fn delete_old_tag(&self, repository: &RepositoryName, tag: &Tag) -> Result<Removal> {
        let path = format!("/v1/repositories/{repository}/tags/{tag}");
        let (response, what) = self.ask_old(Method::DELETE, &path, "deleting").await?;
        match response.status() {
            StatusCode::NOT_FOUND => Ok(Removal::Gone),
            StatusCode::METHOD_NOT_ALLOWED => Ok(Removal::Off),
            _ => good(response, &what).await.map(|_| Removal::Done),
        }
    }

    /// Puts a tag on an image. Errors: the image is not there any more.
    pub async fn put_old_tag(&self, repository: &RepositoryName, tag: &Tag, id: &ImageId) -> Result<()> {
        let path = format!("/v1/repositories/{repository}/tags/{tag}");
        let what = say!("putting {} back to {}", id.short(), self.url(&path));
        let request = self.door.request(Method::PUT, &path).json(&id);
        good(self.door.send(request, &what).await?, &what).await.map(drop)
    }

    async fn ask_old(&self, method: Method, path: &str, doing: &str) -> Result<(Response, String)> {
        let what = format!("{doing} {}", self.url(path));
        Ok((self.door.send(self.door.request(method, path), &what).await?, what))
    }
}

/// The response if it is a good one, else what the registry says instead.
async fn good(response: Response, what: &str) -> Result<Response> {
    let status = response.status();
    if status == StatusCode::OK {
        return Ok(response);
    }
    let kind = match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => FaultKind::Unauthorized,
        _ => FaultKind::BadAnswer,
    };
    let body = http::body(response, 1 << 20, what).await.unwrap_or_default();
    let words = Some(old_answers::words(&body)).filter(|words| !words.is_empty());
    let words = words.unwrap_or_else(|| answers::words(&body));
    Err(Fault::new(kind, say!("{what}: the registry answered {}{words}", status.as_u16())).into())
}
