//! A registry that some agent runs, with the certificate that was made on the master, behind the VIP.

use std::net::SocketAddrV4;

use regctl_lab::cluster::Service;

use crate::fleet::Fleet;
use crate::local_proxy::until;

/// Where it listens on its host; it is a process there and no container.
pub(crate) const PORT: u16 = 31_007;

/// Starts it and waits until it answers `client` at the VIP.
pub(crate) fn start_registry(fleet: &Fleet, host: &str, client: &str) {
    let host = fleet.agent(host);
    for name in ["domain.crt", "domain.key"] {
        let made = fleet.master().read(&format!("/certs/{name}")).expect("was made");
        host.write(&format!("/etc/registry-{name}"), made).expect("is written");
    }
    let tls = "tls: {certificate: /etc/registry-domain.crt, key: /etc/registry-domain.key}";
    let config = format!(
        "version: 0.1\nstorage: {{filesystem: {{rootdirectory: /data}}}}\nhttp: {{addr: ':{PORT}', {tls}}}\n"
    );
    host.write("/etc/registry.yml", config).expect("is written");
    let start = "setsid docker-registry serve /etc/registry.yml >/tmp/registry.log 2>&1 </dev/null &";
    host.shell(start).expect("runs").good().expect("starts");
    let service = Service {
        vip: Some("192.168.0.1:443".to_owned()),
        framework: "marathon".to_owned(),
        service_port: 5000,
        haproxy_group: None,
        backends: vec![SocketAddrV4::new(host.address(), PORT)],
    };
    fleet.lab.cluster().publish(&[service]).expect("is published");
    let answers = until("curl -ksf -m 5 https://192.168.0.1/v2/");
    fleet.agent(client).shell(&answers).expect("runs").good().expect("answers");
}
