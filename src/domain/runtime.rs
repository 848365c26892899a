//! The programs on an agent that pull images, each with a trust store of its own.

use std::fmt;
use std::str::FromStr;

/// One row of the table of runtimes: `Variant => "word"`, in the order that agents are asked for them.
macro_rules! runtimes {
    ($($(#[$doc:meta])+ $variant:ident => $word:literal;)+) => {
        /// One of them. What it takes to make it trust a registry is in `templates/runtimes/`, one file each; what else
        /// belongs to it the tests of `plan::runtime` name where it is missing.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Runtime { $($(#[$doc])+ $variant,)+ }

        impl Runtime {
            /// Every runtime, in the order that agents are asked for them.
            pub const ALL: [Self; [$($word),+].len()] = [$(Self::$variant),+];

            /// The word for it in flags, in regctl.toml, and, with `-ca` behind it, as a step of the report.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }
    };
}

runtimes! {
    /// Docker Engine.
    Docker => "docker";
    /// Mesos' own containerizer, and its fetcher.
    Ucr => "ucr";
    /// containerd through its CRI plugin, as a kubelet uses it.
    Containerd => "containerd";
    /// podman, and with it skopeo, buildah and CRI-O.
    Podman => "podman";
}

/// Which runtimes of an agent are to trust a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Runtimes {
    /// Those that the agent has; it finds out itself.
    Auto,
    /// These, whether they are there yet or not; each once. None where nothing there speaks to the registry by itself.
    Named(Vec<Runtime>),
}

impl Default for Runtimes {
    fn default() -> Self {
        Self::Named(vec![Runtime::Docker])
    }
}

impl Runtimes {
    /// Those that an agent is asked for.
    pub fn candidates(&self) -> &[Runtime] {
        match self {
            Self::Auto => &Runtime::ALL,
            Self::Named(runtimes) => runtimes,
        }
    }
}

impl FromStr for Runtimes {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "auto" {
            return Ok(Self::Auto);
        }
        let mut named = text.split(',').map(named).collect::<Result<Vec<_>, _>>()?;
        named.sort_unstable();
        named.dedup();
        Ok(Self::Named(named))
    }
}

fn named(word: &str) -> Result<Runtime, String> {
    Runtime::ALL.into_iter().find(|runtime| runtime.word() == word).ok_or_else(|| match word {
        "auto" => say!("`auto` stands alone: it asks each agent what it has").to_owned(),
        _ => {
            let known = Runtime::ALL.map(Runtime::word).join(", ");
            say!("`{word}` is no runtime: choose from {known}, or auto")
        }
    })
}

impl fmt::Display for Runtimes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Named(runtimes) => {
                f.write_str(&runtimes.iter().map(|runtime| runtime.word()).collect::<Vec<_>>().join(","))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_named_once_in_a_fixed_order() {
        let parsed: Runtimes = "podman,docker,podman".parse().expect("legal");
        assert_eq!(parsed, Runtimes::Named(vec![Runtime::Docker, Runtime::Podman]));
        assert_eq!(parsed.to_string(), "docker,podman");
        assert_eq!("auto".parse::<Runtimes>().expect("legal").candidates(), Runtime::ALL);
        assert_eq!(Runtimes::default().to_string(), "docker");
    }

    #[test]
    fn what_is_no_runtime_is_said() {
        for (text, why) in
            [("auto,ucr", "stands alone"), ("rkt", "`rkt` is no runtime"), ("", "`` is no runtime")]
        {
            let error = text.parse::<Runtimes>().expect_err(text);
            assert!(error.contains(why), "{error}");
        }
    }
}
