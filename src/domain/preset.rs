//! Which program is to be the registry, and what it is given where nothing else is said.

use std::str::FromStr;

use super::host::printable;

/// Which program is to be the registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    /// Docker's own registry.
    Registry,
    /// Sonatype Nexus Repository 3 with a hosted Docker repository.
    Nexus,
}

/// What a program is given where nothing else is said.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Usual {
    /// Its image, with a tag.
    pub image: &'static str,
    /// CPU shares.
    pub cpus: f64,
    /// Memory, MiB.
    pub mem: f64,
    /// The folder on the host for its data.
    pub data_dir: &'static str,
}

impl Preset {
    /// The words for it.
    pub const WORDS: [&'static str; 2] = ["registry", "nexus"];

    /// The one that an image needs.
    pub fn of_image(image: &str) -> Self {
        let name = image.split('@').next().unwrap_or_default();
        let (path, last) = name.rsplit_once('/').unwrap_or_default();
        let is_nexus =
            last.split(':').next() == Some("nexus3") && path.split('/').next_back() == Some("sonatype");
        if is_nexus { Self::Nexus } else { Self::Registry }
    }

    /// What it is given where nothing else is said.
    pub const fn usual(self) -> Usual {
        match self {
            Self::Registry => {
                Usual { image: "registry:2.8.3", cpus: 0.5, mem: 1024.0, data_dir: "/data/docker-registry" }
            }
            // The last release before the Community Edition, whose licence has to be accepted.
            Self::Nexus => {
                Usual { image: "sonatype/nexus3:3.76.1", cpus: 1.0, mem: 4096.0, data_dir: "/data/nexus" }
            }
        }
    }
}

impl FromStr for Preset {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "registry" => Ok(Self::Registry),
            "nexus" => Ok(Self::Nexus),
            _ => Err(say!("`{}` is no preset: there are registry and nexus", printable(text))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nexus_is_known_by_its_image_wherever_that_is_mirrored() {
        for image in [
            "sonatype/nexus3:3.76.1",
            "docker.io/sonatype/nexus3:3",
            "10.0.0.1:5000/sonatype/nexus3@sha256:00",
        ] {
            assert_eq!(Preset::of_image(image), Preset::Nexus, "{image}");
        }
        for image in
            ["registry:2.8.3", "nexus3:3", "sonatype/nexus:oss", "other/nexus3:3", "sonatype/nexus3/x:1", ""]
        {
            assert_eq!(Preset::of_image(image), Preset::Registry, "{image}");
        }
    }
}
