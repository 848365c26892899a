//! The two lists of Docker Engine's that regctl adds to, and what counts as being in them.

use crate::domain::mirror::MirrorUrl;
use crate::domain::registry::RegistryAddress;
use crate::plan::network::{canonical, within};

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum List {
    /// Registries that it does not insist on TLS with.
    Insecure,
    /// Registries that it asks before Docker Hub.
    Mirrors,
}

impl List {
    /// Both, in the order that they are reported in.
    pub(super) const ALL: [Self; 2] = [Self::Insecure, Self::Mirrors];

    /// The key in daemon.json.
    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::Insecure => "insecure-registries",
            Self::Mirrors => "registry-mirrors",
        }
    }

    /// The flag that says the same, without dashes.
    pub(super) const fn flag(self) -> &'static str {
        match self {
            Self::Insecure => "insecure-registry",
            Self::Mirrors => "registry-mirror",
        }
    }

    /// The heading in `docker info`.
    pub(super) const fn heading(self) -> &'static str {
        match self {
            Self::Insecure => "Insecure Registries",
            Self::Mirrors => "Registry Mirrors",
        }
    }

    /// The step of the report.
    pub(super) const fn step(self) -> &'static str {
        match self {
            Self::Insecure => "docker-insecure",
            Self::Mirrors => "docker-mirrors",
        }
    }

    /// Whether what is listed has the engine treat `wanted` as asked: the same words or, for a registry, a network that it
    /// is in.
    pub(super) fn covers(self, listed: &str, wanted: &str) -> bool {
        match self {
            Self::Insecure => {
                let listed = self.as_told(listed);
                let host = wanted.parse::<RegistryAddress>().ok().and_then(|address| address.host().ip());
                listed == wanted || listed.contains('/') && host.is_some_and(|ip| within(&listed, ip))
            }
            Self::Mirrors => self.as_told(listed) == self.as_told(wanted),
        }
    }

    /// An entry as `docker info` spells it.
    pub(super) fn as_told(self, entry: &str) -> String {
        match self {
            Self::Insecure => {
                let bare = ["http://", "https://"].into_iter().find_map(|scheme| entry.strip_prefix(scheme));
                let bare = bare.unwrap_or(entry);
                canonical(bare).unwrap_or_else(|| bare.to_owned())
            }
            Self::Mirrors => format!("{}/", entry.trim_end_matches('/')),
        }
    }

    /// Whether the engine does so whatever it is told: it never insists on TLS with its own host.
    pub(super) fn is_innate(self, wanted: &str) -> bool {
        self == Self::Insecure && self.covers("127.0.0.0/8", wanted)
    }
}

/// What of these is not covered yet, each once.
pub(super) fn missing(list: List, listed: &[String], wanted: &[String]) -> Vec<String> {
    let is_there =
        |entry: &String| list.is_innate(entry) || listed.iter().any(|listed| list.covers(listed, entry));
    let mut missing: Vec<String> = Vec::new();
    for entry in wanted.iter().filter(|entry| !is_there(entry)) {
        if !missing.contains(entry) {
            missing.push(entry.clone());
        }
    }
    missing
}

/// What is to be in the lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    insecure: Vec<String>,
    mirrors: Vec<String>,
}

impl Wanted {
    /// These registries without TLS, and these mirrors.
    pub fn new(insecure: &[RegistryAddress], mirrors: &[MirrorUrl]) -> Self {
        let mut insecure: Vec<_> = insecure.iter().map(ToString::to_string).collect();
        let mut mirrors: Vec<_> = mirrors.iter().map(ToString::to_string).collect();
        for list in [&mut insecure, &mut mirrors] {
            let mut seen = std::collections::BTreeSet::new();
            list.retain(|entry| seen.insert(entry.clone()));
        }
        Self { insecure, mirrors }
    }

    /// Whether nothing is.
    pub fn is_empty(&self) -> bool {
        self.insecure.is_empty() && self.mirrors.is_empty()
    }

    /// What is to be in one of them.
    pub(super) fn of(&self, list: List) -> &[String] {
        match list {
            List::Insecure => &self.insecure,
            List::Mirrors => &self.mirrors,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registry_is_there_by_its_own_words_or_by_its_network() {
        for (listed, wanted, covered) in [
            ("192.168.0.1", "192.168.0.1", true),
            ("192.168.0.1", "192.168.0.1:5000", false),
            ("192.168.0.1:443", "192.168.0.1", false),
            ("192.168.0.0/16", "192.168.0.1:5000", true),
            ("10.0.0.0/8", "192.168.0.1", false),
            ("http://lb:5000", "lb:5000", true),
            ("10.0.0.0/8", "lb:5000", false),
            ("192.168.7.7/16", "192.168.0.1", true),
            ("fd00::/8", "[fd00::1]:5000", true),
            ("x/y", "192.168.0.1", false),
        ] {
            assert_eq!(List::Insecure.covers(listed, wanted), covered, "{listed} {wanted}");
        }
        assert_eq!(List::Insecure.as_told("10.1.2.3/8"), "10.0.0.0/8");
        assert!(List::Insecure.is_innate("127.0.0.1:5000") && !List::Insecure.is_innate("10.0.0.1"));
        assert!(
            List::Mirrors.covers("https://m/", "https://m") && !List::Mirrors.covers("http://m", "https://m")
        );
    }
}
