//! The `host-selinux` check: whether containers may use the registry's folders.

use crate::domain::answer::shown;
use crate::domain::deploy::Folders;
use crate::domain::finding::Finding;
use crate::plan::engine::settings::EngineSettings;
use crate::plan::facts::Facts;
use crate::plan::script::quote;

const NAME: &str = "host-selinux";
/// The types that containers may read and write; the second is what older policies call the first.
const FOR_CONTAINERS: [&str; 2] = ["container_file_t", "svirt_sandbox_file_t"];

/// The finding about the registry's host.
pub(super) fn check(facts: &Facts<'_>, settings: &EngineSettings, folders: &Folders) -> Finding {
    match facts.get("selinux") {
        None => return Finding::pass(NAME, say!("there is no SELinux")),
        Some("Enforcing") => {}
        Some(mode) => return Finding::pass(NAME, say!("SELinux is {}", mode.to_lowercase())),
    }
    if !settings.is("selinux-enabled", true) && !settings.info.lines().any(|line| line.trim() == "selinux") {
        return Finding::pass(
            NAME,
            say!("SELinux is enforcing, but the engine does not confine its containers"),
        );
    }
    let folders = [
        ("data", folders.data.as_str()),
        ("certs", folders.certs.as_str()),
        ("config", folders.config.as_str()),
    ];
    let (mut wrong, mut unseen) = (Vec::new(), Vec::new());
    for (key, path) in folders {
        match trouble(facts.get(&format!("label.{key}"))) {
            Some(None) => {}
            Some(Some(why)) => wrong.push((path, why)),
            None => unseen.push(path),
        }
    }
    if wrong.is_empty() && !unseen.is_empty() {
        let why = say!("SELinux is enforcing, and ls -Z tells no label of {}", unseen.join(", "));
        return Finding::skip(NAME, why);
    }
    if wrong.is_empty() {
        return Finding::pass(NAME, say!("SELinux is enforcing, and containers may use the folders"));
    }
    let told: Vec<String> = wrong.iter().map(|(path, why)| format!("{path} {why}")).collect();
    let paths: Vec<String> = wrong.iter().map(|(path, _)| quote(path)).collect();
    let paths = paths.join(" ");
    let hint = say!(
        "mkdir -p {paths} && chcon -Rt {new} {paths} (before Docker 17 the type is {old}); \
         semanage fcontext -a -t {new} 'PATH(/.*)?' for each keeps it when somebody relabels.",
        new = FOR_CONTAINERS[0],
        old = FOR_CONTAINERS[1],
    );
    let why = say!("SELinux is enforcing: {}", told.join(", "));
    Finding::fail(NAME, "label", why, hint)
}

/// What is wrong with a folder's label, if anything, as `ls -Zd` tells it; nothing at all where it tells none.
fn trouble(label: Option<&str>) -> Option<Option<String>> {
    let label = label?;
    if label == "absent" {
        return Some(Some(say!("is not there yet and would get a label of its own").to_owned()));
    }
    let context = label.split_whitespace().find(|word| word.matches(':').count() >= 3)?;
    let kind = context.split(':').nth(2)?;
    Some((!FOR_CONTAINERS.contains(&kind)).then(|| say!("is {}", shown(kind))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::finding::Status;
    use crate::plan::facts::tests::answer;
    use crate::plan::registry_app::tests::spec;

    fn found(facts: &[(&str, &str)]) -> Finding {
        let answer = answer(facts);
        let facts = Facts::of(&answer);
        check(&facts, &EngineSettings::read(&facts), &spec().folders)
    }

    const CONFINED: (&str, &str) = ("arguments#", "dockerd\n--selinux-enabled\n");

    #[test]
    fn folders_that_containers_may_use_pass() {
        assert_eq!(found(&[]).status, Status::Pass);
        assert_eq!(found(&[("selinux", "Permissive")]).detail, "SELinux is permissive");
        assert_eq!(found(&[("selinux", "Enforcing"), ("label.data", "absent")]).status, Status::Pass);
        let labelled = [
            ("selinux", "Enforcing"),
            CONFINED,
            ("label.data", "system_u:object_r:container_file_t:s0 /data"),
            ("label.certs", "drwx------. root root system_u:object_r:svirt_sandbox_file_t:s0 /etc/c"),
            ("label.config", "system_u:object_r:container_file_t:s0 /etc/c"),
        ];
        assert_eq!(found(&labelled).status, Status::Pass);
    }

    #[test]
    fn a_label_that_was_not_seen_is_not_called_right() {
        let label = ("label.data", "system_u:object_r:container_file_t:s0 /data");
        let unseen = found(&[("selinux", "Enforcing"), CONFINED, label, ("label.config", "?")]);
        assert_eq!(unseen.status, Status::Skip);
        assert!(unseen.detail.contains("/etc/privateregistry/config"), "{}", unseen.detail);
    }

    #[test]
    fn a_folder_with_another_label_comes_with_the_command_that_mends_it() {
        let wrong = [
            ("selinux", "Enforcing"),
            ("info#", " Security Options:\n  seccomp\n  selinux\n"),
            ("label.data", "unconfined_u:object_r:default_t:s0 /data/docker-registry"),
            ("label.certs", "absent"),
        ];
        let failed = found(&wrong);
        assert_eq!((failed.status, failed.cause), (Status::Fail, Some("label")));
        assert!(failed.detail.contains("is default_t"), "{}", failed.detail);
        let hint = failed.hint.expect("a hint");
        assert!(hint.contains("chcon -Rt container_file_t '/data/docker-registry' '/etc/"), "{hint}");
    }
}
