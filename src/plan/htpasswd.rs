//! Files of users. A registry checks bcrypt only; any other hash gives a silent 401 for the right password.

/// Whether a registry can check every user of the file. The error never quotes a hash.
pub fn check(text: &str) -> Result<(), String> {
    let users: Vec<(usize, &str)> = text
        .lines()
        .enumerate()
        .map(|(index, line)| (index + 1, line.trim()))
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .collect();
    if users.is_empty() {
        return Err("there is no user in it".to_owned());
    }
    users.into_iter().try_for_each(|(number, line)| check_user(number, line))
}

fn check_user(number: usize, line: &str) -> Result<(), String> {
    match line.split_once(':') {
        None | Some(("", _)) => Err(format!("line {number} is not USER:HASH")),
        Some((_, hash)) if is_bcrypt(hash) => Ok(()),
        Some((user, _)) => {
            let user = crate::domain::host::printable(user);
            Err(format!(
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
}
