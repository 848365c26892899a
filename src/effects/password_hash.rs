//! Hashes of passwords, as htpasswd files hold them: bcrypt, with a salt from the kernel.

use std::io;

use super::random;
use crate::domain::secret::Secret;

/// The work that one check of a password takes, as a power of two: about 50 ms. It is done for every request of a docker
/// client, so a registry of many users feels each further step.
const COST: u32 = 10;

/// The hash of a password, `$2y$10$…`. Errors: the system has no random numbers, or the password is longer than
/// [`crate::domain::user::LONGEST_PASSWORD`].
pub fn hash(password: &Secret) -> io::Result<Secret> {
    let mut salt = [0; 16];
    random::fill(&mut salt)?;
    let parts = bcrypt::non_truncating_hash_with_salt(password.expose(), COST, salt)
        .map_err(|_| io::Error::other(say!("bcrypt does not take it")))?;
    Ok(Secret::new(parts.format_for_version(bcrypt::Version::TwoY)))
}

/// Whether the password is the one that was hashed; never, where the hash is of another kind.
pub fn fits(password: &Secret, hash: &str) -> bool {
    bcrypt::verify(password.expose(), hash).unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_fits_its_own_password_alone() {
        let password = Secret::new("pä'ss:w");
        let made = hash(&password).expect("is hashed");
        assert!(made.expose().starts_with("$2y$10$") && made.expose().len() == 60);
        assert!(fits(&password, made.expose()));
        assert!(!fits(&Secret::new("other"), made.expose()) && !fits(&password, "$apr1$x$y"));
        assert!(hash(&Secret::new("x".repeat(73))).is_err());
    }
}
