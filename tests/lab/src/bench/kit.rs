//! What the ways work with: the same script, the same CA and the same hosts, in the form that each of them reads.

use std::fmt::Write as _;
use std::net::Ipv4Addr;

use anyhow::{Context, Result};

use super::way::Scene;
use crate::Host;

/// The folder in the master host.
pub(crate) const FOLDER: &str = "/root/bench";

/// Where the work leaves the CA on an agent.
pub(crate) const CA_FILE: &str = "/etc/docker/certs.d/192.168.0.1/ca.crt";

/// The setting that the work makes.
pub(crate) const SYSCTL: &str = "net.netfilter.nf_conntrack_tcp_be_liberal";

/// Makes the CA in the master host, lays everything out beside it, and answers with the CA as PEM.
///
/// # Errors
/// Where a file cannot be written or openssl fails.
pub(crate) fn lay_out(master: &Host, agents: &[&Host], scene: &Scene) -> Result<String> {
    master
        .shell(&format!(
            "mkdir -p {FOLDER} && cd {FOLDER} && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
             -keyout ca.key -out ca.crt -days 3650 -subj '/CN=benchmark CA' -addext keyUsage=critical,keyCertSign"
        ))?
        .good()
        .context("making a CA")?;
    let put = |name: &str, text: &str| master.write(&format!("{FOLDER}/{name}"), text);
    let ca = master.read(&format!("{FOLDER}/ca.crt"))?;
    let hosts: Vec<Ipv4Addr> = agents.iter().map(|agent| agent.address()).collect();
    put("hosts", &lines(&hosts))?;
    put("hosts.ini", &lines(&hosts))?;
    put("hosts.py", &format!("hosts = {:?}\n", hosts.iter().map(Ipv4Addr::to_string).collect::<Vec<_>>()))?;
    put("job.sh", &job(&ca))?;
    put("play.yml", PLAY)?;
    put("three.py", &three())?;
    put("one.py", ONE)?;
    put("config.py", &format!("from pyinfra import config\nconfig.CONNECT_TIMEOUT = {}\n", scene.patience))?;
    master.write("/root/.ssh/known_hosts", known_hosts(agents)?)?;
    Ok(ca)
}

fn lines(hosts: &[Ipv4Addr]) -> String {
    hosts.iter().fold(String::new(), |mut text, host| {
        let _ = writeln!(text, "{host}");
        text
    })
}

/// Every way finds the agents' keys known, as on any day after the first.
fn known_hosts(agents: &[&Host]) -> Result<String> {
    let mut text = String::new();
    for agent in agents {
        let key = agent.read("/etc/ssh/ssh_host_ed25519_key.pub")?;
        let _ = write!(text, "{} {key}", agent.address());
    }
    Ok(text)
}

/// The whole work on one agent: set, persist, install by rename, read back.
fn job(ca: &str) -> String {
    format!(
        "#!/bin/sh
set -eu
umask 022
sysctl -q -w {SYSCTL}=1
conf=/etc/sysctl.d/90-regctl.conf
echo '{SYSCTL} = 1' >$conf.new
mv -f $conf.new $conf
mkdir -p {folder}
cat >{folder}/.ca.crt.new <<'CA'
{ca}CA
mv -f {folder}/.ca.crt.new {CA_FILE}
echo \"state conntrack $(sysctl -n {SYSCTL})\"
echo \"state ca $(cksum <{CA_FILE})\"
",
        folder = CA_FILE.trim_end_matches("/ca.crt")
    )
}

const PLAY: &str = "\
- hosts: all
  gather_facts: false
  tasks:
    - script: job.sh
";

const ONE: &str = "\
from pyinfra.operations import server

server.shell(name='trust', commands=[open('job.sh').read()])
";

fn three() -> String {
    format!(
        "\
from pyinfra.operations import files, server

files.put(name='ca', src='ca.crt', dest='{CA_FILE}', mode='644')
server.sysctl(name='conntrack', key='{SYSCTL}', value=1, persist=True, persist_file='/etc/sysctl.d/90-regctl.conf')
server.shell(name='read back', commands=['sysctl -n {SYSCTL}; cksum <{CA_FILE}'])
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ca_is_whole_in_the_script_and_ends_its_here_document() {
        let job = job("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        assert!(
            job.contains("<<'CA'\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\nCA\n"),
            "{job}"
        );
    }
}
