//! How regctl logs in: the choices that flags and regctl.toml spell in the same words.

use std::str::FromStr;

/// What to do about host keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HostKeys {
    /// Learn the key of a host that was never seen; refuse a changed one.
    #[default]
    AcceptNew,
    /// Refuse a host that was never seen.
    Strict,
    /// Accept anything. Not for a network that you do not own from end to end.
    Off,
}

impl HostKeys {
    /// The words of flags and regctl.toml.
    pub const WORDS: [&str; 3] = ["accept-new", "strict", "off"];
}

impl FromStr for HostKeys {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "accept-new" => Ok(Self::AcceptNew),
            "strict" => Ok(Self::Strict),
            "off" => Ok(Self::Off),
            _ => Err(format!("`{text}` is no policy for host keys: use accept-new, strict or off")),
        }
    }
}

/// Whether commands run under sudo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sudo {
    /// Where the login is not root.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Sudo {
    /// The words of flags and regctl.toml.
    pub const WORDS: [&str; 3] = ["auto", "always", "never"];
}

impl FromStr for Sudo {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self::Auto),
            "always" => Ok(Self::Always),
            "never" => Ok(Self::Never),
            _ => Err(format!("`{text}` does not say when to use sudo: use auto, always or never")),
        }
    }
}
