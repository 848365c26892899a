//! Lists that a registry gives page by page: the repositories of its catalog, the tags of a repository.

use std::marker::PhantomData;
use std::str::FromStr;

use anyhow::Result;
use reqwest::header::LINK;
use reqwest::{Method, Response, StatusCode};

use super::Registry;
use super::answers::{self, bad_answer};
use super::client::refused;
use crate::domain::fault::Fault;
use crate::domain::repository::{RepositoryName, Tag};
use crate::effects::http;

/// The most that registries give on one page unless they are told otherwise; more is refused with 400.
const PAGE: usize = 1000;
/// A list longer than this is not read to its end.
const MOST_PAGES: usize = 1000;
/// A page of a thousand names of at most 256 bytes each.
const MOST_CATALOG_BYTES: usize = 1 << 20;
/// Many a registry gives all tags of a repository on one page, however many it was asked for.
const MOST_TAG_BYTES: usize = 16 << 20;

/// A repository has no more tags than this: with names of the longest kind they take 128 MB.
const MOST_TAGS: usize = 1_000_000;

/// What one page names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names<T> {
    /// What can be worked with.
    pub good: Vec<T>,
    /// Why the others cannot, in words that are fit for a terminal.
    pub bad: Vec<String>,
}

/// What comes next of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Turn<T> {
    /// A page of it.
    Page(Names<T>),
    /// Nothing: that was all, or where regctl stops.
    End {
        /// Whether it was all.
        complete: bool,
    },
    /// There is no such list.
    Missing,
}

/// Reads the texts of a page; the first one is what is being done.
type Reader = fn(&str, &[u8]) -> Result<Vec<String>, Fault>;

/// A list on its way: one page at a time is asked for and kept.
pub struct Pages<'a, T> {
    registry: &'a Registry,
    /// What is being done: `reading the catalog`.
    doing: String,
    reader: Reader,
    most_bytes: usize,
    /// The list without a query, for registries that refuse to be asked for so many.
    plain: String,
    next: Option<String>,
    turned: usize,
    names: PhantomData<T>,
}

impl Registry {
    /// The repositories.
    pub fn repositories(&self) -> Pages<'_, RepositoryName> {
        let doing = say!("reading the catalog").to_owned();
        self.pages("/v2/_catalog", (doing, answers::repositories, MOST_CATALOG_BYTES))
    }

    /// The tags of a repository.
    pub fn tags(&self, repository: &RepositoryName) -> Pages<'_, Tag> {
        let doing = say!("reading the tags of {repository}");
        self.pages(&format!("/v2/{repository}/tags/list"), (doing, answers::tags, MOST_TAG_BYTES))
    }

    fn pages<T>(&self, path: &str, (doing, reader, most_bytes): (String, Reader, usize)) -> Pages<'_, T> {
        let plain = self.url(path);
        let next = Some(format!("{plain}?n={PAGE}"));
        Pages { registry: self, doing, reader, most_bytes, plain, next, turned: 0, names: PhantomData }
    }

    /// All tags of a repository; nothing where there is no such repository. Errors: there is no end to them.
    pub async fn all_tags(&self, repository: &RepositoryName) -> Result<Option<Names<Tag>>> {
        let (mut all, mut pages) = (Names { good: Vec::new(), bad: Vec::new() }, self.tags(repository));
        loop {
            match pages.turn().await? {
                Turn::Page(names) => {
                    all.good.extend(names.good);
                    all.bad.extend(names.bad);
                    if all.good.len() + all.bad.len() > MOST_TAGS {
                        return Err(endless(repository).into());
                    }
                }
                Turn::End { complete: true } => return Ok(Some(all)),
                Turn::End { complete: false } => return Err(endless(repository).into()),
                Turn::Missing => return Ok(None),
            }
        }
    }
}

impl<T: FromStr<Err = String>> Pages<'_, T> {
    /// How many pages there were.
    pub const fn turned(&self) -> usize {
        self.turned
    }

    /// Asks for the next page. Errors: the registry gives none, or one that makes no sense, or leads elsewhere or round
    /// in circles.
    pub async fn turn(&mut self) -> Result<Turn<T>> {
        let Some(at) = self.next.take() else { return Ok(Turn::End { complete: true }) };
        if self.turned == MOST_PAGES {
            return Ok(Turn::End { complete: false });
        }
        let what = say!("{} from {at}", self.doing);
        let door = &self.registry.door;
        let url = answers::same_place(door.endpoint().base(), &at, &what)?;
        let response = door.send(door.request_to(Method::GET, url.clone()), &what).await?;
        match response.status() {
            StatusCode::OK => {}
            // A registry may be set to give less on a page, and then refuses to be asked for more.
            StatusCode::BAD_REQUEST if self.turned == 0 && at != self.plain => {
                self.next = Some(self.plain.clone());
                return Box::pin(self.turn()).await;
            }
            StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED | StatusCode::NOT_IMPLEMENTED
                if self.turned == 0 =>
            {
                return Ok(Turn::Missing);
            }
            _ => return Err(refused(response, &what).await.into()),
        }
        self.next = next(&response, &url);
        if self.next.as_ref().is_some_and(|next| *next == url.as_str()) {
            return Err(bad_answer(say!("{what}: the next page is the same one again")).into());
        }
        self.turned += 1;
        let texts = (self.reader)(&what, &http::body(response, self.most_bytes, &what).await?)?;
        Ok(Turn::Page(names(&texts)))
    }
}

fn endless(repository: &RepositoryName) -> Fault {
    bad_answer(say!("reading the tags of {repository}: there is no end to them"))
}

fn next(response: &Response, url: &reqwest::Url) -> Option<String> {
    let link = response.headers().get(LINK).and_then(|link| link.to_str().ok());
    link.and_then(|link| answers::next_page(link, url))
}

/// Takes the texts apart: those that are names, and why the others are none.
pub(super) fn names<T: FromStr<Err = String>>(texts: &[String]) -> Names<T> {
    let mut names = Names { good: Vec::new(), bad: Vec::new() };
    for text in texts {
        match text.parse() {
            Ok(name) => names.good.push(name),
            Err(why) => names.bad.push(why),
        }
    }
    names
}
