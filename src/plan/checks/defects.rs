//! What a chain is refused for, in words: the cause, what was seen, and what to do about it.

use time::OffsetDateTime;

use crate::domain::cert::Names;
use crate::domain::host::Host;
use crate::domain::tls::Defect;

/// What a chain was judged against.
#[derive(Debug, Clone, Copy)]
pub(super) struct Against<'a> {
    /// By what name the server is asked for; none where that is not known.
    pub(super) host: Option<&'a Host>,
    /// The CA file, as its path is shown; none where only the system's roots count.
    pub(super) ca: Option<&'a str>,
    /// When.
    pub(super) now: OffsetDateTime,
}

/// The word for a defect.
pub(super) const fn cause(defect: &Defect) -> &'static str {
    match defect {
        Defect::UnknownIssuer { .. } => "unknown-issuer",
        Defect::OtherKey { .. } => "other-key",
        Defect::IssuerMissing { .. } => "issuer-missing",
        Defect::Expired { .. } => "expired",
        Defect::NotYetValid { .. } => "not-yet-valid",
        Defect::WrongName(_) => "wrong-name",
        Defect::CommonNameOnly(_) => "common-name-only",
        Defect::IpInDnsName(_) => "ip-in-dns-name",
        Defect::Refused(_) => "bad-certificate",
    }
}

/// The first of them that is about whom to trust: what it is, and what to do about it.
pub fn untrusted(defects: &[Defect], ca: &str) -> Option<(String, String)> {
    defects.iter().find_map(|defect| match defect {
        Defect::UnknownIssuer { issuer } | Defect::OtherKey { issuer } | Defect::IssuerMissing { issuer } => {
            Some(of_trust(defect, issuer, Some(ca)))
        }
        _ => None,
    })
}

/// One defect: what it is, and what to do about it.
pub(super) fn explain(defect: &Defect, against: Against<'_>) -> (String, String) {
    let asked = against.host.map_or_else(|| say!("an address").to_owned(), ToString::to_string);
    match defect {
        Defect::UnknownIssuer { issuer } | Defect::OtherKey { issuer } | Defect::IssuerMissing { issuer } => {
            of_trust(defect, issuer, against.ca)
        }
        Defect::Expired { subject, not_after } => (
            say!("{subject} expired on {not_after}"),
            say!(
                "Make a new certificate with regctl cert gen and deploy it; if the date looks right, \
                 this machine's clock is wrong."
            )
            .to_owned(),
        ),
        Defect::NotYetValid { subject, not_before } => (
            say!("{subject} is not valid before {not_before}"),
            say!(
                "Look at the clocks of this machine, where it is {}, and of the one that made it.",
                against.now.date()
            ),
        ),
        Defect::CommonNameOnly(name) => {
            let name = name.as_deref().map(|name| format!(" {name}")).unwrap_or_default();
            let detail = say!("the certificate has only the common name{name} and no SAN");
            (detail, gen_hint(say!("Docker looks at SANs alone"), against.host))
        }
        Defect::IpInDnsName(_) => (
            say!("{asked} stands among the certificate's DNS names, where no client looks for an address"),
            gen_hint(say!("It has to be an iPAddress SAN"), against.host),
        ),
        Defect::WrongName(names) => (
            say!("the certificate is for {}, not for {asked}", listed(names)),
            gen_hint(say!("The name is missing"), against.host),
        ),
        Defect::Refused(why) => (
            say!("the certificate is refused: {why}"),
            say!("Look at it with regctl cert show; regctl cert gen makes one that every client accepts.")
                .to_owned(),
        ),
    }
}

fn of_trust(defect: &Defect, issuer: &str, ca: Option<&str>) -> (String, String) {
    let Some(ca) = ca else {
        let detail = say!("it is signed by {issuer}, which the system does not trust");
        return (detail, say!("Name the file with its CA: --ca FILE.").to_owned());
    };
    match defect {
        Defect::OtherKey { .. } => (
            say!("it is signed by another key than that of {issuer} in {ca}"),
            say!(
                "A CA of the same name was made anew: either {ca} or the registry's certificate is the older one."
            ),
        ),
        Defect::IssuerMissing { .. } => (
            say!("it is signed by {issuer}, whose certificate is neither sent with it nor in {ca}"),
            say!(
                "Either {ca} is not its CA, or an intermediate is missing: domain.crt must hold the leaf, then every \
                 intermediate."
            ),
        ),
        _ => (
            say!("it is signed by {issuer}, which is not in {ca}"),
            say!("Give the CA that signed it with --ca, or deploy the certificate that belongs to {ca}."),
        ),
    }
}

/// How to make a certificate with this name.
fn gen_hint(why: &str, host: Option<&Host>) -> String {
    let flag = match host {
        Some(host) if host.ip().is_some() => say!("--ip {host} (and its other names)"),
        Some(host) => say!("--dns {host} (and its other names)"),
        None => "--ip and --dns".to_owned(),
    };
    say!("{why}: make a certificate with regctl cert gen {flag}, then deploy it.")
}

fn listed(names: &Names) -> String {
    let text = names.to_string();
    if text.is_empty() { "nothing".to_owned() } else { text }
}
