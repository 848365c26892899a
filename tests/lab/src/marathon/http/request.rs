//! A request, taken apart.

use hyper::body::Bytes;
use hyper::http::request::Parts;

/// What a handler needs to know of a request.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// The path, percent signs decoded.
    pub(crate) path: String,
    query: Vec<(String, String)>,
    headers: hyper::HeaderMap,
    pub(crate) body: Bytes,
    /// The client's address.
    pub(crate) peer: String,
}

impl Request {
    pub(crate) fn new(parts: &Parts, body: Bytes, peer: String) -> Self {
        let pairs = parts.uri.query().unwrap_or_default().split('&').filter(|it| !it.is_empty());
        let query = pairs
            .map(|pair| {
                let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
                (decoded(&key.replace('+', " ")), decoded(&value.replace('+', " ")))
            })
            .collect();
        Self {
            method: parts.method.to_string(),
            path: decoded(parts.uri.path()),
            query,
            headers: parts.headers.clone(),
            body,
            peer,
        }
    }

    /// The same request for another path.
    pub(crate) fn at(&self, path: &str) -> Self {
        Self { path: path.to_owned(), ..self.clone() }
    }

    /// A header's value, where it is text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|it| it.to_str().ok())
    }

    /// All values of a query parameter.
    pub(crate) fn parameters<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.query.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A query parameter that is true or false; anything but `true` is false.
    pub(crate) fn flag(&self, name: &str, absent: bool) -> bool {
        self.parameters(name).next().map_or(absent, |value| value.eq_ignore_ascii_case("true"))
    }

    /// The client takes this media type, by name or by a wildcard.
    pub(crate) fn accepts(&self, media_type: &str) -> bool {
        let accept = self.header("accept").unwrap_or("*/*");
        let family = media_type.split('/').next().unwrap_or_default();
        accept
            .split(',')
            .map(|it| it.split(';').next().unwrap_or_default().trim())
            .any(|it| it == media_type || it == "*/*" || it == format!("{family}/*"))
    }
}

/// The text without percent signs; what is no escape stays as it is.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escape = (bytes[at] == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        match escape.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                plain.push(byte);
                at += 3;
            }
            None => {
                plain.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&plain).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(uri: &str, accept: Option<&str>) -> Request {
        let mut builder = hyper::Request::builder().uri(uri);
        if let Some(accept) = accept {
            builder = builder.header("accept", accept);
        }
        let (parts, ()) = builder.body(()).unwrap().into_parts();
        Request::new(&parts, Bytes::new(), "127.0.0.1".to_owned())
    }

    #[test]
    fn paths_and_parameters_are_decoded() {
        let request = request("/v2/apps/%2Fa?force=true&embed=x&embed=a%20b&partialUpdate=0", None);
        assert_eq!(request.path, "/v2/apps//a");
        assert!(request.flag("force", false) && !request.flag("partialUpdate", true));
        assert!(request.flag("absent", true));
        assert_eq!(request.parameters("embed").collect::<Vec<_>>(), ["x", "a b"]);
    }

    #[test]
    fn accept_may_be_a_wildcard_or_absent() {
        assert!(request("/", None).accepts("text/plain"));
        assert!(request("/", Some("text/*;q=0.5, application/json")).accepts("text/plain"));
        assert!(!request("/", Some("application/json")).accepts("text/event-stream"));
    }
}
