//! `cert show` says of every kind of certificate what the real clients say of it.

use std::net::TcpStream;
use std::sync::Arc;

use regctl_lab::loopback::{Registry, Setup};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore};
use serde_json::Value;

use crate::folder::Folder;

/// A CA that holds until 2039, a request for a leaf, and a CA between the two.
pub(crate) const CA: &str = "
printf 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n' >ca.ext
printf 'subjectAltName=IP:127.0.0.1' >ext
openssl req -new -newkey rsa:2048 -nodes -keyout ca.key -subj /CN=Test -out ca.csr
faketime '2020-01-01' openssl x509 -req -in ca.csr -signkey ca.key -days 7300 -extfile ca.ext -out ca.crt
openssl req -new -newkey rsa:2048 -nodes -keyout domain.key -subj /CN=127.0.0.1 -out leaf.csr
openssl req -new -newkey rsa:2048 -nodes -keyout mid.key -subj /CN=Middle -out mid.csr
openssl req -new -newkey rsa:2048 -nodes -keyout mid2.key -subj /CN=Middle2 -out mid2.csr
openssl x509 -req -in mid.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 90 -extfile ca.ext -out mid.crt
openssl x509 -req -in mid2.csr -CA mid.crt -CAkey mid.key -CAcreateserial -days 90 -extfile ca.ext -out mid2.crt
";

/// `domain.crt` from the CA, with these extensions and options of `openssl x509`. It is an hour old: one made by
/// `faketime now` was once found not to be valid yet.
pub(crate) fn signed(extensions: &str, options: &str) -> String {
    format!(
        "printf '{extensions}' >ext.own; faketime \"${{WHEN:-1 hour ago}}\" openssl x509 -req -days 90 {options} -in leaf.csr -CA ca.crt \
         -CAkey ca.key -CAcreateserial -extfile ext.own -out domain.crt"
    )
}

/// `domain.crt` from the certificate and key of `by`, with these files behind it.
pub(crate) fn chained(by: &str, behind: &str) -> String {
    format!(
        "openssl x509 -req -in leaf.csr -CA {by}.crt -CAkey {}.key -CAcreateserial -days 90 -extfile ext -out leaf.crt
         cat leaf.crt {behind} >domain.crt",
        by.trim_end_matches("-bad")
    )
}

/// `domain.crt` that is its own CA, as `openssl req -x509` makes it.
fn self_signed(constraint: &str) -> String {
    format!(
        "openssl req -x509 -newkey rsa:2048 -nodes -keyout domain.key -subj /CN=127.0.0.1 -days 90 -addext {SAN} \
         -addext basicConstraints=critical,{constraint} -out domain.crt; cp domain.crt ca.crt"
    )
}

/// `domain.crt` as the shortest command of all makes it: CA:TRUE and no SAN.
const PLAIN: &str = "
openssl req -x509 -newkey rsa:2048 -nodes -keyout domain.key -subj /CN=127.0.0.1 -days 90 -out domain.crt; cp domain.crt ca.crt";

pub(crate) const SAN: &str = "subjectAltName=IP:127.0.0.1";

/// Lines that make a certificate, and the causes that are told, those that somebody refuses it for first.
fn kinds() -> Vec<(String, Vec<&'static str>)> {
    let with = |more: &str| signed(&format!("{SAN}\\n{more}"), "");
    let mid = |options: &str, extensions: &str| {
        format!(
            "printf '{extensions}' >mid.ext; openssl x509 -req {options} -in mid.csr -CA ca.crt -CAkey ca.key -CAcreateserial \
             -days 90 -extfile mid.ext -out mid-bad.crt; {}",
            chained("mid-bad", "mid-bad.crt")
        )
    };
    vec![
        (signed(SAN, ""), vec![]),
        (signed("basicConstraints=CA:FALSE", ""), vec!["common-name-only"]),
        (signed("subjectAltName=DNS:127.0.0.1", ""), vec!["ip-in-dns-name"]),
        (signed("subjectAltName=DNS:127.0.0.1,IP:127.0.0.1", ""), vec![]),
        (signed("subjectAltName=IP:10.9.9.9", ""), vec!["wrong-name"]),
        (with("extendedKeyUsage=clientAuth"), vec!["no-server-auth"]),
        (with("keyUsage=critical,keyCertSign"), vec!["key-usage"]),
        (with("keyUsage=critical,keyEncipherment"), vec![]),
        (with("basicConstraints=CA:TRUE"), vec!["ca-as-leaf"]),
        (with("1.2.3.4=critical,ASN1:UTF8String:x"), vec!["critical-extension"]),
        (signed(SAN, "-sha1"), vec!["old-signature"]),
        (format!("WHEN=2021-05-05; {}", signed(SAN, "")), vec!["expired"]),
        (format!("WHEN=2034-05-05; {}", signed(SAN, "")), vec!["not-yet-valid"]),
        (signed(SAN, "-days 3000"), vec!["long-lived"]),
        (
            format!(
                "openssl req -new -newkey rsa:1024 -nodes -keyout domain.key -subj /CN=127.0.0.1 -out leaf.csr; {}",
                signed(SAN, "")
            ),
            vec!["short-key"],
        ),
        (self_signed("CA:FALSE"), vec![]),
        (self_signed("CA:TRUE"), vec!["ca-as-leaf"]),
        (PLAIN.to_owned(), vec!["common-name-only", "ca-as-leaf"]),
        (chained("mid2", "mid2.crt mid.crt"), vec![]),
        (chained("mid2", "mid.crt mid2.crt"), vec!["wrong-order", "wrong-order"]),
        (chained("mid2", "mid2.crt mid.crt ca.crt"), vec![]),
        (chained("mid2", "mid2.crt"), vec!["issuer-missing"]),
        (chained("ca", "mid.crt"), vec!["stray-certificate"]),
        (mid("", "basicConstraints=CA:FALSE"), vec!["not-a-ca"]),
        (mid("-sha1", "basicConstraints=CA:TRUE"), vec!["old-signature"]),
    ]
}

/// What Go, curl and rustls make of a registry, each by its own code.
fn opinions(folder: &Folder, registry: &Registry) -> [bool; 3] {
    let port = registry.port;
    let go = folder.shell(&format!(
        "rm -rf trust; mkdir trust; cp ca.crt trust; skopeo inspect --cert-dir trust docker://127.0.0.1:{port}/none 2>&1 || true"
    ));
    let curl = folder.shell(&format!(
        "curl -s -o /dev/null --noproxy '*' --cacert ca.crt https://127.0.0.1:{port}/v2/ && echo took || true"
    ));
    [go.contains("manifest unknown"), curl.contains("took"), rustls_takes(folder, port)]
}

fn rustls_takes(folder: &Folder, port: u16) -> bool {
    let mut roots = RootCertStore::empty();
    let own = CertificateDer::pem_file_iter(folder.file("ca.crt")).expect("opens");
    roots.add_parsable_certificates(own.map(|one| one.expect("is PEM")));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = builder.expect("speaks TLS").with_root_certificates(roots).with_no_client_auth();
    let name = ServerName::try_from("127.0.0.1").expect("a name");
    let mut connection = ClientConnection::new(Arc::new(config), name).expect("begins");
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("connects");
    while connection.is_handshaking() {
        if connection.complete_io(&mut stream).is_err() {
            return false;
        }
    }
    true
}

fn texts<'a>(of: &'a Value, key: &str) -> Vec<&'a str> {
    let all = of.as_array().expect("a list");
    all.iter().map(|one| one[key].as_str().expect("a text")).collect()
}

#[test]
fn the_verdicts_are_those_of_the_real_clients() {
    let base = Folder::new();
    base.shell(CA);
    for (lines, causes) in kinds() {
        let folder = Folder::new();
        folder.shell(&format!("cp {}/* .; {lines}", base.path().display()));
        let setup = Setup::new(folder.path()).tls(&folder.file("domain.crt"), &folder.file("domain.key"));
        let registry = setup.start().expect("a registry starts");
        let address = format!("127.0.0.1:{}", registry.port);
        let run = folder.cert("show", &[&address, "--ca", "ca.crt", "-o", "json"]);
        let json = run.json();
        assert_eq!(texts(&json["flaws"], "cause"), causes, "{lines}: {json:#}");
        assert_eq!(texts(&json["clients"], "client"), ["docker", "curl", "rustls"]);
        let verdicts = json["clients"].as_array().expect("a list").iter();
        let verdicts: Vec<_> = verdicts.map(|one| one["accepts"].as_bool().expect("a verdict")).collect();
        assert_eq!(verdicts, opinions(&folder, &registry), "{lines}: {json:#}");
        let accepted = verdicts.iter().all(|accepts| *accepts);
        assert_eq!((run.exit, &json["ok"]), (Some(i32::from(!accepted)), &Value::Bool(accepted)));
    }
}

#[test]
fn what_is_shown_is_what_openssl_shows() {
    let folder = Folder::new();
    folder.made(&["--key-type", "rsa-2048", "--days", "100", "--dns", "lb.example.com", "--ip", "10.0.0.7"]);
    let run = folder.cert("show", &["certs/domain.crt", "--ca", "certs/ca.crt", "-o", "json"]);
    let json = run.json();
    assert_eq!((run.exit, &json["schema"]), (Some(0), &"regctl.cert-show/v1".into()), "{json:#}");
    let (leaf, ca) = (&json["chain"][0], &json["chain"][1]);
    let openssl = |what: &str| {
        let line = format!("openssl x509 -in certs/domain.crt -noout {what} | cut -d= -f2-");
        folder.shell(&line).trim().to_owned()
    };
    let fingerprint = format!("SHA256:{}", openssl("-fingerprint -sha256"));
    assert_eq!(leaf["summary"]["fingerprint"], fingerprint);
    let serial = leaf["serial"].as_str().expect("a text").replace(':', "").to_uppercase();
    assert_eq!(serial, openssl("-serial"));
    assert_eq!((&leaf["key"], &leaf["signature"]), (&"RSA 2048".into(), &"RSA with SHA-256".into()));
    assert_eq!((&leaf["ca"], &ca["ca"], &ca["self_signed"]), (&false.into(), &true.into(), &true.into()));
    assert_eq!(leaf["days_left"], 99);
    let text = folder.cert("show", &["certs/domain.crt"]).stdout;
    for part in [fingerprint.as_str(), "10.0.0.7, lb.example.com", "99 days left", "rustls  takes it"] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    let authority = folder.cert("show", &["certs/ca.crt", "-o", "json"]);
    assert_eq!((authority.exit, &authority.json()["purpose"]), (Some(0), &"authority".into()));
}

#[test]
fn a_plain_self_signed_certificate_is_judged_as_a_servers_and_as_ca_crt_as_a_ca() {
    let folder = Folder::new();
    folder.shell(PLAIN);
    let served = folder.cert("show", &["domain.crt", "-o", "json"]);
    assert_eq!((served.exit, &served.json()["purpose"]), (Some(1), &"server".into()));
    assert_eq!(texts(&served.json()["flaws"], "cause"), ["common-name-only", "ca-as-leaf"]);
    let trusted = folder.cert("show", &["ca.crt", "-o", "json"]);
    assert_eq!((trusted.exit, &trusted.json()["purpose"]), (Some(0), &"authority".into()));
}

#[test]
fn what_answers_without_tls_is_named_and_what_is_no_certificate_is_exit_2() {
    let folder = Folder::new();
    let registry = Setup::new(folder.path()).start().expect("a registry starts");
    let address = format!("127.0.0.1:{}", registry.port);
    let run = folder.cert("show", &[&address, "-o", "json"]);
    assert_eq!(run.exit, Some(1));
    let flaw = &run.json()["flaws"][0];
    assert_eq!(flaw["cause"], "plain-http", "{flaw}");
    assert!(flaw["detail"].as_str().expect("a text").contains("it says `HTTP/1.1 200 OK`"), "{flaw}");
    drop(registry);
    assert_eq!(
        folder.cert("show", &[&address, "-o", "json"]).json()["flaws"][0]["cause"],
        "connection-refused"
    );
    folder.shell("echo nothing >empty.crt; openssl req -x509 -newkey rsa:2048 -nodes -keyout k -subj /CN=x -outform der -out der.crt");
    for file in ["empty.crt", "der.crt", "missing.crt", "-"] {
        assert_eq!(folder.cert("show", &[file]).exit, Some(2), "{file}");
    }
}

#[test]
fn a_file_alone_tells_what_no_server_has_to_be_asked_for() {
    let folder = Folder::new();
    folder.shell(CA);
    let causes = |lines: &str| {
        folder.shell(lines);
        let run = folder.cert("show", &["domain.crt", "-o", "json"]);
        texts(&run.json()["flaws"], "cause").join(",")
    };
    assert_eq!(causes(&signed("subjectAltName=DNS:127.0.0.1", "")), "ip-in-dns-name");
    assert_eq!(causes(&signed("basicConstraints=CA:FALSE", "")), "common-name-only");
    assert_eq!(causes(&format!("{}; cat domain.key >>domain.crt", signed(SAN, ""))), "private-key");
    let run = folder.cert("show", &["domain.crt", "--ca", "mid.crt", "-o", "json"]);
    assert_eq!((run.exit, &run.json()["flaws"][0]["cause"]), (Some(1), &"issuer-missing".into()));
}
