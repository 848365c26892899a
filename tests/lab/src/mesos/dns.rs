//! Mesos-DNS' HTTP interface, which knows where the masters are.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use serde_json::json;
use tokio::net::TcpListener;

use crate::cluster::Cluster;

/// The port of its HTTP interface.
pub(crate) const PORT: u16 = 8123;

/// Listens there; [`serve`] answers.
pub(crate) async fn listen(at: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(at).await.with_context(|| format!("listening on {at} as Mesos-DNS"))
}

/// Answers for the lab that keeps its state there, until dropped.
pub(crate) async fn serve(state: PathBuf, listener: TcpListener) -> Result<()> {
    let router = Router::new().fallback(handle).with_state(state);
    axum::serve(listener, router).await.context("serving as Mesos-DNS")
}

/// Has it answer so whenever it is asked for the masters.
pub(crate) fn play(state: &Path, body: &str) -> Result<()> {
    fs::write(file(state), body).context("asking for an answer of Mesos-DNS")
}

fn file(state: &Path) -> PathBuf {
    state.join("mesos-dns.json")
}

/// Nobody has a reason to give it credentials, so it takes them for a leak.
async fn handle(State(state): State<PathBuf>, uri: Uri, headers: HeaderMap) -> (StatusCode, String) {
    if headers.contains_key(header::AUTHORIZATION) {
        return (StatusCode::BAD_REQUEST, "the lab: credentials came to Mesos-DNS".to_owned());
    }
    match uri.path().strip_prefix("/v1/hosts/") {
        Some("master.mesos" | "master.mesos.") => match masters(&state) {
            Ok(body) => (StatusCode::OK, body),
            Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, format!("the lab: {error:#}")),
        },
        Some(_) => (StatusCode::OK, json!([{ "host": "", "ip": "" }]).to_string()),
        None => (StatusCode::NOT_FOUND, "404: Page Not Found".to_owned()),
    }
}

/// What was asked for, or the hosts that are no agents.
fn masters(state: &Path) -> Result<String> {
    if let Ok(body) = fs::read_to_string(file(state)) {
        return Ok(body);
    }
    let hosts = Cluster::open(state).hosts()?;
    let masters = hosts.iter().filter(|host| !host.is_agent());
    let records: Vec<_> =
        masters.map(|host| json!({ "host": "master.mesos.", "ip": host.address.to_string() })).collect();
    Ok(json!(records).to_string())
}
