//! On which hosts how many instances run, and how they are replaced.

use serde_json::{Value, json};

use crate::domain::deploy::RegistrySpec;
use crate::domain::host::Host;
use crate::domain::storage::Storage;

/// Where a registry cannot run as it is asked to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misplaced {
    /// Why not.
    pub why: String,
    /// What to do.
    pub hint: &'static str,
}

/// How many instances run on these hosts: the number that is asked for, or one on each host where the storage takes
/// several. Errors: more of them than the storage or the hosts can take.
pub fn instances(asked: Option<u32>, hosts: &[Host], storage: &Storage) -> Result<u32, Misplaced> {
    let each = u32::try_from(hosts.len()).unwrap_or(u32::MAX);
    let instances = asked.unwrap_or_else(|| if storage.takes_several() { each } else { 1 });
    let twice = hosts.iter().enumerate().find(|(index, host)| hosts[..*index].contains(host));
    if let Some((_, host)) = twice {
        return Err(misplaced(say!("the host {host} is named twice"), say!("Name each host once.")));
    }
    match storage {
        Storage::Host if each > 1 || instances > 1 => Err(misplaced(
            say!("{} cannot share the folder of one host", plural(instances.max(each))),
            say!(
                "Say shared = true under [registry.storage] (or --shared-data) where the data folder \
                 is the same storage on every host, or keep the images in S3."
            ),
        )),
        Storage::External(_) if instances > 1 => Err(misplaced(
            say!("{} cannot share an external volume", plural(instances)),
            say!(
                "Marathon attaches such a volume to one task at a time; keep the images in S3 or on shared storage."
            ),
        )),
        _ if instances == 0 => Err(misplaced(
            say!("no instance is asked for").to_owned(),
            say!("Say instances = 1 or more; regctl does not stop a registry by scaling it down."),
        )),
        _ if instances > each => Err(misplaced(
            say!("{instances} instances need as many hosts, and only {each} named", each = named(each)),
            say!("Name further hosts: their files are staged there, and two instances never share a host."),
        )),
        _ => Ok(instances),
    }
}

fn misplaced(why: String, hint: &'static str) -> Misplaced {
    Misplaced { why, hint }
}

fn plural(count: u32) -> String {
    say!("{count} registries")
}

fn named(hosts: u32) -> String {
    if hosts == 1 { say!("1 is").to_owned() } else { say!("{hosts} are") }
}

/// Keeps the app on the hosts that have its files, and its instances on different ones.
pub fn constraints(spec: &RegistrySpec) -> Value {
    match spec.hosts.as_slice() {
        [only] => json!([["hostname", "CLUSTER", only]]),
        several if spec.instances == 1 => json!([["hostname", "LIKE", any_of(several)]]),
        several => json!([["hostname", "UNIQUE"], ["hostname", "LIKE", any_of(several)]]),
    }
}

/// A regular expression of Java's that matches these hostnames and no others; Marathon matches the whole of it.
fn any_of(hosts: &[Host]) -> String {
    let names: Vec<String> = hosts.iter().map(|host| host.to_string().replace('.', "\\.")).collect();
    names.join("|")
}

/// One registry ends before the next one starts: they may be on one folder. Of several, half stay up: each has a host
/// of its own, so none can start before one has ended.
pub fn upgrade_strategy(spec: &RegistrySpec) -> Value {
    let stay = if spec.instances == 1 { json!(0) } else { json!(0.5) };
    json!({"minimumHealthCapacity": stay, "maximumOverCapacity": 0})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::storage::tests::{external, s3};
    use crate::plan::registry_app::tests::spec;

    fn hosts(names: &[&str]) -> Vec<Host> {
        names.iter().map(|name| name.parse().expect("legal")).collect()
    }

    #[test]
    fn storage_that_takes_several_gets_one_on_each_host() {
        let two = hosts(&["a1", "a2"]);
        assert_eq!(instances(None, &two, &Storage::Shared), Ok(2));
        assert_eq!(instances(None, &two, &Storage::S3(s3())), Ok(2));
        assert_eq!(instances(Some(1), &two, &Storage::Shared), Ok(1));
        assert_eq!(instances(None, &two, &Storage::External(external())), Ok(1));
        assert_eq!(instances(None, &two[..1], &Storage::Host), Ok(1));
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let (one, two) = (hosts(&["a1"]), hosts(&["a1", "a2"]));
        let cases = [
            (None, &two, Storage::Host, "2 registries cannot share the folder of one host"),
            (Some(2), &one, Storage::Host, "2 registries cannot share the folder of one host"),
            (Some(2), &two, Storage::External(external()), "cannot share an external volume"),
            (Some(3), &two, Storage::Shared, "3 instances need as many hosts, and only 2 are named"),
            (Some(0), &two, Storage::Shared, "no instance"),
            (None, &hosts(&["a1", "a1"]), Storage::Shared, "a1 is named twice"),
        ];
        for (asked, hosts, storage, expected) in cases {
            let error = instances(asked, hosts, &storage).expect_err(expected);
            assert!(error.why.contains(expected), "{}", error.why);
        }
    }

    #[test]
    fn dots_of_hostnames_are_no_wildcards() {
        let hosts = hosts(&["192.168.1.80", "a2.example.com"]);
        let two = RegistrySpec { hosts, instances: 2, storage: Storage::Shared, ..spec() };
        let expected =
            json!([["hostname", "UNIQUE"], ["hostname", "LIKE", "192\\.168\\.1\\.80|a2\\.example\\.com"]]);
        assert_eq!(constraints(&two), expected);
    }
}
