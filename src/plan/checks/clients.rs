//! What Docker, curl and rustls make of a chain. They differ, and the rules here are held to the real ones by a test.

use time::{Duration, OffsetDateTime};

use super::defects::{self, Against};
use crate::domain::cert_show::Client::{Curl, Docker, Rustls};
use crate::domain::cert_show::{Client, Examined, Flaw, Permission, PublicKey, Purpose, Verdict};
use crate::domain::certificate::{Certificate, Signer};
use crate::domain::finding::Finding;
use crate::domain::host::Host;
use crate::domain::tls::Defect;

/// The fewest bits of an RSA key that OpenSSL takes at its security level 2, and rustls at all.
const FEWEST_RSA_BITS: usize = 2048;
/// macOS and iOS take no server certificate that is made to last longer.
const LONGEST: Duration = Duration::days(825);
/// A certificate that ends sooner than this is worth a word.
const SOON: Duration = Duration::days(30);
/// How to get a certificate that nobody objects to.
const ANEW: &str =
    later!("regctl cert gen makes one that every client accepts; a CA of your own has to sign it anew.");

/// A chain, and all that it is judged by.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// The certificates, the leaf first; never empty.
    pub chain: &'a [Examined],
    /// What they are for.
    pub purpose: Purpose,
    /// By what name the server is asked for, where it was asked.
    pub host: Option<&'a Host>,
    /// What the judge would refuse it for; none where there was no CA to judge by.
    pub trust: Option<&'a [Defect]>,
    /// The CA file, as its path is shown.
    pub ca: Option<&'a str>,
    /// When.
    pub now: OffsetDateTime,
}

/// All that there is to know about a chain, what is refused first.
pub fn flaws(case: Case<'_>) -> Vec<Flaw> {
    let leaf = &case.chain[0];
    let mut found: Vec<Flaw> = case.chain.iter().flat_map(|one| of_time(one, case)).collect();
    found.extend(case.chain.iter().flat_map(of_strength));
    match case.purpose {
        Purpose::Server => {
            found.extend(of_names(&leaf.certificate, case));
            found.extend(of_use(leaf));
            found.extend(of_order(case.chain));
            found.extend(case.chain.iter().skip(1).flat_map(of_authority));
            found.extend(of_trust(case, &found));
            found.extend(of_length(&leaf.certificate));
        }
        Purpose::Authority => found.extend(case.chain.iter().flat_map(of_authority)),
    }
    found.sort_by_key(|flaw| flaw.refused_by.is_empty());
    found.dedup();
    found
}

/// What each client makes of a chain with these flaws.
pub fn verdicts(flaws: &[Flaw]) -> Vec<Verdict> {
    let verdict = |client: Client| {
        let refused = flaws.iter().filter(|flaw| flaw.refused_by.contains(&client));
        let mut causes: Vec<&'static str> = refused.map(|flaw| flaw.cause).collect();
        causes.dedup();
        Verdict { client, accepts: causes.is_empty(), causes }
    };
    Client::ALL.into_iter().map(verdict).collect()
}

/// The flaw of a server that shows no certificate, with the first line of what it says instead.
pub fn no_tls(finding: &Finding, greeting: Option<&str>) -> Flaw {
    let said = greeting.map(|line| say!("; it says `{line}`")).unwrap_or_default();
    let hint = finding.hint.clone().unwrap_or_default();
    flaw(finding.cause.unwrap_or_default(), &Client::ALL, format!("{}{said}", finding.detail), hint)
}

/// The flaw of a file of certificates with a private key in it.
pub fn private_key() -> Flaw {
    let hint =
        say!("Keep the key in a file of its own that only you can read; certificates are for everybody.");
    flaw("private-key", &[], say!("the file holds a private key, too"), hint)
}

fn flaw(
    cause: &'static str,
    refused_by: &[Client],
    detail: impl Into<String>,
    hint: impl Into<String>,
) -> Flaw {
    Flaw { cause, refused_by: refused_by.to_vec(), detail: detail.into(), hint: hint.into() }
}

fn of_time(one: &Examined, case: Case<'_>) -> Option<Flaw> {
    let Certificate { summary, validity, .. } = &one.certificate;
    let subject = summary.subject.clone();
    let defect = if one.certificate.expired_at(case.now) {
        Defect::Expired { subject, not_after: summary.not_after.clone() }
    } else if one.certificate.not_yet_valid_at(case.now) {
        Defect::NotYetValid { subject, not_before: summary.not_before.clone() }
    } else if one.certificate.expired_at(case.now + SOON) {
        let left = (validity.not_after - case.now).whole_days();
        let detail = say!("{subject} expires on {}, which leaves {left} days", summary.not_after);
        return Some(flaw("expires-soon", &[], detail, say!("Make a new one, and deploy it.")));
    } else {
        return None;
    };
    Some(told(&defect, &Client::ALL, case))
}

fn told(defect: &Defect, refused_by: &[Client], case: Case<'_>) -> Flaw {
    let (detail, hint) = defects::explain(defect, Against { host: case.host, ca: case.ca, now: case.now });
    flaw(defects::cause(defect), refused_by, detail, hint)
}

/// Names: for the host that was asked for, or in general.
fn of_names(leaf: &Certificate, case: Case<'_>) -> Option<Flaw> {
    let names = leaf.names();
    if names.ips.is_empty() && names.dns.is_empty() {
        // curl still falls back on the common name, where there is no SAN at all.
        let asked = case.host.map(ToString::to_string);
        let falls_back = asked.is_none() || leaf.common_name == asked;
        let refused_by: &[Client] = if falls_back { &[Docker, Rustls] } else { &Client::ALL };
        return Some(told(&Defect::CommonNameOnly(leaf.common_name.clone()), refused_by, case));
    }
    let misplaced = |host: &Host| names.misplaced_ips().any(|ip| host.ip() == Some(ip));
    match case.host {
        Some(host) if names.cover(host) => None,
        Some(host) if misplaced(host) => Some(told(&Defect::IpInDnsName(names.clone()), &Client::ALL, case)),
        Some(_) => Some(told(&Defect::WrongName(names.clone()), &Client::ALL, case)),
        None => {
            let ip = names.misplaced_ips().find(|ip| !names.ips.contains(ip))?;
            let host = Host::Ip(ip);
            let case = Case { host: Some(&host), ..case };
            Some(told(&Defect::IpInDnsName(names.clone()), &Client::ALL, case))
        }
    }
}

/// Signature and key. A certificate that signed itself is trusted or not, whatever its signature is worth.
fn of_strength(one: &Examined) -> Vec<Flaw> {
    let subject = &one.certificate.summary.subject;
    let mut found = Vec::new();
    if let Some(digest) = one.traits.outdated_digest
        && one.certificate.signer == Signer::Another
    {
        let detail = say!("{subject} is signed with {digest}, which clients take no more");
        found.push(flaw("old-signature", &Client::ALL, detail, ANEW));
    }
    if let PublicKey::Rsa(bits) = one.traits.key
        && bits < FEWEST_RSA_BITS
    {
        let detail = say!("the RSA key of {subject} has {bits} bits, and {FEWEST_RSA_BITS} are the fewest");
        found.push(flaw("short-key", &[Curl, Rustls], detail, ANEW));
    }
    if !one.traits.unknown_critical.is_empty() {
        let oids = one.traits.unknown_critical.join(", ");
        let detail = say!("{subject} has a critical extension that no client knows: {oids}");
        found.push(flaw("critical-extension", &Client::ALL, detail, ANEW));
    }
    found
}

/// What the leaf may be used for.
fn of_use(leaf: &Examined) -> Vec<Flaw> {
    let mut found = Vec::new();
    if leaf.traits.server_auth == Permission::Denied {
        let detail = say!("its extendedKeyUsage does not name serverAuth, so it is no server's certificate");
        found.push(flaw("no-server-auth", &Client::ALL, detail, ANEW));
    }
    if leaf.traits.tls_key_usage == Permission::Denied {
        let detail = say!("its keyUsage names neither digitalSignature nor keyEncipherment");
        found.push(flaw("key-usage", &[Curl], detail, ANEW));
    }
    if leaf.is_ca() {
        let detail =
            say!("it says CA:TRUE, which Docker, curl and OpenSSL accept and clients built on rustls do not");
        found.push(flaw(
            "ca-as-leaf",
            &[Rustls],
            detail,
            say!("regctl cert gen makes a CA and a leaf apart, which every client accepts."),
        ));
    }
    found
}

/// Whether a certificate may sign others.
fn of_authority(one: &Examined) -> Vec<Flaw> {
    let subject = &one.certificate.summary.subject;
    let mut found = Vec::new();
    if !one.is_ca() && one.certificate.signer == Signer::Another {
        let detail = say!("{subject} does not say CA:TRUE, so it vouches for nothing");
        found.push(flaw("not-a-ca", &Client::ALL, detail, say!("Give the certificate of the CA itself.")));
    }
    if one.traits.cert_sign == Permission::Denied {
        let detail = say!("the keyUsage of {subject} does not name keyCertSign");
        found.push(flaw("key-usage", &[Docker, Curl], detail, ANEW));
    }
    found
}

/// Each certificate is to be followed by the one that signed it.
fn of_order(chain: &[Examined]) -> Vec<Flaw> {
    let mut found = Vec::new();
    let hint = say!(
        "Put the leaf first, then each issuer after the certificate that it signed: regctl cert import does."
    );
    for (index, one) in chain.iter().enumerate() {
        let subject = &one.certificate.summary.subject;
        if one.signer.is_some_and(|signer| signer != index + 1) {
            let detail = say!("{subject} is not followed by the certificate that signed it");
            found.push(flaw("wrong-order", &[], detail, hint));
        }
        if index > 0 && !chain.iter().any(|other| other.signer == Some(index)) {
            let detail = say!("{subject} has signed nothing in this chain");
            found.push(flaw(
                "stray-certificate",
                &[],
                detail,
                say!("Take it out: it only makes handshakes longer."),
            ));
        }
    }
    found
}

/// What the judge found that has not been told yet.
fn of_trust(case: Case<'_>, so_far: &[Flaw]) -> Vec<Flaw> {
    let Some(defects) = case.trust else { return Vec::new() };
    let refused = so_far.iter().any(|flaw| flaw.refused_by.contains(&Docker));
    let mut found = Vec::new();
    for defect in defects {
        match defect {
            Defect::UnknownIssuer { .. } | Defect::OtherKey { .. } | Defect::IssuerMissing { .. } => {
                found.push(told(defect, &Client::ALL, case));
            }
            // Either it is told already and better, or by no rule of this file.
            Defect::Refused(_) if !refused && !so_far.iter().any(|flaw| flaw.cause == "short-key") => {
                found.push(told(defect, &Client::ALL, case));
            }
            // One of the CA file, which is not in the chain.
            Defect::Expired { .. } | Defect::NotYetValid { .. }
                if !so_far.iter().any(|flaw| flaw.detail == told(defect, &[], case).detail) =>
            {
                found.push(told(defect, &Client::ALL, case));
            }
            _ => {}
        }
    }
    found
}

fn of_length(leaf: &Certificate) -> Option<Flaw> {
    let length = leaf.validity.not_after - leaf.validity.not_before;
    // cert gen sets notBefore back an hour.
    (length > LONGEST + Duration::days(1)).then(|| {
        let days = length.whole_days();
        flaw(
            "long-lived",
            &[],
            say!("it is made to last {days} days, and macOS takes no more than 825"),
            say!("It does where nobody pulls from a Mac; regctl cert gen --days 825 makes a shorter one."),
        )
    })
}
