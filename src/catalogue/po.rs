//! Reads a catalogue in the format of gettext: `msgid "English"`, `msgstr "translation"`, comments with `#`.

/// The pairs of a catalogue, in its order, without the header (whose msgid is empty). Errors: a line that is none of the
/// format's, a text that is listed twice.
pub(crate) fn parse(text: &str) -> Result<Vec<(String, String)>, String> {
    let mut entries: Vec<(String, String)> = Vec::new();
    let mut in_translation = false;
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        let spoilt = || format!("line {}: {line}", at + 1);
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(id) = line.strip_prefix("msgid ") {
            entries.push((unquoted(id).ok_or_else(spoilt)?, String::new()));
            in_translation = false;
            continue;
        }
        let (english, chinese) = entries.last_mut().ok_or_else(spoilt)?;
        if let Some(translation) = line.strip_prefix("msgstr ") {
            chinese.push_str(&unquoted(translation).ok_or_else(spoilt)?);
            in_translation = true;
        } else {
            let more = unquoted(line).ok_or_else(spoilt)?;
            if in_translation { chinese.push_str(&more) } else { english.push_str(&more) }
        }
    }
    entries.retain(|(english, _)| !english.is_empty());
    match twice(&entries) {
        Some(english) => Err(format!("listed twice: {english}")),
        None => Ok(entries),
    }
}

fn twice(entries: &[(String, String)]) -> Option<&str> {
    let mut seen = std::collections::HashSet::new();
    entries.iter().map(|(english, _)| english.as_str()).find(|english| !seen.insert(*english))
}

fn unquoted(quoted: &str) -> Option<String> {
    crate::literal::value(quoted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_one_and_of_several_lines_are_read() {
        let text = "# Comment\nmsgid \"\"\nmsgstr \"Language: zh_CN\\n\"\n\nmsgid \"one {x}\"\nmsgstr \"一 {x}\"\n\n\
                    msgid \"\"\n\"two \"\n\"lines\"\nmsgstr \"\"\n\"两\"\n\"行\"\n";
        let entries = parse(text).expect("is a catalogue");
        assert_eq!(
            entries,
            [("one {x}".to_owned(), "一 {x}".to_owned()), ("two lines".to_owned(), "两行".to_owned())]
        );
    }

    #[test]
    fn what_is_no_catalogue_is_named_by_its_line() {
        assert_eq!(parse("msgid one\n").expect_err("is unquoted"), "line 1: msgid one");
        assert_eq!(
            parse("msgid \"a\"\nmsgstr \"\"\nmsgid \"a\"\nmsgstr \"\"\n").expect_err("is there twice"),
            "listed twice: a"
        );
    }
}
