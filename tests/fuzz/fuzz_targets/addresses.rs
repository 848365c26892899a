//! Hosts, registries' addresses, VIPs and app ids: what parses must be safe as a path, a URL and an ssh destination.
#![no_main]

use libfuzzer_sys::fuzz_target;
use regctl::domain::app::AppId;
use regctl::domain::host::{Host, HostPort};
use regctl::domain::registry::{RegistryAddress, Vip};

fuzz_target!(|text: &str| {
    if let Ok(host) = text.parse::<Host>() {
        let spelt = host.to_string();
        assert!(!spelt.is_empty() && !spelt.starts_with('-') && !spelt.contains(['/', ' ', ';', '$', '\n']));
        assert_eq!(spelt.parse::<Host>().as_ref(), Ok(&host), "what is written is read again");
    }
    if let Ok(address) = text.parse::<RegistryAddress>() {
        assert_eq!(address.to_string().parse::<RegistryAddress>().as_ref(), Ok(&address));
        let folder = address.directory_name();
        assert!(!folder.contains('/') && folder != "." && folder != "..", "a plain folder: {folder}");
    }
    if let Ok(vip) = text.parse::<Vip>() {
        assert_eq!(vip.to_string().parse::<Vip>().as_ref(), Ok(&vip));
    }
    let _ = text.parse::<HostPort>();
    let _ = text.parse::<AppId>();
});
