//! What an agent is asked when the registry is verified from there.

use anyhow::Result;
use serde_json::json;

use super::script::{self, Mode};
use crate::domain::certificate::CaFile;
use crate::domain::host::Host;
use crate::domain::image::Digest;
use crate::domain::registry::RegistryAddress;
use crate::domain::runtime::Runtimes;
use crate::domain::script::RemoteScript;
use crate::domain::secret::Secret;
use crate::domain::transport::Transport;

const TEMPLATE: &str = include_str!("../../templates/verify.sh.hbs");
/// How each runtime pulls; part of the script where that is asked for.
const PULLS: &str = include_str!("../../templates/pull.sh");

/// Where local proxies are.
const LOCALHOST: &str = "localhost";

/// One address of the registry, as an agent is to see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sight {
    /// The address.
    pub address: RegistryAddress,
    /// Whether it speaks TLS.
    pub transport: Transport,
    /// SHA-256 of the DER of each certificate that Docker must find there, in hexadecimal digits; none where no CA file
    /// is given.
    pub prints: Vec<String>,
    /// The image that the agent's runtimes are to pull; none where that is not asked for.
    pub image: Option<PullSource>,
    /// The runtimes that have to be able to.
    pub wanted: Runtimes,
}

/// An image, as a runtime is to be told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullSource {
    /// Its repository.
    pub repository: String,
    /// The digest of its manifest.
    pub digest: String,
    /// User and password in base64, where the registry wants them.
    pub auth: Option<Secret>,
}

impl Sight {
    /// The same registry as the agent's Docker Engine has it by a local proxy on that port.
    #[must_use]
    pub fn through_local_proxy(self, port: u16) -> Self {
        let address = RegistryAddress::new(Host::Name(LOCALHOST.to_owned()), Some(port));
        Self { address, transport: Transport::Plain, prints: Vec::new(), ..self }
    }

    /// The way by which agents come there: a local proxy where they have some, and then nothing for an address without;
    /// else the address itself.
    pub fn by_way_of(self, proxies: Option<&[(RegistryAddress, u16)]>) -> Option<Self> {
        let Some(proxies) = proxies else { return Some(self) };
        let (_, port) = proxies.iter().find(|(address, _)| *address == self.address)?;
        Some(self.through_local_proxy(*port))
    }

    /// Whether it is a local proxy that is looked at.
    pub fn is_local_proxy(&self) -> bool {
        *self.address.host() == Host::Name(LOCALHOST.to_owned())
    }

    /// The fingerprints of a CA file, as agents spell them.
    pub fn prints_of(ca: &CaFile) -> Vec<String> {
        let print = |der: &[u8]| Digest::of(der).to_string().trim_start_matches("sha256:").to_owned();
        ca.certificates.iter().map(|certificate| print(&certificate.der)).collect()
    }
}

/// The script for all of them. `login` is Docker's config.json for engines that have to log in.
pub fn script(sights: &[Sight], login: Option<&Secret>, holder: &str) -> Result<RemoteScript> {
    let registry = |sight: &Sight| {
        let Sight { address, transport, image, .. } = sight;
        let reference = |image: &PullSource| format!("{address}/{}@{}", image.repository, image.digest);
        let auth =
            image.as_ref().and_then(|image| image.auth.as_ref()).map(Secret::expose).unwrap_or_default();
        json!({
            "directory": address.directory_name(),
            "ca": format!("{}/ca.crt", address.docker_certs_dir()),
            "url": format!("{}/v2/", address.url(*transport)),
            "host": address.host().to_string(),
            "port": address.port_over(*transport),
            "image": image.as_ref().map(reference),
            "repository": image.as_ref().map(|image| &image.repository),
            "digest": image.as_ref().map(|image| &image.digest),
            "auth": auth,
        })
    };
    let registries: Vec<_> = sights.iter().map(registry).collect();
    let login = login.map(Secret::expose).unwrap_or_default();
    let pulls = if sights.iter().any(|sight| sight.image.is_some()) { PULLS } else { "" };
    let values = json!({ "registries": registries, "login": login, "pulls": pulls });
    script::render(TEMPLATE, Mode::Check, holder, &values)
}

/// User and password as HTTP Basic and Docker's config.json spell them.
pub fn basic(user: &str, password: &Secret) -> Secret {
    use base64::Engine as _;
    Secret::new(base64::engine::general_purpose::STANDARD.encode(format!("{user}:{}", password.expose())))
}

/// Docker's config.json with user and password, as [`basic`] spells them, for each address.
pub fn docker_login(users: &[(&RegistryAddress, Secret)]) -> Secret {
    let entry = |(address, auth): &(&RegistryAddress, Secret)| {
        (address.to_string(), json!({ "auth": auth.expose() }))
    };
    let auths: serde_json::Map<_, _> = users.iter().map(entry).collect();
    Secret::new(json!({ "auths": auths }).to_string())
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    fn sight(address: &str, auth: Option<Option<&Secret>>) -> Sight {
        let address = address.parse().expect("an address");
        let (repository, digest) = ("regctl/verify".to_owned(), "sha256:1".to_owned());
        let image = auth.map(|auth| PullSource { repository, digest, auth: auth.cloned() });
        Sight { address, transport: Transport::Tls, prints: Vec::new(), image, wanted: Runtimes::default() }
    }

    #[test]
    fn the_script_is_shell_with_and_without_pulling() {
        let auth = basic("op", &Secret::new("pa'ss:w"));
        let user = docker_login(&[(&"lb:5000".parse().expect("an address"), auth.clone())]);
        for (image, login) in [(None, None), (Some(None), None), (Some(Some(&auth)), Some(&user))] {
            let sights = [sight("192.168.0.1", image), sight("[fe80::1]:5000", image)];
            let script = script(&sights, login, "alice@bastion").expect("renders");
            assert_eq!(script.text().contains("  pull 1 "), image.is_some());
            assert_eq!(script.text().contains("pull_by()"), image.is_some());
            assert_eq!(script.text().contains("  login "), login.is_some());
            let checked = Command::new("sh").args(["-n", "-c", script.text()]).status().expect("sh runs");
            assert!(checked.success());
        }
    }

    /// What the UCR's pull says where the registry answers this for a manifest.
    fn ucr_pull(manifest: &str) -> (bool, String) {
        let fake =
            "ucr_get() { case $1 in manifests/*) printf %s \"$manifest\" ;; *) echo \"$1\" >&2 ;; esac; }";
        let script = format!("{PULLS}\n{fake}\ndigest=x\nmanifest=$1\nucr_pull");
        let output = Command::new("sh").args(["-c", &script, "sh", manifest]).output().expect("sh runs");
        let text = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8_lossy(&text).into_owned())
    }

    #[test]
    fn a_pull_asks_for_every_blob_and_for_nothing_else() {
        let digest = |digit: &str| format!("sha256:{}", digit.repeat(64));
        let (good, asked) = ucr_pull(&format!(
            r#"{{"config":{{"digest":"{}"}},"layers":[{{"digest":"{}"}}]}}"#,
            digest("a"),
            digest("0")
        ));
        assert!(good);
        assert_eq!(asked, format!("blobs/{}\nblobs/{}\n", digest("a"), digest("0")));
        for strange in ["<html>", "{}", r#"{"digest":"sha256:[1-9999]"}"#, r#"{"digest":"sha256:a/../../x"}"#]
        {
            let (good, said) = ucr_pull(strange);
            assert!(!good && said.contains("names no blob"), "{strange}: {said}");
        }
    }

    #[test]
    fn a_password_is_encoded_whole_and_never_shown() {
        let auth = basic("op", &Secret::new("pass:word"));
        let login = docker_login(&[(&"192.168.0.1".parse().expect("an address"), auth)]);
        assert_eq!(login.expose(), r#"{"auths":{"192.168.0.1":{"auth":"b3A6cGFzczp3b3Jk"}}}"#);
        assert_eq!(format!("{login:?}"), "(secret)");
    }
}
