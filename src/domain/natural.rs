//! The order in which a person expects names: `a2` before `a10`.

use std::net::IpAddr;

use super::host::Host;

/// A piece of a name: a number, or what stands between numbers. Numbers come first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Piece {
    /// Its digits without leading zeros, after how many they are: so no number is too long to be compared.
    Number(usize, String),
    Text(String),
}

/// What agents are sorted by: addresses by their numbers, then names, then what is no host at all.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum NaturalKey {
    /// An address; IPv4 comes before IPv6.
    Address(IpAddr),
    /// A name of a host.
    Name(Name),
    /// Any other text.
    Other(Name),
}

/// A name in its pieces.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name(Vec<Piece>);

impl NaturalKey {
    /// The key of a host; where there is none, of the text that stands in its place.
    pub fn of(host: Option<&Host>, text: &str) -> Self {
        match host {
            Some(Host::Ip(ip)) => Self::Address(*ip),
            Some(Host::Name(name)) => Self::Name(pieces(name)),
            None => Self::Other(pieces(text)),
        }
    }
}

fn pieces(text: &str) -> Name {
    let is_digit = |c: char| c.is_ascii_digit();
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let number = is_digit(first);
        let end = rest.find(|c| is_digit(c) != number).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        let digits = piece.trim_start_matches('0');
        pieces.push(if number {
            Piece::Number(digits.len(), digits.to_owned())
        } else {
            Piece::Text(piece.to_lowercase())
        });
        rest = after;
    }
    Name(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(mut names: Vec<&str>) -> Vec<&str> {
        names.sort_by_cached_key(|name| NaturalKey::of(name.parse().ok().as_ref(), name));
        names
    }

    #[test]
    fn addresses_are_sorted_by_their_numbers_and_come_before_names() {
        let names = vec!["agent-10", "10.0.0.10", "fd00::10", "agent-9", "10.0.0.9", "9.1.1.1", "fd00::9"];
        let expected = ["9.1.1.1", "10.0.0.9", "10.0.0.10", "fd00::9", "fd00::10", "agent-9", "agent-10"];
        assert_eq!(sorted(names), expected);
    }

    #[test]
    fn what_is_no_host_comes_last_and_no_number_is_too_long() {
        let long = format!("a{}", "9".repeat(40));
        assert_eq!(sorted(vec!["a b", long.as_str(), "z1"]), [long.as_str(), "z1", "a b"]);
    }
}
