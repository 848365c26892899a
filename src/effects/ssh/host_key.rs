//! Host keys as known_hosts writes them down.

use std::path::Path;

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};

/// The fingerprint of the key in one line (counted from 1) of a known_hosts file, as ssh spells it: `SHA256:…`.
pub(super) fn fingerprint_at(file: &Path, line: usize) -> Option<String> {
    let text = std::fs::read_to_string(file).ok()?;
    fingerprint(text.lines().nth(line.checked_sub(1)?)?)
}

/// The fingerprint of the key in a line `[@marker] names type base64 [comment]`.
pub fn fingerprint(line: &str) -> Option<String> {
    let mut words = line.split_whitespace().filter(|word| !word.starts_with('@'));
    let (_names, _type, key) = (words.next()?, words.next()?, words.next()?);
    let key = STANDARD.decode(key).ok()?;
    let digest = digest::digest(&digest::SHA256, &key);
    Some(format!("SHA256:{}", STANDARD_NO_PAD.encode(digest.as_ref())))
}

/// Whether a line that ssh-keyscan wrote holds a key: `name type base64`; ssh-keyscan writes comments too.
pub fn is_key(line: &str) -> bool {
    let mut words = line.split_whitespace();
    let named = words.next().is_some_and(|name| !name.starts_with('#'));
    named
        && words.next().is_some_and(|kind| kind.contains('-'))
        && words.next().is_some()
        && words.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fingerprint_is_the_one_that_ssh_keygen_prints() {
        let dir = tempfile::tempdir().expect("a folder");
        let file = dir.path().join("known_hosts");
        let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOrcjjK+qyqE/XK55dKXp5hSIDVDF3+9fey/n0HvUa2T";
        std::fs::write(&file, format!("a0 x y\n@cert-authority a1,10.0.0.1 {key} op\n")).expect("writes");
        let printed = "SHA256:1LhDqEqAXRqo91a0/Xuu24WGSJJheLltppqwoWbYBNM";
        assert_eq!(fingerprint_at(&file, 2).as_deref(), Some(printed));
        assert_eq!(
            (fingerprint_at(&file, 0), fingerprint_at(&file, 1), fingerprint_at(&file, 3)),
            (None, None, None)
        );
    }

    #[test]
    fn only_keys_are_learnt() {
        assert!(is_key("[10.0.0.1]:2222 ssh-ed25519 AAAAC3Nz"));
        for line in [
            "# 10.0.0.1:22 SSH-2.0-OpenSSH_7.4",
            "",
            "10.0.0.1",
            "10.0.0.1 nonsense AAAA",
            "a ssh-rsa A extra",
        ] {
            assert!(!is_key(line), "{line}");
        }
    }
}
