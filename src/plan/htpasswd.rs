//! Files of users. A registry checks bcrypt only; any other hash gives a silent 401 for the right password.

use crate::domain::secret::Secret;
use crate::domain::user::{ListedUser, UserName};

/// Whether a registry can check every user of the file. The error never quotes a hash.
pub fn check(text: &str) -> Result<(), String> {
    let users: Vec<(usize, &str)> = entries(text).collect();
    if users.is_empty() {
        return Err(say!("there is no user in it").to_owned());
    }
    users.into_iter().try_for_each(|(number, line)| check_user(number, line))
}

/// Its users in their order. Error: a line that is not USER:HASH, at which a registry refuses the whole file.
pub fn users(text: &str) -> Result<Vec<ListedUser>, String> {
    let user = |(number, line): (usize, &str)| match line.split_once(':') {
        None | Some(("", _)) => Err(say!("line {number} is not USER:HASH")),
        Some((name, hash)) => {
            Ok(ListedUser { name: crate::domain::answer::shown(name), bcrypt: is_bcrypt(hash) })
        }
    };
    entries(text).map(user).collect()
}

/// What is kept of a user's password; a registry takes the last line where there are several.
pub fn hash_of<'a>(text: &'a str, user: &UserName) -> Option<&'a str> {
    entries(text)
        .filter_map(|(_, line)| line.split_once(':'))
        .filter(|(name, _)| *name == user.as_str())
        .last()
        .map(|(_, hash)| hash)
}

/// The file with this hash for the user: in the place of the line that was there, or at the end. Every other line stays
/// byte for byte; further lines of the same user go.
pub fn with(text: &str, user: &UserName, hash: &Secret) -> Secret {
    let entry = format!("{user}:{}\n", hash.expose());
    let mut made = String::with_capacity(text.len() + entry.len() + 1);
    let mut placed = false;
    for line in text.split_inclusive('\n') {
        if !is_of(line, user) {
            made.push_str(line);
        } else if !placed {
            made.push_str(&entry);
            placed = true;
        }
    }
    if !placed {
        if !made.is_empty() && !made.ends_with('\n') {
            made.push('\n');
        }
        made.push_str(&entry);
    }
    Secret::new(made)
}

/// The file without the user. Every other line stays byte for byte.
pub fn without(text: &str, user: &UserName) -> Secret {
    Secret::new(text.split_inclusive('\n').filter(|line| !is_of(line, user)).collect::<String>())
}

fn is_of(line: &str, user: &UserName) -> bool {
    line.trim().split_once(':').is_some_and(|(name, _)| name == user.as_str())
}

/// The lines that a registry reads, with their numbers.
fn entries(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines()
        .enumerate()
        .map(|(index, line)| (index + 1, line.trim()))
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
}

fn check_user(number: usize, line: &str) -> Result<(), String> {
    match line.split_once(':') {
        None | Some(("", _)) => Err(say!("line {number} is not USER:HASH")),
        Some((_, hash)) if is_bcrypt(hash) => Ok(()),
        Some((user, _)) => {
            let user = crate::domain::host::printable(user);
            Err(say!(
                "line {number}: the password of {user} is not hashed with bcrypt, which is all that a registry checks"
            ))
        }
    }
}

/// `$2y$05$` and 53 characters of base64.
fn is_bcrypt(hash: &str) -> bool {
    let rest = ["$2a$", "$2b$", "$2y$"].iter().find_map(|prefix| hash.strip_prefix(prefix));
    rest.is_some_and(|rest| rest.len() == 56 && rest.as_bytes()[2] == b'$')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_bcrypt_is_taken() {
        let bcrypt = format!("ann:$2y$05${}", "x".repeat(53));
        assert_eq!(check(&format!("# users\n{bcrypt}\n\n")), Ok(()));
        for (text, expected) in [
            ("", "no user"),
            ("ann", "line 1 is not"),
            (":$2y$05$x", "line 1 is not"),
            ("ann:$apr1$abc$def", "line 1: the password of ann is not hashed with bcrypt"),
            ("ann:{SHA}abc", "not hashed with bcrypt"),
        ] {
            let why = check(text).expect_err(text);
            assert!(why.contains(expected) && !why.contains("abc"), "{why}");
        }
    }

    fn ann() -> UserName {
        "ann".parse().expect("is a name")
    }

    fn with_new(text: &str) -> String {
        with(text, &ann(), &Secret::new("NEW")).expose().to_owned()
    }

    #[test]
    fn a_user_takes_one_line_and_the_others_stay_byte_for_byte() {
        assert_eq!(with_new(""), "ann:NEW\n");
        assert_eq!(with_new("# all\r\nbob:x"), "# all\r\nbob:x\nann:NEW\n");
        assert_eq!(with_new("ann:1\n  \nanna:2\r\n ann:3\n#ann:4"), "ann:NEW\n  \nanna:2\r\n#ann:4");
        assert_eq!(without("ann:1\nbob:2\nann:3", &ann()).expose(), "bob:2\n");
        assert_eq!(without("bob:2", &ann()).expose(), "bob:2");
    }

    #[test]
    fn what_a_registry_cannot_check_is_told() {
        let bcrypt = format!("bob:$2y$10${}", "x".repeat(53));
        let listed = users(&format!("ann:$apr1$a$b\n\n{bcrypt}\n")).expect("are users");
        let told: Vec<_> = listed.iter().map(|user| (user.name.as_str(), user.bcrypt)).collect();
        assert_eq!(told, [("ann", false), ("bob", true)]);
        assert_eq!(users("ann:x\nhalf a line").unwrap_err(), "line 2 is not USER:HASH");
        assert_eq!(hash_of("ann:1\nbob:2\nann:3", &ann()), Some("3"));
        assert_eq!(hash_of("anna:1", &ann()), None);
    }
}
