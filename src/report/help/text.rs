//! A help for a terminal: what it does, examples, then the rest.

use super::wrap::{columns, wrap};
use crate::domain::help::{Entry, Example, Flag, Group, Help, Length};

/// Columns in front of what stands under a title.
const INDENT: usize = 2;
/// A name longer than this has its text on the next line.
const NAME_COLUMNS: usize = 30;

/// What is longer may break at its blanks.
const UNBROKEN: usize = 26;
/// So many examples are enough for a screen.
const SHORT_EXAMPLES: usize = 3;

/// Lays a help out in so many columns.
pub fn text(help: &Help, length: Length, width: usize) -> String {
    let shown = match length {
        Length::Short => &help.short_flags,
        Length::Long => &help.flags,
    };
    let mut sections = vec![opening(help, length, width), examples(help, length, width)];
    if !(help.is_the_first() && length == Length::Short) {
        sections.push(usage(help));
    }
    sections.extend(help.commands.iter().map(|group| commands(group, width)));
    sections.extend(shown.iter().map(|group| flags(group, length, width)));
    match length {
        Length::Short => sections.push(further(help, width)),
        Length::Long => {
            sections.push(paragraphs(&help.notes, width));
            sections.push(exits(help, width));
            sections.push(entries(say!("Environment"), &help.environment, width));
        }
    }
    sections.retain(|section| !section.is_empty());
    sections.join("\n")
}

fn opening(help: &Help, length: Length, width: usize) -> String {
    let preface = if length == Length::Long && !help.preface.is_empty() {
        format!("\n{}", paragraphs(&help.preface, width))
    } else {
        String::new()
    };
    paragraphs(&help.about, width) + &preface
}

fn examples(help: &Help, length: Length, width: usize) -> String {
    let count = if length == Length::Short { SHORT_EXAMPLES } else { help.examples.len() };
    let title = if help.is_the_first() { say!("Start here") } else { say!("Examples") };
    let one = |Example { does, line }: &Example| {
        let comment = hanging(&" ".repeat(INDENT), "# ", does, width);
        format!("{comment}{:INDENT$}{line}\n", "")
    };
    titled(title, help.examples.iter().take(count).map(one).collect())
}

fn usage(help: &Help) -> String {
    format!("{}: {}\n", say!("Usage"), help.usage)
}

fn commands(group: &Group<Entry>, width: usize) -> String {
    let title = if group.title.is_empty() { say!("Commands") } else { &group.title };
    entries(title, &group.entries, width)
}

fn entries(title: &str, entries: &[Entry], width: usize) -> String {
    let rows: Vec<_> = entries.iter().map(|entry| (entry.name.clone(), vec![entry.about.clone()])).collect();
    titled(title, table(&rows, width))
}

fn exits(help: &Help, width: usize) -> String {
    let rows: Vec<_> = help.exits.iter().map(|(code, text)| (code.to_string(), vec![text.clone()])).collect();
    titled(say!("Exit codes"), table(&rows, width))
}

fn flags(group: &Group<Flag>, length: Length, width: usize) -> String {
    let rows: Vec<_> =
        group.entries.iter().map(|flag| (flag.spelled.clone(), described(flag, length))).collect();
    titled(&group.title, table(&rows, width))
}

/// What stands beside a flag: its text with what it does by default, then the words that it takes.
fn described(flag: &Flag, length: Length) -> Vec<String> {
    let told = match length {
        Length::Short => first_sentence(&flag.text),
        Length::Long => &flag.text,
    };
    let mut parts = vec![told.to_owned()];
    let meant = flag.values.iter().any(|(_, meaning)| meaning.is_some()) && length == Length::Long;
    if !flag.values.is_empty() && !meant {
        let words: Vec<_> = flag.values.iter().map(|(word, _)| word.as_str()).collect();
        parts.push(format!("[{}]", words.join("|")));
    }
    let default = flag.default.iter().map(|default| together(&say!("[default: {default}]")));
    parts.extend(default.filter(|told| length == Length::Long || columns(told) <= UNBROKEN));
    let env = flag.env.iter().filter(|_| length == Length::Long);
    parts.extend(env.map(|name| together(&say!("[env: {name}]"))));
    let mut lines = vec![parts.join(" ")];
    if meant {
        lines.extend(flag.values.iter().map(|(word, meaning)| match meaning {
            Some(meaning) => format!("{word}: {meaning}"),
            None => word.clone(),
        }));
    }
    lines
}

/// What is short does not break over two lines.
fn together(text: &str) -> String {
    if columns(text) > UNBROKEN { text.to_owned() } else { text.replace(' ', "\u{a0}") }
}

/// The short form says what a flag is; when and why is for the long one.
fn first_sentence(text: &str) -> &str {
    let ends = [". ", "; ", ": ", "。", "；", "："];
    let end = ends.iter().filter_map(|end| text.find(end)).min();
    end.map_or(text, |end| &text[..end])
}

fn further(help: &Help, width: usize) -> String {
    let call = format!("{} --help", help.command);
    let told = match help.further() {
        0 => say!("All of it: {call}"),
        1 => say!("… and 1 more flag: {call}"),
        count => say!("… and {count} more flags: {call}"),
    };
    paragraphs(&told, width)
}

fn titled(title: &str, body: String) -> String {
    if body.is_empty() { body } else { format!("{title}:\n{body}") }
}

/// Names on the left, the lines that belong to them on the right.
fn table(rows: &[(String, Vec<String>)], width: usize) -> String {
    let names = rows.iter().map(|(name, _)| columns(name)).filter(|columns| *columns <= NAME_COLUMNS);
    let gap = INDENT + names.max().unwrap_or(NAME_COLUMNS / 2) + 2;
    let mut text = String::new();
    for (name, lines) in rows {
        let beside = columns(name) <= NAME_COLUMNS;
        let mut front = format!("{:INDENT$}{name}", "");
        if !beside {
            text += &format!("{front}\n");
            front.clear();
        }
        for line in lines {
            let padded = format!("{front}{:1$}", "", gap.saturating_sub(columns(&front)));
            text += &hanging(&padded, "", line, width);
            front.clear();
        }
    }
    text
}

/// A paragraph behind something, its further lines below the first one's text.
fn hanging(front: &str, mark: &str, paragraph: &str, width: usize) -> String {
    let indent = columns(front);
    let room = width.saturating_sub(indent + columns(mark)).max(20);
    let mut text = String::new();
    for (at, line) in wrap(paragraph, room).iter().enumerate() {
        let front = if at == 0 { front.to_owned() } else { " ".repeat(indent) };
        text += format!("{front}{mark}{line}").replace('\u{a0}', " ").trim_end();
        text.push('\n');
    }
    text
}

/// Paragraphs as they are, each line broken where it is too long; rows of a table hang below their second column.
fn paragraphs(text: &str, width: usize) -> String {
    text.trim_end().lines().map(|line| paragraph(line, width)).collect()
}

fn paragraph(line: &str, width: usize) -> String {
    let indent = line.len() - line.trim_start().len();
    let cell = line.trim_start().find("  ").map(|gap| indent + gap);
    let Some(cell) = cell.filter(|_| indent > 0) else {
        return hanging(&line[..indent], "", line.trim_start(), width);
    };
    let second = line.len() - line[cell..].trim_start().len();
    hanging(&line[..second], "", &line[second..], width)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flag() -> Flag {
        Flag {
            spelled: "    --host <AGENT>".to_owned(),
            text: "The agent that runs it; may be repeated".to_owned(),
            default: Some("none".to_owned()),
            env: Some("REGCTL_HOST".to_owned()),
            ..Flag::default()
        }
    }

    #[test]
    fn examples_come_before_the_usage_and_the_flags() {
        let example = Example { does: "all of it".to_owned(), line: "regctl up".to_owned() };
        let flags = vec![Group { title: "Registry".to_owned(), entries: vec![flag()] }];
        let help = Help {
            command: "regctl up".to_owned(),
            about: "Go all the way".to_owned(),
            usage: "regctl up".to_owned(),
            examples: vec![example],
            flags,
            ..Help::default()
        };
        let expected = "Go all the way\n\nExamples:\n  # all of it\n  regctl up\n\nUsage: regctl up\n\nRegistry:\n      \
                        --host <AGENT>  The agent that runs it; may be repeated [default: none] [env: REGCTL_HOST]\n";
        assert_eq!(text(&help, Length::Long, 100), expected);
    }

    #[test]
    fn the_short_form_says_what_a_flag_is_and_no_more() {
        assert_eq!(described(&flag(), Length::Short), ["The agent that runs it [default:\u{a0}none]"]);
    }

    #[test]
    fn a_row_of_a_table_hangs_below_its_second_column() {
        let row = paragraph("  swap   one two words that follow", 30);
        assert_eq!(row, "  swap   one two words that\n         follow\n");
        assert_eq!(paragraph("one two three", 20), "one two three\n");
    }
}
