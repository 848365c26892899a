//! `/v2/events`: events as they happen.

use std::convert::Infallible;
use std::time::Duration;

use http_body_util::channel::{Channel, Sender};
use hyper::body::Bytes;
use serde_json::json;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::timeout;

use super::answer::{Answer, Content};
use super::request::Request;
use crate::marathon::problem::Problem;
use crate::marathon::state::Event;

/// How often something is sent where nothing happens, so that dead connections are found.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// GET /v2/events, for those who ask for an event stream.
pub(super) fn stream(request: &Request, source: Receiver<Event>) -> Result<Answer, Problem> {
    if !request.header("accept").is_some_and(|it| it.contains("text/event-stream")) {
        return Err(Problem::MethodNotAllowed);
    }
    let kinds = request.parameters("event_type").map(str::to_owned).collect();
    let content = Content::Events { source, kinds, peer: request.peer.clone() };
    Ok(Answer { status: 200, headers: Vec::new(), content })
}

/// The body that sends events of these kinds until the client or Marathon goes.
pub(super) fn body(source: Receiver<Event>, kinds: Vec<String>, peer: &str) -> Channel<Bytes, Infallible> {
    let (sender, body) = Channel::new(64);
    let attached = Event::new("event_stream_attached", json!({ "remoteAddress": peer }));
    tokio::spawn(send_all(sender, attached, source, kinds));
    body
}

async fn send_all(
    mut sender: Sender<Bytes>,
    attached: Event,
    mut source: Receiver<Event>,
    kinds: Vec<String>,
) {
    let wanted = |event: &Event| kinds.is_empty() || kinds.iter().any(|kind| kind == event.kind);
    let mut next = Some(attached);
    loop {
        let text = match next.take().filter(wanted) {
            Some(event) => format!("event: {}\r\ndata: {}\r\n\r\n", event.kind, event.data),
            None => String::new(),
        };
        if !text.is_empty() && sender.send_data(Bytes::from(text)).await.is_err() {
            return;
        }
        match timeout(HEARTBEAT, source.recv()).await {
            Ok(Ok(event)) => next = Some(event),
            Ok(Err(RecvError::Lagged(_))) => {}
            Ok(Err(RecvError::Closed)) => return,
            Err(_) => {
                if sender.send_data(Bytes::from_static(b"\r\n")).await.is_err() {
                    return;
                }
            }
        }
    }
}
