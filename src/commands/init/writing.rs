//! The file: where it goes, whether it may, and what is in it.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::run::Args;
use crate::commands::Context;
use crate::domain::duration;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::init::ClusterFound;
use crate::effects::files::{self, Existing, NewFile};
use crate::plan::init::text::Setting;

/// The name that regctl looks for.
const USUAL: &str = "regctl.toml";

/// Where the file goes: `--config`, or `regctl.toml` here.
pub(super) fn target(context: &Context) -> PathBuf {
    context.file.clone().unwrap_or_else(|| USUAL.into())
}

/// How other commands are told of the file: not at all where they look for it by themselves.
pub(super) fn config_flag(path: &Path) -> String {
    if path == Path::new(USUAL) { String::new() } else { format!("--config {} ", path.display()) }
}

/// Errors, exit 2: it is there, and is not to be replaced.
pub(super) fn refuse_existing(path: &Path, force: bool) -> Result<()> {
    if force || path.symlink_metadata().is_err() {
        return Ok(());
    }
    let fault = Fault::new(FaultKind::WouldOverwrite, say!("{} exists", path.display()));
    Err(fault.hint(say!("Replace it with --force, or write to another file with --config FILE.")).into())
}

/// Writes it at one stroke. It holds no secret; others who work with the cluster may read it.
pub(super) fn write(path: &Path, text: &str, existing: Existing) -> Result<()> {
    let path = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let name = path.file_name().and_then(|name| name.to_str());
    let no_name = || Fault::new(FaultKind::Output, say!("{} is no name of a file", path.display()));
    let file = NewFile { name: name.ok_or_else(no_name)?, bytes: text.as_bytes(), mode: 0o644 };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    files::write_set(folder.unwrap_or_else(|| Path::new(".")), &[file], existing)
}

/// The keys of `[cluster]`: where it is, and how to be let in.
pub(super) fn of_cluster(found: &ClusterFound, args: &Args, path: &Path) -> Vec<Setting> {
    const SECTION: &str = "cluster";
    let given = &args.cluster;
    let mut settings = match &found.dcos {
        Some(dcos) => vec![Setting::text(SECTION, "dcos", dcos)],
        None => vec![
            Setting::text(SECTION, "mesos", &found.mesos),
            Setting::text(SECTION, "marathon", &found.marathon),
        ],
    };
    let files = [
        ("token_file", &given.token_file),
        ("password_file", &given.cluster_password_file),
        ("ca", &given.cluster_ca),
    ];
    let files = files.into_iter().filter_map(|(key, file)| Some((key, file.as_ref()?)));
    settings.extend(files.map(|(key, file)| Setting::path(SECTION, key, &seen_from(path, file))));
    settings.extend(given.cluster_user.as_ref().map(|user| Setting::text(SECTION, "user", user)));
    settings
}

/// The keys of `[ssh]` that flags or the environment have named.
pub(super) fn of_ssh(args: &Args, path: &Path) -> Vec<Setting> {
    const SECTION: &str = "ssh";
    let Args { ssh, fan_out, .. } = args;
    let file = |key, file: &Option<PathBuf>| {
        file.as_ref().map(|file| Setting::path(SECTION, key, &seen_from(path, file)))
    };
    let text = |key, value: Option<String>| value.map(|value| Setting::text(SECTION, key, value));
    let plain = |key, value: Option<String>| value.map(|value| Setting::plain(SECTION, key, value));
    let settings = [
        text("user", ssh.ssh_user.clone()),
        plain("port", ssh.ssh_port.map(|port| port.to_string())),
        file("key", &ssh.ssh_key),
        (!ssh.ssh_option.is_empty()).then(|| Setting::list(SECTION, "options", &ssh.ssh_option)),
        text("jump", ssh.jump.as_ref().map(|jump| jump.as_str().to_owned())),
        file("known_hosts", &ssh.known_hosts),
        text("host_keys", ssh.host_keys.map(|policy| policy.word().to_owned())),
        text("sudo", ssh.sudo.map(|when| when.word().to_owned())),
        file("sudo_password_file", &ssh.sudo_password_file),
        plain("parallel", fan_out.parallel.map(|count| count.to_string())),
        text("connect_timeout", ssh.connect_timeout.map(duration::written)),
        text("timeout", fan_out.timeout.map(duration::written)),
        plain("retries", fan_out.retries.map(|count| count.to_string())),
    ];
    settings.into_iter().flatten().collect()
}

/// A path that was given in the working directory, as a file elsewhere has to name it: from the root.
fn seen_from(config: &Path, file: &Path) -> PathBuf {
    let is_here = config.parent().is_none_or(|folder| folder.as_os_str().is_empty());
    if is_here || file.is_absolute() {
        return file.to_path_buf();
    }
    std::path::absolute(file).unwrap_or_else(|_| file.to_path_buf())
}
