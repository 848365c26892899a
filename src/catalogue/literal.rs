//! What a string literal of Rust stands for.

use std::iter::Peekable;
use std::str::Chars;

/// The text that a literal in double quotes, raw or not, stands for; `None` for any other literal.
pub(crate) fn value(source: &str) -> Option<String> {
    if let Some(raw) = source.strip_prefix('r') {
        let inner = raw.trim_matches('#');
        return inner.strip_prefix('"')?.strip_suffix('"').map(str::to_owned);
    }
    let inner = source.strip_prefix('"')?.strip_suffix('"')?;
    let mut text = String::with_capacity(inner.len());
    let mut chars = inner.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '\\' => text.extend(escaped(&mut chars)?),
            char => text.push(char),
        }
    }
    Some(text)
}

/// What follows a backslash: one character, or none where the line goes on below.
fn escaped(chars: &mut Peekable<Chars<'_>>) -> Option<Option<char>> {
    Some(match chars.next()? {
        'n' => Some('\n'),
        't' => Some('\t'),
        'r' => Some('\r'),
        '0' => Some('\0'),
        'u' => Some(code_point(chars)?),
        'x' => {
            let digits: String = chars.by_ref().take(2).collect();
            Some(char::from(u8::from_str_radix(&digits, 16).ok()?))
        }
        '\n' => {
            while chars.next_if(|next| next.is_whitespace()).is_some() {}
            None
        }
        other => Some(other),
    })
}

/// `{2026}` after `\u`.
fn code_point(chars: &mut Peekable<Chars<'_>>) -> Option<char> {
    chars.next_if_eq(&'{')?;
    let digits: String = chars.by_ref().take_while(|next| *next != '}').collect();
    char::from_u32(u32::from_str_radix(&digits, 16).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_and_lines_that_go_on_are_read() {
        assert_eq!(value(r#""a \"b\" {x}\n""#).as_deref(), Some("a \"b\" {x}\n"));
        assert_eq!(value("\"one \\\n     two\"").as_deref(), Some("one two"));
        assert_eq!(value(r#""\u{2026}""#).as_deref(), Some("…"));
        assert_eq!(value(r##"r#"a "b" \n"#"##).as_deref(), Some("a \"b\" \\n"));
        assert_eq!(value("7"), None);
    }
}
