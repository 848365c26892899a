//! What the operator gives: bad input is exit 2 and nothing is tried, and the system's own roots are not needed.

use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::process::Command;

use regctl_lab::loopback::shell;

use crate::bench::{Bench, DOCUMENT_001, Verified, at, regctl};

#[test]
fn a_ca_file_that_cannot_serve_is_exit_2_and_nobody_is_asked() {
    let bench = Bench::leaf("IP:127.0.0.1", "");
    let _ = shell(
        bench.path(),
        "cat ca.crt ca.key >with-key.crt; echo nonsense >no-pem.crt; openssl x509 -in ca.crt -outform der -out ca.der
         faketime 2020-01-01 openssl x509 -req -in ca.csr -signkey ca.key -days 9 -extfile ca.ext -out old.crt
         sed 5d ca.crt >broken.crt; : >empty.crt; cat domain.crt ca.crt >chain.crt",
    );
    let listener = TcpListener::bind("127.0.0.1:0").expect("binds");
    listener.set_nonblocking(true).expect("can be asked without waiting");
    let address = listener.local_addr().expect("has one").to_string();
    let cases = [
        ("missing.crt", "no-such-file", "no such file"),
        ("no-pem.crt", "certificate", "no certificate in PEM form"),
        ("empty.crt", "certificate", "no certificate in PEM form"),
        ("broken.crt", "certificate", "cannot be used"),
        ("ca.der", "input-file", "not text"),
        ("old.crt", "certificate", "expired on 2020-01-10"),
        ("domain.crt", "certificate", "neither a CA nor self-signed"),
        ("chain.crt", "certificate", "neither a CA nor self-signed"),
        ("with-key.crt", "certificate", "holds a private key"),
    ];
    for (file, kind, words) in cases {
        let output = bench.regctl(&["verify", "--ca", file, "--registry", &address]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{file}: {said}");
        assert!(said.starts_with(&format!("error[{kind}]: ")) && said.contains(words), "{file}: {said}");
    }
    assert!(listener.accept().is_err(), "somebody connected");
}

#[test]
fn a_registry_name_that_is_none_is_exit_2() {
    let bench = Bench::new(DOCUMENT_001);
    for name in ["https://a", "a/b", "..", "a b", "a:0", ""] {
        let output = bench.regctl(&["verify", "--ca", "ca.crt", "--registry", name]);
        assert_eq!(output.status.code(), Some(2), "{name:?}");
    }
}

#[test]
fn a_user_without_a_password_is_exit_2() {
    let bench = Bench::new(DOCUMENT_001);
    let args = ["verify", "--ca", "ca.crt", "--registry", "127.0.0.1:1", "--user", "op"];
    let output = bench.regctl(&args);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no password file"));
}

#[test]
fn without_a_ca_file_only_the_systems_roots_count() {
    let bench = Bench::leaf("IP:127.0.0.1", "");
    let registry = bench.registry();
    let output = bench.regctl(&["verify", "-o", "json", "--registry", &at(&registry)]);
    let verified = Verified::of(&output);
    verified.assert_refused("issuer-missing");
    assert!(verified.finding("tls").3.contains("--ca"), "{}", verified.report);
}

#[test]
fn regctl_toml_names_the_ca_and_the_user() {
    let bench = Bench::new(DOCUMENT_001);
    let _ = shell(bench.path(), "htpasswd -Bbn op secret >htpasswd; echo secret >password");
    let htpasswd = bench.file("htpasswd").to_string_lossy().into_owned();
    let setup = bench.setup().set("AUTH_HTPASSWD_REALM", "r").set("AUTH_HTPASSWD_PATH", &htpasswd);
    let registry = setup.start().expect("a registry starts");
    let config = "[registry]\nca = \"ca.crt\"\nuser = \"op\"\npassword_file = \"password\"\n";
    fs::write(bench.file("regctl.toml"), config).expect("writes");
    let output = bench.regctl(&["verify", "-o", "json", "--push", "--registry", &at(&registry)]);
    let verified = Verified::of(&output);
    assert_eq!((verified.exit, verified.finding("push-pull").0), (Some(0), "pass"), "{}", verified.report);
}

#[test]
fn a_machine_without_system_roots_is_no_trouble() {
    // Root, and a mount namespace in which an empty folder lies over the system's.
    let before = ["unshare", "-m", "sh", "-ec", "mount -t tmpfs none /etc/ssl/certs; exec \"$@\"", "sh"];
    if !matches!(Command::new("unshare").args(["-m", "true"]).status(), Ok(status) if status.success()) {
        let _ =
            writeln!(std::io::stderr(), "a_machine_without_system_roots_is_no_trouble: skipped: needs root");
        return;
    }
    let bench = Bench::leaf("IP:127.0.0.1", "");
    let registry = bench.registry();
    let address = at(&registry);
    let verify = |more: &[&str]| {
        let args = [&["verify", "-o", "json", "--registry", &address], more].concat();
        Verified::of(&regctl(bench.path(), &before).args(args).output().expect("regctl runs"))
    };
    let trusted = verify(&["--ca", "ca.crt", "--push"]);
    assert_eq!((trusted.exit, trusted.finding("push-pull").0), (Some(0), "pass"), "{}", trusted.report);
    verify(&[]).assert_refused("issuer-missing");
    let marathon = format!("https://{address}");
    let asked = verify(&["--ca", "ca.crt", "--marathon", &marathon, "--wait", "1s"]);
    assert_eq!((asked.exit, asked.finding("marathon-health").0), (Some(1), "fail"), "{}", asked.report);
}
