//! Several registries, each with a CA of its own, in one login.

use crate::fleet::Fleet;

const CONFIG: &str = r#"
[[registry]]
names = ["lb.example.com:5000"]

[[registry]]
vip = "192.168.0.2:443"
names = ["other.example.com"]
ca = "other.crt"

[trust]
runtimes = ["docker", "ucr", "podman"]
"#;
const STORE: &str = "/var/lib/dcos/pki/tls/certs";

/// A configuration with two registries: the first one's CA is that of `cert gen`, the other's is named.
fn fleet_of_two_registries(agents: u8) -> Option<Fleet> {
    let fleet = Fleet::start(agents)?;
    let make = "openssl req -x509 -newkey rsa:2048 -nodes -days 9 -subj '/CN=Other CA' -keyout /dev/null -out /other.crt";
    fleet.master().shell(make).expect("runs").good().expect("makes a CA");
    fleet.master().write("/regctl.toml", CONFIG).expect("writes");
    Some(fleet)
}

/// Every file and link of the runtimes' folders with its inode, change time and what it says.
fn files(fleet: &Fleet) -> String {
    let look = format!(
        "find /etc/docker/certs.d /etc/containers/certs.d {STORE} ! -type d -printf '%p %i %C@ %l\\n' | sort"
    );
    fleet.agent("a1").shell(&look).expect("looks").good().expect("is there")
}

#[test]
fn each_gets_its_own_ca_in_the_one_login() {
    let Some(fleet) = fleet_of_two_registries(2) else { return };
    let agent = fleet.agent("a1");
    fleet.trust(&["--check"]).assert_exit(4);
    assert!(!agent.exists("/etc/docker/certs.d") && !agent.exists(STORE));
    let before = agent.logins().expect("counts");
    let run = fleet.trust(&[]);
    run.assert_exit(0);
    assert_eq!(run.status(agent), "changed");
    assert_eq!(agent.logins().expect("counts"), before + 1, "one login for both");

    let read = |path: &str| fleet.master().read(path).expect("the CA is there");
    let (first, other) = (read("/certs/ca.crt"), read("/other.crt"));
    assert_ne!(first, other);
    for (name, ca) in [
        ("192.168.0.1", &first),
        ("lb.example.com:5000", &first),
        ("192.168.0.2", &other),
        ("other.example.com", &other),
    ] {
        for path in [
            format!("/etc/docker/certs.d/{name}/ca.crt"),
            format!("/etc/containers/certs.d/{name}/ca.crt"),
            format!("{STORE}/regctl-{name}.crt"),
        ] {
            assert_eq!(&agent.read(&path).expect("is written"), ca, "{path}");
        }
    }
    for path in ["/certs/ca.crt", "/other.crt"] {
        let hash = fleet.master().exec(&["openssl", "x509", "-hash", "-noout", "-in", path]).expect("runs");
        for number in 0..2 {
            let link = format!("{STORE}/{}.{number}", hash.stdout.trim());
            assert_eq!(agent.read(&link).expect("leads to a CA"), read(path), "{link}");
        }
    }

    let there = files(&fleet);
    fleet.trust(&["--check"]).assert_exit(0);
    let again = fleet.trust(&[]);
    again.assert_exit(0);
    assert_eq!((again.status(agent), files(&fleet)), ("unchanged", there));
    fleet.regctl(&["untrust-agents", "--yes"]).assert_exit(0);
    for path in ["/etc/docker", "/etc/containers/certs.d", STORE, "/var/lib/regctl"] {
        assert!(!agent.exists(path), "{path} is left");
    }
}

#[test]
fn flags_mean_one_ca_for_the_addresses_that_they_give() {
    let Some(fleet) = fleet_of_two_registries(1) else { return };
    let agent = fleet.agent("a1");
    fleet.trust(&["--registry", "a.example.com,b.example.com", "--ca", "/other.crt"]).assert_exit(0);
    let listed = agent.shell("ls /etc/docker/certs.d").expect("lists").stdout;
    assert_eq!(listed, "a.example.com\nb.example.com\n");
    let other = fleet.master().read("/other.crt").expect("the CA is there");
    assert_eq!(agent.read("/etc/docker/certs.d/b.example.com/ca.crt").expect("is written"), other);
}

#[test]
fn one_address_with_two_cas_is_refused_before_any_connection() {
    let Some(fleet) = fleet_of_two_registries(1) else { return };
    let twice = CONFIG.replace("vip = \"192.168.0.2:443\"", "");
    fleet.master().write("/regctl.toml", twice).expect("writes");
    let run = fleet.trust(&[]);
    run.assert_exit(2);
    assert_eq!(run.json["error"]["kind"], "config");
    let message = run.json["error"]["message"].as_str().expect("a text");
    assert!(
        ["192.168.0.1", "certs/ca.crt", "other.crt"].iter().all(|word| message.contains(word)),
        "{message}"
    );
    assert_eq!(fleet.agent("a1").connections().expect("counts"), 0);
}
