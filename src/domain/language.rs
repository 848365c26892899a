//! The language that a run speaks to people in.
//!
//! It is one for the whole run, chosen before anything is said, like the locale of any other program: a text is put into
//! words where it is made (`say!`), which is often long before it is shown. Machines are spoken to in English: JSON has
//! words of its own (`kind`, `status`) that no language changes.

use std::sync::OnceLock;

/// A language of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English, which the code itself is written in.
    English,
    /// Chinese, in simplified characters.
    Chinese,
}

/// The environment variables that say which language is wanted; the first that is set and not empty decides.
pub const VARIABLES: [&str; 4] = ["REGCTL_LANG", "LC_ALL", "LC_MESSAGES", "LANG"];

static CURRENT: OnceLock<Language> = OnceLock::new();

/// The language of this run; English where none was chosen.
pub fn current() -> Language {
    CURRENT.get().copied().unwrap_or(Language::English)
}

/// Chooses the language of this run. Only the first choice counts.
pub fn choose(language: Language) {
    let _ = CURRENT.set(language);
}

impl Language {
    /// What `--lang` and REGCTL_LANG may be, and what they stand for.
    pub const NAMES: [(&'static str, Self); 2] = [("en", Self::English), ("zh", Self::Chinese)];

    /// The language that the environment asks for; `variable` looks one up.
    pub fn of_environment(variable: impl Fn(&str) -> Option<String>) -> Self {
        let wanted = VARIABLES.iter().filter_map(|name| variable(name)).find(|value| !value.is_empty());
        wanted.map_or(Self::English, |locale| Self::of_locale(&locale))
    }

    /// The language of a locale such as `zh_CN.UTF-8`. One that is not written in UTF-8 is English: what the terminal
    /// would show is not Chinese.
    pub fn of_locale(locale: &str) -> Self {
        let (name, rest) = locale.split_once(['.', '@']).unwrap_or((locale, "utf8"));
        let charset = rest.split('@').next().unwrap_or_default().to_ascii_lowercase();
        let language = name.split(['_', '-']).next().unwrap_or_default();
        if language == "zh" && matches!(charset.as_str(), "utf8" | "utf-8") {
            Self::Chinese
        } else {
            Self::English
        }
    }
}

/// Every text of the catalogue in English and in Chinese, sorted by the English one.
pub static TEXTS: &[(&str, &str)] = regctl_catalogue::every_text!();

/// A text that was written in English before the language was known (a constant, a help text), in the language of this
/// run; the text itself where the catalogue does not have it.
pub fn spoken(english: &str) -> &str {
    match current() {
        Language::English => english,
        Language::Chinese => in_chinese(english).unwrap_or(english),
    }
}

/// The same of a text that a message or a hint is made from: a constant or one that was put into words already.
pub fn told(text: impl Into<String>) -> String {
    let text = text.into();
    match current() {
        Language::English => text,
        Language::Chinese => in_chinese(&text).map_or(text, str::to_owned),
    }
}

/// What the catalogue has for a text.
pub fn in_chinese(english: &str) -> Option<&'static str> {
    let at = TEXTS.binary_search_by_key(&english, |(text, _)| text).ok()?;
    Some(TEXTS[at].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_variable_that_is_set_decides() {
        let environment = |pairs: &'static [(&'static str, &'static str)]| {
            Language::of_environment(move |name| {
                pairs.iter().find(|(set, _)| *set == name).map(|(_, value)| (*value).to_owned())
            })
        };
        assert_eq!(environment(&[]), Language::English);
        assert_eq!(environment(&[("LANG", "zh_CN.UTF-8")]), Language::Chinese);
        assert_eq!(environment(&[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "C.UTF-8")]), Language::English);
        assert_eq!(environment(&[("LC_ALL", ""), ("LC_MESSAGES", "zh_CN.utf8")]), Language::Chinese);
        assert_eq!(environment(&[("REGCTL_LANG", "en"), ("LANG", "zh_CN.UTF-8")]), Language::English);
        assert_eq!(environment(&[("REGCTL_LANG", "zh")]), Language::Chinese);
    }

    #[test]
    fn a_terminal_that_cannot_show_chinese_gets_english() {
        assert_eq!(Language::of_locale("zh_CN.GB18030"), Language::English);
        assert_eq!(Language::of_locale("zh-Hans"), Language::Chinese);
        assert_eq!(Language::of_locale("zh_TW.UTF-8@x"), Language::Chinese);
        assert_eq!(Language::of_locale("zhuang"), Language::English);
        assert_eq!(Language::of_locale("C"), Language::English);
    }
}
