//! Where a registry's images are kept.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

use super::host::printable;
use super::secret::Secret;

/// The label of an app whose images are bound to no host: `shared`, `s3` or `external`.
pub const LABEL: &str = "REGCTL_STORAGE";

/// The one provider of external volumes that runs containers of Docker's.
const PROVIDER: &str = "dvdi";
/// The one option that Marathon takes for such a volume.
const DRIVER: &str = "dvdi/driver";

/// Where a registry's images are kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Storage {
    /// In a folder of its one host.
    #[default]
    Host,
    /// In a folder that is the same storage under the same path on every host, such as an NFS export.
    Shared,
    /// In a bucket.
    S3(S3),
    /// In a volume that Marathon has a driver attach.
    External(ExternalVolume),
}

/// A bucket of S3, or of what speaks its language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct S3 {
    /// The bucket.
    pub bucket: String,
    /// Its region, `eu-central-1`; with an endpoint of one's own any word will do.
    pub region: String,
    /// URL of the server where it is not Amazon's.
    pub endpoint: Option<String>,
    /// The folder within the bucket; the whole bucket where none is named.
    pub root: Option<String>,
    /// Whether clients are sent to the bucket for layers; they must then reach and trust it themselves.
    pub redirect: bool,
    /// File of the operator's with the keys, as the aws CLI keeps them; without it the agents' own roles are to do.
    pub credentials_file: Option<PathBuf>,
}

/// The keys of a bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct S3Keys {
    /// The one that names who it is.
    pub access_key: String,
    /// The one that proves it.
    pub secret_key: Secret,
}

/// An external volume, as Marathon's types describe it. Docker's containerizer takes `dvdi` alone, with its driver as
/// the only option (Marathon 1.11, `DVDIProvider`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalVolume {
    /// The volume's name; it must be there before the app is.
    pub name: String,
    /// `dvdi`.
    pub provider: String,
    /// `{"dvdi/driver": "rexray"}`.
    pub options: BTreeMap<String, String>,
}

impl Storage {
    /// Whether several registries may use it at the same time.
    pub const fn takes_several(&self) -> bool {
        matches!(self, Self::Shared | Self::S3(_))
    }

    /// The word for it, where the images are not bound to one host.
    pub const fn off_host(&self) -> Option<&'static str> {
        match self {
            Self::Host => None,
            Self::Shared => Some("shared"),
            Self::S3(_) => Some("s3"),
            Self::External(_) => Some("external"),
        }
    }
}

/// `[registry.storage]`
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StorageConfig {
    /// `filesystem` (the default), `s3` or `external`.
    pub kind: Option<String>,
    /// filesystem: whether data_dir is the same storage on every host.
    pub shared: Option<bool>,
    /// s3: the bucket.
    pub bucket: Option<String>,
    /// s3: its region.
    pub region: Option<String>,
    /// s3: URL of the server where it is not Amazon's.
    pub endpoint: Option<String>,
    /// s3: the folder within the bucket.
    pub root: Option<String>,
    /// s3: whether clients are sent to the bucket for layers.
    pub redirect: Option<bool>,
    /// s3: file with aws_access_key_id and aws_secret_access_key.
    pub credentials_file: Option<PathBuf>,
    /// external: the volume's name.
    pub name: Option<String>,
    /// external: `dvdi`.
    pub provider: Option<String>,
    /// external: `{"dvdi/driver" = "rexray"}`.
    pub options: Option<BTreeMap<String, String>>,
}

impl StorageConfig {
    /// The storage that is described. Errors: an unknown kind, a key of another kind, or one that is missing.
    pub fn storage(&self) -> Result<Storage, String> {
        let kind = self.kind.as_deref().unwrap_or("filesystem");
        let misplaced = self.keys().into_iter().find(|(_, of, given)| *given && *of != kind);
        match (kind, misplaced) {
            ("filesystem" | "s3" | "external", Some((key, of, _))) => {
                Err(say!("[registry.storage] {key} is for kind = \"{of}\", not for \"{kind}\""))
            }
            ("filesystem", None) if self.shared == Some(true) => Ok(Storage::Shared),
            ("filesystem", None) => Ok(Storage::Host),
            ("s3", None) => self.s3().map(Storage::S3),
            ("external", None) => self.external().map(Storage::External),
            (other, _) => Err(say!(
                "[registry.storage] kind `{}` is none of filesystem, s3, external",
                printable(other)
            )),
        }
    }

    /// Every key with the kind that it is for and whether it is there.
    const fn keys(&self) -> [(&'static str, &'static str, bool); 10] {
        [
            ("shared", "filesystem", self.shared.is_some()),
            ("bucket", "s3", self.bucket.is_some()),
            ("region", "s3", self.region.is_some()),
            ("endpoint", "s3", self.endpoint.is_some()),
            ("root", "s3", self.root.is_some()),
            ("redirect", "s3", self.redirect.is_some()),
            ("credentials_file", "s3", self.credentials_file.is_some()),
            ("name", "external", self.name.is_some()),
            ("provider", "external", self.provider.is_some()),
            ("options", "external", self.options.is_some()),
        ]
    }

    fn s3(&self) -> Result<S3, String> {
        let endpoint = self.endpoint.clone();
        if let Some(url) = endpoint.as_deref().filter(|url| !is_web_address(url)) {
            return Err(say!("[registry.storage] endpoint `{}` is no http(s) URL", printable(url)));
        }
        Ok(S3 {
            bucket: wanted("bucket", self.bucket.as_deref())?,
            region: wanted("region", self.region.as_deref())?,
            endpoint,
            root: self.root.clone(),
            redirect: self.redirect.unwrap_or(false),
            credentials_file: self.credentials_file.clone(),
        })
    }

    fn external(&self) -> Result<ExternalVolume, String> {
        let provider = self.provider.as_deref().unwrap_or(PROVIDER);
        if provider != PROVIDER {
            return Err(say!(
                "[registry.storage] provider `{}`: Marathon gives a Docker container volumes of `{PROVIDER}` alone",
                printable(provider)
            ));
        }
        let options = self.options.clone().unwrap_or_default();
        if options.len() != 1 || !options.contains_key(DRIVER) {
            return Err(say!(
                "[registry.storage] options must hold \"{DRIVER}\" and nothing else for a Docker container"
            ));
        }
        let name = wanted("name", self.name.as_deref())?;
        Ok(ExternalVolume { name, provider: provider.to_owned(), options })
    }
}

fn wanted(key: &str, value: Option<&str>) -> Result<String, String> {
    let value = value.filter(|value| !value.is_empty());
    value.map(str::to_owned).ok_or_else(|| say!("[registry.storage] {key} is missing"))
}

fn is_web_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(|c: char| c.is_whitespace() || c.is_control()))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A bucket on a server of one's own.
    pub(crate) fn s3() -> S3 {
        S3 {
            bucket: "registry".to_owned(),
            region: "us-east-1".to_owned(),
            endpoint: Some("https://s3.example.com:9000".to_owned()),
            root: Some("/images".to_owned()),
            redirect: false,
            credentials_file: Some("s3-credentials".into()),
        }
    }

    /// A volume that REX-Ray attaches.
    pub(crate) fn external() -> ExternalVolume {
        let options = [(DRIVER.to_owned(), "rexray".to_owned())].into();
        ExternalVolume { name: "registry".to_owned(), provider: PROVIDER.to_owned(), options }
    }

    fn storage(text: &str) -> Result<Storage, String> {
        toml::from_str::<StorageConfig>(text).expect("is TOML").storage()
    }

    #[test]
    fn each_kind_is_understood() {
        assert_eq!(storage(""), Ok(Storage::Host));
        assert_eq!(storage("shared = true"), Ok(Storage::Shared));
        let bucket = "kind = \"s3\"\nbucket = \"registry\"\nregion = \"us-east-1\"\nroot = \"/images\"\n\
                      endpoint = \"https://s3.example.com:9000\"\ncredentials_file = \"s3-credentials\"";
        assert_eq!(storage(bucket), Ok(Storage::S3(s3())));
        let volume = "kind = \"external\"\nname = \"registry\"\noptions = {\"dvdi/driver\" = \"rexray\"}";
        assert_eq!(storage(volume), Ok(Storage::External(external())));
    }

    #[test]
    fn what_does_not_fit_is_said() {
        let cases = [
            ("kind = \"nfs\"", "none of filesystem, s3, external"),
            ("kind = \"s3\"\nbucket = \"b\"", "region is missing"),
            ("bucket = \"b\"", "bucket is for kind = \"s3\", not for \"filesystem\""),
            ("kind = \"s3\"\nshared = true", "shared is for kind = \"filesystem\""),
            ("kind = \"s3\"\nbucket = \"b\"\nregion = \"r\"\nendpoint = \"s3:9000\"", "no http(s) URL"),
            ("kind = \"external\"\nname = \"v\"\nprovider = \"csi\"", "`dvdi` alone"),
            ("kind = \"external\"\nname = \"v\"", "must hold \"dvdi/driver\""),
            (
                "kind = \"external\"\nname = \"v\"\noptions = {\"dvdi/driver\" = \"d\", \"dvdi/size\" = \"1\"}",
                "nothing else",
            ),
        ];
        for (text, expected) in cases {
            let error = storage(text).expect_err(text);
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
