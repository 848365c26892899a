//! Looking without touching.

use crate::fleet::{FILES, Fleet, liberal};

#[test]
fn check_changes_nothing_and_exits_4_where_something_differs() {
    let Some(fleet) = Fleet::start(2) else { return };
    let (a1, a2) = (fleet.agent("a1"), fleet.agent("a2"));
    let run = fleet.trust(&["--check"]);
    run.assert_exit(4);
    assert_eq!((run.status(a1), run.status(a2)), ("drifted", "drifted"));
    assert_eq!(run.agent(a1)["steps"][1]["change"], "drifted");
    assert!(FILES.iter().chain(&["/var/lib/regctl", "/etc/docker"]).all(|path| !a1.exists(path)));
    assert_eq!(liberal(a1), "0");
    fleet.trust(&["--only", "192.168.1.11"]).assert_exit(0);
    let run = fleet.trust(&["--check"]);
    run.assert_exit(4);
    assert_eq!((run.status(a1), run.status(a2)), ("unchanged", "drifted"));
    fleet.trust(&["--dry-run"]).assert_exit(0);
    fleet.trust(&["--dry-run", "--exit-code", "--skip", "192.168.1.12"]).assert_exit(0);
    assert!(!a2.exists(FILES[0]));
}

#[test]
fn a_ca_that_is_none_is_refused_before_any_connection() {
    let Some(fleet) = Fleet::start(1) else { return };
    let master = fleet.master();
    master.shell("cd /certs && cat ca.crt ca.key >both.pem && echo nonsense >nonsense.pem").expect("writes");
    let expired = "faketime 2001-01-01 openssl req -x509 -newkey rsa:2048 -nodes -days 9 -subj /CN=old -keyout /dev/null -out /certs/expired.pem";
    master.shell(expired).expect("runs").good().expect("makes one");
    for file in ["missing.pem", "both.pem", "nonsense.pem", "domain.crt.leaf", "expired.pem"] {
        let only_the_leaf = "sed '/END CERT/q' /certs/domain.crt >/certs/domain.crt.leaf";
        master.shell(only_the_leaf).expect("writes");
        let run = fleet.trust(&["--ca", &format!("/certs/{file}")]);
        run.assert_exit(2);
        assert_eq!(run.json["schema"], "regctl.error/v1", "{file}");
    }
    assert_eq!(fleet.agent("a1").connections().expect("counts"), 0);
}
