//! The `leftovers` check: what was set up by hand before, and what it does now. One finding each.

use time::OffsetDateTime;

use super::engine::names;
use crate::domain::answer::shown;
use crate::domain::certificate::Certificate;
use crate::domain::finding::Finding;
use crate::domain::registry::RegistryAddress;
use crate::domain::script::Answer;
use crate::domain::transport::Transport;
use crate::plan::engine::settings::EngineSettings;
use crate::plan::facts::Facts;
use crate::plan::leftovers::docker_config::{self, Flaw};

const NAME: &str = "leftovers";
/// What an agent tells of one file at most.
const WHOLE: u64 = 16_384;
const REPAIR: &str = "regctl doctor --repair";

/// A file of an agent's certs.d that stands for a CA of the registry.
pub struct LeftCa {
    /// Its path.
    pub path: String,
    /// Its certificates; none where it cannot be read.
    pub certificates: Vec<Certificate>,
    /// Whether one of them vouches for the certificate that is to be staged, where there is one.
    pub vouches: Option<bool>,
}

/// The files of certs.d as an agent told them: path and PEM.
pub fn carried_cas(answer: &Answer) -> Vec<(String, String)> {
    let facts = Facts::of(answer);
    let told = answer.facts.iter().filter_map(|(key, path)| Some((key.strip_prefix("left.ca.")?, path)));
    told.map(|(number, path)| {
        (path.clone(), facts.carried(&format!("left.pem.{number}")).unwrap_or_default())
    })
    .collect()
}

/// Flags for the registry that stand on a command line or in a file for it, and not in daemon.json.
pub(super) fn flags(
    settings: &EngineSettings,
    addresses: &[RegistryAddress],
    transport: Transport,
) -> Option<Finding> {
    let is_ours = |entry: &str| addresses.iter().any(|address| names(entry, address));
    let of_file = |(path, flags): &(String, Vec<crate::plan::engine::flags::Flag>)| {
        let values = flags.iter().filter(|flag| flag.name == "insecure-registry");
        let entry = values.flat_map(|flag| flag.value.split(',')).find(|entry| is_ours(entry))?;
        Some((path.clone(), entry.to_owned()))
    };
    // The unit comes twice, by systemctl and as a file; the file says where to change it.
    let (path, entry) = settings.next.iter().rev().find_map(of_file)?;
    let (path, entry) = (shown(&path), shown(&entry));
    let hint = match transport {
        Transport::Tls => say!(
            "Once the agents trust the CA (regctl trust-agents), take it out of {path}, and \
             restart docker when its containers may stop."
        ),
        Transport::Plain => {
            say!("regctl trust-agents --mode insecure --move-flags moves it into daemon.json.").to_owned()
        }
    };
    Some(Finding::warn(NAME, "insecure-flag", say!("{path} has --insecure-registry {entry}")).hint(hint))
}

/// Everything else; a pass where there is nothing.
pub(super) fn check(facts: &Facts<'_>, cas: &[LeftCa], now: OffsetDateTime) -> Vec<Finding> {
    if facts.get("leftovers").is_none() {
        return vec![Finding::skip(NAME, say!("it was not told what is left of settings made by hand"))];
    }
    let mut found: Vec<Finding> = logins(facts).into_iter().collect();
    found.extend(facts.under("left.key.").map(|(name, _)| key(name)));
    found.extend(cas.iter().filter_map(|file| ca(file, now)));
    found.extend(facts.under("left.host.").map(|(name, address)| host(name, address)));
    found.extend(facts.get("left.liberal").map(|_| {
        let why = say!("nf_conntrack_tcp_be_liberal is set now, and nothing sets it again after a reboot");
        Finding::warn(NAME, "not-persistent", why).hint(say!("regctl trust-agents writes it down, too."))
    }));
    if found.is_empty() {
        found.push(Finding::pass(NAME, say!("nothing is left of settings made by hand")));
    }
    found
}

fn logins(facts: &Facts<'_>) -> Option<Finding> {
    let text = facts.carried("left.logins")?;
    if facts.number("left.size").is_none_or(|bytes| bytes > WHOLE) {
        return None;
    }
    let (cause, what, hint) = match docker_config::flaw(&text)? {
        Flaw::Typographic => ("login-quotes", say!("has typographic quotes, so docker cannot read it"), true),
        Flaw::WrongKey => ("login-key", say!("has logins under `auth`, and docker reads `auths`"), true),
        Flaw::Broken => ("login-broken", say!("is not JSON, so docker cannot read it"), false),
    };
    let hint = if hint && docker_config::mended(&text).is_some() {
        say!("{REPAIR} rewrites it and keeps the old one.")
    } else {
        say!(
            "Write it anew: {{\"auths\": {{\"HOST:PORT\": {{\"auth\": \"BASE64\"}}}}}}; docker login does it."
        )
        .to_owned()
    };
    Some(Finding::warn(NAME, cause, format!("/root/.docker/config.json {what}")).hint(hint))
}

fn key(name: &str) -> Finding {
    let path = shown(&format!("/etc/docker/certs.d/{name}"));
    let why = say!("{path} is a private key without a .cert beside it: docker refuses every pull from there");
    Finding::warn(NAME, "private-key", why).hint(say!(
        "{REPAIR} moves it below /var/lib/regctl/before. If it is the registry's, renew that: regctl cert renew."
    ))
}

fn ca(file: &LeftCa, now: OffsetDateTime) -> Option<Finding> {
    let path = shown(&file.path);
    let Some(first) = file.certificates.first() else {
        let why = say!("{path} holds no certificate that can be read");
        return Some(Finding::warn(NAME, "broken-ca", why).hint(replacement(&file.path)));
    };
    if file.certificates.iter().all(|certificate| certificate.expired_at(now)) {
        let (subject, end) = (shown(&first.summary.subject), &first.summary.not_after);
        let why = say!("{path} holds {subject}, which expired on {end}");
        return Some(Finding::warn(NAME, "expired-ca", why).hint(replacement(&file.path)));
    }
    (file.vouches == Some(false)).then(|| {
        let subject = shown(&first.summary.subject);
        let why = say!("{path} holds {subject}, which did not sign the registry's certificate");
        Finding::warn(NAME, "other-ca", why).hint(replacement(&file.path))
    })
}

/// trust-agents has one file of its own; the others are somebody else's.
fn replacement(path: &str) -> String {
    match path.rsplit('/').next() {
        Some("ca.crt") => {
            say!("regctl trust-agents puts the CA in its place and keeps the old one.").to_owned()
        }
        _ => say!("Remove it once regctl trust-agents has put ca.crt there: {}.", shown(path)),
    }
}

fn host(name: &str, address: &str) -> Finding {
    let (name, address) = (shown(name), shown(address));
    let why = say!("/etc/hosts names {name} as {address}, in a line that nobody keeps");
    Finding::warn(NAME, "hosts-entry", why).hint(say!(
        "Remove the line; regctl trust-agents --hosts-entry {address}={name} has one that \
         comes and goes with the registry."
    ))
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::domain::certificate::{Role, Signer};
    use crate::domain::finding::Status;
    use crate::plan::ca_file::tests::certificate;
    use crate::plan::facts::tests::answer;

    const NOW: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);

    fn causes(facts: &[(&str, &str)], cas: &[LeftCa]) -> Vec<&'static str> {
        let facts: Vec<_> = facts.iter().copied().chain([("leftovers", "looked")]).collect();
        let found = check(&Facts::of(&answer(&facts)), cas, NOW);
        assert!(found.iter().all(|it| it.status != Status::Warn || it.hint.is_some()), "{found:?}");
        found.into_iter().filter_map(|finding| finding.cause).collect()
    }

    fn file(not_after: OffsetDateTime, vouches: Option<bool>) -> LeftCa {
        let certificate = certificate(Role::Ca, Signer::Itself, not_after);
        LeftCa { path: "/etc/docker/certs.d/r/ca.crt".to_owned(), certificates: vec![certificate], vouches }
    }

    #[test]
    fn each_leftover_is_a_finding_of_its_own() {
        assert_eq!(causes(&[], &[]), [""; 0]);
        let all = [
            ("left.key.r/domain.key", "yes"),
            ("left.host.reg.example.com", "10.0.0.5"),
            ("left.liberal", "yes"),
        ];
        assert_eq!(causes(&all, &[]), ["private-key", "hosts-entry", "not-persistent"]);
        let (past, future) = (datetime!(2025-01-01 0:00 UTC), datetime!(2030-01-01 0:00 UTC));
        let unread = LeftCa { certificates: Vec::new(), ..file(past, None) };
        assert_eq!(
            causes(&[], &[file(past, Some(true)), file(future, Some(false)), unread]),
            ["expired-ca", "other-ca", "broken-ca"]
        );
        assert_eq!(causes(&[], &[file(future, Some(true)), file(future, None)]), [""; 0]);
    }

    #[test]
    fn logins_that_docker_does_not_read_are_told_from_those_it_does() {
        let of = |text: &str| causes(&[("left.size", "90"), ("left.logins#", text)], &[]);
        assert_eq!(of("{“auth”: {\"r:5005\": {\"auth\": \"***\"}}}"), ["login-quotes"]);
        assert_eq!(of(r#"{"auth": {"r:5005": {"auth": "***"}}}"#), ["login-key"]);
        assert_eq!(of("{"), ["login-broken"]);
        assert_eq!(of(r#"{"auths": {"r:5005": {"auth": "***"}}}"#), [""; 0]);
        let large = [("left.size", "99999"), ("left.logins#", "{")];
        assert_eq!(causes(&large, &[]), [""; 0], "half a file says nothing");
    }

    #[test]
    fn a_flag_is_named_with_its_file_and_what_to_do_depends_on_tls() {
        let facts = answer(&[
            ("file.1", "/etc/sysconfig/docker"),
            ("text.1#", "OPTIONS='--insecure-registry=[a:1,192.168.0.1]'\n"),
        ]);
        let settings = EngineSettings::read(&Facts::of(&facts));
        let found =
            |address: &str, transport| flags(&settings, &[address.parse().expect("an address")], transport);
        let plain = found("192.168.0.1", Transport::Plain).expect("is found");
        assert_eq!(plain.detail, "/etc/sysconfig/docker has --insecure-registry 192.168.0.1");
        assert!(plain.hint.expect("has a hint").contains("--move-flags"));
        assert!(
            found("192.168.0.1", Transport::Tls)
                .expect("is found")
                .hint
                .expect("has a hint")
                .contains("trust-agents)")
        );
        assert_eq!(found("192.168.0.2", Transport::Tls), None);
    }
}
