//! Text in columns, where a Chinese character takes two.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Columns that a text takes on one line.
pub(super) fn columns(text: &str) -> usize {
    text.width()
}

/// Breaks a paragraph into lines of at most `width` columns, as far as its words allow. Between two wide characters a line
/// may end without a blank, but never before a mark that closes something.
pub(super) fn wrap(paragraph: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for piece in pieces(paragraph) {
        let line = lines.last_mut().expect("begins with one");
        if !line.is_empty() && columns(line) + columns(piece.trim_end()) > width {
            let whole = line.trim_end().len();
            line.truncate(whole);
            lines.push(piece.to_owned());
        } else {
            line.push_str(piece);
        }
    }
    if let Some(last) = lines.last_mut() {
        let whole = last.trim_end().len();
        last.truncate(whole);
    }
    lines
}

/// What must stay together, each with the blanks that follow it.
fn pieces(text: &str) -> Vec<&str> {
    let mut ends = Vec::new();
    let mut characters = text.char_indices().peekable();
    while let Some((at, this)) = characters.next() {
        let Some((_, next)) = characters.peek() else { continue };
        let after_blank = this == ' ' && *next != ' ';
        let between_wide = is_wide(this) && !opens(this) && *next != ' ' && !closes(*next);
        let before_wide = is_wide(*next) && this != ' ' && !closes(*next) && !opens(this);
        if after_blank || between_wide || before_wide {
            ends.push(at + this.len_utf8());
        }
    }
    let starts = std::iter::once(0).chain(ends.iter().copied());
    let ends = ends.iter().copied().chain(std::iter::once(text.len()));
    starts.zip(ends).map(|(start, end)| &text[start..end]).collect()
}

fn is_wide(c: char) -> bool {
    c.width() == Some(2)
}

fn opens(c: char) -> bool {
    "([{<（「《【“".contains(c)
}

fn closes(c: char) -> bool {
    ")]}>,.;:!?，。；：、！？）」》】”…".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_blanks_and_a_long_word_stays_whole() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("a https://a.very.long/url b", 8), ["a", "https://a.very.long/url", "b"]);
        assert_eq!(wrap("", 8), [""]);
    }

    #[test]
    fn wide_characters_take_two_columns_and_marks_stay_behind_what_they_close() {
        assert_eq!(wrap("每个代理都信任镜像仓库", 10), ["每个代理都", "信任镜像仓", "库"]);
        assert_eq!(wrap("每个代理，都", 8), ["每个代", "理，都"]);
        assert_eq!(wrap("用 --host 指定主机", 9), ["用 --host", "指定主机"]);
    }
}
