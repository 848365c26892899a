//! Lines that are too long for a terminal go on below, under the words that they belong to.

use crate::domain::columns::columns;

/// What a line hangs under is looked for in so many columns.
const HEAD: usize = 40;
/// These belong to the character before them and begin no line.
const CLOSING: &str = "，。、；：？！）》」";

/// The text, each of its lines in at most so many columns where its words allow.
pub(super) fn fold(text: &str, width: Option<u16>) -> String {
    let Some(width) = width.map(usize::from) else { return text.to_owned() };
    text.split_inclusive('\n').map(|line| folded(line, width)).collect()
}

fn folded(line: &str, width: usize) -> String {
    let (text, end) = line.strip_suffix('\n').map_or((line, ""), |text| (text, "\n"));
    if shown(text) <= width {
        return line.to_owned();
    }
    let hang = hang(&bare(text), width);
    let (mut done, mut row) = (String::new(), String::new());
    for (blank, word) in words(text) {
        let taken = shown(&row);
        if taken + usize::from(blank) + shown(&word) > width && taken > hang && !word.is_empty() {
            done.push_str(row.trim_end_matches(' '));
            done.push('\n');
            row = " ".repeat(hang);
        } else if blank {
            row.push(' ');
        }
        row.push_str(&word);
    }
    done + &row + end
}

/// Where the last of the columns begins that the line starts with, or where the line itself does.
fn hang(bare: &str, width: usize) -> usize {
    let start = bare.len() - bare.trim_start_matches(' ').len();
    let head: String = bare.chars().take(HEAD).collect();
    let gap = head.rfind("  ").map(|at| columns(&head[..at + 2])).filter(|at| *at > start);
    gap.filter(|at| *at <= width / 2).unwrap_or(start).min(width / 2)
}

/// The words, each with whether a blank is before it; Chinese goes on below after any character.
fn words(text: &str) -> Vec<(bool, String)> {
    let mut words = Vec::new();
    for (number, word) in text.split(' ').enumerate() {
        let mut parts = vec![String::new()];
        for c in word.chars() {
            let wide = columns(c.encode_utf8(&mut [0; 4])) == 2;
            let last = parts.last_mut().expect("there is always one");
            if wide && !CLOSING.contains(c) && !last.is_empty() {
                parts.push(c.to_string());
            } else {
                last.push(c);
            }
        }
        words.extend(parts.into_iter().enumerate().map(|(part, text)| (number > 0 && part == 0, text)));
    }
    words
}

/// The columns that this takes, colours aside.
fn shown(text: &str) -> usize {
    if text.contains('\x1b') { columns(&bare(text)) } else { columns(text) }
}

fn bare(text: &str) -> String {
    let mut pieces = text.split("\x1b[");
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |bare, piece| bare + piece.split_once('m').map_or(piece, |(_, rest)| rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_goes_on_under_what_it_belongs_to() {
        let line = "FAIL  agent-trust  10.0.0.1, 10.0.0.2, 10.0.0.3 and 4 more: it is not there\n";
        assert_eq!(
            fold(line, Some(50)),
            "FAIL  agent-trust  10.0.0.1, 10.0.0.2, 10.0.0.3\n                   and 4 more: it is not there\n"
        );
        assert_eq!(fold(line, Some(30)).lines().nth(1), Some("10.0.0.2, 10.0.0.3 and 4 more:"));
        assert_eq!(fold(line, Some(200)), line);
        assert_eq!(fold(line, None), line);
    }

    #[test]
    fn colours_take_no_room_and_a_long_word_stays_whole() {
        let painted = "\x1b[1;31mone\x1b[0m two";
        assert_eq!(fold(painted, Some(7)), painted);
        assert_eq!(fold(painted, Some(6)), "\x1b[1;31mone\x1b[0m\ntwo");
        assert_eq!(
            fold("  see http://registry.example.com/v2/", Some(12)),
            "  see\n  http://registry.example.com/v2/"
        );
    }

    #[test]
    fn chinese_goes_on_after_any_character_but_before_no_full_stop() {
        assert_eq!(fold("  镜像仓库已经就绪。", Some(12)), "  镜像仓库已\n  经就绪。");
        assert_eq!(fold("镜像仓库。", Some(8)), "镜像仓\n库。");
    }
}
