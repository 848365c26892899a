//! Registries that a local proxy knows by a name: one of /etc/hosts, one of DNS.

use crate::fleet::Fleet;
use crate::local_proxy::{done, proxied, step, until};
use crate::serving::start_registry;

/// A server that knows one address for every name.
const DNS: &str = r#"
import socket
asked = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
asked.bind(("127.0.0.1", 53))
while True:
    question, client = asked.recvfrom(512)
    found = question[-4:-2] == b"\0\1"
    answer = question[:2] + b"\x81\x80\0\1\0" + bytes([found]) + bytes(4) + question[12:]
    if found:
        answer += b"\xc0\x0c\0\1\0\1\0\0\0\5\0\4" + bytes([192, 168, 1, 12])
    asked.sendto(answer, client)
"#;

#[test]
fn names_are_looked_up_as_they_are_needed_so_that_nginx_starts_without_dns() {
    let Some(fleet) = Fleet::start(2) else { return };
    let names = ["--dns", "known.example.com", "--dns", "dns.example.com"];
    fleet.regctl(&[&["cert", "gen", "--force", "--ip", "192.168.0.1"], &names[..]].concat()).assert_exit(0);
    start_registry(&fleet, "a2", "a1");
    let agent = fleet.agent("a1");
    agent.write("/dns.py", DNS).expect("writes");
    agent.write("/etc/resolv.conf", "nameserver 127.0.0.1\n").expect("writes");
    let dns = "(setsid python3 /dns.py >/dev/null 2>&1 </dev/null & echo $! >/run/dns.pid)";
    done(agent, dns);
    let registries = ["192.168.0.1", "known.example.com:31007", "dns.example.com:31007"];
    let registries: Vec<_> = registries.iter().flat_map(|name| ["--registry", name]).collect();
    let run =
        proxied(&fleet, &[&registries, &["--hosts-entry", "192.168.1.12=known.example.com"][..]].concat());
    run.assert_exit(0);
    let again = proxied(&fleet, &registries);
    // The certificate has names, so that nginx would refuse it for the address alone.
    let all = "localhost:5001 is 192.168.0.1 by nginx, localhost:5002 is known.example.com:31007 by nginx, \
               localhost:5003 is dns.example.com:31007 by nginx";
    assert_eq!(step(&again, agent), ("unchanged".to_owned(), all.to_owned()));

    done(agent, "kill $(cat /run/dns.pid); nginx -s quit; while pgrep -x nginx; do sleep 0.05; done; nginx");
    let answers = |port: u16| {
        agent.shell(&format!("curl -sSf -m 4 http://localhost:{port}/v2/")).expect("runs").status.success()
    };
    assert!(answers(5001) && answers(5002), "what needs no DNS goes on without");
    done(agent, dns);
    done(agent, &until("curl -sSf http://localhost:5003/v2/"));
    fleet.regctl(&["untrust-agents", "--yes", "--registry", "dns.example.com:31007"]).assert_exit(0);
    done(agent, &until("! curl -s http://localhost:5003/v2/"));
    assert!(answers(5001) && answers(5002), "the others stay");
}
