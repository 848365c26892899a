//! Digests of files and of secrets.

use std::num::NonZeroU32;

use aws_lc_rs::digest::{Context, SHA256, SHA256_OUTPUT_LEN};
use aws_lc_rs::pbkdf2::{self, PBKDF2_HMAC_SHA256};

use crate::domain::secret::Secret;

/// Rounds of PBKDF2: a fifth of a second for us, and as much for each guess of somebody who sees the digest.
const ROUNDS: NonZeroU32 = NonZeroU32::new(600_000).expect("is not zero");

/// `sha256:…` of several texts, each counted with its length, so that moving a line from one to the next shows.
pub fn sha256_of(texts: &[&str]) -> String {
    let mut context = Context::new(&SHA256);
    for text in texts {
        context.update(&(text.len() as u64).to_be_bytes());
        context.update(text.as_bytes());
    }
    format!("sha256:{}", hex(context.finish().as_ref()))
}

/// A digest by which a secret is known again but cannot be guessed quickly, even where it is a weak one. The salt
/// keeps equal secrets of two apps apart.
pub fn stretched(secret: &Secret, salt: &str) -> String {
    let mut key = [0; SHA256_OUTPUT_LEN];
    pbkdf2::derive(PBKDF2_HMAC_SHA256, ROUNDS, salt.as_bytes(), secret.expose().as_bytes(), &mut key);
    format!("pbkdf2:{}", hex(&key))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_moves_shows() {
        assert_eq!(sha256_of(&["a", "b"]), sha256_of(&["a", "b"]));
        assert_ne!(sha256_of(&["ab", ""]), sha256_of(&["a", "b"]));
        assert_eq!(sha256_of(&[]).len(), "sha256:".len() + 64);
    }

    #[test]
    fn a_secret_is_known_again_and_not_shown() {
        let of = |secret: &str, salt: &str| stretched(&Secret::new(secret), salt);
        assert_eq!(of("minioadmin", "/registry"), of("minioadmin", "/registry"));
        assert_ne!(of("minioadmin", "/registry"), of("minioadmin", "/other"));
        assert!(!of("minioadmin", "/registry").contains("minio"));
    }
}
