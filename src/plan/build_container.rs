//! What a container that builds images is to be given so that its host's trust in the registry is its own.

use crate::domain::build_container::{BuildContainer, ContainerInfo, Volume};
use crate::domain::runtime::{Runtime, Runtimes};
use crate::domain::trust::TrustMode;

/// The engine's door. Whoever may write to it is root on the host.
const SOCKET: &str = "/var/run/docker.sock";

/// The setting for agents that were made to accept the registry in this way.
///
/// Pushes and pulls of the container's docker command are the host's engine's, which the socket leads to, so that the
/// engine's trust is enough for these. The folders are for programs in the container that speak to the registry
/// themselves: skopeo, buildah, a curl. Each is the very folder and no copy, so that a CA that comes later is seen.
pub fn setting(mode: TrustMode, runtimes: &Runtimes) -> BuildContainer {
    let folders = match mode {
        TrustMode::Ca => runtimes.candidates().iter().filter_map(folder).collect(),
        TrustMode::Insecure | TrustMode::LocalProxy => Vec::new(),
    };
    let folders = folders.into_iter().map(|path: &str| volume(path, true));
    let volumes: Vec<Volume> = folders.chain([volume(SOCKET, false)]).collect();
    let mut docker_run: Vec<String> = volumes.iter().flat_map(flags).collect();
    let networking = match mode {
        TrustMode::LocalProxy => {
            docker_run.extend(["--network", "host"].map(str::to_owned));
            "HOST"
        }
        TrustMode::Ca | TrustMode::Insecure => "BRIDGE",
    };
    BuildContainer { container_info: ContainerInfo { kind: "DOCKER", networking, volumes }, docker_run }
}

/// Where clients of that kind look for CAs.
const fn folder(runtime: &Runtime) -> Option<&'static str> {
    match runtime {
        Runtime::Docker => Some("/etc/docker/certs.d"),
        Runtime::Podman => Some("/etc/containers/certs.d"),
        Runtime::Ucr | Runtime::Containerd => None,
    }
}

fn volume(path: &str, read_only: bool) -> Volume {
    Volume { container_path: path.to_owned(), host_path: path.to_owned(), read_only }
}

fn flags(volume: &Volume) -> [String; 2] {
    let Volume { container_path, host_path, read_only } = volume;
    ["--volume".to_owned(), format!("{host_path}:{container_path}{}", if *read_only { ":ro" } else { "" })]
}

#[cfg(test)]
mod tests {
    use serde_json::{json, to_value};

    use super::*;

    #[test]
    fn a_container_gets_the_folder_of_cas_and_the_engines_socket() {
        let setting = setting(TrustMode::Ca, &Runtimes::default());
        let volume = |path: &str, read_only: bool| json!({ "containerPath": path, "hostPath": path, "readOnly": read_only });
        let (folder, socket) = ("/etc/docker/certs.d", "/var/run/docker.sock");
        let expected = json!({
            "containerInfo": {
                "type": "DOCKER",
                "networking": "BRIDGE",
                "volumes": [volume(folder, true), volume(socket, false)],
            },
            "dockerRun": [
                "--volume", "/etc/docker/certs.d:/etc/docker/certs.d:ro",
                "--volume", "/var/run/docker.sock:/var/run/docker.sock",
            ],
        });
        assert_eq!(to_value(setting).expect("serializes"), expected);
    }

    #[test]
    fn what_is_no_matter_of_cas_needs_no_folder() {
        let paths = |mode, runtimes: &str| {
            let setting = setting(mode, &runtimes.parse().expect("legal"));
            let paths = setting.container_info.volumes.into_iter().map(|volume| volume.container_path);
            (paths.collect::<Vec<_>>(), setting.container_info.networking)
        };
        assert_eq!(paths(TrustMode::LocalProxy, "docker"), (vec![SOCKET.to_owned()], "HOST"));
        assert_eq!(paths(TrustMode::Insecure, "docker"), (vec![SOCKET.to_owned()], "BRIDGE"));
        let (both, _) = paths(TrustMode::Ca, "docker,ucr,podman");
        assert_eq!(both, ["/etc/docker/certs.d", "/etc/containers/certs.d", SOCKET]);
    }
}
