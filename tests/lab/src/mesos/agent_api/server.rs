//! One listener for each agent that has had a task, on that agent's network.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use axum::Router;
use axum::extract::{Query, State};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::{AbortHandle, JoinSet};

use super::files;
use super::sandboxes::Sandboxes;
use crate::cluster::{Cluster, HostRecord};
use crate::servers::enter_network;

/// The port of a Mesos agent.
const PORT: u16 = 5051;

/// How often it is looked whether an agent has had its first task, or was rebooted.
const LOOK: Duration = Duration::from_millis(300);

/// Serves the agents of the lab that keeps its state there, until dropped.
pub(crate) async fn serve(state: PathBuf) -> Result<()> {
    let mut serving = JoinSet::new();
    let mut known: BTreeMap<String, (u32, AbortHandle)> = BTreeMap::new();
    loop {
        let hosts = Cluster::open(&state).hosts().unwrap_or_default();
        for (index, host) in hosts.into_iter().filter(HostRecord::is_agent).enumerate() {
            let sandboxes = Sandboxes::new(index, &host, &state);
            match known.get(&host.name) {
                Some((init, _)) if *init == host.init_pid => continue,
                // A listener would keep the old network alive.
                Some((_, old)) => old.abort(),
                None if !sandboxes.are_there() => continue,
                None => {}
            }
            let Ok(listener) = listen(&host).await else { continue };
            let router = Router::new().fallback(handle).with_state(Arc::new(sandboxes));
            let handle = serving.spawn(async move { axum::serve(listener, router).await });
            known.insert(host.name, (host.init_pid, handle));
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// A socket belongs to the network on which it was made, wherever it is used from then on.
async fn listen(host: &HostRecord) -> Result<TcpListener> {
    let pid = host.init_pid;
    let made = std::thread::spawn(move || -> Result<std::net::TcpListener> {
        enter_network(pid)?;
        std::net::TcpListener::bind(SocketAddr::from((Ipv4Addr::UNSPECIFIED, PORT)))
            .context("listening as a Mesos agent")
    });
    let listener = tokio::task::spawn_blocking(move || made.join()).await?;
    let listener = listener.map_err(|_| anyhow!("the thread that was to listen panicked"))??;
    listener.set_nonblocking(true)?;
    Ok(TcpListener::from_std(listener)?)
}

async fn handle(
    State(sandboxes): State<Arc<Sandboxes>>,
    uri: Uri,
    Query(query): Query<BTreeMap<String, String>>,
) -> Response {
    match uri.path().trim_end_matches('/') {
        "/state" | "/slave(1)/state" => (StatusCode::OK, axum::Json(sandboxes.state())).into_response(),
        "/files/read" => read(&sandboxes, &query),
        _ => (StatusCode::NOT_FOUND, "404 Not Found.").into_response(),
    }
}

fn read(sandboxes: &Sandboxes, query: &BTreeMap<String, String>) -> Response {
    let answer = |path: &Path| -> Result<Value, files::Refusal> {
        let span = files::Span::of(query)?;
        let (size, data) = span.read(path)?;
        Ok(json!({"data": data, "offset": span.told(size)}))
    };
    let path = match query.get("path").filter(|path| !path.is_empty()) {
        Some(path) => sandboxes.resolve(path),
        None => Err(files::Refusal::bad("Expecting 'path=value' in query.\n")),
    };
    match path.and_then(|path| answer(&path)) {
        Ok(body) => (StatusCode::OK, axum::Json(body)).into_response(),
        Err(refusal) => (refusal.status, refusal.body).into_response(),
    }
}
