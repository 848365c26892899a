//! `cert import`: certificates of another CA, in every form that people have them in.

use regctl_lab::loopback::Setup;
use serde_json::Value;

use crate::folder::Folder;

/// A root, a CA between, and a leaf for 127.0.0.1 with this kind of key, each in a file of its own.
fn corporate(key: &str) -> Folder {
    let folder = Folder::new();
    folder.shell(&format!(
        "printf 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n' >ca.ext
         printf 'subjectAltName=IP:127.0.0.1,DNS:registry.example.com' >ext
         openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout root.key -days 3000 -subj '/O=Example/CN=Root' -out root.crt
         openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout mid.key -subj '/O=Example/CN=Issuing' -out mid.csr
         openssl x509 -req -in mid.csr -CA root.crt -CAkey root.key -CAcreateserial -days 900 -extfile ca.ext -out mid.crt
         {key} -out leaf.key
         openssl req -new -key leaf.key -subj /CN=registry.example.com -out leaf.csr
         openssl x509 -req -in leaf.csr -CA mid.crt -CAkey mid.key -CAcreateserial -days 400 -extfile ext -out leaf.crt"
    ));
    folder
}

const RSA: &str = "openssl genrsa -traditional";
const EC: &str = "openssl ecparam -name prime256v1 -genkey";
const PKCS8: &str = "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048";
const SEPARATE: [&str; 8] =
    ["--cert", "leaf.crt", "--key", "leaf.key", "--chain", "mid.crt", "--ca", "root.crt"];

fn imported(folder: &Folder, words: &[&str]) -> Value {
    let run = folder.cert("import", &[&["-o", "json"], words].concat());
    assert_eq!(run.exit, Some(0), "{words:?}: {}{}", run.stdout, run.stderr);
    run.json()
}

fn changes(json: &Value) -> Vec<&str> {
    let files = json["files"].as_array().expect("a list").iter();
    files.map(|file| file["change"].as_str().expect("a word")).collect()
}

#[test]
fn the_registry_starts_with_every_form_of_key_and_clients_take_the_chain() {
    for (make, begins) in [(RSA, "RSA PRIVATE KEY"), (EC, "EC PRIVATE KEY"), (PKCS8, "PRIVATE KEY")] {
        let folder = corporate(make);
        let json = imported(&folder, &SEPARATE);
        assert_eq!(json["schema"], "regctl.cert-import/v1");
        assert_eq!(json["intermediates"], serde_json::json!(["O=Example, CN=Issuing"]));
        assert!(folder.read("certs/domain.key").starts_with(&format!("-----BEGIN {begins}-----\n")));
        assert_eq!((folder.mode("certs/domain.key"), folder.mode("certs")), (0o600, 0o700));
        let setup =
            Setup::new(folder.path()).tls(&folder.file("certs/domain.crt"), &folder.file("certs/domain.key"));
        let registry = setup.start().unwrap_or_else(|error| panic!("{begins}: {error:#}"));
        let shown = folder.cert("show", &[&format!("127.0.0.1:{}", registry.port)]);
        assert_eq!(shown.exit, Some(0), "{begins}: {}", shown.stdout);
        let tags = folder.shell(&format!(
            "mkdir trust; cp certs/ca.crt trust
             curl -sS --noproxy '*' --cacert certs/ca.crt https://127.0.0.1:{port}/v2/
             skopeo inspect --cert-dir trust docker://127.0.0.1:{port}/none 2>&1 || true",
            port = registry.port
        ));
        assert!(tags.starts_with("{}") && tags.contains("manifest unknown"), "{begins}: {tags}");
    }
}

#[test]
fn any_order_comes_out_right_and_the_root_is_found_in_the_heap() {
    let folder = corporate(EC);
    folder.shell("cat root.crt mid.crt leaf.key leaf.crt mid.crt >all.pem");
    imported(&folder, &["--cert", "all.pem", "--key", "all.pem"]);
    assert_eq!(folder.read("certs/domain.crt"), folder.shell("cat leaf.crt mid.crt"));
    assert_eq!(folder.read("certs/ca.crt"), folder.read("root.crt"));
    assert!(!folder.read("certs/domain.crt").contains("PRIVATE"));
    folder.shell("openssl verify -CAfile certs/ca.crt -untrusted certs/domain.crt certs/domain.crt");
}

#[test]
fn importing_again_changes_nothing_and_a_key_is_not_replaced_without_force() {
    let folder = corporate(EC);
    let plan = folder.cert("import", &[&SEPARATE[..], &["--check"]].concat());
    assert_eq!((plan.exit, folder.file("certs").exists()), (Some(4), false), "{}", plan.stderr);
    assert_eq!(changes(&imported(&folder, &SEPARATE)), ["created"; 3]);
    assert_eq!(changes(&imported(&folder, &SEPARATE)), ["unchanged"; 3]);
    assert_eq!(folder.cert("import", &[&SEPARATE[..], &["--check"]].concat()).exit, Some(0));
    let key = folder.read("certs/domain.key");
    folder.shell(&format!(
        "{EC} -out leaf.key; openssl req -new -key leaf.key -subj /CN=new -out leaf.csr
         openssl x509 -req -in leaf.csr -CA mid.crt -CAkey mid.key -CAcreateserial -days 400 -extfile ext -out leaf.crt"
    ));
    let run = folder.cert("import", &[&SEPARATE[..], &["-o", "json"]].concat());
    assert_eq!((run.exit, &run.json()["error"]["kind"]), (Some(2), &"would-overwrite".into()));
    assert_eq!(folder.read("certs/domain.key"), key);
    let json = imported(&folder, &[&SEPARATE[..], &["--force"]].concat());
    assert_eq!(changes(&json), ["updated", "unchanged", "updated"]);
    let kept = json["backup"].as_str().expect("a folder");
    assert_eq!(folder.read(&format!("{kept}/domain.key")), key);
    assert_eq!(folder.mode(&format!("{kept}/domain.key")), 0o600);
}

#[test]
fn the_key_of_another_ca_does_not_stay_beside_the_imported_one() {
    let folder = corporate(EC);
    folder.made(&[]);
    folder.shell("rm certs/domain.* certs/ca.crt");
    let run = folder.cert("import", &[&SEPARATE[..], &["-o", "json"]].concat());
    assert_eq!((run.exit, &run.json()["error"]["kind"]), (Some(2), &"would-overwrite".into()), "{run:?}");
    assert_eq!(folder.names("certs"), ["ca.key"]);
    folder.shell("rm -r certs");
    folder.made(&[]);
    let before = ["ca.key", "domain.key"].map(|name| folder.read(&format!("certs/{name}")));
    let json = imported(&folder, &[&SEPARATE[..], &["--force"]].concat());
    assert_eq!(changes(&json), ["updated", "updated", "updated", "removed"]);
    let kept = json["backup"].as_str().expect("a folder");
    assert_eq!(["ca.key", "domain.key"].map(|name| folder.read(&format!("{kept}/{name}"))), before);
    assert_eq!(folder.names("certs"), ["backup", "ca.crt", "domain.crt", "domain.key"]);
    folder.shell("cp root.key certs/ca.key");
    assert_eq!(changes(&imported(&folder, &SEPARATE)), ["unchanged"; 3], "its own key may stay");
}

#[test]
fn an_import_that_broke_off_is_brought_to_its_end_by_the_next() {
    let folder = corporate(EC);
    imported(&folder, &SEPARATE);
    let files = ["ca.crt", "domain.crt", "domain.key"];
    let whole = files.map(|name| folder.read(&format!("certs/{name}")));
    // Killed after the stroke: another pair lies at the old place, the imported set is on its way there.
    folder.made(&["--out", "old"]);
    folder.shell("rm old/ca.key; mkdir old/installing; mv certs/* old/installing; mv old/* certs");
    folder.shell("mv certs/installing/domain.key certs/domain.key");
    assert_eq!(folder.cert("import", &[&SEPARATE[..], &["--check"]].concat()).exit, Some(0));
    assert_eq!(changes(&imported(&folder, &SEPARATE)), ["unchanged"; 3]);
    assert_eq!(files.map(|name| folder.read(&format!("certs/{name}"))), whole);
    assert_eq!(folder.names("certs"), files);
}

/// What an import that is refused says.
fn refused(folder: &Folder, words: &[&str]) -> String {
    let run = folder.cert("import", words);
    assert_eq!((run.exit, folder.file("certs").exists()), (Some(2), false), "{words:?}: {}", run.stdout);
    assert!(run.stderr.contains("hint: "), "{}", run.stderr);
    assert!(!run.stderr.contains("BEGIN"), "{}", run.stderr);
    run.stderr
}

#[test]
fn an_encrypted_key_is_refused_with_the_command_that_decrypts_it() {
    let folder = corporate(EC);
    for lines in [
        "openssl pkcs8 -topk8 -in leaf.key -out secret.key -passout pass:hunter2",
        "openssl ec -aes256 -in leaf.key -out secret.key -passout pass:hunter2",
    ] {
        folder.shell(lines);
        let said = refused(&folder, &["--cert", "leaf.crt", "--key", "secret.key", "--ca", "root.crt"]);
        assert!(said.contains("openssl pkey -in secret.key -out domain.key"), "{said}");
    }
    folder.shell("openssl pkey -passin pass:hunter2 -in secret.key -out domain.key");
    imported(&folder, &[&["--cert", "leaf.crt", "--key", "domain.key"], &SEPARATE[4..]].concat());
}

#[test]
fn what_does_not_belong_together_or_is_not_for_the_registry_is_refused() {
    let folder = corporate(EC);
    folder.shell(&format!("{EC} -out other.key"));
    let said = refused(&folder, &["--cert", "leaf.crt", "--key", "other.key", "--ca", "root.crt"]);
    assert!(said.contains("belongs to no certificate in leaf.crt"), "{said}");
    let said = refused(&folder, &["--cert", "leaf.crt", "--key", "leaf.key"]);
    assert!(said.contains("ends at O=Example, CN=Issuing"), "{said}");
    let said = refused(&folder, &["--cert", "leaf.crt", "--key", "leaf.key", "--ca", "root.crt"]);
    assert!(said.contains("cannot be used") && said.contains("intermediate is missing"), "{said}");
    let said = refused(&folder, &[&SEPARATE[..], &["--registry", "192.168.0.1"]].concat());
    assert!(said.contains("is not for 192.168.0.1"), "{said}");
    std::fs::write(folder.file("regctl.toml"), "[registry]\nvip = \"10.1.1.1:443\"\n").expect("writes");
    assert!(refused(&folder, &SEPARATE).contains("is not for 10.1.1.1"));
}
