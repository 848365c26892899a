//! Holds the catalogue to the code: every text for people has its Chinese, nothing in the catalogue is said by nobody, and
//! no text for people stands outside of `say!`.

#[path = "../../src/catalogue/literal.rs"]
mod literal;
mod scripts;
mod source;

use std::collections::BTreeSet;

use regctl::domain::language::{TEXTS, in_chinese};

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

#[test]
fn every_text_for_people_has_its_chinese() {
    let said = source::said();
    assert!(said.len() > 1500, "only {} texts were found in the source", said.len());
    let missing: BTreeSet<String> = said.into_iter().filter(|text| in_chinese(text).is_none()).collect();
    assert!(
        missing.is_empty(),
        "{} texts without Chinese in src/catalogue/zh:{}",
        missing.len(),
        listed(&missing)
    );
}

#[test]
fn the_catalogue_holds_nothing_that_nobody_says() {
    let mut said = source::said();
    said.extend(source::helped());
    let scripts: BTreeSet<&str> = scripts::patterns();
    let idle: BTreeSet<String> = TEXTS
        .iter()
        .map(|(english, _)| (*english).to_owned())
        .filter(|english| !said.contains(english) && !scripts.contains(english.as_str()))
        .collect();
    assert!(idle.is_empty(), "{} texts that nobody says any more:{}", idle.len(), listed(&idle));
}

#[test]
fn every_help_text_has_its_chinese() {
    let missing: BTreeSet<String> =
        source::helped().into_iter().filter(|text| in_chinese(text).is_none()).collect();
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
