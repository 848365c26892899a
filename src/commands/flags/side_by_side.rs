//! Several registries of regctl.toml on one Docker host: each has a port and folders of its own.

use anyhow::Result;

use super::app_folders::folders;
use super::words::in_config;
use super::{AppArgs, configured_docker_host};
use crate::commands::Context;
use crate::domain::config::RegistryConfig;
use crate::domain::deploy::Folders;
use crate::domain::docker_host::DockerHost;
use crate::domain::host_folder::overlap;

/// One of them.
struct Configured<'a> {
    id: &'a str,
    host: DockerHost,
    folders: Folders,
}

/// Whether no two registries of regctl.toml that run on one Docker host share a port or a folder. Errors, exit 2: two do,
/// or a value is bad.
pub fn apart_on_docker_hosts(context: &Context) -> Result<()> {
    let mut all: Vec<Configured<'_>> = Vec::new();
    for config in &context.config.registry {
        let Some(this) = configured(config)? else { continue };
        for other in all.iter().filter(|other| other.host.host() == this.host.host()) {
            if let Some(shared) = shared(other, &this) {
                let (one, two, host) = (other.id, this.id, this.host.host());
                let why = say!("{one} and {two} both have {shared} on {host}");
                return Err(in_config(&why)
                    .hint(say!("Give each [[registry]] its own id, port and folders."))
                    .into());
            }
        }
        all.push(this);
    }
    Ok(())
}

fn configured(config: &RegistryConfig) -> Result<Option<Configured<'_>>> {
    let Some(host) = configured_docker_host(config)? else { return Ok(None) };
    let args = AppArgs::default();
    let folders = folders(&args, config, args.preset(config)?.usual().data_dir)?;
    Ok(Some(Configured { id: config.id.as_deref().unwrap_or("/registry"), host, folders }))
}

fn shared(one: &Configured<'_>, two: &Configured<'_>) -> Option<String> {
    if one.host.port == two.host.port {
        return Some(say!("port {}", one.host.port));
    }
    let of = |it: &Configured<'_>| {
        let Folders { data, certs, config } = it.folders.clone();
        [data, certs, config]
    };
    let (ours, theirs) = (of(one), of(two));
    let taken = ours.iter().find(|ours| theirs.iter().any(|it| overlap(ours.as_str(), it.as_str())));
    taken.map(|folder| say!("the folder {folder}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::config_text;

    fn shared_by(toml: &str) -> Option<String> {
        let config = config_text::parse(toml).expect("parses");
        let all = config.registry.iter().map(|it| configured(it).expect("is good").expect("is on a host"));
        let all: Vec<_> = all.collect();
        shared(&all[0], &all[1])
    }

    #[test]
    fn two_registries_need_two_ports_and_two_sets_of_folders() {
        let two = |second: &str| {
            format!("[[registry]]\ndocker_host = \"a1\"\n[[registry]]\ndocker_host = \"a1\"\n{second}")
        };
        assert_eq!(shared_by(&two("id = \"/b\"\nport = 5001\n")), None);
        assert_eq!(shared_by(&two("id = \"/b\"\n")).as_deref(), Some("port 5000"));
        let folder = shared_by(&two("id = \"/b\"\nport = 5001\ndata_dir = \"/data/docker-registry/b\"\n"));
        assert_eq!(folder.as_deref(), Some("the folder /data/docker-registry"));
        let same = shared_by(&two("port = 5001\n"));
        assert_eq!(same.as_deref(), Some("the folder /data/docker-registry"));
    }
}
