//! `deploy --preset nexus --docker-host` with the real Docker Engine, which runs an image made of the stand-in.

use regctl_lab::{Tier, nexus};
use serde_json::json;

use crate::deploy::Cluster;
use crate::run::steps;

/// Makes the image on a1 of the machine's own programs; the stand-in's files are in /stand-in.
const IMAGE: &str = r#"set -e
work=$(mktemp -d)
programs="python3 docker-registry htpasswd setpriv"
for program in $programs; do
  path=$(readlink -f "$(command -v $program)")
  mkdir -p "$work/usr/bin"; cp "$path" "$work/usr/bin/$program"
  for library in $(ldd "$path" | grep -o '/[^ )]*' | grep -v :); do
    mkdir -p "$work${library%/*}"; cp -L "$library" "$work$library"
  done
done
python=$(python3 -c 'import sys; print("/usr/lib/python%d.%d" % sys.version_info[:2])')
mkdir -p "$work$python" "$work/tmp" "$work/nexus-data"
tar -C "$python" --exclude=test --exclude=dist-packages --exclude=__pycache__ --exclude='config-*' -c . | tar -C "$work$python" -x
for library in $(ldd "$python"/lib-dynload/*.so | grep -o '/lib[^ )]*' | grep -v : | sort -u); do
  mkdir -p "$work${library%/*}"; cp -L "$library" "$work$library"
done
cp -r /stand-in "$work/stand-in"; chmod -R a+rX "$work/stand-in"; chmod 1777 "$work/tmp"
tar -C "$work" -c . | docker import -c 'ENTRYPOINT ["/usr/bin/python3","-B","/stand-in/nexus.py","3.76.1","/nexus-data"]' \
  -c 'USER 200' -c 'ENV PATH=/usr/bin' - sonatype/nexus3:3.76.1 >/dev/null
rm -r "$work""#;

#[test]
fn a_nexus_runs_on_one_docker_host_and_is_set_up_there() {
    let Some(cluster) = Cluster::start_on(Tier::T2) else { return };
    for (name, text) in nexus::FILES {
        cluster.shell("a1", "mkdir -p /stand-in");
        cluster.host("a1").write(&format!("/stand-in/{name}"), text).expect("writes");
    }
    cluster.shell("a1", IMAGE);
    // A machine that hosts a lab may not let go as high as Nexus is given otherwise.
    let template = include_str!("../../templates/nexus-app.json.hbs").replace("65536", "16384");
    cluster.host("master").write("/nexus-app.json.hbs", &template).expect("writes");
    let config = "[registry]\npreset = \"nexus\"\ndocker_host = \"192.168.1.11\"\nuser = \"ann\"\npassword_file = \"ann.pw\"\n\
                  template = \"nexus-app.json.hbs\"\n\
                  [registry.nexus]\nadmin_password_file = \"admin.pw\"\n";
    cluster.host("master").write("/regctl.toml", config).expect("writes");
    let first = cluster.regctl("regctl deploy -o json");
    assert_eq!(first.code, Some(0), "{first:?}");
    let report = first.json();
    assert_eq!((&report["change"], &report["endpoints"]), (&json!("created"), &json!(["192.168.1.11:5000"])));
    assert_eq!(steps(&report["nexus"])[0], "admin-password updated");
    let ulimits = cluster.shell("a1", "docker inspect -f '{{json .HostConfig.Ulimits}}' registry");
    assert_eq!(ulimits, r#"[{"Name":"nofile","Hard":16384,"Soft":16384}]"#);
    let verify = cluster.regctl("regctl verify -o json --push");
    assert_eq!(verify.code, Some(0), "{verify:?}");
    let checks = verify.json()["checks"].as_array().expect("a list").clone();
    for name in ["nexus-status", "push-pull"] {
        let passed = checks.iter().any(|it| it["name"] == name && it["status"] == "pass");
        assert!(passed, "{name}: {checks:#?}");
    }
    let again = cluster.regctl("regctl deploy -o json");
    assert_eq!(again.json()["change"], "unchanged", "{again:?}");
    assert!(steps(&again.json()["nexus"]).iter().all(|it| it.ends_with(" unchanged")), "{again:?}");
}
