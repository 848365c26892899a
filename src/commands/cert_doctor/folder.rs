//! A certs.d folder of this machine, read into the same facts that an agent tells of its own.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use time::OffsetDateTime;

use crate::domain::certificate::Certificate;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::finding::Finding;
use crate::domain::image::Digest;
use crate::domain::registry::RegistryAddress;
use crate::domain::script::Answer;
use crate::domain::tls::Meeting;
use crate::effects::tls_judge::Judge;
use crate::effects::{files, x509};
use crate::plan::checks::diagnosis;
use crate::plan::visit::Sight;

/// Reads what Docker would read there for each address, and judges it. Errors, exit 2: it cannot be listed.
pub(super) fn check(folder: &Path, seen: &[(Sight, Option<Meeting>)]) -> Result<Vec<Finding>> {
    let root = root(folder, seen.iter().map(|(sight, _)| &sight.address));
    let mut answer = Answer::default();
    for name in names(&root)? {
        answer.facts.insert(format!("other.{name}"), "there".to_owned());
    }
    for (number, (sight, meeting)) in seen.iter().enumerate() {
        read(&root, number, sight, meeting.as_ref(), &mut answer);
    }
    let sights: Vec<Sight> = seen.iter().map(|(sight, _)| sight.clone()).collect();
    Ok(diagnosis::of_folder(&root.display().to_string(), &answer, &sights))
}

/// certs.d itself, also where the folder of one registry in it was given.
fn root<'a>(folder: &Path, mut addresses: impl Iterator<Item = &'a RegistryAddress>) -> PathBuf {
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let holds_files = fs::read_dir(folder).is_ok_and(|entries| {
        entries.flatten().any(|entry| entry.path().extension().is_some_and(|end| end == "crt"))
    });
    let is_one = holds_files || addresses.any(|address| address.directory_name() == name);
    match folder.parent() {
        Some(parent) if is_one && parent.as_os_str().is_empty() => PathBuf::from("."),
        Some(parent) if is_one => parent.to_path_buf(),
        _ => folder.to_path_buf(),
    }
}

fn names(folder: &Path) -> Result<Vec<String>> {
    let fault = |error: std::io::Error| {
        Fault::new(
            FaultKind::InputFile,
            say!("reading the folder {}: {}", folder.display(), files::plain(&error)),
        )
    };
    let entries = fs::read_dir(folder).map_err(fault)?;
    let names = entries.flatten().take(10_000).map(|entry| entry.file_name().to_string_lossy().into_owned());
    Ok(names.collect())
}

/// What Docker finds in the folder of that name: every *.crt counts, nothing else does.
fn read(root: &Path, number: usize, sight: &Sight, meeting: Option<&Meeting>, answer: &mut Answer) {
    let folder = root.join(sight.address.directory_name());
    let Ok(names) = names(&folder) else { return };
    answer.facts.insert(format!("folder.{number}"), "there".to_owned());
    let mut trusted: Vec<Certificate> = Vec::new();
    for name in names {
        if name.ends_with(".crt") {
            let text = files::read_text(&folder.join(&name), FaultKind::InputFile);
            let pem = text.ok().and_then(|text| x509::read_pem(&text).ok());
            trusted.extend(pem.into_iter().flat_map(|pem| pem.certificates));
        }
        answer.facts.insert(format!("file.{number}.{name}"), "there".to_owned());
    }
    for (count, certificate) in trusted.iter().enumerate() {
        let print = Digest::of(&certificate.der).to_string();
        let print = print.trim_start_matches("sha256:").to_owned();
        answer.facts.insert(format!("print.{number}.{}", count + 1), print);
    }
    if let Some(Meeting::Presented(presented)) = meeting {
        // As a client would fare that trusts this folder, told as curl tells it.
        let (_, defects) =
            Judge::new(&trusted).judge(&presented.chain, sight.address.host(), OffsetDateTime::now_utc());
        let told = if defects.is_empty() { "0 200" } else { "60 see what the tls check says" };
        answer.facts.insert(format!("curl.{number}"), told.to_owned());
    }
}
