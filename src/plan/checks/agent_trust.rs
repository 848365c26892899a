//! The `agent-trust` check: whether Docker on an agent finds the CA where it looks for it.

use super::seen::{Curl, Seen};
use crate::domain::finding::Finding;
use crate::domain::transport::Transport;

const NAME: &str = "agent-trust";
const TRUST: &str = later!("Run regctl trust-agents.");
/// What curl exits with when it does not trust the certificate that it was shown: 51 the name, 60 the chain, 77 the CA
/// file, 83 the issuer.
const REFUSED: &[u8] = &[51, 60, 77, 83];
/// What curl exits with when there was no TLS to be shown a certificate over: no common version or cipher, plain HTTP,
/// or a connection that ended meanwhile.
pub(super) const NO_HANDSHAKE: u8 = 35;
/// What to do about that.
pub(super) const HANDSHAKE: &str =
    later!("TLS 1.2 or 1.3 must answer there, and the agent must know it: compare with the tls check.");

/// The finding about one address.
pub(super) fn check(seen: &Seen<'_>) -> Finding {
    if seen.sight.transport == Transport::Plain {
        return Finding::skip(NAME, say!("it is reached there without TLS"));
    }
    if let Some(key) = stray_key(&seen.files()) {
        return Finding::fail(
            NAME,
            "stray-key",
            say!("{key} has no certificate beside it, so Docker refuses every pull"),
            say!("Remove it: agents need the CA alone, never the registry's key."),
        );
    }
    if let Some(certificate) = stray_certificate(&seen.files()) {
        return Finding::fail(
            NAME,
            "stray-cert",
            say!("{certificate} has no key beside it, so Docker refuses every pull"),
            say!(
                "Docker takes .cert for a client's certificate: a CA's file must end in .crt (regctl trust-agents)."
            ),
        );
    }
    if seen.sight.prints.is_empty() {
        return unless_accepted(seen, say!("no CA file is given to compare with").to_owned());
    }
    if !seen.lacks().is_empty() {
        return unless_accepted(
            seen,
            say!("there is no {} to compare with", seen.lacks().join(say!(", no "))),
        );
    }
    let found = seen.prints();
    if !seen.sight.prints.iter().all(|print| found.contains(&print.as_str())) {
        return without_ca(seen);
    }
    match seen.curl() {
        Some(Curl::Failed(code, words)) if REFUSED.contains(&code) => Finding::fail(
            NAME,
            "certificate-refused",
            say!("holds the CA and refuses the certificate all the same: {words}"),
            say!(
                "Another certificate answers there (a proxy?), or the agent's clock is wrong: \
                 compare with the tls check."
            ),
        ),
        Some(Curl::Failed(NO_HANDSHAKE, words)) => {
            no_handshake(say!("holds the CA, and there is no TLS to try it over: {words}"))
        }
        _ => Finding::pass(NAME, say!("holds the CA")),
    }
}

/// Without anything to compare with, that curl accepts the certificate by the agent's own CA file is proof enough.
fn unless_accepted(seen: &Seen<'_>, why: String) -> Finding {
    match seen.curl() {
        Some(Curl::Status(_)) => Finding::pass(NAME, say!("accepts the registry's certificate")),
        Some(Curl::Failed(NO_HANDSHAKE, words)) => {
            no_handshake(say!("there is no TLS to see a certificate over: {words}"))
        }
        _ => Finding::skip(NAME, why),
    }
}

/// Holding a CA says nothing of a certificate that nobody has seen.
fn no_handshake(detail: String) -> Finding {
    Finding::fail(NAME, "handshake", detail, HANDSHAKE)
}

/// The CA is not where Docker looks: what is there instead.
fn without_ca(seen: &Seen<'_>) -> Finding {
    let folder = seen.sight.address.docker_certs_dir();
    let fail = |cause, detail: String| Finding::fail(NAME, cause, detail, TRUST);
    if matches!(seen.curl(), Some(Curl::Status(_))) {
        return Finding::warn(NAME, "other-ca", say!("holds another CA, which accepts the certificate too"))
            .hint(say!("Run regctl trust-agents to have the same CA everywhere."));
    }
    if !seen.has_folder() {
        return match seen.misspelt_folder() {
            Some(other) => fail(
                "wrong-directory",
                say!("there is no {folder}, and {other} beside it is another registry's to Docker"),
            ),
            None => fail("ca-missing", say!("there is no {folder}")),
        };
    }
    if !seen.prints().is_empty() {
        return fail("other-ca", say!("{folder} holds another CA, an old one perhaps"));
    }
    match seen.files().iter().find(|file| !file.ends_with(".crt")) {
        Some(file) => fail("not-crt", say!("{folder} holds {file}, and Docker reads only what ends in .crt")),
        None => fail("ca-missing", say!("{folder} holds no certificate")),
    }
}

/// A private key without its certificate.
fn stray_key<'a>(files: &[&'a str]) -> Option<&'a str> {
    let has_certificate = |stem: &str| files.iter().any(|file| file.strip_suffix(".cert") == Some(stem));
    files.iter().copied().find(|file| file.strip_suffix(".key").is_some_and(|stem| !has_certificate(stem)))
}

/// A client's certificate without its key; often it is a CA under the wrong name.
fn stray_certificate<'a>(files: &[&'a str]) -> Option<&'a str> {
    let has_key = |stem: &str| files.iter().any(|file| file.strip_suffix(".key") == Some(stem));
    files.iter().copied().find(|file| file.strip_suffix(".cert").is_some_and(|stem| !has_key(stem)))
}
