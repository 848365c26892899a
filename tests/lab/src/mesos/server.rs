//! The masters on the wire.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Query, RawQuery, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::Response;
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::StreamExt as _;
use serde::Deserialize;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::answer::{Answer, Masters, Request, Situation};
use super::scenario::Scenario;
use crate::cluster::Cluster;

/// The port of a Mesos master.
pub const PORT: u16 = 5050;

/// Shorter bodies are not worth compressing (Mesos' own limit).
const COMPRESSED_FROM: usize = 1024;

/// Serves both masters for the lab that keeps its state there, until dropped.
///
/// # Errors
/// Where an address cannot be listened on.
pub async fn serve(state: PathBuf, masters: Masters) -> Result<()> {
    let first = listen(masters.first).await?;
    let second = listen(masters.second).await?;
    serve_on(state, [first, second]).await
}

async fn listen(at: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(at).await.with_context(|| format!("listening on {at} as a Mesos master"))
}

/// Serves the first and the second master on these.
pub(super) async fn serve_on(state: PathBuf, listeners: [TcpListener; 2]) -> Result<()> {
    let masters = Masters { first: listeners[0].local_addr()?, second: listeners[1].local_addr()? };
    let mut serving = JoinSet::new();
    for listener in listeners {
        let shared = Shared { state: state.clone(), asked: listener.local_addr()?, masters };
        let router = Router::new().fallback(handle).with_state(shared);
        serving.spawn(async move { axum::serve(listener, router).await });
    }
    while let Some(ended) = serving.join_next().await {
        ended.context("serving as a Mesos master")?.context("serving as a Mesos master")?;
    }
    Ok(())
}

#[derive(Clone)]
struct Shared {
    state: PathBuf,
    asked: SocketAddr,
    masters: Masters,
}

impl Shared {
    /// How things are at this moment.
    fn situation(&self) -> Result<Situation> {
        let hosts = Cluster::open(&self.state).hosts()?;
        let scenario = Scenario::read(&self.state)?;
        Ok(Situation { asked: self.asked, masters: self.masters, scenario, hosts })
    }
}

#[derive(Deserialize)]
struct Parameters {
    slave_id: Option<String>,
    jsonp: Option<String>,
}

/// Every method and every path: as in Mesos, GET, HEAD, POST and PUT are answered alike.
async fn handle(
    State(shared): State<Shared>,
    uri: Uri,
    RawQuery(query): RawQuery,
    Query(parameters): Query<Parameters>,
    headers: HeaderMap,
) -> Response {
    let request = Request {
        path: uri.path().trim_end_matches('/').to_owned(),
        query,
        slave_id: parameters.slave_id,
        jsonp: parameters.jsonp,
        authorization: text(&headers, &header::AUTHORIZATION),
    };
    let compressed =
        text(&headers, &header::ACCEPT_ENCODING).is_some_and(|accepted| accepted.contains("gzip"));
    match shared.situation() {
        Ok(situation) => respond(situation.answer(&request), compressed).await,
        Err(error) => plain(500, format!("the lab: {error:#}").into()),
    }
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.to_owned())
}

async fn respond(answer: Answer, compressed: bool) -> Response {
    match answer {
        Answer::Whole { status, headers, body } => {
            let zip = compressed && body.len() >= COMPRESSED_FROM;
            let mut response = plain(status, if zip { gzip(&body) } else { body.into() });
            for (name, value) in headers {
                if let Ok(value) = HeaderValue::from_str(&value) {
                    response.headers_mut().insert(name, value);
                }
            }
            if zip {
                response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            }
            response
        }
        Answer::CutOff { body } => cut_off(body),
        Answer::Never => std::future::pending().await,
    }
}

fn plain(status: u16, body: Bytes) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response
}

/// The first half, then an error: hyper closes the connection. A moment between them lets the half be sent.
fn cut_off(body: Vec<u8>) -> Response {
    let length = HeaderValue::from(body.len());
    let half = Bytes::from(body[..body.len() / 2].to_vec());
    let parts = [Ok(half), Err(std::io::Error::other("cut off on purpose"))];
    let parts = futures_util::stream::iter(parts).then(async |part| {
        tokio::time::sleep(Duration::from_millis(50)).await;
        part
    });
    let mut response = Response::new(Body::from_stream(parts));
    response.headers_mut().insert(header::CONTENT_LENGTH, length);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn gzip(body: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let written = encoder.write_all(body).and_then(|()| encoder.finish());
    written.expect("writing to memory does not fail").into()
}
