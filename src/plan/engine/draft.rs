//! The files of an agent as they are to become, while that is being decided.

use crate::plan::facts::Facts;

/// More than this of a file is not told; what is longer cannot be edited.
const LONGEST: usize = 16_384;

/// A file that is there, or is to be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct File {
    /// Its path.
    pub(super) path: String,
    /// Its permission bits, in octal digits.
    pub(super) mode: String,
    /// What is in it; `None` where it is not there.
    pub(super) was: Option<String>,
    /// What is to be in it; `None` where it is to go.
    pub(super) becomes: Option<String>,
}

/// All of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Draft {
    files: Vec<File>,
    /// The path of daemon.json.
    pub(super) config: String,
}

impl Draft {
    /// The files that the agent told of.
    pub(super) fn of(facts: &Facts<'_>) -> Self {
        let file = |(path, mode, text): (&str, Option<&str>, String)| File {
            path: path.to_owned(),
            mode: mode.filter(|mode| is_mode(mode)).unwrap_or("644").to_owned(),
            was: Some(text.clone()),
            becomes: Some(text),
        };
        let config = facts.get("config").unwrap_or("/etc/docker/daemon.json").to_owned();
        Self { files: facts.files_with_modes().into_iter().map(file).collect(), config }
    }

    /// Every file.
    pub(super) fn files(&self) -> &[File] {
        &self.files
    }

    /// What a file holds by now; `None` where there is none. Errors, in words: it is not known as a whole.
    pub(super) fn text(&self, path: &str) -> Result<Option<&str>, String> {
        let Some(file) = self.files.iter().find(|file| file.path == path) else { return Ok(None) };
        match file.becomes.as_deref() {
            Some(text) if text.len() >= LONGEST => Err(say!("it is longer than 16 KiB").to_owned()),
            Some(text) if text.contains(['\u{fffd}', '\0']) => Err(say!("it is no UTF-8 text").to_owned()),
            text => Ok(text),
        }
    }

    /// Has the file become this.
    pub(super) fn put(&mut self, path: &str, text: Option<String>) {
        match self.files.iter_mut().find(|file| file.path == path) {
            Some(file) => file.becomes = text,
            None => self.files.push(File {
                path: path.to_owned(),
                mode: "644".to_owned(),
                was: None,
                becomes: text,
            }),
        }
    }

    /// The files that change.
    pub(super) fn changed(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.was != file.becomes)
    }
}

fn is_mode(text: &str) -> bool {
    (1..=4).contains(&text.len()) && text.bytes().all(|b| (b'0'..=b'7').contains(&b))
}
