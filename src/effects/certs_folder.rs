//! The operator's folder of certificates and keys, in which a set of files is replaced at one stroke.
//!
//! A certificate and its key are two files, and two renames are no stroke. So a new set is first complete in a folder
//! `installing` of its own, which gets that name by one rename: from then on its files are those that count, wherever
//! regctl looks ([`CertsFolder::file`]), and moving them to their places is only tidying up, which any later run can
//! bring to its end.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::files::{self, Existing, NewFile};
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::language;

const INSTALLING: &str = "installing";
const BACKUP: &str = "backup";

/// Work on the folder that takes several runs of regctl where one of them is interrupted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undertaking {
    /// `cert renew`.
    Renewal,
    /// `cert rotate-ca`.
    Rotation,
}

impl Undertaking {
    const ALL: [Self; 2] = [Self::Renewal, Self::Rotation];

    /// The folder that it keeps its files in until it is done.
    pub const fn folder(self) -> &'static str {
        match self {
            Self::Renewal => later!("renewal"),
            Self::Rotation => later!("rotation"),
        }
    }

    fn command(self) -> &'static str {
        match self {
            Self::Renewal => "regctl cert renew",
            Self::Rotation => "regctl cert rotate-ca",
        }
    }
}

/// The folder that `cert gen` writes to.
#[derive(Debug, Clone)]
pub struct CertsFolder {
    path: PathBuf,
}

impl CertsFolder {
    /// The folder of that path, whether it is there or not.
    pub const fn new(path: PathBuf) -> Self {
        Self { path }
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where the file of that name is now.
    pub fn file(&self, name: &str) -> PathBuf {
        let coming = self.path.join(INSTALLING).join(name);
        if coming.exists() { coming } else { self.path.join(name) }
    }

    /// The folder of an undertaking; it is there from its first step to its last.
    pub fn of(&self, undertaking: Undertaking) -> PathBuf {
        self.path.join(undertaking.folder())
    }

    /// Whether an undertaking has begun and not ended.
    pub fn is_under_way(&self, undertaking: Undertaking) -> bool {
        self.of(undertaking).exists()
    }

    /// Errors, exit 2: an undertaking other than `own` is under way, which this one would spoil.
    pub fn refuse_other(&self, own: Option<Undertaking>) -> Result<()> {
        let other = |it: &Undertaking| Some(*it) != own && self.is_under_way(*it);
        let Some(other) = Undertaking::ALL.into_iter().find(other) else { return Ok(()) };
        let (name, command) = (language::spoken(other.folder()), other.command());
        let message = say!("a {name} is under way in {}", self.path.display());
        let hint = say!("Bring it to its end with {command}, or take it back with {command} --abort.");
        Err(Fault::new(FaultKind::UnderWay, message).hint(hint).into())
    }

    /// Places a set of files at one stroke. Errors, exit 2: one of them is there and is to be kept.
    pub fn place(&self, set: &[NewFile<'_>], existing: Existing) -> Result<()> {
        self.settle()?;
        if existing == Existing::Keep {
            files::refuse_existing(&self.path, set)?;
        }
        self.install(set)
    }

    /// Replaces the files of the set at one stroke.
    pub fn install(&self, set: &[NewFile<'_>]) -> Result<()> {
        self.settle()?;
        files::write_folder(&self.path.join(INSTALLING), set)?;
        self.settle()
    }

    /// Brings an installation that was interrupted to its end.
    pub fn settle(&self) -> Result<()> {
        let installing = self.path.join(INSTALLING);
        if !installing.exists() {
            return Ok(());
        }
        let moved = || {
            for entry in fs::read_dir(&installing)? {
                let name = entry?.file_name();
                fs::rename(installing.join(&name), self.path.join(&name))?;
            }
            File::open(&self.path)?.sync_all()?;
            fs::remove_dir(&installing)
        };
        moved().map_err(|error| files::output_fault(say!("installing"), &self.path, &error).into())
    }

    /// Keeps copies of those of the files that are there in `backup/LABEL`, or in `backup/LABEL-2` and so on where that
    /// holds others; nothing where one of them holds these already.
    pub fn back_up(&self, names: &[&str], label: &str) -> Result<PathBuf> {
        let backups = self.path.join(BACKUP);
        files::make_private_folder(&backups)?;
        let there = names.iter().map(|name| (*name, self.file(name))).filter(|(_, path)| path.exists());
        let read = |(name, path): (_, PathBuf)| {
            fs::read(&path)
                .map(|bytes| (name, bytes))
                .map_err(|error| files::output_fault(say!("reading"), &path, &error))
        };
        let copies = there.map(read).collect::<Result<Vec<(&str, Vec<u8>)>, _>>()?;
        let set: Vec<_> = copies.iter().map(|(name, bytes)| NewFile { name, bytes, mode: 0o600 }).collect();
        let mut folder = backups.join(label);
        for number in 2_u32.. {
            if !folder.exists() {
                files::write_folder(&folder, &set)?;
                break;
            }
            if set.iter().all(|file| files::holds(&folder.join(file.name), file.bytes) == Some(true)) {
                break;
            }
            folder = backups.join(format!("{label}-{number}"));
        }
        Ok(folder)
    }

    /// Removes a file, which [`Self::back_up`] has kept.
    pub fn remove(&self, name: &str) -> Result<()> {
        let path = self.file(name);
        fs::remove_file(&path).map_err(|error| files::output_fault(say!("removing"), &path, &error).into())
    }

    /// Ends an undertaking that is done: what it kept is in place by now.
    pub fn finish(&self, undertaking: Undertaking) -> Result<()> {
        // Renamed first: half of the folder must never be taken for the whole.
        let (folder, gone) =
            (self.of(undertaking), self.path.join(format!(".{}.done", undertaking.folder())));
        let removed = || {
            if gone.exists() {
                fs::remove_dir_all(&gone)?;
            }
            fs::rename(&folder, &gone)?;
            fs::remove_dir_all(&gone)
        };
        removed().map_err(|error| files::output_fault(say!("removing"), &folder, &error).into())
    }

    /// Ends an undertaking that is given up. Its keys are kept in `backup/LABEL`, lest something made with them is still
    /// in use somewhere.
    pub fn give_up(&self, undertaking: Undertaking, label: &str) -> Result<PathBuf> {
        files::make_private_folder(&self.path.join(BACKUP))?;
        let (folder, kept) = (self.of(undertaking), self.path.join(BACKUP).join(label));
        fs::rename(&folder, &kept).map_err(|error| files::output_fault(say!("moving"), &folder, &error))?;
        Ok(kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set<'a>(certificate: &'a str, key: &'a str) -> [NewFile<'a>; 2] {
        [
            NewFile { name: "domain.crt", bytes: certificate.as_bytes(), mode: 0o644 },
            NewFile { name: "domain.key", bytes: key.as_bytes(), mode: 0o600 },
        ]
    }

    fn pair(folder: &CertsFolder) -> (String, String) {
        let read = |name| fs::read_to_string(folder.file(name)).expect("is there");
        (read("domain.crt"), read("domain.key"))
    }

    /// A folder with an old pair, and a new one that is about to be moved into place.
    fn half_installed() -> (tempfile::TempDir, CertsFolder) {
        let dir = tempfile::tempdir().expect("a folder");
        let folder = CertsFolder::new(dir.path().join("certs"));
        folder.install(&set("old", "old key")).expect("installs");
        files::write_folder(&folder.path().join(INSTALLING), &set("new", "new key")).expect("writes");
        (dir, folder)
    }

    #[test]
    fn certificate_and_key_belong_together_wherever_an_installation_breaks_off() {
        let new = ("new".to_owned(), "new key".to_owned());
        for moved in [&[][..], &["domain.key"], &["domain.crt"], &["domain.crt", "domain.key"]] {
            let (_dir, folder) = half_installed();
            for name in moved {
                fs::rename(folder.path().join(INSTALLING).join(name), folder.path().join(name))
                    .expect("moves");
            }
            assert_eq!(pair(&folder), new, "after {moved:?}");
            folder.settle().expect("settles");
            assert_eq!(pair(&folder), new);
            assert_eq!(fs::read_dir(folder.path()).expect("lists").count(), 2);
        }
    }

    #[test]
    fn a_first_set_is_there_as_a_whole_or_not_at_all_wherever_it_breaks_off() {
        let set = set("new", "new key");
        for moved in [None, Some(&[][..]), Some(&["domain.key"]), Some(&["domain.key", "domain.crt"])] {
            let dir = tempfile::tempdir().expect("a folder");
            let folder = CertsFolder::new(dir.path().join("certs"));
            // Broken off before the stroke (`None`): some of the set lies under a temporary name.
            let begun = if moved.is_some() { INSTALLING } else { ".installing.1.new" };
            let begun = folder.path().join(begun);
            files::write_set(&begun, &set[usize::from(moved.is_none())..], Existing::Keep).expect("begins");
            for name in moved.unwrap_or_default() {
                fs::rename(begun.join(name), folder.path().join(name)).expect("moves");
            }
            let again = folder.place(&set, Existing::Keep);
            assert_eq!(again.is_ok(), moved.is_none(), "after {moved:?}: {again:?}");
            assert_eq!(pair(&folder), ("new".to_owned(), "new key".to_owned()), "after {moved:?}");
            assert!(folder.path().join("domain.crt").exists() && !folder.path().join(INSTALLING).exists());
        }
    }

    #[test]
    fn what_is_replaced_is_kept_once() {
        let (_dir, folder) = half_installed();
        let back_up =
            || folder.back_up(&["domain.crt", "domain.key", "ca.key"], "2026-11-22").expect("copies");
        let kept = back_up();
        assert_eq!(fs::read_to_string(kept.join("domain.key")).expect("is kept"), "new key");
        assert!(!kept.join("ca.key").exists());
        assert_eq!(back_up(), kept);
        assert_eq!(fs::read_dir(folder.path().join(BACKUP)).expect("lists").count(), 1);
    }

    #[test]
    fn a_second_backup_of_the_same_label_keeps_what_the_first_did_not() {
        let (_dir, folder) = half_installed();
        let first = folder.back_up(&["domain.crt", "domain.key"], "2026-11-22").expect("copies");
        let ca_key = NewFile { name: "ca.key", bytes: b"ca key", mode: 0o600 };
        folder.install(&[ca_key]).expect("installs");
        let names = ["domain.crt", "domain.key", "ca.key"];
        let second = folder.back_up(&names, "2026-11-22").expect("copies");
        assert_eq!(fs::read_to_string(second.join("ca.key")).expect("is kept"), "ca key");
        folder.install(&set("newer", "newer key")).expect("installs");
        let third = folder.back_up(&names, "2026-11-22").expect("copies");
        let key = |kept: &Path| fs::read_to_string(kept.join("domain.key")).expect("is kept");
        assert_eq!([&first, &second, &third].map(|kept| key(kept)), ["new key", "new key", "newer key"]);
        assert_eq!(folder.back_up(&names, "2026-11-22").expect("is there"), third);
    }

    #[test]
    fn one_undertaking_keeps_the_other_out() {
        let (_dir, folder) = half_installed();
        files::write_folder(&folder.of(Undertaking::Rotation), &set("ca", "ca key")).expect("begins");
        folder.refuse_other(Some(Undertaking::Rotation)).expect("its own");
        for own in [None, Some(Undertaking::Renewal)] {
            let error = folder.refuse_other(own).expect_err("another's").to_string();
            assert!(error.contains("a rotation is under way"), "{error}");
        }
        let kept = folder.give_up(Undertaking::Rotation, "given-up").expect("moves");
        assert!(kept.join("domain.key").exists());
        folder.refuse_other(None).expect("nothing is under way");
    }
}
