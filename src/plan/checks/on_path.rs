//! The `on-path` check: whether `regctl` in a shell starts this program. regclient has a tool of the same name.

use std::path::Path;

use crate::domain::answer::shown;
use crate::domain::finding::Finding;
use crate::domain::program::OnPath;

/// The finding about PATH; `ours` is where this program is.
pub fn check(on_path: &OnPath, ours: &Path) -> Finding {
    const NAME: &str = "on-path";
    let path = |path: &Path| shown(&path.to_string_lossy());
    let own = path(ours);
    match on_path {
        OnPath::Ours(found) => {
            Finding::pass(NAME, say!("the first regctl on PATH is this program")).about(path(found))
        }
        OnPath::Nothing => {
            Finding::pass(NAME, say!("no regctl is on PATH: this one is run as {own}")).about(own)
        }
        OnPath::Another(found) => {
            let found = path(found);
            let what = say!("it is the first regctl on PATH, and another program than this one, {own}");
            Finding::warn(NAME, "another-regctl", what).about(&found).hint(say!(
                "Where `{found} version` tells a version, it is regclient's tool; where `{found} \
                 --version` does, it is another release of this one. Put the folder of {own} first \
                 in PATH, or run it by that name."
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::domain::finding::Status;

    #[test]
    fn another_program_of_that_name_is_told_with_both_paths() {
        let ours = Path::new("/usr/bin/dcos-regctl");
        let found = |on_path| check(&on_path, ours);
        let another = found(OnPath::Another(PathBuf::from("/usr/local/bin/regctl")));
        assert_eq!((another.status, another.cause), (Status::Warn, Some("another-regctl")));
        assert_eq!(another.subject, "/usr/local/bin/regctl");
        assert!(another.detail.contains("/usr/bin/dcos-regctl"), "{}", another.detail);
        let hint = another.hint.expect("is there");
        assert!(hint.contains("`/usr/local/bin/regctl version`"), "{hint}");
        let link = found(OnPath::Ours(PathBuf::from("/usr/bin/regctl")));
        assert_eq!((link.status, &*link.subject), (Status::Pass, "/usr/bin/regctl"));
        let nothing = found(OnPath::Nothing);
        assert_eq!((nothing.status, &*nothing.subject), (Status::Pass, "/usr/bin/dcos-regctl"));
    }

    #[test]
    fn a_folder_with_an_escape_sequence_in_its_name_is_no_trick() {
        let evil = OnPath::Another(PathBuf::from("/tmp/\u{1b}[2J/regctl"));
        let told = check(&evil, Path::new("/usr/bin/regctl"));
        assert!(!format!("{told:?}").contains("\\u{1b}"), "{told:?}");
        assert!(!told.subject.contains('\u{1b}'), "{}", told.subject);
    }
}
