//! Asks one Mesos agent, directly or through DC/OS' Admin Router, for the files of a task.

use anyhow::Result;
use reqwest::{Method, RequestBuilder, Url};
use serde::Deserialize;

use super::http::{self, Endpoint};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::host::Host;

/// An agent's state names all of its tasks, and up to 150 that have ended.
const MOST_STATE: usize = 16 << 20;
/// An answer holds at most 16 pages, each byte of which may be written as six.
const MOST_FILE: usize = 1 << 20;
/// So much of the end of a file is read.
const TAIL: u64 = 8 << 10;

/// One agent.
#[derive(Debug)]
pub struct MesosAgent<'a> {
    master: &'a Endpoint,
    base: Url,
    is_behind_router: bool,
}

/// A part of a file.
#[derive(Debug, Deserialize)]
struct Part {
    #[serde(default)]
    data: String,
    #[serde(default)]
    offset: u64,
}

impl<'a> MesosAgent<'a> {
    /// The agent of that id at that address, asked in the way in which its master is: behind Admin Router's `/mesos` it
    /// is at `/agent/ID`. Else it is asked directly, and without the credentials, which are for masters.
    pub fn new(master: &'a Endpoint, id: &str, address: (&Host, u16)) -> Result<Self> {
        let mut base = master.base().clone();
        let path = base.path().trim_end_matches('/').to_owned();
        let is_behind_router = path.ends_with("/mesos");
        if let Some(before) = path.strip_suffix("/mesos") {
            if id.is_empty() || !id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
                return Err(Fault::new(FaultKind::BadAnswer, say!("an agent's id is none")).into());
            }
            base.set_path(&format!("{before}/agent/{id}/"));
        } else {
            let (host, port) = address;
            base = format!("{}://{}:{port}/", base.scheme(), host.bracketed()).parse()?;
        }
        Ok(Self { master, base, is_behind_router })
    }

    /// Its `/state`.
    pub async fn state(&self) -> Result<Vec<u8>> {
        self.get(self.base.join("state")?, MOST_STATE).await
    }

    /// The end of a file, and whether it begins in the middle of it.
    pub async fn tail(&self, path: &str) -> Result<(String, bool)> {
        // -1 asks for the size.
        let Part { offset: size, .. } = self.read(path, &[("offset", "-1".to_owned())]).await?;
        let start = size.saturating_sub(TAIL);
        let span = [("offset", start.to_string()), ("length", TAIL.to_string())];
        Ok((self.read(path, &span).await?.data, start > 0))
    }

    async fn read(&self, path: &str, span: &[(&str, String)]) -> Result<Part> {
        let mut url = self.base.join("files/read")?;
        url.query_pairs_mut().append_pair("path", path).extend_pairs(span);
        let body = self.get(url, MOST_FILE).await?;
        serde_json::from_slice(&body).map_err(|error| self.strange(&error.to_string()).into())
    }

    async fn get(&self, url: Url, most: usize) -> Result<Vec<u8>> {
        let what = say!("reading {} of the agent at {}", url.path(), self.base);
        let response = self.request(url).send().await.map_err(|error| http::failed(&what, &error))?;
        let status = response.status();
        if !status.is_success() {
            return Err(self.strange(&say!("it answers {}", status.as_u16())).into());
        }
        http::body(response, most, &what).await
    }

    fn request(&self, url: Url) -> RequestBuilder {
        if self.is_behind_router {
            self.master.request_elsewhere(Method::GET, url)
        } else {
            self.master.request_without_credentials(Method::GET, url)
        }
    }

    fn strange(&self, why: &str) -> Fault {
        Fault::new(FaultKind::BadAnswer, say!("asking the agent at {}: {why}", self.base))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(master: &str, id: &str) -> Result<String> {
        let base = http::parse_base("--mesos", master)?;
        let endpoint = Endpoint::new(base, reqwest::Client::new(), None);
        let host: Host = "10.0.0.7".parse().expect("legal");
        Ok(MesosAgent::new(&endpoint, id, (&host, 5051))?.base.to_string())
    }

    #[test]
    fn an_agent_is_asked_in_the_way_of_its_master() {
        let id = "a6cb0a45-924f-S1";
        assert_eq!(at("http://master.mesos:5050", id).expect("is made"), "http://10.0.0.7:5051/");
        assert_eq!(
            at("https://dcos.example.com/mesos", id).expect("is made"),
            format!("https://dcos.example.com/agent/{id}/")
        );
        assert!(at("https://dcos.example.com/mesos/", "../x").is_err());
    }
}
