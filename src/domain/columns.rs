//! How much room text takes on a terminal, where a Chinese character takes two columns and some characters none.

use unicode_width::UnicodeWidthChar;

/// How many columns this takes; what takes none by itself, such as a control character, is not counted.
pub fn columns(text: &str) -> usize {
    text.chars().map(|c| c.width().unwrap_or(0)).sum()
}

/// The text as it may be put on a terminal, in one line: control characters, those that change the direction of writing,
/// and those that join another become `?`, blanks of all kinds a space.
pub fn tame(text: &str) -> String {
    let tamed = |c: char| match c.width() {
        _ if c.is_whitespace() => ' ',
        None | Some(0) => '?',
        Some(_) => c,
    };
    text.chars().map(tamed).collect()
}

/// The text in at most so many columns; where something had to go, it ends with `end`, which says so.
pub fn cut(text: &str, room: usize, end: &str) -> String {
    if columns(text) <= room {
        return text.to_owned();
    }
    let Some(left) = room.checked_sub(columns(end)) else { return cut(text, room, "") };
    let mut taken = 0;
    let fits = |c: &char| {
        taken += c.width().unwrap_or(0);
        taken <= left
    };
    text.chars().take_while(fits).chain(end.chars()).collect()
}

/// The text and as many blanks as there is room for behind it.
pub fn padded(text: &str, room: usize) -> String {
    format!("{text}{:1$}", "", room.saturating_sub(columns(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_takes_two_columns() {
        assert_eq!(columns("镜像 a"), 6);
        assert_eq!(padded("镜像", 6), "镜像  ");
        assert_eq!(padded("镜像", 3), "镜像");
    }

    #[test]
    fn what_is_cut_says_so_and_never_takes_more_room() {
        assert_eq!(cut("abcdef", 6, "…"), "abcdef");
        assert_eq!(cut("abcdef", 5, "…"), "abcd…");
        assert_eq!(cut("abcdef", 5, "..."), "ab...");
        assert_eq!(cut("abcdef", 2, "..."), "ab");
        // Half a character cannot be shown.
        assert_eq!(cut("镜像仓库", 6, "…"), "镜像…");
        assert_eq!(cut("镜像仓库", 0, "…"), "");
        for room in 0..10 {
            assert!(columns(&cut("a镜b像c", room, "…")) <= room, "{room}");
        }
    }

    #[test]
    fn nothing_hostile_reaches_the_terminal() {
        assert_eq!(tame("a\x1b[2Jb\r\nc\u{7}\u{9b}1A"), "a?[2Jb  c??1A");
        assert_eq!(tame("e\u{301} \u{202e}x\u{200b}y\u{feff}"), "e? ?x?y?");
        assert_eq!(tame("镜像 déjà"), "镜像 déjà");
    }
}
