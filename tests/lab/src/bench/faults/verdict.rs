//! How a fault was met.

/// How a fault was met.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Verdict {
    /// The fault.
    pub(crate) name: String,
    /// The exit code of the run that met it; none where a signal ended it.
    pub(crate) code: Option<i32>,
    /// Whether that is right.
    pub(crate) right_code: bool,
    /// Whether it said what it had to.
    pub(crate) right_words: bool,
    /// Whether nothing was lost: images, certificates, and whom else the agents trust.
    pub(crate) kept: bool,
    /// Whether the next `up` did everything.
    pub(crate) repaired: bool,
    /// How long the run took.
    pub(crate) seconds: f64,
    /// How long the next one took.
    pub(crate) repair: f64,
}

impl Verdict {
    /// Whether it was met as it should be.
    pub(crate) const fn good(&self) -> bool {
        self.right_code && self.right_words && self.kept && self.repaired
    }
}
