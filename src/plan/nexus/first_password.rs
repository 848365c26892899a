//! The password that a Nexus has before anybody has chosen one.

use anyhow::Result;
use serde::Serialize;

use crate::domain::host_folder::HostFolder;
use crate::domain::script::{Answer, RemoteScript};
use crate::domain::secret::Secret;
use crate::plan::script::{self, Mode};

const SCRIPT: &str = include_str!("../../../templates/nexus-password.sh.hbs");

/// The file in Nexus' data folder that the generated password is in from 3.17 on, until it is changed; Nexus' class
/// `AdminPasswordFileManagerImpl` writes it, readable by its own user alone.
const FILE: &str = "admin.password";

/// The one of versions up to 3.16, and of later ones that are told `NEXUS_SECURITY_RANDOMPASSWORD=false`.
pub const OLD_DEFAULT: &str = "admin123";

/// The script that tells it, for the host that has the data folder.
pub fn script(data: &HostFolder, holder: &str) -> Result<RemoteScript> {
    #[derive(Serialize)]
    struct Values {
        path: String,
    }
    script::render(SCRIPT, Mode::Check, holder, &Values { path: data.file(FILE) })
}

/// What the host has told; none where the file is gone, or holds nothing that could be a password.
pub fn told(answer: &Answer) -> Option<Secret> {
    let digits = answer.facts.get("password")?;
    let byte = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    let bytes: Option<Vec<u8>> = (0..digits.len()).step_by(2).map(byte).collect();
    let text = String::from_utf8(bytes?).ok()?;
    let line = text.lines().next().filter(|line| !line.is_empty())?;
    Some(Secret::new(line))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;
    use crate::domain::answer;

    const NONCE: &str = "0123456789abcdef0123456789abcdef";

    fn run(folder: &std::path::Path) -> Answer {
        let data = folder.to_str().expect("is text").parse().expect("is a folder");
        let script = script(&data, "ann@bastion").expect("renders");
        let output = Command::new("sh").arg("-c").arg(script.call(NONCE)).output().expect("runs");
        answer::parse(&String::from_utf8_lossy(&output.stdout), NONCE).expect("answers")
    }

    #[test]
    fn the_generated_password_is_told_as_it_is_in_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(told(&run(folder.path())), None);
        std::fs::write(folder.path().join(FILE), "9f8-é'\"$(id)\\").expect("writes");
        assert_eq!(told(&run(folder.path())), Some(Secret::new("9f8-é'\"$(id)\\")));
        std::fs::write(folder.path().join(FILE), "").expect("writes");
        assert_eq!(told(&run(folder.path())), None);
    }

    #[test]
    fn nonsense_is_no_password() {
        for digits in ["6", "zz", "ff", "0a"] {
            let facts = [("password".to_owned(), digits.to_owned())].into();
            assert_eq!(told(&Answer { facts, ..Answer::default() }), None, "{digits}");
        }
    }
}
