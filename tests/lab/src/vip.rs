//! Virtual addresses: what DC/OS does with IPVS, done by DNAT in every host.

use std::collections::hash_map::DefaultHasher;
use std::fmt::Write as _;
use std::fs;
use std::hash::{Hash, Hasher};
use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::cluster::{HostRecord, Service};

/// Lines of /etc/hosts that belong to named VIPs end with this.
const MARK: &str = "# named VIP";

/// Programs every host with the services' virtual addresses.
pub(crate) fn program(hosts: &[HostRecord], services: &[Service]) -> Result<()> {
    let vips: Vec<Vip> = services.iter().filter_map(Vip::of).collect();
    let table = table(&vips);
    let mut outcome = Ok(());
    for host in hosts {
        let done = load_table(host, &table).and_then(|()| name(host, &vips));
        outcome =
            outcome.and(done.with_context(|| format!("programming virtual addresses on {}", host.name)));
    }
    outcome
}

/// One virtual address and where it leads.
#[derive(Debug, PartialEq, Eq)]
struct Vip {
    address: SocketAddrV4,
    /// The DNS name of a named VIP.
    name: Option<String>,
    backends: Vec<SocketAddrV4>,
}

impl Vip {
    /// None where the service has no VIP, no running task, or a label that dcos-net would ignore.
    fn of(service: &Service) -> Option<Self> {
        let (host, port) = service.vip.as_ref()?.trim_start_matches('/').rsplit_once(':')?;
        let port = port.parse().ok()?;
        let backends = service.backends.clone();
        if backends.is_empty() {
            return None;
        }
        if let Ok(address) = host.parse() {
            return Some(Self { address: SocketAddrV4::new(address, port), name: None, backends });
        }
        let name = format!("{host}.{}.l4lb.thisdcos.directory", service.framework);
        Some(Self { address: SocketAddrV4::new(address_of(&name), port), name: Some(name), backends })
    }
}

/// The address in 11.0.0.0/8 that a named VIP gets: the same name always the same address.
fn address_of(name: &str) -> Ipv4Addr {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    let [a, b, c, ..] = hasher.finish().to_be_bytes();
    // 11.0.0.0 itself is no host address.
    Ipv4Addr::new(11, a, b, c.max(1))
}

/// The whole nft table, replaced in one transaction.
///
/// `out` serves the host's own processes, `pre` its containers.
fn table(vips: &[Vip]) -> String {
    let rules: String = vips.iter().map(rule).collect();
    let mut text = String::from("table ip dcosvip\ndelete table ip dcosvip\n");
    let _ = write!(
        text,
        "table ip dcosvip {{\n\
         chain out {{ type nat hook output priority -100;\n{rules}}}\n\
         chain pre {{ type nat hook prerouting priority -100;\n{rules}}}\n\
         chain post {{ type nat hook postrouting priority 100; ct status dnat masquerade; }}\n}}\n"
    );
    text
}

/// The line that sends one virtual address to its tasks, in turn.
fn rule(vip: &Vip) -> String {
    let to = match vip.backends.as_slice() {
        [only] => only.to_string(),
        many => {
            let choices: Vec<String> =
                many.iter().enumerate().map(|(i, to)| format!("{i} : {} . {}", to.ip(), to.port())).collect();
            format!("numgen inc mod {} map {{ {} }}", many.len(), choices.join(", "))
        }
    };
    format!("ip daddr {} tcp dport {} dnat to {to};\n", vip.address.ip(), vip.address.port())
}

/// Loads an nft script in the network namespace of a host.
pub(crate) fn load_table(host: &HostRecord, script: &str) -> Result<()> {
    let mut nft = Command::new("nsenter")
        .args(["-t", &host.init_pid.to_string(), "-n", "--", "nft", "-f", "-"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("starting nft")?;
    nft.stdin
        .take()
        .expect("stdin is piped")
        .write_all(script.as_bytes())
        .context("handing nft its script")?;
    let output = nft.wait_with_output().context("waiting for nft")?;
    if !output.status.success() {
        bail!("nft refused the rules: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}

/// Writes the names of named VIPs into a host's /etc/hosts, where they differ from what it says.
fn name(host: &HostRecord, vips: &[Vip]) -> Result<()> {
    let path = PathBuf::from(format!("/proc/{}/root/etc/hosts", host.init_pid));
    let before = fs::read_to_string(&path).context("reading /etc/hosts")?;
    let after = with_names(&before, vips);
    if after == before { Ok(()) } else { fs::write(&path, after).context("writing /etc/hosts") }
}

/// The text of /etc/hosts with exactly these named VIPs.
fn with_names(hosts: &str, vips: &[Vip]) -> String {
    let mut text: String =
        hosts.lines().filter(|line| !line.ends_with(MARK)).map(|line| format!("{line}\n")).collect();
    for vip in vips {
        if let Some(name) = &vip.name {
            let _ = writeln!(text, "{} {name} {MARK}", vip.address.ip());
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(vip: &str, backends: &[&str]) -> Service {
        Service {
            vip: Some(vip.to_owned()),
            framework: "marathon".to_owned(),
            service_port: 5000,
            haproxy_group: None,
            backends: backends.iter().map(|text| text.parse().unwrap()).collect(),
        }
    }

    #[test]
    fn one_backend_is_named_plainly() {
        let vip = Vip::of(&service("192.168.0.1:443", &["192.168.1.11:31007"])).unwrap();
        assert_eq!(rule(&vip), "ip daddr 192.168.0.1 tcp dport 443 dnat to 192.168.1.11:31007;\n");
    }

    #[test]
    fn several_backends_take_turns() {
        let vip =
            Vip::of(&service("/192.168.0.1:443", &["192.168.1.11:31000", "192.168.1.12:31001"])).unwrap();
        assert!(
            rule(&vip).contains(
                "dnat to numgen inc mod 2 map { 0 : 192.168.1.11 . 31000, 1 : 192.168.1.12 . 31001 };"
            ),
            "{}",
            rule(&vip)
        );
    }

    #[test]
    fn a_named_vip_gets_a_stable_address_of_11() {
        let vip = Vip::of(&service("registry:443", &["192.168.1.11:31007"])).unwrap();
        assert_eq!(vip.name.as_deref(), Some("registry.marathon.l4lb.thisdcos.directory"));
        assert_eq!(vip.address.ip().octets()[0], 11);
        assert_eq!(Some(vip), Vip::of(&service("registry:443", &["192.168.1.11:31007"])));
    }

    #[test]
    fn a_service_without_tasks_or_port_has_no_vip() {
        assert_eq!(Vip::of(&service("192.168.0.1:443", &[])), None);
        assert_eq!(Vip::of(&service("192.168.0.1", &["192.168.1.11:31007"])), None);
    }

    #[test]
    fn names_replace_those_of_before_and_leave_the_rest() {
        let vips = [Vip::of(&service("registry:443", &["192.168.1.11:31007"])).unwrap()];
        let once = with_names("127.0.0.1 localhost\n11.9.9.9 old.l4lb # named VIP\n", &vips);
        assert!(once.starts_with("127.0.0.1 localhost\n11."), "{once}");
        assert!(!once.contains("old.l4lb"));
        assert_eq!(with_names(&once, &vips), once);
        assert_eq!(with_names(&once, &[]), "127.0.0.1 localhost\n");
    }
}
