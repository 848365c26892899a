//! The texts of all helps, one by one, as the catalogue of languages is to have them.

use std::collections::BTreeSet;

use clap::Command;

use super::environment::OTHERS;
use super::flag::title;
use super::page::{COMMON, USAGE, is_told};
use super::table::{JOBS, START};
use crate::plan::checks::causes;

/// Every English text that a help is put together from; names, examples and variables are in no language.
pub fn texts(root: &Command) -> BTreeSet<String> {
    let guides = JOBS.iter().flat_map(|job| job.guides).chain([&START]);
    let of_guides = guides.flat_map(|guide| {
        let examples = guide.examples.iter().map(|example| example.does);
        examples.chain(guide.exits.iter().map(|(_, text)| *text))
    });
    let others = OTHERS.iter().map(|(_, text)| *text);
    let of_tables = JOBS.iter().map(|job| job.title).chain([COMMON, USAGE]).chain(others).chain(of_guides);
    let mut texts: BTreeSet<String> = of_tables.map(str::to_owned).collect();
    walk(root, &mut texts);
    texts.remove("");
    // A list whose rows are looked up one by one.
    texts.retain(|text| !text.contains(&causes::listed()));
    texts
}

fn walk(command: &Command, texts: &mut BTreeSet<String>) {
    let own = [command.get_about(), command.get_long_about(), command.get_after_long_help()];
    texts.extend(own.into_iter().flatten().map(ToString::to_string));
    for arg in command.get_arguments().filter(|arg| !arg.is_hide_set()) {
        texts.insert(title(arg).to_owned());
        texts.extend(arg.get_help().map(ToString::to_string));
        let values = arg.get_possible_values();
        texts.extend(values.iter().filter_map(|value| value.get_help()).map(ToString::to_string));
    }
    command.get_subcommands().filter(|below| is_told(below)).for_each(|below| walk(below, texts));
}
