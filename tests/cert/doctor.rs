//! `cert doctor`: each cause is provoked, and named with its evidence and its cure.

use regctl_lab::loopback::{Registry, Setup};
use serde_json::Value;

use crate::folder::{Folder, Run};
use crate::show::{CA, SAN, chained, signed};

/// The doctor's word, and the finding that it rests on.
fn diagnosis(run: &Run) -> (String, Value) {
    let json = run.json();
    assert_eq!(json["schema"], "regctl.cert-doctor/v1", "{}", run.stderr);
    let Some(cause) = json["cause"].as_str() else {
        assert_eq!((run.exit, &json["ok"]), (Some(0), &Value::Bool(true)), "{json:#}");
        return (String::new(), Value::Null);
    };
    assert_eq!((run.exit, &json["ok"]), (Some(1), &Value::Bool(false)), "{json:#}");
    let checks = json["checks"].as_array().expect("a list");
    let evidence = checks.iter().find(|check| check["cause"] == cause).expect("evidence");
    for key in ["detail", "hint"] {
        assert!(evidence[key].as_str().is_some_and(|text| !text.is_empty()), "{cause} has no {key}");
    }
    (cause.to_owned(), evidence.clone())
}

fn doctor(folder: &Folder, words: &[&str]) -> (String, Value) {
    diagnosis(&folder.cert("doctor", &[&["-o", "json"], words].concat()))
}

/// What the doctor makes of a text on its standard input, which has to be all that it looks at.
fn read_aloud(folder: &Folder, text: &str) -> String {
    std::fs::write(folder.file("said"), text).expect("writes");
    let line = format!("{} cert doctor -o json --error - <said || true", env!("CARGO_BIN_EXE_regctl"));
    let json: Value = serde_json::from_str(&folder.shell(&line)).expect("is JSON");
    assert_eq!(json["checks"].as_array().map(Vec::len), Some(1), "{json:#}");
    json["cause"].as_str().unwrap_or_else(|| panic!("no cause in {text}")).to_owned()
}

fn served(folder: &Folder) -> (Registry, String) {
    let setup = Setup::new(folder.path()).tls(&folder.file("domain.crt"), &folder.file("domain.key"));
    let registry = setup.start().expect("a registry starts");
    let address = format!("127.0.0.1:{}", registry.port);
    (registry, address)
}

#[test]
fn what_is_wrong_with_a_certificate_is_named_and_so_is_what_real_clients_say_of_it() {
    // How it is made, the doctor's word, and its words for what Go and curl say; - where that one accepts it.
    let kinds = [
        (signed("subjectAltName=DNS:127.0.0.1", ""), "ip-in-dns-name", "missing-ip-san", "wrong-name"),
        (signed("basicConstraints=CA:FALSE", ""), "common-name-only", "common-name-only", "-"),
        (signed("subjectAltName=IP:10.9.9.9", ""), "wrong-name", "wrong-name", "wrong-name"),
        (chained("mid2", "mid2.crt"), "issuer-missing", "unknown-authority", "unknown-authority"),
        (format!("WHEN=2021-05-05; {}", signed(SAN, "")), "expired", "expired", "expired"),
        (format!("WHEN=2034-05-05; {}", signed(SAN, "")), "not-yet-valid", "not-yet-valid", "not-yet-valid"),
        (signed(SAN, "-sha1"), "bad-certificate", "old-signature", "old-signature"),
        (
            signed(&format!("{SAN}\\nextendedKeyUsage=clientAuth"), ""),
            "bad-certificate",
            "no-server-auth",
            "no-server-auth",
        ),
    ];
    let base = Folder::new();
    base.shell(CA);
    for (lines, cause, go, curl) in kinds {
        let folder = Folder::new();
        folder.shell(&format!("cp {}/* .; {lines}", base.path().display()));
        let (_registry, address) = served(&folder);
        assert_eq!(doctor(&folder, &[&address, "--ca", "ca.crt"]).0, cause);
        let said = folder.shell(&format!(
            "mkdir trust; cp ca.crt trust; skopeo inspect --cert-dir trust docker://{address}/none 2>&1 || true"
        ));
        assert_eq!(read_aloud(&folder, &said), go, "{said}");
        let said = folder
            .shell(&format!("curl -sS --noproxy '*' --cacert ca.crt https://{address}/v2/ 2>&1 || true"));
        if curl != "-" {
            assert_eq!(read_aloud(&folder, &said), curl, "{said}");
        }
    }
}

#[test]
fn plain_http_behind_a_tls_port_and_the_reverse_are_told() {
    let folder = Folder::new();
    folder.shell(&format!("{CA}\n{}", signed(SAN, "")));
    let plain = Setup::new(folder.path()).start().expect("a registry starts");
    let at = format!("127.0.0.1:{}", plain.port);
    assert_eq!(doctor(&folder, &[&at, "--ca", "ca.crt"]).0, "plain-http");
    for line in ["skopeo inspect docker://ADDRESS/none", "curl -sS --noproxy '*' https://ADDRESS/"] {
        let said = folder.shell(&format!("{} 2>&1 || true", line.replace("ADDRESS", &at)));
        assert_eq!(read_aloud(&folder, &said), "plain-http", "{said}");
    }
    drop(plain);
    let (_registry, address) = served(&folder);
    std::fs::write(folder.file("regctl.toml"), "[registry]\ntls = false\n").expect("writes");
    assert_eq!(doctor(&folder, &[&address, "--ca", "ca.crt"]).0, "https-behind-http");
    let said = folder.shell(&format!("curl -sS --noproxy '*' http://{address}/"));
    assert_eq!(read_aloud(&folder, &said), "https-behind-http", "{said}");
}

#[test]
fn another_certificate_that_answers_and_one_that_is_not_deployed_yet_are_told_apart() {
    let folder = Folder::new();
    folder.made(&["--ip", "127.0.0.1"]);
    folder.shell("cp certs/domain.crt certs/domain.key .");
    let (registry, address) = served(&folder);
    assert_eq!(doctor(&folder, &[&address]).0, "");
    // Renewed by the same CA, and not deployed: a warning, since everybody still trusts what answers.
    folder.shell("mv certs ca; mkdir certs; cp ca/ca.crt certs/");
    let words = ["--ip", "127.0.0.1", "--ca-cert", "ca/ca.crt", "--ca-key", "ca/ca.key", "--force"];
    folder.made(&words);
    let run = folder.cert("doctor", &["-o", "json", &address]);
    let json = run.json();
    assert_eq!((run.exit, &json["checks"][0]["cause"]), (Some(0), &"not-deployed".into()), "{json:#}");
    drop(registry);
    // What a proxy that looks into TLS shows: a certificate for the name, by a CA of its own.
    folder.shell(
        "openssl req -x509 -newkey rsa:2048 -nodes -keyout domain.key -subj '/CN=Corporate proxy' -days 90 \
         -addext subjectAltName=IP:127.0.0.1 -out domain.crt",
    );
    let (_proxy, address) = served(&folder);
    let (cause, evidence) = doctor(&folder, &[&address]);
    assert_eq!(cause, "other-certificate");
    assert!(evidence["detail"].as_str().expect("a text").contains("Corporate proxy"), "{evidence}");
}

#[test]
fn a_proxy_of_the_operators_is_told_unless_the_registry_is_excepted_and_never_its_password() {
    let folder = Folder::new();
    folder.made(&["--ip", "127.0.0.1"]);
    folder.shell("cp certs/domain.crt certs/domain.key .");
    let (_registry, address) = served(&folder);
    let with = |environment: &str| {
        let line =
            format!("{environment} {} cert doctor -o json {address} || true", env!("CARGO_BIN_EXE_regctl"));
        folder.shell(&format!("export {line}").replacen(" /", "; /", 1))
    };
    let said = with("https_proxy=http://op:hunter2@127.0.0.1:9");
    let json: Value = serde_json::from_str(&said).expect("is JSON");
    assert_eq!(json["cause"], "operator-proxy", "{json:#}");
    assert!(said.contains("127.0.0.1:9") && !said.contains("hunter2"), "{said}");
    let said = with("HTTPS_PROXY=http://127.0.0.1:9 NO_PROXY=localhost,127.0.0.1");
    assert_eq!(serde_json::from_str::<Value>(&said).expect("is JSON")["cause"], Value::Null);
    // What curl says that goes through one that refuses: a registry is no proxy.
    let refuses = Setup::new(folder.path()).start().expect("a registry starts");
    let said = folder.shell(&format!(
        "curl -sS --noproxy '' -x http://127.0.0.1:{} --cacert certs/ca.crt https://{address}/ 2>&1 || true",
        refuses.port
    ));
    assert_eq!(read_aloud(&folder, &said), "engine-proxy", "{said}");
}

#[test]
fn each_way_of_misplacing_a_ca_in_certs_d_has_its_name() {
    let folder = Folder::new();
    folder.made(&["--ip", "127.0.0.1"]);
    folder.shell("cp certs/domain.crt certs/domain.key .");
    let (_registry, address) = served(&folder);
    let port = address.rsplit(':').next().expect("a port");
    let look = |lines: &str| {
        folder.shell(&format!(
            "rm -rf certs.d; mkdir -p certs.d/{address}; cd certs.d/{address}; C=../../certs; {lines}"
        ));
        let found = doctor(&folder, &[&address, "--certs-d", "certs.d"]);
        // The folder of the one registry does as well.
        let narrow = format!("certs.d/{address}");
        if folder.file(&narrow).exists() {
            assert_eq!(doctor(&folder, &[&address, "--certs-d", &narrow]).0, found.0);
        }
        found.0
    };
    assert_eq!(look("cp $C/ca.crt ."), "");
    assert_eq!(look("cp $C/ca.crt ca.pem"), "not-crt");
    assert_eq!(look("cp $C/ca.crt ca.cert"), "stray-cert");
    assert_eq!(look("cp $C/ca.crt .; cp $C/domain.key ."), "stray-key");
    assert_eq!(look("true"), "ca-missing");
    assert_eq!(look(&format!("cp $C/ca.crt .; cd ..; mv 127.0.0.1:{port} 127.0.0.1")), "wrong-directory");
    let old = "openssl req -x509 -newkey rsa:2048 -nodes -keyout /dev/null -days 9 -subj /CN=Old -out ca.crt";
    assert_eq!(look(old), "other-ca");
    assert_eq!(folder.cert("doctor", &[&address, "--certs-d", "nowhere"]).exit, Some(2));
}

#[test]
fn a_text_that_nobody_knows_is_said_to_be_unknown_and_the_causes_are_listed() {
    let folder = Folder::new();
    assert_eq!(doctor(&folder, &["--error", "the moon is full"]).0, "unknown");
    let text = folder.cert("doctor", &["--error", "x509: certificate signed by unknown authority"]).stdout;
    assert!(text.starts_with("Cause: unknown-authority ("), "{text}");
    let help = folder.cert("doctor", &["--help"]).stdout;
    for word in ["ip-in-dns-name", "stray-key", "vip-not-programmed", "engine-proxy"] {
        assert!(help.contains(word), "{word} is not in {help}");
    }
}
