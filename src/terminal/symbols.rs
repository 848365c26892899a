//! The symbols that are drawn with, and those that stand in for them where the terminal knows ASCII only.

use std::env;

/// A set of symbols.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Symbols {
    /// Shows that time goes by.
    pub(super) spinner: &'static [&'static str],
    /// The part of a bar that is done, and the rest of it; one column each.
    pub(super) bar: [&'static str; 2],
    /// Ends what was too long.
    pub(super) end: &'static str,
    /// Stands between things.
    pub(super) between: &'static str,
    /// Stands before what has failed.
    pub(super) failed: &'static str,
}

/// For terminals that show Unicode.
pub(super) const UNICODE: Symbols = Symbols {
    spinner: &["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"],
    bar: ["█", "░"],
    end: "…",
    between: " · ",
    failed: "✗",
};

/// For all others.
pub(super) const ASCII: Symbols =
    Symbols { spinner: &["|", "/", "-", "\\"], bar: ["#", "-"], end: "...", between: ", ", failed: "x" };

/// Those that fit the locale of the process: LC_ALL, else LC_CTYPE, else LANG; without any it is C, which is ASCII.
pub(super) fn of_the_locale() -> Symbols {
    let named = ["LC_ALL", "LC_CTYPE", "LANG"].iter().filter_map(|name| env::var(name).ok());
    of(named)
}

fn of(mut named: impl Iterator<Item = String>) -> Symbols {
    let locale = named.find(|value| !value.is_empty()).unwrap_or_default().to_ascii_lowercase();
    if locale.contains("utf-8") || locale.contains("utf8") { UNICODE } else { ASCII }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_locale_that_is_named_decides() {
        let of = |values: &[&str]| super::of(values.iter().map(|value| (*value).to_owned()));
        assert_eq!(of(&["", "zh_CN.UTF-8", "C"]), UNICODE);
        assert_eq!(of(&["C.utf8"]), UNICODE);
        for ascii in [["POSIX", "C.UTF-8"].as_slice(), &["C"], &["zh_CN.GB18030"], &[]] {
            assert_eq!(of(ascii), ASCII, "{ascii:?}");
        }
    }
}
