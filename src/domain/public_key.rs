//! The public half of an ssh key, as one line of a `.pub` file.

use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// More of a comment is cut off.
const LONGEST_COMMENT: usize = 100;

/// A public key. Its parts are plain words: nothing in them can end a line or begin an option of authorized_keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    /// Such as `ssh-ed25519`.
    pub kind: String,
    /// The key itself, in base64.
    pub blob: String,
    /// Whose it is; may be empty.
    pub comment: String,
}

impl PublicKey {
    /// The bytes that fingerprints are made of.
    pub fn bytes(&self) -> Vec<u8> {
        STANDARD.decode(&self.blob).unwrap_or_default()
    }
}

impl FromStr for PublicKey {
    type Err = String;

    /// Reads the first line. The error follows the name of the file.
    fn from_str(text: &str) -> Result<Self, String> {
        if text.contains("PRIVATE KEY") {
            return Err(say!("holds a private key, not a public one").to_owned());
        }
        let mut words = text.lines().next().unwrap_or_default().split_whitespace();
        let (kind, blob) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        if !names(blob, kind) {
            return Err(say!("is no public key of OpenSSH's").to_owned());
        }
        let comment = words.collect::<Vec<_>>().join(" ");
        let fit = |c: char| if c.is_control() { '?' } else { c };
        let comment = comment.chars().take(LONGEST_COMMENT).map(fit).collect();
        Ok(Self { kind: kind.to_owned(), blob: blob.to_owned(), comment })
    }
}

/// Whether the key itself says that it is of this kind: its first field is the kind, after its length.
fn names(blob: &str, kind: &str) -> bool {
    let legal = |b: u8| b.is_ascii_alphanumeric() || b"-.@".contains(&b);
    let Ok(bytes) = STANDARD.decode(blob) else { return false };
    let length = u32::try_from(kind.len()).unwrap_or_default().to_be_bytes();
    !kind.is_empty()
        && kind.bytes().all(legal)
        && bytes.strip_prefix(&length).is_some_and(|rest| rest.starts_with(kind.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLOB: &str = "AAAAC3NzaC1lZDI1NTE5AAAAIOrcjjK+qyqE/XK55dKXp5hSIDVDF3+9fey/n0HvUa2T";

    #[test]
    fn a_line_of_a_pub_file() {
        let key: PublicKey = format!("ssh-ed25519 {BLOB} op@bastion  2024\n").parse().expect("is a key");
        assert_eq!((key.kind.as_str(), key.comment.as_str()), ("ssh-ed25519", "op@bastion 2024"));
        assert_eq!(key.bytes().len(), 51);
        let bare: PublicKey = format!("ssh-ed25519 {BLOB}").parse().expect("is a key");
        assert_eq!(bare.comment, "");
    }

    #[test]
    fn what_is_no_public_key_is_refused() {
        for text in [
            "",
            "-----BEGIN OPENSSH PRIVATE KEY-----",
            "ssh-ed25519",
            "ssh-ed25519 AAAA",
            "ssh-ed25519 !",
            &format!("ssh-rsa {BLOB}"),
            &format!("command=\"id\" ssh-ed25519 {BLOB}"),
            &format!(" {BLOB}"),
        ] {
            assert!(text.parse::<PublicKey>().is_err(), "{text}");
        }
    }
}
