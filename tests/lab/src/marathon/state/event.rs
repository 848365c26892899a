//! Events, as `/v2/events` sends them.

use serde_json::{Map, Value, json};

use crate::marathon::clock::Timestamp;

/// Something that happened.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    /// `deployment_success`, `status_update_event` …
    pub(crate) kind: &'static str,
    /// All of it, `eventType` and `timestamp` included.
    pub(crate) data: Value,
}

impl Event {
    /// An event of this kind with this content, now.
    pub(crate) fn new(kind: &'static str, content: Value) -> Self {
        let mut data = match content {
            Value::Object(fields) => fields,
            _ => Map::new(),
        };
        data.insert("eventType".to_owned(), json!(kind));
        data.insert("timestamp".to_owned(), json!(Timestamp::now()));
        Self { kind, data: Value::Object(data) }
    }
}
