//! Where the parts of a JSON text are in it, so that one can be changed and all others stay to the byte.

use std::ops::Range;

/// One key with its value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Member {
    /// Its name.
    pub(super) key: String,
    /// From the key's first quote to the end of the value.
    pub(super) whole: Range<usize>,
    /// After the key's last quote.
    pub(super) key_end: usize,
    /// Its value.
    pub(super) value: Range<usize>,
}

/// The keys of an object that serde_json has read, and what is between its brackets.
pub(super) fn members(text: &str) -> (Vec<Member>, Range<usize>) {
    let bytes = text.as_bytes();
    let start = blank(bytes, 0) + 1;
    let mut found = Vec::new();
    let mut at = blank(bytes, start);
    while bytes.get(at) == Some(&b'"') {
        let key_end = value_end(bytes, at);
        let value_start = blank(bytes, blank(bytes, key_end) + 1);
        let end = value_end(bytes, value_start);
        let key = serde_json::from_str(&text[at..key_end]).unwrap_or_default();
        found.push(Member { key, whole: at..end, key_end, value: value_start..end });
        at = blank(bytes, end);
        if bytes.get(at) == Some(&b',') {
            at = blank(bytes, at + 1);
        }
    }
    (found, start..at)
}

/// The elements of an array that serde_json has read.
pub(super) fn elements(text: &str, array: &Range<usize>) -> Vec<Range<usize>> {
    let bytes = &text.as_bytes()[..array.end];
    let mut found = Vec::new();
    let mut at = blank(bytes, array.start + 1);
    while at + 1 < array.end {
        let end = value_end(bytes, at);
        found.push(at..end);
        at = blank(bytes, end);
        if bytes.get(at) == Some(&b',') {
            at = blank(bytes, at + 1);
        }
    }
    found
}

/// The next place that is no white space.
fn blank(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    from + rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count()
}

/// Where the value ends that starts here; always further on.
fn value_end(bytes: &[u8], from: usize) -> usize {
    let (mut depth, mut quoted, mut at) = (0_usize, false, from);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' if quoted => at += 1,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' | b',' if depth == 0 && at > from => return at,
            b'}' | b']' => depth = depth.saturating_sub(1),
            byte if byte.is_ascii_whitespace() && depth == 0 => return at,
            _ => {}
        }
        at += 1;
        let closed = depth == 0 && !quoted && matches!(byte, b'"' | b'}' | b']');
        if closed {
            break;
        }
    }
    at.min(bytes.len())
}

/// What is cut so that one of several goes, with the comma that then is one too many.
pub(super) fn cut(spans: &[Range<usize>], at: usize, inside: Range<usize>) -> Range<usize> {
    match (spans.get(at + 1), at.checked_sub(1)) {
        (Some(next), _) => spans[at].start..next.start,
        (None, Some(before)) => spans[before].end..spans[at].end,
        (None, None) => inside,
    }
}
