//! The subject hash that regctl computes against the one that OpenSSL prints.

use std::io::Write as _;
use std::process::Command;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

/// A self-signed certificate with this subject, encoded as `mask` says, and its hash by OpenSSL.
fn by_openssl(subject: &str, mask: &str) -> (Vec<u8>, String) {
    let dir = tempfile::tempdir().expect("a folder");
    let config =
        format!("[req]\nprompt=no\nstring_mask={mask}\nutf8=yes\ndistinguished_name=dn\n[dn]\n{subject}\n");
    std::fs::write(dir.path().join("c"), config).expect("writes");
    let openssl = |args: &str| {
        let output = Command::new("openssl")
            .args(args.split(' '))
            .current_dir(dir.path())
            .output()
            .expect("openssl runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    openssl(
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout k -out c.pem -days 1 -config c",
    );
    let hash = String::from_utf8(openssl("x509 -in c.pem -noout -hash")).expect("is text");
    let der = CertificateDer::from_pem_file(dir.path().join("c.pem")).expect("is PEM");
    (der.to_vec(), hash.trim().to_owned())
}

#[test]
fn hashes_are_those_of_openssl() {
    if Command::new("openssl").arg("version").output().is_err() {
        let _ = writeln!(std::io::stderr(), "hashes_are_those_of_openssl: skipped: openssl is not installed");
        return;
    }
    let subjects = [
        "CN=Registry CA 1a2b3c4d",
        "C=CN\nST=SH\nL=Shang  Hai\nO= Example.COM \nCN=192.168.0.1",
        "C=CN\nO=示例公司\nCN=镜像库",
        "O=Grüße GmbH\n+CN=Ärger\n+OU=Zwei",
        "emailAddress=Op@Example.com\nCN=a",
        &format!("O={}\nOU={}\nCN=long", "x".repeat(64), "y".repeat(64)),
    ];
    for subject in subjects {
        for mask in ["utf8only", "nombstr", "default"] {
            // Chinese does not fit into the one-byte types.
            if mask == "nombstr" && subject.contains('示') {
                continue;
            }
            let (der, expected) = by_openssl(subject, mask);
            assert_eq!(regctl::plan::subject_hash::subject_hash(&der), Some(expected), "{subject} as {mask}");
        }
    }
}
