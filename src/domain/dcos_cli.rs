//! The dcos CLI's configuration of one cluster, from which its token can be taken.

use std::path::PathBuf;

use serde::Deserialize;

use super::secret::Secret;

/// One cluster that the dcos CLI knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DcosCluster {
    /// Its URL, as `dcos cluster setup` was given it.
    pub url: String,
    /// The token of the last `dcos auth login`, where there was one.
    pub token: Option<Secret>,
    /// How its certificate is judged.
    pub verify: SslVerify,
    /// Its name, where it has one.
    pub name: Option<String>,
}

/// The CLI's `core.ssl_verify`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum SslVerify {
    /// By the system's roots.
    #[default]
    System,
    /// By this PEM file too.
    Ca(PathBuf),
    /// Not at all.
    Off,
}

#[derive(Deserialize)]
struct File {
    core: Core,
    #[serde(default)]
    cluster: Cluster,
}

#[derive(Deserialize)]
struct Core {
    dcos_url: String,
    dcos_acs_token: Option<String>,
    ssl_verify: Option<toml::Value>,
}

#[derive(Default, Deserialize)]
struct Cluster {
    name: Option<String>,
}

/// Reads a `dcos.toml`. Foreign keys are fine; `None` for a file without a `core.dcos_url`.
pub fn parse(text: &str) -> Option<DcosCluster> {
    let file: File = toml::from_str(text).ok()?;
    let verify = match file.core.ssl_verify {
        Some(toml::Value::Boolean(false)) => SslVerify::Off,
        Some(toml::Value::String(word)) => match word.to_ascii_lowercase().as_str() {
            "false" => SslVerify::Off,
            "true" | "" => SslVerify::System,
            _ => SslVerify::Ca(word.into()),
        },
        _ => SslVerify::System,
    };
    let token = file.core.dcos_acs_token.filter(|token| !token.is_empty()).map(Secret::new);
    Some(DcosCluster { url: file.core.dcos_url, token, verify, name: file.cluster.name })
}

/// A cluster in the CLI's folder: its id, whether it is marked as attached, and its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The name of its folder.
    pub id: String,
    /// Whether the empty file `attached` is beside it.
    pub attached: bool,
    /// What its file says.
    pub cluster: DcosCluster,
}

/// The cluster that the CLI itself would talk to: the one that `DCOS_CLUSTER` names by name or id, else the only one,
/// else the attached one. `None` where the CLI would refuse too: no such cluster, or two attached ones.
pub fn chosen(candidates: &[Candidate], wanted: Option<&str>) -> Option<DcosCluster> {
    let of = |fits: &dyn Fn(&Candidate) -> bool| {
        let mut fitting = candidates.iter().filter(|candidate| fits(candidate));
        fitting.next().filter(|_| fitting.next().is_none()).map(|candidate| candidate.cluster.clone())
    };
    match (wanted, candidates) {
        (Some(wanted), _) => {
            of(&|candidate| candidate.id == wanted || candidate.cluster.name.as_deref() == Some(wanted))
        }
        (None, [only]) => Some(only.cluster.clone()),
        (None, _) => of(&|candidate| candidate.attached),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "[core]\ndcos_url = \"https://dcos.example.com\"\ndcos_acs_token = \"eyJ.secret\"\nssl_verify = \"/root/ca.pem\"\ntimeout = 5\n[cluster]\nname = \"prod\"\n";

    fn candidate(id: &str, attached: bool) -> Candidate {
        let cluster = DcosCluster {
            url: format!("https://{id}"),
            name: Some(format!("name-{id}")),
            ..parse(FILE).expect("parses")
        };
        Candidate { id: id.to_owned(), attached, cluster }
    }

    fn url(candidates: &[Candidate], wanted: Option<&str>) -> Option<String> {
        chosen(candidates, wanted).map(|cluster| cluster.url)
    }

    #[test]
    fn a_file_of_the_cli_is_read_and_its_token_never_shown() {
        let cluster = parse(FILE).expect("parses");
        assert_eq!(cluster.verify, SslVerify::Ca("/root/ca.pem".into()));
        assert_eq!(cluster.token, Some(Secret::new("eyJ.secret")));
        assert!(!format!("{cluster:?}").contains("eyJ"));
        let off = parse("[core]\ndcos_url = \"http://a\"\nssl_verify = \"False\"\n").expect("parses");
        assert_eq!((off.verify, off.token), (SslVerify::Off, None));
        assert_eq!(parse("[core]\n"), None);
    }

    #[test]
    fn the_attached_cluster_is_chosen_as_the_cli_does() {
        let (a, b) = (candidate("a", false), candidate("b", true));
        assert_eq!(url(std::slice::from_ref(&a), None).as_deref(), Some("https://a"));
        assert_eq!(url(&[a.clone(), b.clone()], None).as_deref(), Some("https://b"));
        assert_eq!(url(&[a.clone(), b.clone()], Some("name-a")).as_deref(), Some("https://a"));
        assert_eq!(url(&[a.clone(), b.clone()], Some("c")), None);
        assert_eq!(url(&[b.clone(), candidate("c", true)], None), None);
        assert_eq!(url(&[], None), None);
    }
}
