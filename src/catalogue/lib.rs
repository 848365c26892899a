//! The texts of regctl in each of its languages.
//!
//! The English text stands in the code, where it is read; its Chinese one stands in `zh/*.po`, in the format that
//! translators' tools know. Both are put into the program when it is compiled, so that a translation with a wrong
//! placeholder does not compile, and no file has to be found when the program runs. A text without a translation stays
//! English; `tests/catalogue` fails for it.
//!
//! The macros expand to `crate::domain::language`, so they are of use in regctl alone.

mod literal;
mod po;

use std::collections::HashMap;
use std::sync::OnceLock;

use proc_macro::{Literal, TokenStream, TokenTree};

/// The catalogue, in one file for each room of the code.
const FILES: &[(&str, &str)] = &[
    ("commands.po", include_str!("zh/commands.po")),
    ("configuration.po", include_str!("zh/configuration.po")),
    ("domain.po", include_str!("zh/domain.po")),
    ("effects.po", include_str!("zh/effects.po")),
    ("help.po", include_str!("zh/help.po")),
    ("plan.po", include_str!("zh/plan.po")),
    ("report.po", include_str!("zh/report.po")),
    ("scripts.po", include_str!("zh/scripts.po")),
    ("terminal.po", include_str!("zh/terminal.po")),
];

fn chinese() -> &'static HashMap<String, String> {
    static CATALOGUE: OnceLock<HashMap<String, String>> = OnceLock::new();
    CATALOGUE.get_or_init(|| FILES.iter().flat_map(|(name, text)| entries(name, text)).collect())
}

/// The texts of a file that have a translation.
fn entries(name: &str, text: &str) -> impl Iterator<Item = (String, String)> {
    let entries = po::parse(text).unwrap_or_else(|why| panic!("src/catalogue/zh/{name}: {why}"));
    entries.into_iter().filter(|(_, translation)| !translation.is_empty())
}

/// A text for people, in the language of this run: takes the place of `format!`, and of a plain literal.
///
/// With arguments, or names in braces, it is a `String` like that of `format!`; without any it is a `&'static str`. A
/// translation may name the arguments in another order (`{1}`, `{0}`).
#[proc_macro]
pub fn say(input: TokenStream) -> TokenStream {
    let mut tokens = input.into_iter();
    let Some(TokenTree::Literal(english)) = tokens.next() else {
        return complaint("say! wants a text first");
    };
    let rest: TokenStream = tokens.collect();
    let Some(text) = literal::value(&english.to_string()) else {
        return complaint("say! wants a text in double quotes");
    };
    let plain = rest.is_empty() && !text.contains(['{', '}']);
    let in_english = rendered(&english, &rest, plain);
    let Some(translation) = chinese().get(&text) else {
        return in_english;
    };
    let mut translation = Literal::string(translation);
    // Names in braces are looked up where the English text stands.
    translation.set_span(english.span());
    choice(in_english, rendered(&translation, &rest, plain))
}

/// A text of a constant, which is looked up when it is shown (`language::spoken`); expands to the text itself.
#[proc_macro]
pub fn later(input: TokenStream) -> TokenStream {
    input
}

/// Every text of the catalogue, as a slice of `(English, Chinese)` that is sorted by the English one; with the name of
/// one of its files (`every_text!("scripts.po")`) that file's alone.
#[proc_macro]
pub fn every_text(input: TokenStream) -> TokenStream {
    let wanted = input.into_iter().next().and_then(|name| literal::value(&name.to_string()));
    let files = FILES.iter().filter(|(name, _)| wanted.as_ref().is_none_or(|wanted| wanted == name));
    let mut texts: Vec<_> = files.flat_map(|(name, text)| entries(name, text)).collect();
    texts.sort();
    let rows = texts.iter().map(|(english, chinese)| format!("({english:?}, {chinese:?}),"));
    let slice = format!("&[{}]", rows.collect::<String>());
    slice.parse().expect("texts that are quoted are Rust")
}

fn rendered(text: &Literal, rest: &TokenStream, plain: bool) -> TokenStream {
    let text = TokenStream::from(TokenTree::Literal(text.clone()));
    if plain {
        return text;
    }
    let arguments = text.into_iter().chain(rest.clone()).collect();
    let group = proc_macro::Group::new(proc_macro::Delimiter::Parenthesis, arguments);
    code("::std::format!").into_iter().chain([TokenTree::Group(group)]).collect()
}

fn choice(english: TokenStream, chinese: TokenStream) -> TokenStream {
    let arms = code("crate::domain::language::Language::English =>")
        .into_iter()
        .chain(english)
        .chain(code(", crate::domain::language::Language::Chinese =>"))
        .chain(chinese)
        .collect();
    let body = proc_macro::Group::new(proc_macro::Delimiter::Brace, arms);
    let choice: TokenStream = code("match crate::domain::language::current()")
        .into_iter()
        .chain([TokenTree::Group(body)])
        .collect();
    // In a group of its own, so that a method called on it is called on either text.
    TokenStream::from(TokenTree::Group(proc_macro::Group::new(proc_macro::Delimiter::Parenthesis, choice)))
}

fn complaint(why: &str) -> TokenStream {
    code(&format!("::std::compile_error!({why:?})"))
}

fn code(text: &str) -> TokenStream {
    text.parse().expect("is Rust")
}
