//! Paths of a container told as paths of the machine, for tasks that have no file system of their own.

use super::plan::Mount;

/// Replaces container paths by the real ones.
#[derive(Debug, Default)]
pub(super) struct PathMap {
    /// Container path and real path, the longest container path first.
    pairs: Vec<(String, String)>,
}

impl PathMap {
    /// Knows these mounts; `real` says where a path of the agent is.
    pub(super) fn new(mounts: &[Mount], real: impl Fn(&str) -> String) -> Self {
        let mut pairs: Vec<(String, String)> = mounts
            .iter()
            .map(|it| (plain(&it.container_path).to_owned(), plain(&real(&it.host_path)).to_owned()))
            .collect();
        pairs.sort_by_key(|(path, _)| std::cmp::Reverse(path.len()));
        Self { pairs }
    }

    /// Also maps this path, unless a mount covers it.
    pub(super) fn add(&mut self, container_path: &str, real: &str) {
        if !self.covers(container_path) {
            self.pairs.push((container_path.to_owned(), real.to_owned()));
        }
    }

    /// A mount holds this path.
    pub(super) fn covers(&self, path: &str) -> bool {
        self.real(path).is_some()
    }

    /// The text with every container path in it replaced, where it begins a word of the text.
    pub(super) fn translate(&self, text: &str) -> String {
        let mut translated = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('/') {
            let (before, path_on) = rest.split_at(at);
            translated.push_str(before);
            let begins = !translated.ends_with(|c: char| c.is_ascii_alphanumeric() || "._-/".contains(c));
            match self.pairs.iter().find(|(path, _)| begins && starts_with_path(path_on, path)) {
                Some((path, real)) => {
                    translated.push_str(real);
                    rest = &path_on[path.len()..];
                }
                None => {
                    translated.push('/');
                    rest = &path_on[1..];
                }
            }
        }
        translated + rest
    }

    fn real(&self, path: &str) -> Option<String> {
        self.pairs
            .iter()
            .find(|(known, _)| starts_with_path(path, known))
            .map(|(known, real)| format!("{real}{}", &path[known.len()..]))
    }
}

/// The path without a slash at its end.
fn plain(path: &str) -> &str {
    path.trim_end_matches('/')
}

fn starts_with_path(text: &str, path: &str) -> bool {
    let goes_on = |rest: &str| rest.starts_with(|c: char| c.is_ascii_alphanumeric() || "._-".contains(c));
    text.strip_prefix(path).is_some_and(|rest| !goes_on(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_replaced_as_whole_words() {
        let mount = |host: &str, container: &str| Mount {
            host_path: host.to_owned(),
            container_path: container.to_owned(),
            read_only: true,
        };
        let mounts = [mount("/etc/privateregistry/certs/", "/certs/"), mount("/data", "/var/lib/registry")];
        let mut map = PathMap::new(&mounts, |path| format!("/lab{path}"));
        map.add("/var/lib/registry", "/elsewhere");
        assert_eq!(map.translate("/certs/domain.crt"), "/lab/etc/privateregistry/certs/domain.crt");
        assert_eq!(map.translate("root: /var/lib/registry\n"), "root: /lab/data\n");
        for untouched in ["/certsdir/x", "/x/certs/y", "http://host/certs", "a/certs"] {
            assert_eq!(map.translate(untouched), untouched);
        }
        assert!(map.covers("/certs/a") && !map.covers("/etc"));
    }
}
