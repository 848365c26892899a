//! Whom a registry lets in from now on: all that its app shows of that is the digest of its files.

use crate::domain::user::ListedUser;

/// A file of many users is named, not spelled out.
const NAMED: usize = 5;

/// The digests of a registry's files that tell whom it lets in.
#[derive(Debug, Clone, Copy)]
pub struct Digests<'a> {
    /// That of the files it runs with, where it runs and says so.
    pub running: Option<&'a str>,
    /// That of the files it is to have.
    pub wanted: &'a str,
    /// That of the same files, had it users where it is to have none, or none where it is to have some.
    pub otherwise: &'a str,
}

/// What the operator should know before a registry that runs gets these files. `users` are those of the users' file
/// `file`; none where everybody may push and pull.
pub fn admitted(digests: Digests<'_>, file: &str, users: Option<&[ListedUser]>) -> Option<String> {
    let Digests { running, wanted, otherwise } = digests;
    let turned = running == Some(otherwise);
    match users {
        _ if running == Some(wanted) => None,
        Some(users) => {
            // Where more than this differs, who was let in until now is not known.
            let since = if turned { say!(" from now on") } else { "" };
            Some(say!("only users in {file} may push and pull{since}: {}", named(users)))
        }
        None if turned => Some(say!("everybody may push and pull from now on, without a user").to_owned()),
        None => None,
    }
}

fn named(users: &[ListedUser]) -> String {
    let names: Vec<&str> = users.iter().take(NAMED).map(|user| user.name.as_str()).collect();
    let more = match users.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => say!(" and {more} more"),
    };
    names.join(", ") + &more
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(running: Option<&str>, users: &[&str]) -> Option<String> {
        let users: Vec<_> =
            users.iter().map(|name| ListedUser { name: (*name).to_owned(), bcrypt: true }).collect();
        let digests = Digests { running, wanted: "wanted", otherwise: "otherwise" };
        admitted(digests, "certs/htpasswd", Some(users.as_slice()).filter(|users| !users.is_empty()))
    }

    #[test]
    fn an_open_registry_that_gets_users_says_who_is_let_in_from_now_on() {
        let only = "only users in certs/htpasswd may push and pull";
        assert_eq!(told(Some("otherwise"), &["ann"]), Some(format!("{only} from now on: ann")));
        assert_eq!(told(Some("another"), &["ann", "bob"]), Some(format!("{only}: ann, bob")));
        assert_eq!(told(None, &["ann"]), Some(format!("{only}: ann")));
        assert_eq!(told(Some("wanted"), &["ann"]), None);
        let many = told(Some("otherwise"), &["a", "b", "c", "d", "e", "f", "g"]).unwrap_or_default();
        assert!(many.ends_with(": a, b, c, d, e and 2 more"), "{many}");
    }

    #[test]
    fn a_registry_that_loses_its_users_says_that_everybody_gets_in() {
        assert!(told(Some("otherwise"), &[]).unwrap_or_default().starts_with("everybody may push"));
        for running in [Some("wanted"), Some("another"), None] {
            assert_eq!(told(running, &[]), None, "{running:?}");
        }
    }
}
