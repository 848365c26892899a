//! Asks Mesos which agents there are. Any master may be asked; only the leading one answers.

use anyhow::Result;
use reqwest::{Method, Response, StatusCode, Url};

use super::http::{self, Endpoint};
use crate::domain::answer::shown;
use crate::domain::event::{Event, Observer};
use crate::domain::fault::{Fault, FaultKind};

/// 10,000 agents of 2.5 KB take 25 MB, and `/slaves` has no paging; what is much larger is no list of agents.
const MOST_BYTES: usize = 40 << 20;
/// A new leader may be elected while we ask; more often than that it is a circle.
const MOST_HOPS: usize = 4;

/// What the leading master answered to `/slaves`.
#[derive(Debug)]
pub struct Slaves {
    /// The body as it came.
    pub body: Vec<u8>,
    /// Where it came from, fit to be shown.
    pub url: Url,
}

/// Reads `/slaves` of the leading master. A master that stands by redirects to it with 307; the credentials go along to
/// there and nowhere else. Errors: no leader, wrong credentials, or an answer that no Mesos master gives.
pub async fn slaves(endpoint: &Endpoint, observer: &dyn Observer) -> Result<Slaves> {
    let mut url: Url = endpoint.url("/slaves").parse()?;
    for _ in 0..MOST_HOPS {
        let what = say!("reading the agents from {url}");
        let request = endpoint.request_elsewhere(Method::GET, url.clone());
        let response = request.send().await.map_err(|error| unreachable(&what, &error))?;
        match response.status() {
            StatusCode::OK => {
                return Ok(Slaves { body: http::body(response, MOST_BYTES, &what).await?, url });
            }
            StatusCode::TEMPORARY_REDIRECT => {
                let location = location(&response);
                url = leader(&url, &location).ok_or_else(|| strange_redirect(&what, &location))?;
                observer.observe(Event::Detail(say!("the leading master is at {}", origin(&url))));
            }
            _ => return Err(refusal(&what, response).await.into()),
        }
    }
    Err(Fault::new(
        FaultKind::NoLeader,
        say!("the masters at {} name each other as the leading one", endpoint.base()),
    )
    .hint(say!("A new leader is being elected; try again in a few seconds."))
    .into())
}

/// Where the leading master is, by a Location such as `//10.0.0.2:5050/master/slaves`. Only the list of agents of a server
/// that speaks as this one does counts; anything else (a login page, plain HTTP instead of TLS) must not be given
/// credentials.
fn leader(asked: &Url, location: &str) -> Option<Url> {
    let mut url = asked.join(location).ok()?;
    let safe = url.scheme() == asked.scheme() && ["/slaves", "/master/slaves"].contains(&url.path());
    let _ = url.set_username("");
    let _ = url.set_password(None);
    (safe && url.host_str().is_some_and(|host| !host.is_empty())).then_some(url)
}

fn location(response: &Response) -> String {
    let header = response.headers().get("location");
    header.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).unwrap_or_default()
}

fn origin(url: &Url) -> String {
    shown(&url.origin().ascii_serialization())
}

fn unreachable(what: &str, error: &reqwest::Error) -> Fault {
    http::failed(what, error)
        .hint(say!("Is this a Mesos master? From outside the cluster use --mesos https://HOST/mesos."))
}

fn strange_redirect(what: &str, location: &str) -> Fault {
    let message = say!("{what}: it redirects to `{}`, which is no leading master", shown(location));
    Fault::new(FaultKind::Redirected, message)
        .hint(say!("A Mesos master redirects to the leading one's /master/slaves only; what is at this URL?"))
}

/// What any other answer means.
async fn refusal(what: &str, response: Response) -> Fault {
    let status = response.status();
    let body = http::body(response, 4096, what).await.unwrap_or_default();
    let said = String::from_utf8_lossy(&body).into_owned();
    match status {
        StatusCode::SERVICE_UNAVAILABLE if said.contains("No leader elected") => {
            Fault::new(FaultKind::NoLeader, say!("{what}: no leader elected")).hint(say!(
                "Try again in a minute; if it stays so, look at ZooKeeper and at the masters' logs."
            ))
        }
        StatusCode::UNAUTHORIZED => {
            Fault::new(FaultKind::Unauthorized, say!("{what}: it wants other credentials")).hint(say!(
                "Give --token-file for DC/OS, or --cluster-user and --cluster-password-file for Mesos' own."
            ))
        }
        StatusCode::FORBIDDEN => {
            Fault::new(FaultKind::Forbidden, say!("{what}: these credentials may not list agents")).hint(
                say!(
                    "The user needs the right to view agents (dcos:mesos:master:endpoint:path:/slaves in \
                     strict mode)."
                ),
            )
        }
        StatusCode::NOT_FOUND => {
            Fault::new(FaultKind::OtherService, say!("{what}: there is no /slaves there")).hint(say!(
                "Is this a Mesos master? Marathon has another port; Admin Router has it under /mesos."
            ))
        }
        status if status.is_redirection() => {
            Fault::new(FaultKind::Redirected, say!("{what}: it redirects with {}", status.as_u16()))
                .hint(say!("Give the URL that it redirects to; Mesos itself redirects with 307 only."))
        }
        _ => Fault::new(FaultKind::BadAnswer, say!("{what}: status {status}: {}", first_line(&said))),
    }
}

fn first_line(text: &str) -> String {
    shown(text.lines().next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn follow(asked: &str, location: &str) -> Option<String> {
        leader(&asked.parse().expect("a URL"), location).map(String::from)
    }

    #[test]
    fn the_leading_master_is_followed() {
        let recording = include_str!("../../fixtures/mesos/standby-slaves.txt");
        let location =
            recording.lines().find_map(|line| line.strip_prefix("Location: ")).expect("a Location");
        assert_eq!(
            follow("http://10.0.0.1:5050/slaves", location).as_deref(),
            Some("http://localhost:5050/master/slaves")
        );
        assert_eq!(
            follow("https://a/slaves", "//10.0.0.2:5050/master/slaves").as_deref(),
            Some("https://10.0.0.2:5050/master/slaves")
        );
    }

    #[test]
    fn credentials_follow_no_other_redirect() {
        for location in [
            "http://10.0.0.2:5050/master/slaves",
            "//10.0.0.2/login?return=/master/slaves",
            "/login",
            "ftp://10.0.0.2/slaves",
            "//",
        ] {
            let followed = follow("https://10.0.0.1:5050/slaves?x", location);
            assert!(followed.is_none(), "{location}: {followed:?}");
        }
    }
}
