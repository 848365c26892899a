//! The `engine-proxy` check: whether an engine goes to the registry through a proxy that knows nothing of it.

use crate::domain::answer::shown;
use crate::domain::finding::Finding;
use crate::domain::registry::RegistryAddress;
use crate::domain::transport::Transport;
use crate::plan::engine::settings::EngineSettings;
use crate::plan::facts::Facts;
use crate::plan::network::within;

const NAME: &str = "engine-proxy";

/// The proxy that an engine uses for one scheme, and for what it does not.
struct Proxy {
    url: String,
    except: String,
}

/// The finding about one agent.
pub(super) fn check(
    facts: &Facts<'_>,
    settings: &EngineSettings,
    wanted: (&[RegistryAddress], Transport),
) -> Finding {
    let (addresses, transport) = wanted;
    let Some(proxy) = proxy(facts, settings, transport.scheme()) else { return client(facts, addresses) };
    let through = addresses.iter().find(|address| !excepts(&proxy.except, address));
    let url = shown(&without_user(&proxy.url));
    let Some(address) = through else {
        return Finding::pass(NAME, say!("goes through {url}, but not to the registry"));
    };
    let except = std::iter::once(proxy.except.trim()).filter(|it| !it.is_empty());
    let hosts: Vec<String> = addresses.iter().map(|address| address.host().to_string()).collect();
    let except = shown(&except.chain(hosts.iter().map(String::as_str)).collect::<Vec<_>>().join(","));
    let hint = say!(
        "systemctl edit docker, and write: [Service] Environment=\"NO_PROXY={except}\" - \
         then systemctl daemon-reload and, when it suits, systemctl restart docker (which \
         ends the containers there)."
    );
    Finding::fail(NAME, "engine-proxy", say!("the engine goes to {address} through {url}"), hint)
}

/// The first that is told counts: what the process has, what the engine says, its file, its unit.
fn proxy(facts: &Facts<'_>, settings: &EngineSettings, scheme: &str) -> Option<Proxy> {
    let environment = facts.carried("environment").unwrap_or_default();
    let find = |variable: &str, info: &str, key: &str| {
        let file = settings.file_value("proxies").and_then(|proxies| proxies.get(key)?.as_str());
        let own = assigned(environment.lines(), variable);
        own.or_else(|| settings.told(info).map(str::to_owned))
            .or_else(|| file.map(str::to_owned))
            .or_else(|| assigned(unit_words(&settings.unit), variable))
            .filter(|value| !value.is_empty())
    };
    let upper = scheme.to_uppercase();
    let url = find(&format!("{scheme}_proxy"), &format!("{upper} Proxy"), &format!("{scheme}-proxy"))?;
    let except = find("no_proxy", "No Proxy", "no-proxy").unwrap_or_default();
    Some(Proxy { url, except })
}

/// The words of `Environment=` as systemctl shows it; those with blanks inside are quoted whole.
fn unit_words(unit: &str) -> impl Iterator<Item = &str> {
    let lines = unit.lines().filter_map(|line| line.strip_prefix("Environment="));
    lines.flat_map(|line| line.split([' ', '"'])).filter(|word| !word.is_empty())
}

/// The value of a variable, in upper or lower case.
fn assigned<'a>(words: impl Iterator<Item = &'a str>, variable: &str) -> Option<String> {
    let mut values = words.filter_map(|word| {
        let (name, value) = word.split_once('=')?;
        name.eq_ignore_ascii_case(variable).then(|| value.to_owned())
    });
    values.next()
}

/// Proxies that the docker command hands on to containers.
fn client(facts: &Facts<'_>, addresses: &[RegistryAddress]) -> Finding {
    if facts.get("client.proxies").is_some() {
        let except = facts.carried("client.except").unwrap_or_default();
        let listed = except.split('"').filter(|part| part.contains('.')).collect::<Vec<_>>().join(",");
        if let Some(address) = addresses.iter().find(|address| !excepts(&listed, address)) {
            let why = say!("containers there are told of a proxy that does not except {address}");
            return Finding::warn(NAME, "client-proxy", why).hint(say!(
                "Add it to noProxy under proxies in /root/.docker/config.json, if containers push or \
                 pull there."
            ));
        }
    }
    Finding::pass(NAME, say!("the engine goes to the registry without a proxy"))
}

/// Whether NO_PROXY excepts an address, as Go reads it: names with all below them, addresses, networks, `*`.
pub(in crate::plan::checks) fn excepts(list: &str, address: &RegistryAddress) -> bool {
    let host = address.host().to_string().to_lowercase();
    let entries = list.split(',').map(|entry| entry.trim().to_lowercase());
    entries.filter(|entry| !entry.is_empty()).any(|entry| {
        if entry == "*" {
            return true;
        }
        if let Some(ip) = address.host().ip() {
            return within(&entry, ip)
                || entry == format!("{}:{}", address.host().bracketed(), address.port());
        }
        let (name, port) = entry.rsplit_once(':').unwrap_or((&entry, ""));
        let fits = port.is_empty() || port.parse() == Ok(address.port());
        let suffix = name.trim_start_matches('*').trim_start_matches('.');
        let itself = host == suffix && !name.starts_with(['.', '*']);
        fits && (itself || host.strip_suffix(suffix).is_some_and(|head| head.ends_with('.')))
    })
}

/// A URL without user and password.
pub(in crate::plan::checks) fn without_user(url: &str) -> String {
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://{host}"),
        (None, Some((_, host))) => host.to_owned(),
        _ => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::finding::Status;
    use crate::plan::facts::tests::answer;

    fn address(text: &str) -> RegistryAddress {
        text.parse().expect("an address")
    }

    fn found(facts: &[(&str, &str)]) -> Finding {
        let answer = answer(facts);
        let facts = Facts::of(&answer);
        let settings = EngineSettings::read(&facts);
        check(&facts, &settings, (&[address("192.168.0.1"), address("lb.example.com:5000")], Transport::Tls))
    }

    #[test]
    fn an_engine_without_a_proxy_on_the_way_passes() {
        assert_eq!(found(&[]).status, Status::Pass);
        assert_eq!(found(&[("environment#", "HTTP_PROXY=http://p:3128\n")]).status, Status::Pass);
        let excepted = "https_proxy=http://p:3128\nno_proxy=localhost,192.168.0.0/16,.example.com\n";
        assert_eq!(
            found(&[("environment#", excepted)]).detail,
            "goes through http://p:3128, but not to the registry"
        );
    }

    #[test]
    fn a_proxy_that_does_not_except_the_registry_is_found_wherever_it_is_set() {
        let file = r#"{"proxies": {"https-proxy": "http://p:3128", "no-proxy": "192.168.0.1"}}"#;
        for facts in [
            vec![("environment#", "HTTPS_PROXY=http://ann:secret@p:3128\n")],
            vec![(
                "unit#",
                "ExecStart=x\nEnvironment=\"HTTPS_PROXY=http://ann:secret@p:3128\" NO_PROXY=localhost\n",
            )],
            vec![("info#", "Server:\n HTTPS Proxy: http://ann:secret@p:3128\n No Proxy: 192.168.0.1\n")],
            vec![("file.1", "/etc/docker/daemon.json"), ("text.1#", file)],
        ] {
            let failed = found(&facts);
            assert_eq!((failed.status, failed.cause), (Status::Fail, Some("engine-proxy")), "{facts:?}");
            let hint = failed.hint.expect("a hint");
            assert!(hint.contains("192.168.0.1,lb.example.com") && hint.contains("NO_PROXY="), "{hint}");
            assert!(failed.detail.ends_with("through http://p:3128"), "{}", failed.detail);
            assert!(!format!("{}{hint}", failed.detail).contains("secret"));
        }
        let client = found(&[("client.proxies", "yes"), ("client.except#", r#""noProxy": "192.168.0.1""#)]);
        assert_eq!(client.cause, Some("client-proxy"));
    }

    #[test]
    fn no_proxy_is_read_as_go_reads_it() {
        let lb = address("lb.example.com:5000");
        for list in
            ["*", "lb.example.com", ".example.com", "example.com", "*.example.com", "x, LB.example.com:5000"]
        {
            assert!(excepts(list, &lb), "{list}");
        }
        for list in ["", "b.example.com", "ample.com", ".lb.example.com", "lb.example.com:443", "10.0.0.0/8"]
        {
            assert!(!excepts(list, &lb), "{list}");
        }
        assert!(excepts("192.168.0.1:443", &address("192.168.0.1")));
        assert!(!excepts("192.168.0.1:5000", &address("192.168.0.1")));
    }
}
