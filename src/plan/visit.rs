//! What an agent is asked when the registry is verified from there.

use anyhow::Result;
use serde_json::json;

use super::script::{self, Mode};
use crate::domain::certificate::CaFile;
use crate::domain::image::Digest;
use crate::domain::image::Image;
use crate::domain::registry::RegistryAddress;
use crate::domain::script::RemoteScript;
use crate::domain::secret::Secret;

const TEMPLATE: &str = include_str!("../../templates/verify.sh.hbs");

/// One address of the registry, as an agent is to see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sight {
    /// The address.
    pub address: RegistryAddress,
    /// `https`, or `http` for a registry without TLS.
    pub scheme: &'static str,
    /// SHA-256 of the DER of each certificate that Docker must find there, in hexadecimal digits; none where no CA file
    /// is given.
    pub prints: Vec<String>,
    /// The image that the agent's engine is to pull; none where that is not asked for.
    pub image: Option<String>,
}

impl Sight {
    /// The fingerprints of a CA file, as agents spell them.
    pub fn prints_of(ca: &CaFile) -> Vec<String> {
        let print = |der: &[u8]| Digest::of(der).to_string().trim_start_matches("sha256:").to_owned();
        ca.certificates.iter().map(|certificate| print(&certificate.der)).collect()
    }

    /// The image as an engine is to be told of it: by its digest, through this address.
    pub fn reference(address: &RegistryAddress, image: &Image) -> String {
        format!("{address}/{}@{}", image.repository, image.manifest.digest)
    }
}

/// The script for all of them. `login` is Docker's config.json for engines that have to log in.
pub fn script(sights: &[Sight], login: Option<&Secret>, holder: &str) -> Result<RemoteScript> {
    let registry = |sight: &Sight| {
        let Sight { address, scheme, image, .. } = sight;
        json!({
            "directory": address.directory_name(),
            "ca": format!("{}/ca.crt", address.docker_certs_dir()),
            "url": format!("{scheme}://{}:{}/v2/", address.host().bracketed(), address.port()),
            "host": address.host().to_string(),
            "port": address.port(),
            "image": image,
        })
    };
    let registries: Vec<_> = sights.iter().map(registry).collect();
    let login = login.map(Secret::expose).unwrap_or_default();
    script::render(TEMPLATE, Mode::Check, holder, &json!({ "registries": registries, "login": login }))
}

/// Docker's config.json with the user and password for each address.
pub fn docker_login(users: &[(&RegistryAddress, &str, &Secret)]) -> Secret {
    use base64::Engine as _;
    let auth = |user: &str, password: &Secret| {
        base64::engine::general_purpose::STANDARD.encode(format!("{user}:{}", password.expose()))
    };
    let entry = |(address, user, password): &(&RegistryAddress, &str, &Secret)| {
        (address.to_string(), json!({ "auth": auth(user, password) }))
    };
    let auths: serde_json::Map<_, _> = users.iter().map(entry).collect();
    Secret::new(json!({ "auths": auths }).to_string())
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    fn sight(address: &str, image: Option<&str>) -> Sight {
        let address = address.parse().expect("an address");
        Sight { address, scheme: "https", prints: Vec::new(), image: image.map(str::to_owned) }
    }

    #[test]
    fn the_script_is_shell_with_and_without_pulling() {
        let user = docker_login(&[(&"lb:5000".parse().expect("an address"), "op", &Secret::new("pa'ss:w"))]);
        for (image, login) in [(None, None), (Some("lb:5000/a@sha256:1"), Some(&user))] {
            let sights = [sight("192.168.0.1", image), sight("[fe80::1]:5000", image)];
            let script = script(&sights, login, "alice@bastion").expect("renders");
            assert_eq!(script.text().contains("  pull 1 "), image.is_some());
            assert_eq!(script.text().contains("  login "), login.is_some());
            let checked = Command::new("sh").args(["-n", "-c", script.text()]).status().expect("sh runs");
            assert!(checked.success());
        }
    }

    #[test]
    fn a_password_is_encoded_whole_and_never_shown() {
        let login =
            docker_login(&[(&"192.168.0.1".parse().expect("an address"), "op", &Secret::new("pass:word"))]);
        assert_eq!(login.expose(), r#"{"auths":{"192.168.0.1":{"auth":"b3A6cGFzczp3b3Jk"}}}"#);
        assert_eq!(format!("{login:?}"), "(secret)");
    }
}
