//! Digests of files.

use aws_lc_rs::digest::{Context, SHA256};

/// `sha256:…` of several texts, each counted with its length, so that moving a line from one to the next shows.
pub fn sha256_of(texts: &[&str]) -> String {
    let mut context = Context::new(&SHA256);
    for text in texts {
        context.update(&(text.len() as u64).to_be_bytes());
        context.update(text.as_bytes());
    }
    let hex: String = context.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
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
}
