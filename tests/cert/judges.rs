//! What OpenSSL, Go (skopeo), curl and rustls make of the certificates.

use std::sync::Arc;

use regctl_lab::loopback::{Registry, Setup};
use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier as _;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};

use crate::folder::Folder;

const KEY_TYPES: [&str; 3] = ["ecdsa-p256", "rsa-2048", "rsa-4096"];
const NAMES: [&str; 6] = ["--ip", "127.0.0.1", "--ip", "192.168.0.1", "--dns", "localhost"];

/// Certificates of every key type, each with an ordinary CA and with one that is held to its names.
fn every_kind() -> impl Iterator<Item = Folder> {
    let kinds =
        KEY_TYPES.into_iter().flat_map(|key_type| [(key_type, None), (key_type, Some("--constrain-ca"))]);
    kinds.map(|(key_type, constrain)| {
        let folder = Folder::new();
        let words: Vec<&str> = NAMES.into_iter().chain(["--key-type", key_type]).chain(constrain).collect();
        folder.made(&words);
        folder
    })
}

#[test]
fn openssl_finds_nothing_to_object_to() {
    for folder in every_kind() {
        for name in ["-verify_ip 192.168.0.1", "-verify_ip 127.0.0.1", "-verify_hostname localhost"] {
            let line = format!(
                "openssl verify -x509_strict -purpose sslserver {name} -CAfile certs/ca.crt certs/domain.crt"
            );
            assert_eq!(folder.shell(&line), "certs/domain.crt: OK\n");
        }
        let keys = folder.shell(
            "openssl pkey -in certs/domain.key -pubout; openssl x509 -in certs/domain.crt -noout -pubkey
             openssl pkey -in certs/ca.key -pubout; openssl x509 -in certs/ca.crt -noout -pubkey",
        );
        let keys: Vec<&str> = keys.split_inclusive("END PUBLIC KEY-----\n").collect();
        assert_eq!((keys[0], keys[2]), (keys[1], keys[3]), "a key does not belong to its certificate");
    }
}

#[test]
fn the_extensions_are_those_that_strict_clients_ask_for() {
    for folder in every_kind() {
        let ca = folder.shell("openssl x509 -in certs/ca.crt -noout -text");
        for part in ["CA:TRUE, pathlen:0", "Certificate Sign, CRL Sign", "Subject Key Identifier"] {
            assert!(ca.contains(part), "{part} is not in {ca}");
        }
        let leaf = folder.shell("openssl x509 -in certs/domain.crt -noout -text");
        for part in [
            "Basic Constraints: critical\n                CA:FALSE",
            "Key Usage: critical\n                Digital Signature",
            "TLS Web Server Authentication",
            "IP Address:127.0.0.1",
            "DNS:localhost",
            "Subject Key Identifier",
            "Authority Key Identifier",
        ] {
            assert!(leaf.contains(part), "{part} is not in {leaf}");
        }
        assert_eq!(leaf.contains("Key Encipherment"), leaf.contains("rsaEncryption"), "{leaf}");
        assert!(!leaf.contains("DNS:127.0.0.1") && !leaf.contains("DNS:192.168.0.1"), "{leaf}");
        let serial = folder.shell("openssl x509 -in certs/domain.crt -noout -serial");
        assert_eq!(serial.trim().len(), "serial=".len() + 32, "{serial}");
    }
}

#[test]
fn validity_begins_an_hour_ago_and_lasts_as_long_as_it_was_asked_to() {
    let folder = Folder::new();
    folder.made(&["--days", "10", "--ca-days", "20"]);
    let seconds = |file: &str, which: &str| -> i64 {
        let line = format!("date +%s -d \"$(openssl x509 -in certs/{file} -noout -{which} | cut -d= -f2)\"");
        folder.shell(&line).trim().parse().expect("seconds")
    };
    let now: i64 = folder.shell("date +%s").trim().parse().expect("seconds");
    let near = |time: i64, wanted: i64| assert!((time - wanted).abs() < 60, "{time}, not {wanted}");
    near(seconds("domain.crt", "startdate"), now - 3600);
    near(seconds("domain.crt", "enddate"), now + 10 * 86_400);
    near(seconds("ca.crt", "enddate"), now + 20 * 86_400);
}

#[test]
fn a_constrained_ca_signs_for_its_names_only() {
    let folder = Folder::new();
    folder.made(&["--ip", "192.168.0.1", "--dns", "lb.example.com", "--constrain-ca"]);
    let verify = |sans: &str| {
        let lines = format!(
            "openssl req -new -newkey rsa:2048 -nodes -keyout other.key -subj /CN=other -out other.csr
             printf 'subjectAltName={sans}' >ext
             openssl x509 -req -in other.csr -CA certs/ca.crt -CAkey certs/ca.key -CAcreateserial -extfile ext -out other.crt
             openssl verify -CAfile certs/ca.crt other.crt 2>&1 || true"
        );
        folder.shell(&lines)
    };
    assert!(verify("IP:192.168.0.1").contains("OK"));
    assert!(verify("IP:8.8.8.8").contains("permitted subtree violation"));
    assert!(verify("DNS:www.example.org").contains("permitted subtree violation"));
}

#[test]
fn webpki_accepts_them_for_their_names_and_for_no_others() {
    for folder in every_kind() {
        let chain: Vec<CertificateDer<'_>> = CertificateDer::pem_file_iter(folder.file("certs/domain.crt"))
            .expect("opens")
            .collect::<Result<_, _>>()
            .expect("is PEM");
        let mut roots = RootCertStore::empty();
        roots
            .add(CertificateDer::from_pem_file(folder.file("certs/ca.crt")).expect("is PEM"))
            .expect("is a root");
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let verifier =
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build().expect("builds");
        let judge = |name: &'static str| {
            let name = ServerName::try_from(name).expect("a name");
            verifier.verify_server_cert(&chain[0], &chain[1..], &name, &[], UnixTime::now()).is_ok()
        };
        assert!(judge("192.168.0.1") && judge("127.0.0.1") && judge("localhost"));
        assert!(!judge("192.168.0.2") && !judge("example.com"));
    }
}

/// A registry that shows the folder's certificate.
fn registry(folder: &Folder) -> Registry {
    let setup =
        Setup::new(folder.path()).tls(&folder.file("certs/domain.crt"), &folder.file("certs/domain.key"));
    setup.start().expect("a registry starts")
}

#[test]
fn go_pushes_and_pulls_and_curl_looks_on() {
    for folder in every_kind() {
        let registry = registry(&folder);
        let port = registry.port;
        folder.shell("mkdir certs.d; cp certs/ca.crt certs.d/; date >f; tar -cf layer.tar f");
        for host in ["127.0.0.1", "localhost"] {
            let skopeo = "skopeo --insecure-policy";
            folder.shell(&format!(
                "{skopeo} copy -q --dest-cert-dir certs.d tarball:layer.tar docker://{host}:{port}/team/app:1
                 rm -rf back
                 {skopeo} copy -q --src-cert-dir certs.d docker://{host}:{port}/team/app:1 dir:back
                 test -s back/manifest.json"
            ));
            let tags = folder.shell(&format!(
                "curl -sS --cacert certs/ca.crt https://{host}:{port}/v2/team/app/tags/list"
            ));
            assert_eq!(tags.trim(), r#"{"name":"team/app","tags":["1"]}"#);
        }
        let without =
            folder.shell(&format!("skopeo list-tags docker://127.0.0.1:{port}/team/app 2>&1 || true"));
        assert!(without.contains("x509: certificate signed by unknown authority"), "{without}");
    }
}
