//! Engines before 1.11, whose daemon.json does not know the lists: there a flag says the same.

use super::desk::Desk;
use super::list::{List, missing};
use super::moving;
use super::notes::Note;
use super::plan::Verdict;
use super::unit;
use crate::domain::agent::{AgentError, AgentErrorKind};
use crate::domain::answer::shown;

/// Files of variables that units and init scripts read, with the variable in each that is handed on whole.
const VARIABLES: [(&str, &str); 2] =
    [("/etc/sysconfig/docker", "OPTIONS"), ("/etc/default/docker", "DOCKER_OPTS")];

/// Has the flag given where the engine is started from.
pub(super) fn settle(desk: &mut Desk, list: List, wanted: &[String]) -> Result<Verdict, AgentError> {
    let places = moving::places(&desk.draft, list.flag());
    let given: Vec<_> = places.into_iter().flat_map(|place| place.values).collect();
    let absent = missing(list, &given, wanted);
    let behind = !missing(list, &desk.running(list), wanted).is_empty();
    if absent.is_empty() && !behind {
        return Ok(Verdict::Fine(say!("by --{}", list.flag())));
    }
    let words = if absent.is_empty() {
        say!("--{} is not one of the running process yet", list.flag())
    } else {
        let path = give(desk, list, &absent)?;
        desk.notes.note(Note::Given(path.clone()));
        say!(
            "--{} {} into {}: this engine knows no {} in daemon.json",
            list.flag(),
            absent.join(" "),
            shown(&path),
            list.key()
        )
    };
    desk.restart = true;
    Ok(desk.done(words))
}

/// Writes the flags into the file that the engine is started by, and says which that is.
fn give(desk: &mut Desk, list: List, entries: &[String]) -> Result<String, AgentError> {
    let flags: Vec<_> = entries.iter().map(|entry| format!("--{}={entry}", list.flag())).collect();
    let flags = flags.join(" ");
    let unit = &desk.settings.unit;
    for (path, variable) in VARIABLES {
        let is_read = unit.contains(&format!("${variable}")) || !unit.contains("ExecStart");
        if let (true, Ok(Some(text))) = (is_read, desk.draft.text(path)) {
            let text = assigned(text, variable, &flags);
            desk.draft.put(path, Some(text));
            return Ok(path.to_owned());
        }
    }
    match unit::exec_start(desk.draft.files()).filter(|command| !command.contains(['|', '\'', '"'])) {
        Some(command) => {
            desk.draft.put(unit::DROP_IN, Some(unit::drop_in(&format!("{command} {flags}"))));
            Ok(unit::DROP_IN.to_owned())
        }
        None => Err(AgentError::new(
            AgentErrorKind::SetByFlag,
            say!(
                "this Docker Engine knows no {} in daemon.json, and nothing that regctl knows starts it",
                list.key()
            ),
        )
        .hint(say!("Give it {flags} by hand where it is started, and restart it."))),
    }
}

/// A file of variables with more words at the end of one of them.
fn assigned(text: &str, variable: &str, words: &str) -> String {
    let begins = format!("{variable}=");
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let Some(line) = lines.iter_mut().rev().find(|line| line.trim_start().starts_with(&begins)) else {
        lines.push(format!("{variable}='{words}'"));
        return lines.join("\n") + "\n";
    };
    let value = line.trim().trim_start_matches(&begins).trim();
    let quote = value.chars().next().filter(|c| ['"', '\''].contains(c));
    let bare = quote.map_or(value, |quote| value.trim_matches(quote)).trim();
    let quote = quote.unwrap_or('\'');
    let gap = if bare.is_empty() { "" } else { " " };
    *line = format!("{begins}{quote}{bare}{gap}{words}{quote}");
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_added_to_the_variable_and_nothing_else_changes() {
        for (text, after) in [
            ("# a\nOPTIONS='--selinux-enabled'\nX=1\n", "# a\nOPTIONS='--selinux-enabled --f=a'\nX=1\n"),
            ("OPTIONS=\"-D\"\n", "OPTIONS=\"-D --f=a\"\n"),
            ("OPTIONS=\n", "OPTIONS='--f=a'\n"),
            ("OPTIONS=-D", "OPTIONS='-D --f=a'\n"),
            ("# OPTIONS='-D'\n", "# OPTIONS='-D'\nOPTIONS='--f=a'\n"),
        ] {
            assert_eq!(assigned(text, "OPTIONS", "--f=a"), after, "{text}");
        }
    }
}
