//! Where a login really goes: ssh's own configuration may give a host another name, port or way.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;

use super::SshSettings;
use crate::domain::agent::Target;
use crate::domain::host::HostPort;

/// Keywords that change where a connection goes.
const REROUTING: [&str; 5] = ["hostname", "port", "proxyjump", "proxycommand", "canonicalizehostname"];
/// Includes of includes are followed this deep, as ssh does.
const DEEPEST: usize = 16;

/// How to find out where a login goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Routing {
    /// Nothing reroutes: the target's own host and port, or the run's.
    Plain,
    /// Every target goes through a proxy, so that nothing can be said from here.
    Proxied,
    /// Some file names another host, port or way: ssh must be asked for each target.
    AskSsh,
}

/// Looks through the operator's options and files for anything that reroutes.
pub(super) fn routing(settings: &SshSettings) -> Routing {
    if settings.jump.is_some() {
        return Routing::Proxied;
    }
    let by_option = settings.options.iter().any(|(key, _)| reroutes(key));
    let home = std::env::var_os("HOME").map(|home| Path::new(&home).join(".ssh/config"));
    let mut seen = BTreeSet::new();
    let files = home.into_iter().chain([PathBuf::from("/etc/ssh/ssh_config")]);
    let by_file = files.into_iter().any(|file| file_reroutes(&file, &mut seen, 0));
    if by_option || by_file { Routing::AskSsh } else { Routing::Plain }
}

fn reroutes(keyword: &str) -> bool {
    REROUTING.contains(&keyword.to_ascii_lowercase().as_str())
}

/// Whether a file, or one that it includes, has a rerouting keyword. One that cannot be read has none for ssh either.
fn file_reroutes(file: &Path, seen: &mut BTreeSet<PathBuf>, depth: usize) -> bool {
    if depth > DEEPEST || !seen.insert(file.to_path_buf()) {
        return false;
    }
    let Ok(text) = std::fs::read_to_string(file) else { return false };
    let folder = file.parent().unwrap_or_else(|| Path::new("/"));
    text.lines().filter_map(keyword).any(|(key, value)| {
        let mut included = || included(value, folder).iter().any(|file| file_reroutes(file, seen, depth + 1));
        reroutes(key) || (key.eq_ignore_ascii_case("include") && included())
    })
}

/// `Keyword value` or `Keyword=value`; `None` for comments and empty lines.
fn keyword(line: &str) -> Option<(&str, &str)> {
    let line = line.trim();
    let (key, value) = line.split_once([' ', '\t', '=']).filter(|_| !line.starts_with('#'))?;
    Some((key, value.trim_matches([' ', '\t', '='])))
}

/// The files that an Include names. A pattern stands for every file of its folder, which is more than enough.
fn included(value: &str, folder: &Path) -> Vec<PathBuf> {
    let home = std::env::var("HOME").unwrap_or_default();
    let resolve = |word: &str| {
        let word = word.trim_matches('"');
        let path = word.strip_prefix("~/").map_or_else(|| word.to_owned(), |rest| format!("{home}/{rest}"));
        folder.join(path)
    };
    let expand = |path: PathBuf| {
        let pattern = path.to_string_lossy().contains(['*', '?', '[']);
        match path.parent().filter(|_| pattern).and_then(|parent| std::fs::read_dir(parent).ok()) {
            Some(entries) => entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect(),
            None => vec![path],
        }
    };
    value.split_whitespace().flat_map(|word| expand(resolve(word))).collect()
}

/// Asks `ssh -G` where a login to the target goes. `None`: through a proxy, or ssh would not say.
pub(super) async fn ask(config: &Path, target: &Target, port: Option<u16>) -> Option<(String, u16)> {
    let mut command = Command::new("ssh");
    command.arg("-F").arg(config).arg("-G");
    if let Some(port) = target.port.or(port) {
        command.arg("-p").arg(port.to_string());
    }
    command.arg(target.host.to_string()).stdin(Stdio::null()).kill_on_drop(true);
    let output = command.output().await.ok()?;
    read(&String::from_utf8_lossy(&output.stdout))
}

/// Reads the effective configuration that `ssh -G` prints, keywords in lower case.
fn read(text: &str) -> Option<(String, u16)> {
    let value =
        |key: &str| text.lines().filter_map(keyword).find(|(name, _)| *name == key).map(|(_, value)| value);
    let proxied = ["proxyjump", "proxycommand"].iter().any(|key| value(key).is_some_and(|way| way != "none"));
    let (host, port) = (value("hostname")?, value("port")?.parse().ok()?);
    let plain = format!("[{host}]:{port}").parse::<HostPort>().is_ok() || host.parse::<HostPort>().is_ok();
    (!proxied && plain).then(|| (host.to_owned(), port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_their_includes_are_searched() {
        let dir = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).expect("writes");
        let check = |name: &str| file_reroutes(&dir.path().join(name), &mut BTreeSet::new(), 0);
        write("plain", "# ProxyCommand ssh x\nHost *\n  SendEnv LANG\n  Include plain\n");
        assert!(!check("plain"));
        write("jump.conf", "Host a*\n\tProxyJump=bastion\n");
        write("outer", "Include *.conf\n");
        assert!(check("outer"));
        assert!(!check("missing"));
    }

    #[test]
    fn the_effective_configuration_is_read() {
        let direct = "user root\nhostname 10.0.0.1\nport 2222\nproxycommand none\n";
        assert_eq!(read(direct), Some(("10.0.0.1".to_owned(), 2222)));
        assert_eq!(read("hostname fe80::1\nport 22\n"), Some(("fe80::1".to_owned(), 22)));
        assert_eq!(read("hostname a\nport 22\nproxyjump bastion\n"), None);
        assert_eq!(read("nonsense"), None);
    }
}
