//! Holds the catalogue to the code: every text for people has its Chinese, nothing in the catalogue is said by nobody, and
//! no text for people stands outside of `say!`. `UPDATE_GOLDEN=1 cargo test --test catalogue` lists new texts, without
//! Chinese, and drops those that nobody says any more.

mod files;
#[path = "../../src/catalogue/literal.rs"]
mod literal;
#[path = "../../src/catalogue/po.rs"]
mod po;
mod scripts;
mod source;

use std::collections::BTreeSet;

use regctl::domain::language::TEXTS;

/// The names in braces of a text; `{}`, `{0}` and `{1}` count as the same.
fn places(text: &str) -> Vec<String> {
    let plain = text.replace("{{", "").replace("}}", "");
    let mut places: Vec<String> = plain
        .split('{')
        .skip(1)
        .filter_map(|piece| piece.split_once('}'))
        .map(|(name, _)| name.trim_start_matches(|c: char| c.is_ascii_digit()).to_owned())
        .collect();
    places.sort();
    places
}

fn listed(texts: &BTreeSet<String>) -> String {
    texts.iter().map(|text| format!("\n  {text:?}")).collect()
}

/// Those of the texts that have no Chinese.
fn untranslated(texts: impl IntoIterator<Item = String>) -> BTreeSet<String> {
    texts.into_iter().filter(|text| files::in_chinese(text).is_none()).collect()
}

#[test]
fn every_text_for_people_has_its_chinese() {
    let said = source::said();
    assert!(said.len() > 1500, "only {} texts were found in the source", said.len());
    let missing = untranslated(said.into_keys());
    assert!(
        missing.is_empty(),
        "{} texts without Chinese in src/catalogue/zh:{}",
        missing.len(),
        listed(&missing)
    );
}

#[test]
fn the_catalogue_holds_nothing_that_nobody_says() {
    let mut said: BTreeSet<String> = source::said().into_keys().collect();
    said.extend(source::helped());
    said.extend(source::comments());
    said.extend(scripts::patterns());
    let idle: BTreeSet<String> =
        files::texts().filter(|english| !said.contains(*english)).map(str::to_owned).collect();
    assert!(idle.is_empty(), "{} texts that nobody says any more:{}", idle.len(), listed(&idle));
}

#[test]
fn every_help_text_has_its_chinese() {
    let missing = untranslated(source::helped().into_iter().chain(source::comments()));
    assert!(missing.is_empty(), "{} help texts without Chinese:{}", missing.len(), listed(&missing));
}

#[test]
fn a_translation_has_the_places_of_its_text() {
    for (english, chinese) in TEXTS {
        assert_eq!(places(english), places(chinese), "{english:?} and {chinese:?}");
        assert_eq!(english.ends_with('\n'), chinese.ends_with('\n'), "{english:?} and {chinese:?}");
    }
}

#[test]
fn no_text_for_people_stands_outside_of_say() {
    let outside = source::unsaid();
    assert!(
        outside.is_empty(),
        "put these into say!, or say in tests/catalogue/source.rs whose words they are:\n{}",
        outside.join("\n")
    );
}

#[test]
fn what_scripts_say_is_recognised() {
    let said = scripts::said();
    assert!(said.len() > 50, "only {} texts were found in the templates", said.len());
    let missing: BTreeSet<String> =
        said.into_iter().filter(|text| regctl::domain::heard::in_chinese(text).is_none()).collect();
    assert!(
        missing.is_empty(),
        "{} texts of scripts without Chinese in scripts.po:{}",
        missing.len(),
        listed(&missing)
    );
}
