//! What a `WWW-Authenticate` header asks for.

use std::collections::BTreeMap;

/// One challenge: the scheme in lower case, and its parameters by their names in lower case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Challenge {
    /// Such as `basic` or `bearer`.
    pub scheme: String,
    /// Such as `realm`, `service` and `scope`.
    pub parameters: BTreeMap<String, String>,
}

/// Reads `SCHEME name="value",name=value`. What makes no sense ends the reading; what came before it counts.
pub fn parse(header: &str) -> Challenge {
    let header = header.trim();
    let (scheme, mut rest) = header.split_once(' ').unwrap_or((header, ""));
    let mut challenge = Challenge { scheme: scheme.to_ascii_lowercase(), ..Challenge::default() };
    while let Some((name, value)) = rest.trim_start_matches([' ', ',']).split_once('=') {
        let Some((value, after)) = value.strip_prefix('"').map_or_else(|| Some(word(value)), quoted) else {
            break;
        };
        challenge.parameters.insert(name.trim().to_ascii_lowercase(), value);
        rest = after;
    }
    challenge
}

/// A value up to the next comma or blank, and what follows it.
fn word(text: &str) -> (String, &str) {
    let end = text.find([',', ' ']).unwrap_or(text.len());
    (text[..end].to_owned(), &text[end..])
}

/// A value up to the closing quotation mark, and what follows it; a backslash takes the next character as it is.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((value, &text[at + 1..])),
            '\\' => value.push(characters.next()?.1),
            other => value.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameter(header: &str, name: &str) -> Option<String> {
        parse(header).parameters.remove(name)
    }

    #[test]
    fn a_registrys_challenge_is_read() {
        let header = r#"Bearer realm="https://auth.example.com/token?a=b,c",service="registry",scope="repository:a/b:pull,push registry:catalog:*""#;
        let challenge = parse(header);
        assert_eq!(challenge.scheme, "bearer");
        assert_eq!(challenge.parameters["realm"], "https://auth.example.com/token?a=b,c");
        assert_eq!(challenge.parameters["service"], "registry");
        assert_eq!(challenge.parameters["scope"], "repository:a/b:pull,push registry:catalog:*");
    }

    #[test]
    fn other_spellings_and_nonsense_are_taken_as_far_as_they_go() {
        assert_eq!(parse("oauthjwt").scheme, "oauthjwt");
        assert_eq!(parameter("BASIC Realm=r, charset=UTF-8", "realm").as_deref(), Some("r"));
        assert_eq!(parameter("BASIC Realm=r, charset=UTF-8", "charset").as_deref(), Some("UTF-8"));
        assert_eq!(parameter(r#"Basic realm="a \"b\"""#, "realm").as_deref(), Some(r#"a "b""#));
        assert_eq!(parse(r#"Bearer service=s,realm="open"#).parameters.len(), 1);
        assert_eq!(parse("").parameters.len(), 0);
    }
}
