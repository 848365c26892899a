//! The checks of the registry's host, which is a1.

use regctl_lab::faults::Fault;

use super::site::Site;

#[test]
fn a_disk_without_room_is_told_with_its_figures() {
    let Some(site) = Site::shared() else { return };
    let _turn = site.turn();
    // The data folder of this run is on the host's own disk, which has 1 GiB.
    let small = site.doctor(&["--data-dir", "/srv/images"]);
    let (.., detail, _) = small.finding("host-disk");
    assert!(detail.contains("GiB free for /srv/images (to be made below /srv)"), "{detail}");
    site.host("a1").fault(&Fault::DiskFull).expect("fills it");
    let full = site.doctor(&["--data-dir", "/srv/images"]);
    site.host("a1").clear_faults().expect("empties it");
    site.assert_seen(&full, "host-disk", "a1", ("fail", "disk-full"));
    assert_eq!(full.exit, Some(1));
}

#[test]
fn a_port_of_the_hosts_on_which_somebody_listens_is_named() {
    let Some(site) = Site::shared() else { return };
    let _turn = site.turn();
    let template = include_str!("../../../templates/registry-app.json.hbs");
    for (port, expected) in [("22", ("fail", "port-in-use")), ("31999", ("pass", ""))] {
        let own = template.replace("\"hostPort\": 0", &format!("\"hostPort\": {port}"));
        assert_ne!(own, template);
        site.host("master").write("/own.hbs", own).expect("writes");
        let verified = site.doctor(&["--template", "/own.hbs"]);
        site.assert_seen(&verified, "host-ports", "a1", expected);
    }
}

#[test]
fn an_image_that_is_not_there_can_be_looked_up() {
    let Some(site) = Site::shared() else { return };
    let _turn = site.turn();
    let image = ["--image", "192.168.1.9:5000/registry:2.8.3"];
    let verified = site.doctor(&image);
    site.assert_seen(&verified, "host-image", "a1", ("warn", "not-there"));
    let verified = site.doctor(&[&image[..], &["--look-up-image"]].concat());
    site.assert_seen(&verified, "host-image", "a1", ("fail", "not-pullable"));
}

/// `getenforce` is a shim: the kernel of a lab has no SELinux, and so no labels either. The folders that are not there
/// yet, and the engine that is told to confine containers, are real.
#[test]
fn folders_without_a_label_for_containers_are_named() {
    let Some(site) = Site::shared() else { return };
    let _turn = site.turn();
    site.host("a1").shim("getenforce", "echo Enforcing").expect("is put there");
    let unconfined = site.doctor(&[]);
    let options = site.done("a1", "cat /etc/lab/dockerd.options");
    site.host("a1")
        .write("/etc/lab/dockerd.options", format!("{options} --selinux-enabled"))
        .expect("writes");
    site.done("a1", "systemctl restart docker");
    let confined = site.doctor(&[]);
    site.host("a1").write("/etc/lab/dockerd.options", options).expect("writes");
    site.done("a1", "systemctl restart docker; rm /usr/local/bin/getenforce /usr/local/sbin/getenforce");
    site.assert_seen(&unconfined, "host-selinux", "a1", ("pass", ""));
    site.assert_seen(&confined, "host-selinux", "a1", ("fail", "label"));
}

/// `firewall-cmd` is a shim: there is no firewalld in a lab.
#[test]
fn a_firewall_that_lets_nothing_through_comes_with_the_command_that_does() {
    let Some(site) = Site::shared() else { return };
    let _turn = site.turn();
    let firewall = |host: &str, ports: &str| {
        let script = format!(
            "case $1 in --state) echo running ;; --get-default-zone) echo public ;; --list-all) echo '  ports: {ports}' ;; esac"
        );
        site.host(host).shim("firewall-cmd", &script).expect("is put there");
    };
    firewall("a1", "22/tcp");
    firewall("a3", "5000/tcp");
    let closed = site.doctor(&[]);
    firewall("a1", "31000-32000/tcp");
    firewall("a3", "");
    let open = site.doctor(&[]);
    for host in ["a1", "a3"] {
        site.done(host, "rm /usr/local/bin/firewall-cmd /usr/local/sbin/firewall-cmd");
    }
    site.assert_seen(&closed, "firewall", "a1", ("fail", "port-closed"));
    let hint = site.told(&closed, ("firewall", "a1"), "hint");
    assert_eq!(hint, "firewall-cmd --permanent --add-port=31000-32000/tcp && firewall-cmd --reload");
    site.assert_seen(&closed, "firewall", "a3", ("pass", ""));
    site.assert_seen(&open, "firewall", "a1", ("pass", ""));
    site.assert_seen(&open, "firewall", "a3", ("fail", "port-closed"));
}
