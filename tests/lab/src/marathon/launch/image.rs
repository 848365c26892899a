//! The images that agents without an engine can "pull": the registry's, played by Debian's docker-registry, and Nexus',
//! played by the stand-in.

use super::launcher::LaunchFailure;

/// An image, and what it brings with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Image {
    /// Docker's registry.
    Registry {
        /// Where its own config.yml is, which a mounted one must replace: v3 moved it.
        config_path: &'static str,
    },
    /// Sonatype's Nexus 3.
    Nexus {
        /// Its version.
        version: String,
    },
}

/// The config.yml inside the image.
pub(super) const CONFIG: &str = "version: 0.1
log:
  fields:
    service: registry
storage:
  cache:
    blobdescriptor: inmemory
  filesystem:
    rootdirectory: /var/lib/registry
http:
  addr: :5000
  headers:
    X-Content-Type-Options: [nosniff]
health:
  storagedriver:
    enabled: true
    interval: 10s
    threshold: 3
";

/// The program that plays the registry.
pub(super) const REGISTRY: &str = "docker-registry";

/// Finds an image, or fails as Docker's pull does.
pub(super) fn pull(reference: &str) -> Result<Image, LaunchFailure> {
    let (name, tag) = split(reference);
    let name = name.strip_prefix("docker.io/").unwrap_or(name);
    let name = name.strip_prefix("library/").unwrap_or(name);
    if name == "sonatype/nexus3" {
        return match tag.split('.').collect::<Vec<_>>()[..] {
            ["3", minor, ..] if minor.parse::<u32>().is_ok() => Ok(Image::Nexus { version: tag.to_owned() }),
            _ => Err(unknown(reference)),
        };
    }
    if name != "registry" {
        let cause = format!(
            "pull access denied for {name}, repository does not exist or may require 'docker login': denied: \
             requested access to the resource is denied"
        );
        return Err(failure(reference, &cause));
    }
    match generation(tag) {
        Some(2) => Ok(Image::Registry { config_path: "/etc/docker/registry/config.yml" }),
        Some(_) => Ok(Image::Registry { config_path: "/etc/distribution/config.yml" }),
        None => Err(unknown(reference)),
    }
}

fn unknown(reference: &str) -> LaunchFailure {
    failure(reference, &format!("manifest for {reference} not found: manifest unknown: manifest unknown"))
}

/// Name and tag; a digest stands for a v2 image, since it says nothing of the version.
fn split(reference: &str) -> (&str, &str) {
    if let Some((name, _)) = reference.split_once('@') {
        return (name.rsplit_once(':').map_or(name, |(name, _)| name), "2");
    }
    match reference.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, tag),
        _ => (reference, "latest"),
    }
}

/// 2 or 3 for the tags that there are.
fn generation(tag: &str) -> Option<u8> {
    let parts: Option<Vec<u8>> = tag.split('.').map(|part| part.parse().ok()).collect();
    match (tag, parts.as_deref()) {
        ("latest", _) | (_, Some([3] | [3, 0..=1] | [3, 0..=1, 0..=9])) => Some(3),
        (_, Some([2] | [2, 0..=8] | [2, 0..=8, 0..=4])) => Some(2),
        _ => None,
    }
}

fn failure(reference: &str, cause: &str) -> LaunchFailure {
    LaunchFailure(format!(
        "Failed to launch container: Failed to run 'docker -H unix:///var/run/docker.sock pull {reference}': \
         exited with status 1; stderr='Error response from daemon: {cause}\n'"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_untagged_registry_is_v3_whose_config_is_elsewhere() {
        for (reference, path) in [
            ("registry:2.8.3", "/etc/docker/registry/config.yml"),
            ("docker.io/library/registry:2", "/etc/docker/registry/config.yml"),
            ("registry", "/etc/distribution/config.yml"),
            ("registry:3.0.0", "/etc/distribution/config.yml"),
        ] {
            assert_eq!(pull(reference).unwrap(), Image::Registry { config_path: path }, "{reference}");
        }
    }

    #[test]
    fn what_is_not_there_fails_as_a_pull_fails() {
        let LaunchFailure(unknown) = pull("registry:2.99").unwrap_err();
        assert!(unknown.contains("manifest for registry:2.99 not found: manifest unknown"), "{unknown}");
        let LaunchFailure(denied) = pull("lab.example.com:5000/ops/registry:2").unwrap_err();
        assert!(denied.contains("pull access denied for lab.example.com:5000/ops/registry"), "{denied}");
    }
}
