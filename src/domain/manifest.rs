//! Manifests: what an image consists of, or which images a list names, one for each platform.

use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::image::Digest;

/// What regctl understands, as an `Accept` header; a registry turns what is not named here into something else.
pub const ACCEPTED: &str = "application/vnd.oci.image.index.v1+json, \
    application/vnd.docker.distribution.manifest.list.v2+json, \
    application/vnd.oci.image.manifest.v1+json, \
    application/vnd.docker.distribution.manifest.v2+json, \
    application/vnd.docker.distribution.manifest.v1+prettyjws, \
    application/vnd.docker.distribution.manifest.v1+json";

/// Before Docker there were no images: builds that are to be reproducible put 1970 or the year 1 where the date goes.
const FIRST_YEAR: i32 = 2013;

/// A manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Manifest {
    /// One image (or any other artifact).
    Image {
        /// Its configuration.
        config: Descriptor,
        /// Its layers, but for those that are fetched from elsewhere.
        layers: Vec<Descriptor>,
    },
    /// A list of manifests, one for each platform.
    Index {
        /// Them.
        manifests: Vec<Digest>,
    },
    /// An image of schema 1, as Docker before 1.10 pushed it. It does not say how large anything is.
    Schema1 {
        /// When its topmost layer was made.
        created: Option<OffsetDateTime>,
        /// Its layers.
        layers: Vec<Digest>,
    },
}

/// The name of a blob and its size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Descriptor {
    /// Its name.
    pub digest: Digest,
    /// Its size in bytes.
    pub size: u64,
}

/// A manifest as a registry keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredManifest {
    /// Its name.
    pub digest: Digest,
    /// What it says it is.
    pub media_type: String,
    /// All of it: what its name is the digest of.
    pub bytes: Vec<u8>,
    /// What it says.
    pub manifest: Manifest,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    schema_version: u8,
    config: Option<WireDescriptor>,
    layers: Option<Vec<WireDescriptor>>,
    manifests: Option<Vec<WireDescriptor>>,
    fs_layers: Option<Vec<FsLayer>>,
    history: Option<Vec<History>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireDescriptor {
    #[serde(default)]
    media_type: String,
    digest: Digest,
    size: u64,
    urls: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FsLayer {
    blob_sum: Digest,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct History {
    v1_compatibility: String,
}

#[derive(Deserialize)]
struct Dated {
    created: Option<String>,
}

impl WireDescriptor {
    /// Layers of Windows are not in the registry.
    fn is_elsewhere(&self) -> bool {
        let foreign = self.media_type.contains("foreign") || self.media_type.contains("nondistributable");
        foreign && self.urls.as_ref().is_some_and(|urls| !urls.is_empty())
    }
}

impl From<WireDescriptor> for Descriptor {
    fn from(wire: WireDescriptor) -> Self {
        Self { digest: wire.digest, size: wire.size }
    }
}

/// Reads a manifest. Errors: it is none, or could be read as two different ones.
pub fn parse(bytes: &[u8]) -> Result<Manifest, String> {
    let wire: Wire = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    match wire {
        Wire { schema_version: 2, config: Some(config), layers: Some(layers), manifests: None, .. } => {
            let here = layers.into_iter().filter(|layer| !layer.is_elsewhere());
            Ok(Manifest::Image { config: config.into(), layers: here.map(Descriptor::from).collect() })
        }
        Wire { schema_version: 2, config: None, layers: None, manifests: Some(all), .. } => {
            Ok(Manifest::Index { manifests: all.into_iter().map(|one| one.digest).collect() })
        }
        Wire { schema_version: 1, fs_layers: Some(layers), history, .. } => {
            let newest = history.and_then(|history| history.into_iter().next());
            let created = newest.and_then(|newest| created(newest.v1_compatibility.as_bytes()));
            Ok(Manifest::Schema1 {
                created,
                layers: layers.into_iter().map(|layer| layer.blob_sum).collect(),
            })
        }
        _ => Err(say!("it is neither an image nor a list of images").to_owned()),
    }
}

/// When an image was made, as its configuration says; nothing where that says nothing, or a date that is none.
pub fn created(config: &[u8]) -> Option<OffsetDateTime> {
    let dated: Dated = serde_json::from_slice(config).ok()?;
    let created = OffsetDateTime::parse(&dated.created?, &Rfc3339).ok()?;
    (created.year() >= FIRST_YEAR).then_some(created)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(digit: char) -> Digest {
        format!("sha256:{}", digit.to_string().repeat(64)).parse().expect("legal")
    }

    fn descriptor(digit: char, more: &str) -> String {
        format!(r#"{{"mediaType":"a/b","digest":"{}","size":7{more}}}"#, digest(digit))
    }

    #[test]
    fn images_and_lists_are_told_apart() {
        let elsewhere = descriptor('3', r#","urls":["https://example.com/x"]"#).replace("a/b", "x.foreign");
        let (config, layer) = (descriptor('1', ""), descriptor('2', ""));
        let image = format!(r#"{{"schemaVersion":2,"config":{config},"layers":[{layer},{elsewhere}]}}"#);
        let Ok(Manifest::Image { config, layers }) = parse(image.as_bytes()) else { panic!("{image}") };
        assert_eq!((config.digest, config.size, layers.len()), (digest('1'), 7, 1));
        let index = format!(r#"{{"schemaVersion":2,"manifests":[{}]}}"#, descriptor('4', ""));
        assert_eq!(parse(index.as_bytes()), Ok(Manifest::Index { manifests: vec![digest('4')] }));
    }

    #[test]
    fn what_could_be_two_things_is_neither() {
        let both = format!(
            r#"{{"schemaVersion":2,"config":{0},"layers":[],"manifests":[{0}]}}"#,
            descriptor('1', "")
        );
        for bad in
            [both.as_str(), "", "{}", "[]", r#"{"schemaVersion":2}"#, r#"{"schemaVersion":3,"layers":[]}"#]
        {
            assert!(parse(bad.as_bytes()).is_err(), "{bad}");
        }
        let hostile = r#"{"schemaVersion":2,"manifests":[{"digest":"../../x","size":1}]}"#;
        assert!(parse(hostile.as_bytes()).is_err());
    }

    #[test]
    fn schema_1_has_a_date_and_no_sizes() {
        let text = format!(
            r#"{{"schemaVersion":1,"fsLayers":[{{"blobSum":"{}"}}],"history":[{{"v1Compatibility":"{{\"created\":\"2015-04-26T01:02:03Z\"}}"}}]}}"#,
            digest('5')
        );
        let Ok(Manifest::Schema1 { created, layers }) = parse(text.as_bytes()) else { panic!("{text}") };
        assert_eq!((created.map(|at| at.year()), layers), (Some(2015), vec![digest('5')]));
    }

    #[test]
    fn a_date_that_only_fills_the_field_is_none() {
        let year = |text: &str| created(format!(r#"{{"created":"{text}"}}"#).as_bytes()).map(|at| at.year());
        assert_eq!(year("2024-05-06T07:08:09.123456789Z"), Some(2024));
        assert_eq!(year("2024-05-06T07:08:09+02:00"), Some(2024));
        for none in ["0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "", "yesterday"] {
            assert_eq!(year(none), None, "{none}");
        }
        assert_eq!(created(b"{}"), None);
        assert_eq!(created(b"\xff"), None);
    }
}
