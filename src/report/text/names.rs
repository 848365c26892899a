//! Many names on a line: a few of them, and how many more there are.

use crate::report::Style;

/// So many are named; the rest are counted.
const NAMED: usize = 6;

/// `a1, a2, a3, a4, a5, a6 and 412 more`; all of them where everything is wanted.
pub(super) fn named(names: &[&str], style: Style) -> String {
    let rest = unnamed(names.len(), style);
    let told = names[..names.len() - rest].join(", ");
    if rest == 0 { told } else { say!("{told} and {rest} more") }
}

/// How many of so many are counted only.
pub(super) const fn unnamed(count: usize, style: Style) -> usize {
    if style.whole { 0 } else { count.saturating_sub(NAMED) }
}

/// How to get every name, where some were counted only.
pub(super) fn way_to_all(hidden: bool) -> &'static str {
    if hidden { say!("Every name: -v, or --output json.") } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_are_named_unless_all_are_wanted() {
        let names: Vec<String> = (1..=8).map(|number| format!("a{number}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        assert_eq!(named(&names[..6], Style::PLAIN), "a1, a2, a3, a4, a5, a6");
        assert_eq!(named(&names, Style::PLAIN), "a1, a2, a3, a4, a5, a6 and 2 more");
        let whole = Style { whole: true, ..Style::PLAIN };
        assert_eq!(named(&names, whole), "a1, a2, a3, a4, a5, a6, a7, a8");
    }
}
