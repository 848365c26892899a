//! A help as a page for man.

use crate::domain::help::{Entry, Flag, Group, Help};

/// The page, in roff. The version stands in its foot.
pub fn page(help: &Help, version: &str) -> String {
    let name = help.command.replace(' ', "-");
    let mut roff = format!(
        ".TH {} 1 \"\" {} \"regctl\"\n.ie \\n(.g .ds Aq \\(aq\n.el .ds Aq '\n",
        quoted(&name.to_uppercase()),
        quoted(&format!("regctl {version}"))
    );
    section(&mut roff, say!("NAME"), &format!("{} \\- {}\n", escaped(&name), escaped(&help.about)));
    section(&mut roff, say!("SYNOPSIS"), &format!("\\fB{}\\fR\n", escaped(&help.usage)));
    section(&mut roff, say!("DESCRIPTION"), &paragraphs(&[&help.preface, &help.notes]));
    section(&mut roff, say!("EXAMPLES"), &examples(help));
    for group in &help.commands {
        let title = if group.title.is_empty() { say!("Commands") } else { &group.title };
        section(&mut roff, &title.to_uppercase(), &entries(&group.entries));
    }
    for group in &help.flags {
        section(&mut roff, &group.title.to_uppercase(), &flags(group));
    }
    let codes = help.exits.iter().map(|(code, text)| row(&format!("\\fB{code}\\fR"), &escaped(text)));
    section(&mut roff, say!("EXIT STATUS"), &codes.collect::<String>());
    section(&mut roff, say!("ENVIRONMENT"), &entries(&help.environment));
    roff
}

fn section(roff: &mut String, title: &str, body: &str) {
    if !body.is_empty() {
        *roff += &format!(".SH {}\n{body}", quoted(title));
    }
}

fn examples(help: &Help) -> String {
    let one = |example: &crate::domain::help::Example| {
        format!(".PP\n{}:\n.PP\n.RS 4\n.nf\n{}\n.fi\n.RE\n", escaped(&example.does), escaped(&example.line))
    };
    help.examples.iter().map(one).collect()
}

fn entries(entries: &[Entry]) -> String {
    entries
        .iter()
        .map(|entry| row(&format!("\\fB{}\\fR", escaped(&entry.name)), &escaped(&entry.about)))
        .collect()
}

fn flags(group: &Group<Flag>) -> String {
    group.entries.iter().map(flag).collect()
}

fn flag(flag: &Flag) -> String {
    let mut text = escaped(&flag.text);
    let default = flag.default.iter().map(|default| say!("[default: {default}]"));
    let env = flag.env.iter().map(|name| say!("[env: {name}]"));
    for told in default.chain(env) {
        text += &format!(" {}", escaped(&told));
    }
    for (word, meaning) in &flag.values {
        let meaning = meaning.iter().map(|meaning| format!(": {}", escaped(meaning))).collect::<String>();
        text += &format!("\n.br\n\\fB{}\\fR{meaning}", escaped(word));
    }
    row(&format!("\\fB{}\\fR", escaped(flag.spelled.trim())), &text)
}

fn row(name: &str, text: &str) -> String {
    format!(".TP\n{name}\n{text}\n")
}

/// Paragraphs; lines that begin with blanks stay as they are.
fn paragraphs(texts: &[&String]) -> String {
    let mut roff = String::new();
    for line in texts.iter().flat_map(|text| text.lines()) {
        roff += &match line {
            "" => ".PP\n".to_owned(),
            table if table.starts_with(' ') => format!(".nf\n{}\n.fi\n", escaped(table)),
            text => format!("{}\n", escaped(text)),
        };
    }
    roff
}

/// One argument of a macro.
fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text).replace('"', "\\(dq"))
}

/// Text that roff takes for itself: no escapes, no requests, and hyphens that can be copied.
fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\e").replace('-', "\\-").replace('\'', "\\*(Aq");
    if text.starts_with('.') { format!("\\&{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_a_request_or_an_escape() {
        assert_eq!(escaped(".so /etc/passwd"), "\\&.so /etc/passwd");
        assert_eq!(escaped("a\\b --c 'd'"), "a\\eb \\-\\-c \\*(Aqd\\*(Aq");
    }
}
