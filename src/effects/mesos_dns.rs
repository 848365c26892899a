//! Asks Mesos-DNS where the masters are: on the host of Mesos, or behind the same Admin Router.

use anyhow::Result;
use reqwest::{Method, StatusCode, Url};

use super::http::{self, Endpoint};
use crate::domain::fault::{Fault, FaultKind};

/// The port of its own HTTP interface, which asks for no credentials.
const PORT: u16 = 8123;
/// The name of all masters together.
const PATH: &str = "/v1/hosts/master.mesos";
/// Clusters have one to seven masters; what is larger is no list of them.
const MOST_BYTES: usize = 1 << 20;
/// What helps whenever Mesos-DNS does not.
pub const HINT: &str = later!("Name the masters with --agents-file instead of --masters.");

/// What Mesos-DNS answered.
#[derive(Debug)]
pub struct Masters {
    /// The body as it came.
    pub body: Vec<u8>,
    /// Where it came from, fit to be shown.
    pub url: Url,
}

/// Where to ask, and whether the cluster's credentials are for there too.
#[derive(Debug, PartialEq, Eq)]
enum Way {
    /// Admin Router, which Mesos is asked through.
    Router(Url),
    /// Mesos-DNS itself.
    Direct(Url),
}

/// Reads the addresses of `master.mesos`. `mesos` is where Mesos is asked; its credentials go to the same server only.
/// Errors: nobody there, wrong credentials, any other answer than 200.
pub async fn masters(mesos: &Endpoint) -> Result<Masters> {
    let (url, request) = match way(mesos.base()) {
        Way::Router(url) => (url.clone(), mesos.request_elsewhere(Method::GET, url)),
        Way::Direct(url) => (url.clone(), mesos.request_without_credentials(Method::GET, url)),
    };
    let what = say!("reading the masters from {url}");
    let response = request.send().await.map_err(|error| http::failed(&what, &error).hint(HINT))?;
    match response.status() {
        StatusCode::OK => Ok(Masters { body: http::body(response, MOST_BYTES, &what).await?, url }),
        status => Err(refusal(&what, status).into()),
    }
}

/// Admin Router has Mesos under `/mesos` and Mesos-DNS under `/mesos_dns`.
fn way(mesos: &Url) -> Way {
    let mut url = mesos.clone();
    if let Some(router) = mesos.path().trim_end_matches('/').strip_suffix("/mesos") {
        url.set_path(&format!("{router}/mesos_dns{PATH}"));
        return Way::Router(url);
    }
    // Both only fail for URLs without a host, which no endpoint has.
    let _ = url.set_scheme("http");
    let _ = url.set_port(Some(PORT));
    url.set_path(PATH);
    Way::Direct(url)
}

fn refusal(what: &str, status: StatusCode) -> Fault {
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            Fault::new(FaultKind::Unauthorized, say!("{what}: it wants other credentials")).hint(say!(
                "Give --token-file with a DC/OS token that may read /mesos_dns, or name the masters \
                 with --agents-file."
            ))
        }
        _ => Fault::new(FaultKind::BadAnswer, say!("{what}: status {status}")).hint(HINT),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way_of(mesos: &str) -> Way {
        way(&mesos.parse().expect("a URL"))
    }

    fn url(text: &str) -> Url {
        text.parse().expect("a URL")
    }

    #[test]
    fn behind_admin_router_it_is_asked_there() {
        let expected = "https://dcos.example.com/mesos_dns/v1/hosts/master.mesos";
        for mesos in ["https://dcos.example.com/mesos", "https://dcos.example.com/mesos/"] {
            assert_eq!(way_of(mesos), Way::Router(url(expected)));
        }
        let below = url("https://proxy:8443/east/mesos_dns/v1/hosts/master.mesos");
        assert_eq!(way_of("https://proxy:8443/east/mesos"), Way::Router(below));
    }

    #[test]
    fn beside_mesos_it_has_its_own_port() {
        let expected = "http://leader.mesos:8123/v1/hosts/master.mesos";
        for mesos in ["http://leader.mesos:5050", "https://leader.mesos:5050/", "https://leader.mesos"] {
            assert_eq!(way_of(mesos), Way::Direct(url(expected)));
        }
        let six = url("http://[fd00::2]:8123/v1/hosts/master.mesos");
        assert_eq!(way_of("http://[fd00::2]:5050"), Way::Direct(six));
    }
}
