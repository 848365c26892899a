//! Colours that mean something, and only where they are wanted. No meaning is carried by colour alone.
//!
//! They are the terminal's own sixteen, which its user may have chosen, and keep apart for those who do not see red and
//! green apart: cyan, yellow, and a red that is bold as well.

/// Paints words, or leaves them as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paint {
    colored: bool,
}

impl Paint {
    /// A brush, dry where no colour is wanted.
    pub const fn of(colored: bool) -> Self {
        Self { colored }
    }

    /// Something to look at first.
    pub fn bold(self, text: &str) -> String {
        self.wrap("1", text)
    }

    /// As wanted, or something that comes.
    pub fn good(self, text: &str) -> String {
        self.wrap("36", text)
    }

    /// Something to know, or that becomes another.
    pub fn warn(self, text: &str) -> String {
        self.wrap("33", text)
    }

    /// Failed, or something that goes.
    pub fn bad(self, text: &str) -> String {
        self.wrap("1;31", text)
    }

    fn wrap(self, code: &str, text: &str) -> String {
        if self.colored { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}
