//! Docker's config.json, as people leave it, and files of users.
#![no_main]

use libfuzzer_sys::fuzz_target;
use regctl::domain::secret::Secret;
use regctl::plan::docker_config::{DockerConfig, Login};
use regctl::plan::htpasswd;

fuzz_target!(|text: &str| {
    let user = "ann".parse().expect("is a name");
    let with = htpasswd::with(text, &user, &Secret::new("hash"));
    assert_eq!(htpasswd::hash_of(with.expose(), &user), Some("hash"));
    assert_eq!(htpasswd::hash_of(htpasswd::without(with.expose(), &user).expose(), &user), None);
    let Ok(config) = DockerConfig::parse(text) else { return };
    let address: regctl::domain::registry::RegistryAddress = "lb:5000".parse().expect("is an address");
    let _ = (config.helper(&address), config.warning());
    let login = Login { address: address.clone(), auth: Some(Secret::new("YTpi")) };
    let new = config.with(std::slice::from_ref(&login));
    let read = DockerConfig::parse(new.expose()).unwrap_or_else(|unusable| panic!("{}", unusable.why));
    assert_eq!(read.with(&[login]).expose(), new.expose(), "a second login changes nothing");
    assert!(DockerConfig::parse(read.without(&[address]).expose()).is_ok());
});
