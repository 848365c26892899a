//! What the source says that is wrong: its errors, and what its checks find.

/// One place that makes an error.
#[derive(Debug)]
pub(crate) struct Site {
    /// `FaultKind` or `AgentErrorKind`.
    pub(crate) table: &'static str,
    /// The variants that it can be of; none where another error's kind is kept.
    pub(crate) kinds: Vec<String>,
    /// What it can say.
    pub(crate) texts: Vec<String>,
    /// What it can say is to be done next.
    pub(crate) hints: Vec<String>,
}

/// One place where a check says that something is wrong, or may be.
#[derive(Debug)]
pub(crate) struct Found {
    /// The check, where the source says it.
    pub(crate) checks: Vec<String>,
    /// The words for the cause.
    pub(crate) causes: Vec<String>,
    /// What was seen.
    pub(crate) texts: Vec<String>,
    /// What is to be done.
    pub(crate) hints: Vec<String>,
}

/// What a file can say that is wrong.
#[derive(Debug, Default)]
pub(crate) struct Said {
    /// Its errors.
    pub(crate) sites: Vec<Site>,
    /// What its checks find.
    pub(crate) found: Vec<Found>,
    /// What it says is wrong with a value.
    pub(crate) reasons: Vec<String>,
    /// The places of errors that could not be read.
    pub(crate) unread: Vec<String>,
}
