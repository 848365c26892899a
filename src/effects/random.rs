//! Random bytes for names that nobody must guess. They come from the kernel: the TLS library's own generator first
//! gathers entropy for a good 20 ms of CPU, which is as much as a login takes.

use std::fs::File;
use std::io::{self, Read as _};

/// 128 random bits in hexadecimal digits. Errors: as of [`fill`].
pub fn name() -> io::Result<String> {
    let mut bytes = [0; 16];
    fill(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Fills the bytes. Errors: the system has no /dev/urandom.
pub fn fill(bytes: &mut [u8]) -> io::Result<()> {
    File::open("/dev/urandom")?.read_exact(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_are_alike() {
        let (mut one, mut other) = ([0; 16], [0; 16]);
        fill(&mut one).and_then(|()| fill(&mut other)).expect("the kernel has some");
        assert!(one != [0; 16] && one != other);
    }
}
