//! Flags of Docker Engine in files and on command lines, with the place where each is written.

use std::net::Ipv6Addr;
use std::ops::Range;

/// One flag, without its dashes; one without a value is `true`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::plan) struct Flag {
    pub(in crate::plan) name: String,
    pub(in crate::plan) value: String,
}

impl Flag {
    /// The values of a flag that takes a list; `--flag=[a,b]` is one way to write them.
    pub(super) fn values(&self) -> impl Iterator<Item = &str> {
        self.value.split(',').map(str::trim).filter(|value| !value.is_empty())
    }
}

/// A flag and the bytes that it takes, its value with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spotted {
    pub(super) flag: Flag,
    pub(super) span: Range<usize>,
}

/// A word and where it starts.
struct Word<'a> {
    text: &'a str,
    at: usize,
}

/// The flags in a file or unit, between whatever quotes; comments hold none.
pub(in crate::plan) fn flags(text: &str) -> Vec<Flag> {
    spotted(text).into_iter().map(|spotted| spotted.flag).collect()
}

/// The flags of a process, one argument on each line.
pub(in crate::plan) fn arguments(lines: &str) -> Vec<Flag> {
    let words: Vec<_> = lines.lines().map(|text| Word { text, at: 0 }).collect();
    among(&words).into_iter().map(|(flag, ..)| flag).collect()
}

/// The same as [`flags`], with their places.
pub(super) fn spotted(text: &str) -> Vec<Spotted> {
    let words = words(text);
    let spot = |(flag, start, end): (Flag, usize, usize)| {
        // A value between quotes of its own ends behind them.
        let quote =
            text[..end].len().checked_sub(flag.value.len() + 1).and_then(|at| text.as_bytes().get(at));
        let own =
            quote.filter(|quote| [b'"', b'\''].contains(*quote) && text.as_bytes().get(end) == Some(quote));
        Spotted { flag, span: start..end + usize::from(own.is_some()) }
    };
    among(&words).into_iter().map(spot).collect()
}

/// The line, counted from 1, on which a place is.
pub(super) fn line(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// The words of a text without those of comments.
fn words(text: &str) -> Vec<Word<'_>> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if !line.trim_start().starts_with(['#', ';']) {
            let mut at = start;
            for piece in line.split_inclusive(|c: char| c.is_whitespace() || "\"'\\".contains(c)) {
                let word = piece.trim_end_matches(|c: char| c.is_whitespace() || "\"'\\".contains(c));
                if !word.is_empty() {
                    found.push(Word { text: word, at });
                }
                at += piece.len();
            }
        }
        start += line.len();
    }
    found
}

/// The flags among words, with start and end: `--a=b`, `--a b`, `-a b`, `--a`.
fn among(words: &[Word<'_>]) -> Vec<(Flag, usize, usize)> {
    let mut found = Vec::new();
    for (number, word) in words.iter().enumerate() {
        // `OPTIONS=--debug` without quotes.
        let assigned = word.text.split_once('=').map_or(0, |(name, _)| name.len() + 1);
        let skipped = if word.text.starts_with('-') { 0 } else { assigned };
        let text = &word.text[skipped..];
        let name = text.trim_start_matches('-');
        if !text.starts_with('-') || name.is_empty() {
            continue;
        }
        let next = || words.get(number + 1).filter(|next| is_value(next.text));
        let (name, value, end) = match name.split_once('=') {
            // `--a="b"`: what is between the quotes is the next word.
            Some((name, "")) => match next() {
                Some(next) => (name, next.text, next.at + next.text.len()),
                None => (name, "", word.at + word.text.len()),
            },
            Some((name, value)) => (name, value, word.at + word.text.len()),
            None => match next() {
                Some(next) => (name, next.text, next.at + next.text.len()),
                None => (name, "true", word.at + word.text.len()),
            },
        };
        let flag = Flag { name: name.to_owned(), value: unbracketed(value).to_owned() };
        found.push((flag, word.at + skipped, end));
    }
    found
}

/// `[a:1,b:2]` is a list of two; `[::1]` is an address.
fn unbracketed(value: &str) -> &str {
    let inner = value.strip_prefix('[').and_then(|value| value.strip_suffix(']'));
    inner.filter(|inner| inner.parse::<Ipv6Addr>().is_err() && !inner.contains(']')).unwrap_or(value)
}

/// Whether a word can be the value of the flag before it: no flag, no assignment, nothing of a shell's.
fn is_value(word: &str) -> bool {
    let assigned = word.split_once('=').map_or("", |(name, _)| name);
    let is_variable = !assigned.is_empty() && assigned.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
    !word.starts_with('-') && !is_variable && !word.contains(['|', '>', ';', '$', '&', '{', '}'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled(text: &str) -> Vec<String> {
        flags(text).into_iter().map(|flag| format!("{}={}", flag.name, flag.value)).collect()
    }

    #[test]
    fn flags_are_found_in_every_spelling() {
        let sysconfig = "# --debug\nOPTIONS='--selinux-enabled --insecure-registry=10.0.0.1:5000'\nDOCKER_CERT_PATH=/etc/docker\n";
        assert_eq!(spelled(sysconfig), ["selinux-enabled=true", "insecure-registry=10.0.0.1:5000"]);
        assert_eq!(spelled("OPTIONS=--debug"), ["debug=true"]);
        assert_eq!(spelled("--insecure-registry=[a:1,b:2]"), ["insecure-registry=a:1,b:2"]);
        assert_eq!(spelled("--insecure-registry=[::1]:5000"), ["insecure-registry=[::1]:5000"]);
        assert_eq!(spelled("-insecure-registry a:1 \\\n  --debug"), ["insecure-registry=a:1", "debug=true"]);
        let unit = "ExecStart={ path=/usr/bin/dockerd ; argv[]=/usr/bin/dockerd -H fd:// --live-restore $OPTIONS ; x=no }";
        assert_eq!(spelled(unit), ["H=fd://", "live-restore=true"]);
        assert_eq!(
            spelled("ExecStart=/bin/sh -c '/usr/bin/docker-current daemon --debug 2>&1 | x'"),
            ["c=/usr/bin/docker-current", "debug=true"]
        );
        assert_eq!(arguments("dockerd\n--insecure-registry\na:1\n-D").len(), 2);
    }

    #[test]
    fn a_flag_takes_its_value_with_it() {
        for (text, taken) in [
            ("O='--a --insecure-registry=x:1 --b'", "--insecure-registry=x:1"),
            ("O=\"--insecure-registry x:1\"", "--insecure-registry x:1"),
            ("O=--insecure-registry=x:1", "--insecure-registry=x:1"),
            ("--insecure-registry=[x:1,y:2] --b", "--insecure-registry=[x:1,y:2]"),
            ("--insecure-registry=\"x:1\" --b", "--insecure-registry=\"x:1\""),
            ("--insecure-registry \\\n   x:1", "--insecure-registry \\\n   x:1"),
        ] {
            let spots = spotted(text);
            let spot = spots.iter().find(|it| it.flag.name == "insecure-registry").expect("is found");
            assert_eq!(&text[spot.span.clone()], taken, "{text}");
        }
        let text = "# ü --insecure-registry=no\n\nO='--insecure-registry=x'\n";
        assert_eq!(line(text, spotted(text)[0].span.start), 3);
    }
}
