//! `/files/read`: a part of a file, as an agent of Mesos 1.11 gives it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;

use axum::http::StatusCode;

/// No answer has more: 16 pages.
const MOST: u64 = 16 * 4096;

/// Why a file is not read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) body: String,
}

impl Refusal {
    pub(super) fn bad(body: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, body: body.into() }
    }

    /// Without a word, as the real one.
    pub(super) fn missing() -> Self {
        Self { status: StatusCode::NOT_FOUND, body: String::new() }
    }
}

/// Which part is asked for. -1 as the offset asks for the file's size alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    offset: i64,
    length: Option<u64>,
}

impl Span {
    pub(super) fn of(query: &BTreeMap<String, String>) -> Result<Self, Refusal> {
        let number = |name: &str| -> Result<Option<i64>, Refusal> {
            let Some(text) = query.get(name) else { return Ok(None) };
            let wrong = |why: &str| Refusal::bad(format!("Failed to parse {name}: {why}.\n"));
            let number: i64 =
                text.parse().map_err(|_| wrong(&format!("Failed to convert '{text}' to number")))?;
            let title = name.to_owned();
            if number < -1 {
                return Err(Refusal::bad(format!("Negative {title} provided: {number}.\n")));
            }
            Ok(Some(number))
        };
        let offset = number("offset")?.unwrap_or(-1);
        let length = number("length")?.and_then(|length| u64::try_from(length).ok());
        Ok(Self { offset, length })
    }

    /// The file's size, and what is in this part of it.
    pub(super) fn read(self, path: &Path) -> Result<(u64, String), Refusal> {
        if path.is_dir() {
            return Err(Refusal::bad("Cannot read a directory.\n"));
        }
        let mut file = File::open(path).map_err(|_| Refusal::missing())?;
        let failed = |error: std::io::Error| Refusal {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            body: format!("{error}.\n"),
        };
        let size = file.seek(SeekFrom::End(0)).map_err(failed)?;
        let Ok(offset) = u64::try_from(self.offset) else { return Ok((size, String::new())) };
        let length = self.length.unwrap_or(MOST).min(MOST);
        file.seek(SeekFrom::Start(offset)).map_err(failed)?;
        let mut data = Vec::new();
        file.take(length).read_to_end(&mut data).map_err(failed)?;
        Ok((size, String::from_utf8_lossy(&data).into_owned()))
    }

    /// What the answer says as the offset: the size where that was asked for.
    pub(super) fn told(self, size: u64) -> u64 {
        u64::try_from(self.offset).unwrap_or(size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(query: &[(&str, &str)]) -> Result<Span, Refusal> {
        Span::of(&query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn a_part_of_a_file_is_read_and_minus_one_asks_for_its_size() {
        let path = std::env::temp_dir().join(format!("agent-files-{}", std::process::id()));
        std::fs::write(&path, "0123456789").unwrap();
        let read = |query: &[(&str, &str)]| {
            let span = span(query).unwrap();
            let (size, data) = span.read(&path).unwrap();
            (span.told(size), data)
        };
        assert_eq!(read(&[("offset", "-1")]), (10, String::new()));
        assert_eq!(read(&[]), (10, String::new()));
        assert_eq!(read(&[("offset", "4"), ("length", "3")]), (4, "456".to_owned()));
        assert_eq!(read(&[("offset", "8"), ("length", "-1")]), (8, "89".to_owned()));
        assert_eq!(read(&[("offset", "99")]), (99, String::new()));
        std::fs::remove_file(&path).unwrap();
        assert_eq!(span(&[("offset", "0")]).unwrap().read(&path), Err(Refusal::missing()));
    }

    #[test]
    fn numbers_that_are_none_are_refused() {
        assert_eq!(span(&[("offset", "-2")]).unwrap_err().body, "Negative offset provided: -2.\n");
        assert_eq!(span(&[("length", "x")]).unwrap_err().status, StatusCode::BAD_REQUEST);
    }
}
