//! Colours that mean something, and only where they are wanted. No meaning is carried by colour alone.

use crate::report::Style;

/// Paints words, or leaves them as they are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paint {
    colored: bool,
}

impl Paint {
    /// A brush for the style.
    pub(super) const fn new(style: Style) -> Self {
        Self { colored: style.colored }
    }

    /// Something to look at first.
    pub(super) fn bold(self, text: &str) -> String {
        self.wrap("1", text)
    }

    /// As wanted, or something that comes.
    pub(super) fn good(self, text: &str) -> String {
        self.wrap("32", text)
    }

    /// Something to know, or that becomes another.
    pub(super) fn warn(self, text: &str) -> String {
        self.wrap("33", text)
    }

    /// Failed, or something that goes.
    pub(super) fn bad(self, text: &str) -> String {
        self.wrap("31", text)
    }

    fn wrap(self, code: &str, text: &str) -> String {
        if self.colored { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}
