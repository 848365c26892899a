//! What an error text means, of a container engine or of another client: the cause in a word, and what to do about it.

/// Words of Docker, containerd, podman, skopeo, curl, OpenSSL and rustls, the cause, and the next step. The first that
/// fits counts.
pub(super) const TABLE: &[(&[&str], &str, &str)] = &[
    (
        &["cannot validate certificate for", "doesn't contain any ip sans"],
        "missing-ip-san",
        later!(
            "The certificate lacks the address as an iPAddress SAN: regctl cert gen --ip ADDRESS, then deploy."
        ),
    ),
    (
        &["relies on legacy common name"],
        "common-name-only",
        later!("The certificate has no SAN, and Docker looks at nothing else: regctl cert gen, then deploy."),
    ),
    (
        &[
            "certificate is valid for",
            "not valid for",
            "no alternative certificate subject name",
            "ip address mismatch",
            "hostname mismatch",
        ],
        "wrong-name",
        later!("The certificate is for other names: regctl cert gen with this one among them, then deploy."),
    ),
    (
        &["digest algorithm too weak", "insecure algorithm", "md too weak"],
        "old-signature",
        later!("It is signed with SHA-1 or MD5: regctl cert gen makes a new one, then deploy it."),
    ),
    (
        &["certificate key too weak", "key too small"],
        "short-key",
        later!("An RSA key has at least 2048 bits: regctl cert gen makes a new one, then deploy it."),
    ),
    (
        &["unsuitable certificate purpose", "incompatible key usage", "invalidpurpose", "required eku"],
        "no-server-auth",
        later!(
            "It is a client's certificate, or one for another use: give the registry one for serverAuth (regctl cert gen)."
        ),
    ),
    (
        &["causedasendentity"],
        "ca-as-leaf",
        later!(
            "It says CA:TRUE, which clients built on rustls refuse: regctl cert gen makes a CA and a leaf apart."
        ),
    ),
    (
        &["parent certificate cannot sign", "invalid ca certificate"],
        "not-a-ca",
        later!("A certificate of the chain signs others and is no CA: regctl cert show names it."),
    ),
    (
        &["unhandled critical extension", "unsupportedcriticalextension"],
        "critical-extension",
        later!("It has an extension that no client knows: regctl cert show names it."),
    ),
    (
        &["private key does not match public key", "key values mismatch"],
        "key-mismatch",
        later!(
            "domain.key belongs to another certificate than the first of domain.crt: regctl cert import puts them right."
        ),
    ),
    (
        &[
            "certificate signed by unknown authority",
            "unable to get local issuer",
            "unable to verify the first",
            "self-signed certificate",
            "self signed certificate",
            "unknownissuer",
            "unknown certificate authority",
            "unknown ca",
            "remote error: tls: bad certificate",
        ],
        "unknown-authority",
        later!(
            "The CA is not where the engine looks, or it is another one: regctl trust-agents; the folder under certs.d is named \
             exactly like the registry in the image's name."
        ),
    ),
    (
        &["certificate has expired or is not yet valid"],
        "expired-or-not-yet-valid",
        later!("Compare the agent's clock with the certificate's dates: regctl verify shows them."),
    ),
    (&["certificate has expired", "certificate expired"], "expired", EXPIRED),
    (&["certificate is not yet valid", "notvalidyet"], "not-yet-valid", NOT_YET_VALID),
    (
        &["missing client certificate"],
        "stray-key",
        later!(
            "There is a .key without its .cert in the folder under certs.d: remove it, agents need the CA alone."
        ),
    ),
    (
        &["missing key"],
        "stray-cert",
        later!(
            "There is a .cert without its .key in the folder under certs.d: a CA's file must end in .crt."
        ),
    ),
    (
        &[
            "server gave http response to https client",
            "wrong version number",
            "does not look like a tls handshake",
            "packet length too long",
        ],
        "plain-http",
        later!("The registry speaks plain HTTP: deploy it with TLS, or trust-agents --mode insecure."),
    ),
    (
        &["client sent an http request to an https server", "plain http request was sent to https port"],
        "https-behind-http",
        later!(
            "The engine is told that this registry is insecure, and it speaks TLS: take it out of insecure-registries."
        ),
    ),
    (
        &[
            "proxyconnect",
            "proxy-authenticate",
            "407 proxy",
            "from proxy after connect",
            "connect tunnel failed",
            "proxy connect aborted",
            "proxy authentication required",
        ],
        "engine-proxy",
        later!(
            "The engine goes through a proxy: except the registry from it with NO_PROXY in the engine's own environment."
        ),
    ),
    (
        &["connection refused"],
        "connection-refused",
        later!("Is the VIP programmed on this agent, and the registry running?"),
    ),
    (
        &["no such host", "server misbehaving", "could not resolve host"],
        "unresolved",
        later!("The name has no address on this agent."),
    ),
    (
        &["no route to host", "network is unreachable"],
        "unreachable",
        later!("The VIP is not programmed there, or a route is missing."),
    ),
    (
        &["i/o timeout", "tls handshake timeout", "deadline exceeded", "client.timeout"],
        "timeout",
        later!("A firewall drops the packets, or the VIP is not programmed on this agent."),
    ),
    (
        &["connection reset by peer", "unexpected eof", "broken pipe"],
        "reset",
        later!("net.netfilter.nf_conntrack_tcp_be_liberal must be 1 on this agent: regctl trust-agents."),
    ),
    (
        &["no basic auth credentials", "unauthorized", "authentication required"],
        "user-missing",
        later!("Give --user and --password-file."),
    ),
    (
        &["manifest unknown", "not found"],
        "image-missing",
        later!(
            "It was pushed a moment ago: do several instances without common storage stand behind this address?"
        ),
    ),
    (
        &["no space left on device"],
        "disk-full",
        later!("Make room where the agent's engine keeps its images."),
    ),
    (
        &["cannot connect to the docker daemon", "is the docker daemon running"],
        "no-engine",
        later!("Start the agent's Docker Engine."),
    ),
];

const EXPIRED: &str = later!(
    "Make a new certificate with regctl cert gen and deploy it; if its date looks right, look at the clock there."
);
const NOT_YET_VALID: &str = later!("Look at the clocks, there and where the certificate was made.");

/// The cause that an engine's words name, and what to do about it; `engine` where they name none.
pub(super) fn cause(words: &str) -> (&'static str, &'static str) {
    let words = words.to_lowercase();
    // Go says which of the two it is behind the times that it compares.
    if words.contains("certificate has expired or is not yet valid") {
        if words.contains(" is after ") {
            return ("expired", EXPIRED);
        }
        if words.contains(" is before ") {
            return ("not-yet-valid", NOT_YET_VALID);
        }
    }
    let fits = |needles: &[&str]| needles.iter().any(|needle| words.contains(needle));
    TABLE.iter().find(|(needles, ..)| fits(needles)).map_or_else(
        || ("engine", say!("Try the same pull by hand there, and look at the engine's log.")),
        |(_, cause, hint)| (*cause, *hint),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_engines_name_their_cause() {
        for (words, expected) in [
            (
                r#"Get "https://192.168.0.1/v2/": x509: certificate signed by unknown authority"#,
                "unknown-authority",
            ),
            (
                "x509: cannot validate certificate for 192.168.0.1 because it doesn't contain any IP SANs",
                "missing-ip-san",
            ),
            ("x509: certificate is valid for 10.9.9.9, not 192.168.0.1", "wrong-name"),
            ("x509: certificate relies on legacy Common Name field, use SANs instead", "common-name-only"),
            (
                "x509: certificate has expired or is not yet valid: current time 2036-",
                "expired-or-not-yet-valid",
            ),
            (
                "x509: certificate has expired or is not yet valid: current time 2036-01-01T is after 2035-",
                "expired",
            ),
            ("missing client certificate domain.cert for key domain.key", "stray-key"),
            (
                "missing key ca.key for client certificate ca.cert. CA certificates should use the extension .crt",
                "stray-cert",
            ),
            (
                "x509: certificate signed by unknown authority (possibly because of \"x509: cannot verify signature: insecure algorithm SHA1-RSA",
                "old-signature",
            ),
            ("http: server gave HTTP response to HTTPS client", "plain-http"),
            ("proxyconnect tcp: dial tcp 10.0.0.9:3128: i/o timeout", "engine-proxy"),
            ("dial tcp 192.168.0.1:443: connect: connection refused", "connection-refused"),
            ("read tcp 10.0.0.1:2->192.168.0.1:443: read: connection reset by peer", "reset"),
            ("no basic auth credentials", "user-missing"),
            ("manifest unknown: manifest unknown", "image-missing"),
            ("something new", "engine"),
        ] {
            assert_eq!(cause(words).0, expected, "{words}");
        }
    }
}
