//! Which folders of a host an app had, and whether they may be removed.

use anyhow::Result;
use serde::Serialize;
use serde_json::json;

use super::script::{self, Mode};
use crate::domain::app_definition::AppDefinition;
use crate::domain::change::Change;
use crate::domain::host::{Host, printable};
use crate::domain::host_folder::{HostFolder, overlap};
use crate::domain::pod_definition::PodDefinition;
use crate::domain::script::{Answer, RemoteScript};
use crate::domain::undeploy::FolderFate;

const PURGE: &str = include_str!("../../templates/purge.sh.hbs");

/// Trees that belong to the system: neither they nor anything in them is removed.
const SYSTEM: &[&str] = &[
    "/bin",
    "/boot",
    "/dev",
    "/lib",
    "/lib32",
    "/lib64",
    "/proc",
    "/run",
    "/sbin",
    "/sys",
    "/tmp",
    "/usr",
    "/root",
    "/etc/apt",
    "/etc/ca-certificates",
    "/etc/containers",
    "/etc/cron.d",
    "/etc/default",
    "/etc/docker",
    "/etc/init.d",
    "/etc/kubernetes",
    "/etc/mesosphere",
    "/etc/modules-load.d",
    "/etc/network",
    "/etc/NetworkManager",
    "/etc/pam.d",
    "/etc/pki",
    "/etc/profile.d",
    "/etc/rc.d",
    "/etc/security",
    "/etc/ssh",
    "/etc/ssl",
    "/etc/sudoers.d",
    "/etc/sysconfig",
    "/etc/sysctl.d",
    "/etc/systemd",
    "/etc/yum.repos.d",
    "/opt/mesosphere",
    "/var/lib/containerd",
    "/var/lib/dcos",
    "/var/lib/docker",
    "/var/lib/dpkg",
    "/var/lib/etcd",
    "/var/lib/kubelet",
    "/var/lib/mesos",
    "/var/lib/regctl",
    "/var/lib/rpm",
    "/var/lib/systemd",
    "/var/lib/zookeeper",
    "/var/log",
    "/var/run",
];
/// Folders that others keep their things in: what is in them may be removed, they may not.
const SHARED: &[&str] = &["/opt", "/var/cache", "/var/lib", "/var/opt", "/var/spool", "/var/tmp"];

/// The folders of the host that the app mounts, each once. Errors: a volume whose path is not a plain folder's.
pub fn folders(app: &AppDefinition) -> Result<Vec<HostFolder>, String> {
    app.host_paths().try_for_each(|path| path.parse::<HostFolder>().map(drop))?;
    Ok(plain_folders(app))
}

/// Those of them that are plain folders: what stays can be told without judging the rest.
pub fn plain_folders(app: &AppDefinition) -> Vec<HostFolder> {
    let mut folders: Vec<HostFolder> = Vec::new();
    for folder in app.host_paths().filter_map(|path| path.parse().ok()) {
        if !folders.contains(&folder) {
            folders.push(folder);
        }
    }
    folders
}

/// Whether these folders may be removed. Errors: one is, holds or belongs to the system's, or something else uses it.
pub fn judge(
    app: &AppDefinition,
    folders: &[HostFolder],
    apps: &[AppDefinition],
    pods: &[PodDefinition],
) -> Result<(), String> {
    for folder in folders {
        if belongs_to_the_system(folder.as_str()) {
            return Err(say!("{folder} is no folder of the registry's own"));
        }
        let here = |path: &str| overlap(folder.as_str(), path.trim_end_matches('/'));
        let other = apps.iter().find(|other| other.id != app.id && other.host_paths().any(here));
        let pod = pods.iter().find(|pod| pod.host_paths().any(here));
        if let Some(id) = other.map(|other| &other.id).or_else(|| pod.map(|pod| &pod.id)) {
            return Err(say!("{folder} is used by {} too", printable(id)));
        }
    }
    Ok(())
}

fn belongs_to_the_system(path: &str) -> bool {
    // `/data` holds what others keep there, and a home folder its owner's login.
    let shallow = path.matches('/').count() < 2;
    let home = path.strip_prefix("/home/").is_some_and(|rest| !rest.contains('/'));
    // `.ssh` and its like are their owner's; a registry that is set up has no reason to hide.
    let hidden = path.contains("/.");
    shallow || home || hidden || SHARED.contains(&path) || SYSTEM.iter().any(|system| overlap(system, path))
}

#[derive(Serialize)]
struct Folder<'a> {
    step: String,
    path: &'a str,
}

/// The script that removes the folders, or with [`Mode::Check`] measures them. `holder` is who runs it.
pub fn script(folders: &[HostFolder], mode: Mode, holder: &str) -> Result<RemoteScript> {
    let folder =
        |(index, folder): (usize, &HostFolder)| json!(Folder { step: step(index), path: folder.as_str() });
    let folders: Vec<_> = folders.iter().enumerate().map(folder).collect();
    script::render(PURGE, mode, holder, &json!({ "folders": folders }))
}

/// What the host says became of each folder.
pub fn fates(host: &Host, folders: &[HostFolder], answer: &Answer) -> Vec<FolderFate> {
    let fate = |(index, path): (usize, &HostFolder)| {
        let step = step(index);
        let line = answer.steps.iter().find(|line| line.step == step);
        let kib = answer.facts.get(&step).and_then(|size| size.parse::<u64>().ok());
        FolderFate {
            host: host.clone(),
            path: path.clone(),
            bytes: kib.map(|kib| kib.saturating_mul(1024)),
            change: line.map_or(Change::Unchanged, |line| line.change),
        }
    };
    folders.iter().enumerate().map(fate).collect()
}

fn step(index: usize) -> String {
    format!("folder-{index}")
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::process::Command;

    use serde_json::Value;

    use super::*;

    const NONCE: &str = "00112233445566778899aabbccddeeff";

    fn app(id: &str, paths: &[&str]) -> AppDefinition {
        let volumes: Vec<Value> = paths.iter().map(|path| json!({"hostPath": path})).collect();
        serde_json::from_value(json!({"id": id, "container": {"volumes": volumes}})).expect("is read")
    }

    #[test]
    fn only_the_registrys_own_folders_may_go() {
        let judged = |path: &str| {
            let app = app("/registry", &[path]);
            judge(&app, &folders(&app).expect("is a folder"), std::slice::from_ref(&app), &[])
        };
        for path in
            ["/data/docker-registry", "/etc/privateregistry/certs", "/srv/registry", "/var/lib/registry"]
        {
            assert_eq!(judged(path), Ok(()), "{path}");
        }
        for path in [
            "/etc",
            "/var",
            "/data",
            "/var/lib",
            "/var/lib/docker",
            "/etc/docker/certs.d",
            "/var/lib/mesos/slave",
            "/usr/local/registry",
            "/home/ann",
            "/home/ann/.ssh",
            "/root",
            "/root/images",
            "/srv/.snapshots/1",
            "/etc/cron.d",
            "/etc/sudoers.d/x",
            "/var/lib/etcd/member",
            "/opt/mesosphere",
            "/proc/1",
            "/var/lib/regctl",
        ] {
            assert!(judged(path).is_err(), "{path}");
        }
        for path in ["/", "/a/../etc", "relative", "/a//b"] {
            let app = app("/registry", &[path, "/data/images", "/data/images/"]);
            assert!(folders(&app).is_err(), "{path}");
            assert_eq!(
                plain_folders(&app).iter().map(HostFolder::as_str).collect::<Vec<_>>(),
                ["/data/images"]
            );
        }
    }

    #[test]
    fn a_folder_that_another_app_uses_stays() {
        let own = app("/registry", &["/data/images", "/data/images"]);
        let folders = folders(&own).expect("is one");
        assert_eq!(folders.len(), 1);
        for path in ["/data/images", "/data/images/x/", "/data"] {
            let all = [own.clone(), app("/other", &[path])];
            let why = judge(&own, &folders, &all, &[]).expect_err("refused");
            assert!(why.contains("/other"), "{why}");
        }
        assert_eq!(judge(&own, &folders, &[own.clone(), app("/other", &["/data/images2"])], &[]), Ok(()));
    }

    #[test]
    fn a_folder_that_a_pod_uses_stays() {
        let own = app("/registry", &["/data/images"]);
        let judged = |path: &str| {
            let pod = json!({"id": "/mirror", "containers": [{"name": "serve"}],
                "volumes": [{"name": "scratch"}, {"name": "images", "host": path}]});
            let pods = [serde_json::from_value(pod).expect("is read")];
            judge(&own, &plain_folders(&own), &[], &pods)
        };
        for path in ["/data/images", "/data/images/x/", "/data"] {
            assert!(judged(path).expect_err("refused").contains("/mirror"), "{path}");
        }
        assert_eq!(judged("/data/images2"), Ok(()));
    }

    fn run(paths: &[&std::path::Path], mode: Mode) -> Vec<String> {
        let folders: Vec<HostFolder> =
            paths.iter().map(|path| path.to_str().expect("is text").parse().expect("is a folder")).collect();
        let script = script(&folders, mode, "ann@here").expect("renders").call(NONCE);
        let state = paths[0].parent().expect("has one").join("state");
        let script = script.replace("state=/var/lib/regctl", &format!("state={}", state.display()));
        let output = Command::new("sh").arg("-c").arg(script).output().expect("sh runs");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let ours = |line: &str| line.strip_prefix(&format!("regctl/1 {NONCE} ")).map(str::to_owned);
        said.lines().filter_map(ours).collect()
    }

    #[test]
    fn folders_are_measured_and_then_removed_whole() {
        let root = tempfile::tempdir().expect("a folder");
        let (data, none) = (root.path().join("da ta"), root.path().join("none"));
        fs::create_dir_all(data.join("docker/x")).expect("makes");
        fs::write(data.join("docker/x/blob"), vec![1; 100_000]).expect("writes");
        let looked = run(&[&data, &none], Mode::Check);
        assert!(looked.iter().any(|line| line.starts_with("step folder-0 drifted")), "{looked:?}");
        assert!(data.join("docker/x/blob").exists());
        let answer = crate::domain::answer::parse(
            &looked.iter().map(|line| format!("regctl/1 {NONCE} {line}\n")).collect::<String>(),
            NONCE,
        );
        let folders = ["/data/a".parse().expect("legal"), "/data/b".parse().expect("legal")];
        let fates = fates(&"a1".parse().expect("legal"), &folders, &answer.expect("is whole"));
        assert!(fates[0].bytes.expect("was measured") >= 98_304, "{fates:?}");
        assert_eq!((fates[1].bytes, fates[1].change), (None, Change::Unchanged));
        let said = run(&[&data, &none], Mode::Apply);
        assert_eq!(said.last().map(String::as_str), Some("end ok"), "{said:?}");
        assert!(!data.exists());
        assert!(run(&[&data, &none], Mode::Apply).contains(&"step folder-0 unchanged ".to_owned()));
    }

    #[test]
    fn links_and_files_are_no_folders_to_remove() {
        let root = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(root.path().join("real/data")).expect("makes");
        symlink(root.path().join("real"), root.path().join("link")).expect("links");
        fs::write(root.path().join("file"), "x").expect("writes");
        for name in ["link", "link/data", "file"] {
            let said = run(&[&root.path().join(name)], Mode::Apply);
            assert_eq!(said.last().map(String::as_str), Some("end failed"), "{name}: {said:?}");
        }
        assert!(root.path().join("real/data").exists());
    }
}
