//! What regctl notes on an agent about the engine's settings, so that it can take back what is its own and nothing else.

use super::list::List;

/// The notes; a line each, of a kind, the key it is about, and a value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Notes(Vec<Note>);

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Note {
    /// regctl added this entry.
    Added(List, String),
    /// regctl made this key, which was not there.
    Made(List),
    /// There was no daemon.json at all.
    MadeFile,
    /// regctl took flags out of this file.
    Moved(String),
    /// regctl put flags into this file.
    Given(String),
}

impl Notes {
    /// Reads them; a line that makes no sense is passed over.
    pub(super) fn read(text: &str) -> Self {
        Self(text.lines().filter_map(Note::read).collect())
    }

    /// The text, which [`Self::read`] reads.
    pub(super) fn text(&self) -> String {
        self.0.iter().map(|note| note.line() + "\n").collect()
    }

    /// Notes it, once.
    pub(super) fn note(&mut self, note: Note) {
        if !self.0.contains(&note) {
            self.0.push(note);
        }
    }

    /// Takes a note back.
    pub(super) fn forget(&mut self, note: &Note) {
        self.0.retain(|other| other != note);
    }

    /// Whether it is noted.
    pub(super) fn has(&self, note: &Note) -> bool {
        self.0.contains(note)
    }

    /// Whether nothing is.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The entries that regctl added to a list.
    pub(super) fn added(&self, list: List) -> Vec<String> {
        let added = |note: &Note| match note {
            Note::Added(of, entry) if *of == list => Some(entry.clone()),
            _ => None,
        };
        self.0.iter().filter_map(added).collect()
    }

    /// The files that regctl took flags out of.
    pub(super) fn moved(&self) -> Vec<String> {
        let path = |note: &Note| if let Note::Moved(path) = note { Some(path.clone()) } else { None };
        self.0.iter().filter_map(path).collect()
    }

    /// The files that regctl put flags into.
    pub(super) fn given(&self) -> Vec<String> {
        let path = |note: &Note| if let Note::Given(path) = note { Some(path.clone()) } else { None };
        self.0.iter().filter_map(path).collect()
    }
}

impl Note {
    fn read(line: &str) -> Option<Self> {
        let (kind, rest) = line.split_once(' ')?;
        let list = |word: &str| List::ALL.into_iter().find(|list| list.key() == word);
        match kind {
            "added" => {
                let (key, entry) = rest.split_once(' ')?;
                Some(Self::Added(list(key)?, entry.to_owned()))
            }
            "made" if rest == "file" => Some(Self::MadeFile),
            "made" => Some(Self::Made(list(rest)?)),
            "moved" => Some(Self::Moved(rest.to_owned())),
            "given" => Some(Self::Given(rest.to_owned())),
            _ => None,
        }
    }

    fn line(&self) -> String {
        match self {
            Self::Added(list, entry) => format!("added {} {entry}", list.key()),
            Self::Made(list) => format!("made {}", list.key()),
            Self::MadeFile => "made file".to_owned(),
            Self::Moved(path) => format!("moved {path}"),
            Self::Given(path) => format!("given {path}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_read_as_they_were_written() {
        let mut notes = Notes::default();
        let added = Note::Added(List::Mirrors, "https://m".to_owned());
        for note in [
            added.clone(),
            Note::Made(List::Insecure),
            Note::MadeFile,
            Note::Moved("/etc/a b".to_owned()),
            added,
        ] {
            notes.note(note);
        }
        let text = notes.text();
        assert_eq!(
            text,
            "added registry-mirrors https://m\nmade insecure-registries\nmade file\nmoved /etc/a b\n"
        );
        assert_eq!(Notes::read(&format!("{text}nonsense\nmade x\nadded y\n")), notes);
        assert_eq!((notes.added(List::Mirrors).len(), notes.added(List::Insecure).len()), (1, 0));
        assert_eq!((notes.moved(), notes.given()), (vec!["/etc/a b".to_owned()], Vec::new()));
    }
}
