//! Takes passwords out of texts that are kept.

/// What stands in place of what is not kept.
pub(super) const MASK: &str = "(not kept)";

/// The text with every `//user:password@` in it reduced to `//user:(not kept)@`, and `//token@` to `//(not kept)@`.
pub fn without_passwords(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("//") {
        let (before, after) = rest.split_at(at + 2);
        kept.push_str(before);
        rest = after;
        let authority = &rest[..rest.find(ends_authority).unwrap_or(rest.len())];
        let Some(end) = authority.rfind('@') else { continue };
        kept.push_str(&userinfo(&authority[..end]));
        rest = &rest[end..];
    }
    kept + rest
}

/// A slip such as an unescaped `/` or `?` in a password ends the authority too early; what is before an `@` further on is
/// then no host, so that only space and quotes end it here.
fn ends_authority(c: char) -> bool {
    c.is_whitespace() || "\"'`<>".contains(c)
}

fn userinfo(text: &str) -> String {
    match text.split_once(':') {
        Some((user, _)) if !user.contains('/') => format!("{user}:{MASK}"),
        _ => MASK.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_of_urls_are_masked_wherever_they_stand() {
        for (text, kept) in [
            ("http://op:hunter2@10.0.0.1:5050/x", "http://op:(not kept)@10.0.0.1:5050/x"),
            ("reading http://op:p@ss/w?rd@host: refused", "reading http://op:(not kept)@host: refused"),
            ("https://t0ken@host and //a:b@c", "https://(not kept)@host and //a:(not kept)@c"),
            ("http://host/v2/a:1@sha256:0", "http://(not kept)@sha256:0"),
            ("http://host:5050/x registry:2", "http://host:5050/x registry:2"),
            ("/etc//x a@b", "/etc//x a@b"),
            ("", ""),
        ] {
            assert_eq!(without_passwords(text), kept);
        }
    }
}
