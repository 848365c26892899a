//! One fault, when it strikes, and what is to come of it.

use std::time::Duration;

use anyhow::Result;

use super::site::Site;

/// What brings a fault in.
pub(crate) type Strike = Box<dyn Fn(&Site) -> Result<()>>;

/// A fault in front of `regctl up`.
pub(crate) struct Case {
    /// Its name, fit for a file.
    pub(crate) name: String,
    /// When it strikes.
    pub(crate) when: When,
    /// Brings it in.
    pub(crate) strike: Strike,
    /// How long it lasts.
    pub(crate) lasts: Lasts,
    /// The exit codes that are right; none stands for an end by a signal.
    pub(crate) codes: &'static [Option<i32>],
    /// What has to be said.
    pub(crate) words: &'static str,
}

/// When a fault strikes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum When {
    /// Before the run.
    Before,
    /// So long after a stage has begun.
    At(String, Duration),
}

/// How long a fault lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lasts {
    /// Until the run has ended.
    TheRun,
    /// So long, if the run lasts longer.
    For(Duration),
}

impl Case {
    /// A fault that is there before the run and for all of it.
    pub(crate) fn new(name: impl Into<String>, strike: impl Fn(&Site) -> Result<()> + 'static) -> Self {
        Self {
            name: name.into(),
            when: When::Before,
            strike: Box::new(strike),
            lasts: Lasts::TheRun,
            codes: &[Some(0)],
            words: "",
        }
    }

    /// It strikes so long after that stage has begun.
    pub(crate) fn at(mut self, stage: &str, millis: u64) -> Self {
        self.when = When::At(stage.to_owned(), Duration::from_millis(millis));
        self
    }

    /// It lasts so many seconds.
    pub(crate) fn lasting(mut self, seconds: u64) -> Self {
        self.lasts = Lasts::For(Duration::from_secs(seconds));
        self
    }

    /// What is to come of it, where that is not success.
    pub(crate) fn ends(mut self, codes: &'static [Option<i32>], words: &'static str) -> Self {
        (self.codes, self.words) = (codes, words);
        self
    }
}
