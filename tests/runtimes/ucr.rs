//! UCR's folder of CAs, shared with others: their links stay, and stay found.

use regctl_lab::{Host, Lab, Tier, require};

use crate::clients;
use crate::setting::{ADDRESSES, Setting, step};

pub(crate) const CERTS: &str = "/var/lib/dcos/pki/tls/certs";

/// Puts another CA with the same subject as the registry's there, under the number.
pub(crate) fn add_namesake(setting: &Setting, name: &str, number: u32) {
    let master = setting.lab.host("master");
    let script = format!(
        "cd /tmp && subject=$(openssl x509 -in /root/certs/ca.crt -noout -subject -nameopt RFC2253) &&
         openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key -out {name} -days 9 -subj \"/${{subject#subject=}}\" &&
         openssl x509 -in {name} -noout -hash"
    );
    let hash = master.shell(&script).expect("runs").good().expect("is done");
    let hash = hash.lines().last().expect("a hash");
    let agent = setting.agent();
    agent
        .write(&format!("{CERTS}/{name}"), master.read(&format!("/tmp/{name}")).expect("reads"))
        .expect("runs");
    agent
        .exec(&["ln", "-s", name, &format!("{CERTS}/{hash}.{number}")])
        .expect("runs")
        .good()
        .expect("is done");
}

/// The links: what they are called, without the hash, and where they lead.
fn links(agent: &Host) -> Vec<String> {
    let listed = agent
        .shell(&format!(
            "cd {CERTS} && for link in *.[0-9]; do echo \"${{link#*.}} $(readlink $link)\"; done"
        ))
        .expect("runs");
    let mut links: Vec<_> = listed.stdout.lines().map(str::to_owned).collect();
    links.sort();
    links
}

pub(crate) fn verifies(agent: &Host, name: &str) -> bool {
    let words = ["openssl", "verify", "-no-CAfile", "-no-CAstore", "-CApath", CERTS];
    let file = format!("{CERTS}/{name}");
    agent.exec(&[&words[..], &[&file]].concat()).expect("runs").status.success()
}

#[test]
fn a_number_that_another_ca_has_is_left_to_it() {
    let Some(()) = require(Tier::T1) else { return };
    let setting = Setting::start(&Lab::builder());
    let agent = setting.agent();
    add_namesake(&setting, "theirs.crt", 0);
    assert_eq!(step(&setting.trust("ucr", &[]), "ucr-ca").0, "changed");
    assert_eq!(links(agent), ["0 theirs.crt", "1 regctl-192.168.0.1.crt", "2 regctl-192.168.1.2:5000.crt"]);
    for address in ADDRESSES {
        clients::curl(agent, address).expect("takes the registry");
        clients::openssl(agent, address).expect("takes the registry");
    }
    assert!(verifies(agent, "theirs.crt"));
}

#[test]
fn what_another_ca_left_leads_nowhere_and_is_replaced() {
    let Some(()) = require(Tier::T1) else { return };
    let setting = Setting::start(&Lab::builder());
    let agent = setting.agent();
    add_namesake(&setting, "theirs.crt", 0);
    agent.exec(&["rm", &format!("{CERTS}/theirs.crt")]).expect("runs").good().expect("is done");
    setting.trust("ucr", &[]);
    assert_eq!(links(agent), ["0 regctl-192.168.0.1.crt", "1 regctl-192.168.1.2:5000.crt"]);
    clients::curl(agent, ADDRESSES[0]).expect("takes the registry");
    let kept = agent.shell("cd /var/lib/regctl/before && readlink .$(echo /var/lib/dcos/pki/tls/certs/*.0 | cut -d/ -f2- | sed 's,^,/,')");
    assert_eq!(kept.expect("runs").good().expect("is done"), "theirs.crt");
}

#[test]
fn links_of_an_old_ca_go_without_a_gap_before_those_of_others() {
    let Some(()) = require(Tier::T1) else { return };
    let setting = Setting::start(&Lab::builder());
    let agent = setting.agent();
    setting.trust("ucr", &[]);
    add_namesake(&setting, "theirs.crt", 2);
    assert!(verifies(agent, "theirs.crt"));

    setting.make_ca(&[]);
    setting.serve();
    assert!(clients::says_untrusted(&clients::curl(agent, ADDRESSES[0]).expect_err("is refused")));
    let looked = setting.trust("ucr", &["--check"]);
    assert_eq!(step(&looked, "ucr-ca").0, "drifted");
    assert!(step(&looked, "ucr-ca").1.contains("is left over"), "{looked}");
    let done = setting.trust("ucr", &[]);
    assert_eq!(step(&done, "ucr-ca").0, "changed");
    assert_eq!(links(agent), ["0 regctl-192.168.0.1.crt", "0 theirs.crt", "1 regctl-192.168.1.2:5000.crt"]);
    assert!(verifies(agent, "theirs.crt"));
    for address in ADDRESSES {
        clients::curl(agent, address).expect("takes the registry");
    }
    assert_eq!(step(&setting.trust("ucr", &[]), "ucr-ca"), ("unchanged", ""));
}

#[test]
fn a_file_with_the_old_and_the_new_ca_is_found_by_both() {
    let Some(()) = require(Tier::T1) else { return };
    let setting = Setting::start(&Lab::builder());
    let (master, agent) = (setting.lab.host("master"), setting.agent());
    let old = master.read("/root/certs/ca.crt").expect("reads");
    setting.make_ca(&["--out", "next"]);
    let new = master.read("/root/next/ca.crt").expect("reads");
    master.write("/root/both.crt", old + &new).expect("writes");
    setting.trust("ucr", &["--ca", "both.crt"]);
    assert_eq!(links(agent).len(), 4);
    clients::curl(agent, ADDRESSES[0]).expect("takes the registry");
    master.shell("cp /root/next/* /root/certs/").expect("runs").good().expect("is done");
    setting.serve();
    for address in ADDRESSES {
        clients::curl(agent, address).expect("takes the registry");
        clients::openssl(agent, address).expect("takes the registry");
    }
}
