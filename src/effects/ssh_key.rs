//! The operator's own key pair, by OpenSSH's tools: found, made, and asked what it can do.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::Result;
use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::files;
use crate::domain::answer::shown;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::public_key::PublicKey;

/// Keys that ssh offers by itself, best first; the first is what is made where there is none.
const USUAL: [&str; 3] = ["id_ed25519", "id_ecdsa", "id_rsa"];

/// The file of the private key: the one named (by either half), the first usual one that is there, or the one to be made.
pub fn file(named: Option<&Path>) -> Result<PathBuf> {
    if let Some(named) = named {
        let public = named.extension().is_some_and(|extension| extension == "pub");
        return Ok(if public { named.with_extension("") } else { named.to_path_buf() });
    }
    let home = std::env::var_os("HOME").map(PathBuf::from).filter(|home| home.is_absolute());
    let folder = home.map(|home| home.join(".ssh")).ok_or_else(|| {
        Fault::new(FaultKind::NoHome, say!("HOME does not say where your ssh keys are"))
            .hint(say!("Name one with --ssh-key."))
    })?;
    let there = USUAL.iter().map(|name| folder.join(name)).find(|file| file.exists());
    Ok(there.unwrap_or_else(|| folder.join(USUAL[0])))
}

/// The public half, from its own file or else worked out from the private one. `None`: there is no such key.
pub fn read(file: &Path) -> Result<Option<PublicKey>> {
    let public = public_half(file);
    if public.exists() {
        let text = files::read_text(&public, FaultKind::InputFile)?;
        return parse(&text, &public).map(Some);
    }
    if !file.exists() {
        return Ok(None);
    }
    let output = unlock(file)?;
    if !output.status.success() {
        let message = say!("reading the key {}: {}", file.display(), said(&output));
        return Err(Fault::new(FaultKind::InputFile, message)
            .hint(say!(
                "Where it has a passphrase, make its public half first: ssh-keygen -y -f KEY > KEY.pub"
            ))
            .into());
    }
    parse(&String::from_utf8_lossy(&output.stdout), file).map(Some)
}

fn parse(text: &str, file: &Path) -> Result<PublicKey> {
    let fault = |why: String| Fault::new(FaultKind::InputFile, say!("the file {} {why}", file.display()));
    text.parse().map_err(|why| fault(why).into())
}

/// Makes an Ed25519 key pair without a passphrase, since nobody is there to type it when regctl logs in. The private half
/// gets mode 0600.
pub fn make(file: &Path) -> Result<PublicKey> {
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        files::make_private_folder(folder)?;
    }
    let output = keygen(&["-q", "-t", "ed25519", "-N", "", "-f"], file)?;
    let made = if output.status.success() { read(file)? } else { None };
    made.ok_or_else(|| {
        let message = say!("making the key {}: {}", file.display(), said(&output));
        Fault::new(FaultKind::Output, message)
            .hint(say!("Make one by hand with ssh-keygen, and name it with --ssh-key."))
            .into()
    })
}

/// Whether ssh can use the private half without asking anybody: it has no passphrase, or ssh-agent holds it.
pub fn is_usable(file: &Path, key: &PublicKey) -> bool {
    if file.exists() && unlock(file).is_ok_and(|output| output.status.success()) {
        return true;
    }
    let held = Command::new("ssh-add").arg("-L").stdin(Stdio::null()).output();
    held.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains(&key.blob))
}

/// Its fingerprint as ssh spells it: `SHA256:…`.
pub fn fingerprint(key: &PublicKey) -> String {
    let digest = digest::digest(&digest::SHA256, &key.bytes());
    format!("SHA256:{}", STANDARD_NO_PAD.encode(digest.as_ref()))
}

/// Prints the public half, if the key opens without a passphrase.
fn unlock(file: &Path) -> Result<Output> {
    keygen(&["-y", "-P", "", "-f"], file)
}

fn keygen(words: &[&str], file: &Path) -> Result<Output> {
    // A name such as `-x` would be an option.
    let file = std::path::absolute(file)?;
    let mut command = Command::new("ssh-keygen");
    command.args(words).arg(file).stdin(Stdio::null());
    command.output().map_err(|_| {
        Fault::new(FaultKind::NoSsh, say!("there is no ssh-keygen on this machine"))
            .hint(say!("Install OpenSSH's client."))
            .into()
    })
}

fn public_half(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".pub");
    PathBuf::from(name)
}

/// ssh-keygen's own reason: the last of its lines.
fn said(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    shown(
        text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_else(|| say!("it gave no reason")),
    )
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_key_is_made_private_and_read_back_from_either_half() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("ssh/-key");
        assert_eq!(read(&path).expect("reads"), None);
        let made = make(&path).expect("made");
        let mode = |path: &Path| path.metadata().expect("is there").permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(path.parent().expect("has one"))), (0o600, 0o700));
        assert_eq!(read(&path).expect("reads"), Some(made.clone()));
        assert!(is_usable(&path, &made));
        std::fs::remove_file(public_half(&path)).expect("gone");
        let worked_out = read(&path).expect("reads").expect("is there");
        assert_eq!(worked_out.blob, made.blob);
        assert_eq!(file(Some(&public_half(&path))).expect("named"), path);
    }

    #[test]
    fn a_key_with_a_passphrase_needs_its_public_half() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("key");
        keygen(&["-q", "-t", "ed25519", "-N", "passphrase", "-f"], &path).expect("made");
        let key = read(&path).expect("reads").expect("is there");
        assert!(!is_usable(&path, &key));
        std::fs::remove_file(public_half(&path)).expect("gone");
        let error = read(&path).expect_err("has a passphrase");
        assert_eq!(error.downcast_ref::<Fault>().map(|fault| fault.kind), Some(FaultKind::InputFile));
    }

    #[test]
    fn the_fingerprint_is_the_one_that_ssh_keygen_prints() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("key");
        let key = make(&path).expect("made");
        let listed = keygen(&["-l", "-f"], &path).expect("runs").stdout;
        assert!(String::from_utf8_lossy(&listed).contains(&fingerprint(&key)));
    }
}
