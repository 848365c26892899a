//! The text of regctl.toml, and what is said of one that is wrong.

use super::config::Config;

/// Parses the file's text. The error is one line: where, what, and for an unknown key the nearest known one.
pub fn parse(text: &str) -> Result<Config, String> {
    toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(0, |span| text[..span.start].matches('\n').count() + 1);
        say!("line {line}: {}", explain(error.message()))
    })
}

/// Turns serde's ``unknown field `x`, expected one of `a`, `b` `` into a sentence that names the nearest known key.
fn explain(message: &str) -> String {
    let first_line = message.lines().next().unwrap_or_default();
    let mut quoted = first_line.split('`').skip(1).step_by(2);
    let (Some(unknown), true) = (quoted.next(), first_line.starts_with("unknown field")) else {
        return first_line.to_owned();
    };
    match nearest(unknown, quoted) {
        Some(known) => say!("unknown key `{unknown}`: did you mean `{known}`?"),
        None => say!("unknown key `{unknown}`"),
    }
}

/// The candidate that is most like the given word, if any is like it at all.
pub fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .map(|candidate| (strsim::jaro_winkler(word, candidate), candidate))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// What was meant by the word that a message quotes first (`` `insecur` is no mode: use ca or insecure ``), where one of
/// the words that it then names is like it.
pub fn meant(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once('`')?;
    let (wrong, known) = rest.split_once('`')?;
    let words = known.split(|c: char| c.is_whitespace() || ",;:".contains(c)).filter(|word| !word.is_empty());
    nearest(wrong, words.filter(|word| *word != wrong))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_registry_and_several_are_both_understood() {
        let one = parse("[registry]\nvip = \"192.168.0.1:443\"\n").expect("parses");
        assert_eq!(one.first_registry().vip.as_deref(), Some("192.168.0.1:443"));
        let two = parse("[[registry]]\nid = \"/a\"\n[[registry]]\nid = \"/b\"\n").expect("parses");
        assert_eq!(two.registry.len(), 2);
        let of = |id: &str| two.registry_of(Some(&id.parse().expect("is an id"))).id;
        assert_eq!((of("b"), of("c")), (Some("/b".to_owned()), Some("/a".to_owned())));
        assert_eq!(parse("").expect("parses"), Config::default());
    }

    #[test]
    fn an_unknown_key_names_its_line_and_the_nearest_known_one() {
        assert_eq!(
            parse("[cluster]\nmarathn = \"x\"\n").unwrap_err(),
            "line 2: unknown key `marathn`: did you mean `marathon`?"
        );
        assert_eq!(
            parse("[registry]\nservice-port = 1\n").unwrap_err(),
            "line 2: unknown key `service-port`: did you mean `service_port`?"
        );
        assert_eq!(parse("[zebra]\n").unwrap_err(), "line 1: unknown key `zebra`");
    }

    #[test]
    fn a_wrong_type_is_said_in_one_line() {
        let error = parse("[registry]\nservice_port = \"many\"\n").unwrap_err();
        assert!(error.starts_with("line 2: invalid type"), "{error}");
    }

    #[test]
    fn a_misspelt_word_has_its_nearest_known_one() {
        assert_eq!(meant("`insecur` is no mode: use ca, insecure or local-proxy"), Some("insecure"));
        assert_eq!(meant("`alwyas` does not say when: use auto, always or never"), Some("always"));
        assert_eq!(meant("`10.0.0.300` is no IP address"), None);
        assert_eq!(meant("nothing is quoted here"), None);
    }
}
