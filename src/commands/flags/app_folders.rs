//! The registry's folders on its hosts, and what they are where nothing is said.

use anyhow::Result;

use super::AppArgs;
use super::app::DEFAULT_ID;
use super::words::pick_or;
use crate::domain::app::AppId;
use crate::domain::config::RegistryConfig;
use crate::domain::container::name_of;
use crate::domain::deploy::Folders;

/// The folders of flags and regctl.toml. On a Docker host, a registry of another id than the default one has other
/// folders by default, since several run there side by side: `/data/docker-registry-second`.
/// `data` is the usual one for data.
pub(super) fn folders(args: &AppArgs, config: &RegistryConfig, data: &str) -> Result<Folders> {
    let id: AppId = pick_or(&args.id, &config.id, DEFAULT_ID)?;
    let alone = id.as_str() == DEFAULT_ID || args.docker.host(config)?.is_none();
    let suffix = if alone { String::new() } else { format!("-{}", name_of(&id)) };
    let default = |folder: &str, inner: &str| format!("{folder}{suffix}{inner}");
    Ok(Folders {
        data: pick_or(&args.data_dir, &config.data_dir, &default(data, ""))?,
        certs: pick_or(&args.certs_dir, &config.certs_dir, &default("/etc/privateregistry", "/certs"))?,
        config: pick_or(&args.config_dir, &config.config_dir, &default("/etc/privateregistry", "/config"))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(id: &str, docker_host: Option<&str>) -> [String; 2] {
        let mut args = AppArgs { id: Some(id.parse().expect("an id")), ..AppArgs::default() };
        args.docker.docker_host = docker_host.map(|host| host.parse().expect("a host"));
        let folders = folders(&args, &RegistryConfig::default(), "/data/docker-registry").expect("are some");
        [folders.data.to_string(), folders.config.to_string()]
    }

    #[test]
    fn registries_on_one_docker_host_have_folders_of_their_own() {
        let plain = ["/data/docker-registry", "/etc/privateregistry/config"];
        assert_eq!(of("/registry", Some("a1")), plain);
        assert_eq!(of("/second", None), plain);
        let own = ["/data/docker-registry-infra-second", "/etc/privateregistry-infra-second/config"];
        assert_eq!(of("/infra/second", Some("a1")), own);
    }
}
