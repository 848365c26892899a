//! How far the operator lets a change of an engine go.

/// How far the operator lets it go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Terms {
    /// What becomes of flags that say what belongs into daemon.json.
    pub flags: Flags,
    /// Whether the engine may be restarted now.
    pub restart: Restart,
}

/// What becomes of flags that say what belongs into daemon.json.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Flags {
    /// They stay, and the agent is left as it is.
    #[default]
    Leave,
    /// They move into daemon.json.
    Move,
}

/// Whether the engine may be restarted now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Restart {
    /// No: what needs it waits.
    #[default]
    Later,
    /// Yes, where it is needed.
    Now,
}
