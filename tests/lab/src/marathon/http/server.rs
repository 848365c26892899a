//! Connections: requests in, answers out, and connections that are dropped on purpose.

use std::convert::Infallible;
use std::fmt;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Response, server::conn::http1};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::answer::{Answer, Content};
use super::gate::{self, Passage};
use super::request::Request;
use super::route::Route;
use super::{apps, deployments, events, info, pods, queue, tasks};
use crate::marathon::marathon::Marathon;
use crate::marathon::problem::Problem;
use crate::marathon::state::MOST_DEPLOYMENTS;

/// The connection ends without an answer, as when Marathon dies or a router gives up.
#[derive(Debug)]
struct Dropped;

impl fmt::Display for Dropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection was dropped on purpose")
    }
}

impl std::error::Error for Dropped {}

/// How often it is looked whether Marathon is to be there.
const LOOK: Duration = Duration::from_millis(50);

/// Serves the API on every connection, for ever, but while Marathon is to be down.
pub(crate) async fn serve_connections(mut listener: TcpListener, marathon: Arc<Marathon>) {
    let Ok(address) = listener.local_addr() else { return };
    loop {
        // Dropping the set breaks the connections that are open.
        let mut open = JoinSet::new();
        while !marathon.control().down {
            if let Ok(Ok((stream, peer))) = timeout(LOOK, listener.accept()).await {
                open.spawn(serve_one(stream, peer, Arc::clone(&marathon)));
            }
            while open.try_join_next().is_some() {}
        }
        drop((listener, open));
        while marathon.control().down {
            sleep(LOOK).await;
        }
        listener = loop {
            match TcpListener::bind(address).await {
                Ok(again) => break again,
                Err(_) => sleep(LOOK).await,
            }
        };
    }
}

async fn serve_one(stream: TcpStream, peer: SocketAddr, marathon: Arc<Marathon>) {
    match marathon.tls() {
        None => converse(stream, peer, marathon, |stream| stream).await,
        // Who does not get through the handshake has nothing to be told.
        Some(tls) => {
            if let Ok(stream) = tls.accept(stream).await {
                converse(stream, peer, marathon, |stream| stream.get_ref().0).await;
            }
        }
    }
}

async fn converse<S>(stream: S, peer: SocketAddr, marathon: Arc<Marathon>, socket: impl Fn(&S) -> &TcpStream)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let service = service_fn(move |request| {
        let marathon = Arc::clone(&marathon);
        async move { respond(&marathon, request, peer).await }
    });
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    if Pin::new(&mut connection).await.is_err() {
        // A reset, not an orderly end: whoever waits for the answer must see that something broke.
        let stream = connection.into_parts().io.into_inner();
        let _ = socket(&stream).set_zero_linger();
    }
}

async fn respond(
    marathon: &Arc<Marathon>,
    request: hyper::Request<Incoming>,
    peer: SocketAddr,
) -> Result<Response<BoxBody<Bytes, Infallible>>, Dropped> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map_err(|_| Dropped)?.to_bytes();
    let request = Request::new(&parts, body, peer.ip().to_string());
    let control = marathon.control();
    tokio::time::sleep(gate::hold_back(&control)).await;
    if marathon.resets(&request.method, &request.path) {
        return Err(Dropped);
    }
    let loses_answer = marathon.loses_answer(&request.method, &request.path);
    let version = marathon.version();
    let answer = match gate::pass(&control, request) {
        Passage::Answered(answer) => answer,
        Passage::Through(request) => answered(marathon, &request)
            .unwrap_or_else(|problem| Answer::refusal(&problem, version))
            .with("X-Marathon-Leader", format!("http://{}", marathon.leader())),
    };
    if loses_answer {
        return Err(Dropped);
    }
    Ok(on_the_wire(answer))
}

fn answered(marathon: &Marathon, request: &Request) -> Result<Answer, Problem> {
    let route = Route::of(&request.path).ok_or_else(|| Problem::NoRoute(request.path.clone()))?;
    let writes = matches!(request.method.as_str(), "POST" | "PUT" | "PATCH");
    let json = request.header("content-type").is_none_or(|it| it.starts_with("application/json"));
    if writes && !json {
        return Err(Problem::UnsupportedMediaType);
    }
    if route == Route::Events {
        return events::stream(request, marathon.subscribe());
    }
    // Before the book is opened: it writes there.
    let control = marathon.control();
    if request.method != "GET" && control.crowded {
        return Err(Problem::TooManyDeployments(MOST_DEPLOYMENTS));
    }
    // Asked before the book is opened: it may take a while.
    let agents = if route == Route::Queue { marathon.agents() } else { Vec::new() };
    let mut book = marathon.book();
    let answer = match (request.method.as_str(), &route) {
        ("GET", Route::Ping) => info::ping(request),
        ("GET", Route::Info) => info::info(marathon.version(), marathon.leader()),
        ("GET", Route::Leader) => info::leader(marathon.leader()),
        ("GET", Route::Deployments) => deployments::list(&book),
        ("GET", Route::Queue) => queue::list(&book, request, &agents),
        ("GET", Route::Tasks) => tasks::all(&book, request),
        ("GET", Route::Pods) => pods::list(&control, request)?,
        ("GET", Route::Apps) => apps::list(&book, request),
        ("GET", Route::App(id)) => apps::show(&book, id)?,
        ("GET", Route::Versions(id)) => apps::versions(&book, id)?,
        ("GET", Route::Version(id, version)) => apps::version(&book, id, version)?,
        ("GET", Route::AppTasks(id)) => tasks::of_app(&book, id)?,
        ("POST", Route::Apps) => apps::create(&mut book, request)?,
        ("PUT" | "PATCH", Route::App(id)) => apps::put(&mut book, request, id)?,
        ("DELETE", Route::App(id)) => apps::delete(&mut book, request, id)?,
        ("POST", Route::Restart(id)) => apps::restart(&mut book, request, id)?,
        ("DELETE", Route::Deployment(id)) => deployments::delete(&mut book, request, id)?,
        ("DELETE", Route::QueueDelay(id)) => queue::reset_delay(&mut book, id)?,
        ("DELETE", Route::AppTasks(id)) => tasks::kill_many(&mut book, request, id)?,
        ("DELETE", Route::AppTask(id, task)) => tasks::kill_one(&mut book, id, task)?,
        _ => return Err(Problem::MethodNotAllowed),
    };
    drop(book);
    if request.method != "GET" {
        marathon.wake();
    }
    Ok(answer)
}

fn on_the_wire(answer: Answer) -> Response<BoxBody<Bytes, Infallible>> {
    let mut builder = Response::builder().status(answer.status);
    for (name, value) in &answer.headers {
        builder = builder.header(*name, value);
    }
    let (media_type, body) = match answer.content {
        Content::Nothing => (None, Full::new(Bytes::new()).boxed()),
        Content::Text { media_type, text } => (Some(media_type), Full::new(Bytes::from(text)).boxed()),
        Content::Events { source, kinds, peer } => {
            (Some("text/event-stream"), events::body(source, kinds, &peer).boxed())
        }
    };
    if let Some(media_type) = media_type {
        builder = builder.header("Content-Type", media_type);
    }
    builder.body(body).expect("headers are made of visible letters")
}
