//! Signing with a CA that the operator has already.

use crate::folder::Folder;

/// A CA of the operator's own in `own.crt` and `own.key`, made by these words of `openssl req`.
fn with_ca(key: &str, subject: &str) -> Folder {
    let folder = Folder::new();
    folder.shell(&format!(
        "openssl req -x509 {key} -nodes -keyout own.key -days 3000 -subj '{subject}' -out own.crt \
         -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign"
    ));
    folder
}

const SIGN: [&str; 4] = ["--ca-cert", "own.crt", "--ca-key", "own.key"];

#[test]
fn keys_of_every_form_sign_and_the_cas_own_key_is_not_copied() {
    let rsa = "-newkey rsa:2048";
    let ec = "-newkey ec -pkeyopt ec_paramgen_curve:P-256";
    let forms = [
        (rsa, "true"),
        (rsa, "openssl rsa -in own.key -traditional -out t; grep -q 'BEGIN RSA' t; mv t own.key"),
        (ec, "true"),
        (ec, "openssl ec -in own.key -out t; grep -q 'BEGIN EC' t; mv t own.key"),
    ];
    for (key, convert) in forms {
        let folder = with_ca(key, "/O=Example/CN=Corporate Root");
        folder.shell(convert);
        let run = folder.made(&SIGN);
        assert_eq!(folder.names("certs"), ["ca.crt", "domain.crt", "domain.key"]);
        let line = "openssl verify -x509_strict -verify_ip 192.168.0.1 -CAfile own.crt certs/domain.crt";
        assert_eq!(folder.shell(line), "certs/domain.crt: OK\n");
        assert_eq!(folder.shell("openssl x509 -in own.crt"), folder.read("certs/ca.crt"));
        assert!(run.stdout.contains("CN=Corporate Root") && !run.stdout.contains("ca.key"), "{}", run.stdout);
    }
}

#[test]
fn a_leaf_never_outlives_the_ca() {
    let folder = Folder::new();
    folder.shell(
        "openssl req -x509 -newkey rsa:2048 -nodes -keyout own.key -days 20 -subj /CN=Short -out own.crt \
         -addext basicConstraints=critical,CA:TRUE",
    );
    folder.made(&SIGN);
    let ends =
        folder.shell("for file in own.crt certs/domain.crt; do openssl x509 -in $file -noout -enddate; done");
    let ends: Vec<&str> = ends.lines().collect();
    assert_eq!(ends[0], ends[1]);
}

#[test]
fn what_cannot_sign_is_exit_2_and_nothing_is_written() {
    let folder = with_ca("-newkey rsa:2048", "/CN=Root");
    folder.shell(
        "openssl genrsa -out other.key 2048; echo nonsense >nonsense
         openssl rsa -in own.key -aes256 -passout pass:x -out locked.key
         openssl req -new -newkey rsa:2048 -nodes -keyout leaf.key -subj /CN=leaf -out leaf.csr
         openssl x509 -req -in leaf.csr -CA own.crt -CAkey own.key -CAcreateserial -out leaf.crt
         faketime 2010-01-01 openssl req -x509 -key own.key -days 9 -subj /CN=Root -out old.crt -addext basicConstraints=critical,CA:TRUE",
    );
    let cases = [
        ("missing.crt", "own.key", "no such file"),
        ("own.crt", "missing.key", "no such file"),
        ("nonsense", "own.key", "no certificate in PEM form"),
        ("own.crt", "nonsense", "no private key in PEM form"),
        ("own.crt", "locked.key", "no private key in PEM form"),
        ("own.crt", "other.key", "does not belong to own.crt"),
        ("leaf.crt", "leaf.key", "is not a CA"),
        ("old.crt", "own.key", "expired on 2010-01-10"),
    ];
    for (certificate, key, words) in cases {
        let run = folder.cert_gen(&["--ca-cert", certificate, "--ca-key", key]);
        assert_eq!(run.exit, Some(2), "{certificate} {key}: {run:?}");
        assert!(run.stderr.contains(words), "{certificate} {key}: {}", run.stderr);
        assert!(!run.stderr.contains("PRIVATE"), "{}", run.stderr);
    }
    for alone in [["--ca-cert", "own.crt"], ["--ca-key", "own.key"]] {
        assert_eq!(folder.cert_gen(&alone).exit, Some(2));
    }
    assert!(!folder.file("certs").exists());
}
