//! The registry's own configuration.

use serde_json::{Value, json};

use super::registry_app::{
    CERTIFICATE_FILE, CERTS_MOUNT, CONFIG_MOUNT, CONTAINER_PORT, DATA_MOUNT, HTPASSWD_FILE, KEY_FILE,
};
use super::template;
use crate::domain::deploy::{Access, ConfigSecrets, RegistrySpec};
use crate::domain::secret::Secret;
use crate::domain::storage::{S3, S3Keys, Storage};
use crate::domain::transport::Transport;

const TEMPLATE: &str = include_str!("../../templates/config.yml.hbs");

/// The registry's config.yml: that of a plain registry with TLS and users where they are asked for. It holds the
/// keys of a bucket and the password of an upstream, where there are any.
pub fn config_yml(spec: &RegistrySpec, secrets: &ConfigSecrets) -> Secret {
    let bucket = match &spec.storage {
        Storage::S3(bucket) => s3_variables(bucket, secrets.bucket.as_ref()),
        _ => Value::Null,
    };
    let variables = json!({
        // What one instance remembers of its blobs the others may have deleted.
        "alone": spec.instances == 1,
        "s3": bucket,
        "data_mount": DATA_MOUNT,
        "listen": format!(":{CONTAINER_PORT}"),
        "tls": spec.transport == Transport::Tls,
        "certificate_file": format!("{CERTS_MOUNT}/{CERTIFICATE_FILE}"),
        "key_file": format!("{CERTS_MOUNT}/{KEY_FILE}"),
        "htpasswd": spec.access == Access::Htpasswd,
        "htpasswd_file": format!("{CONFIG_MOUNT}/{HTPASSWD_FILE}"),
        "upstream": spec.upstream.as_ref().map(|upstream| json!({
            "url": upstream.url.to_string(),
            "login": secrets.upstream.as_ref().map(|login| {
                json!({ "user": login.user, "password": login.password.expose() })
            }),
        })),
    });
    let text = template::render(TEMPLATE, &variables);
    Secret::new(text.expect("the built-in template renders with all of its variables"))
}

fn s3_variables(bucket: &S3, keys: Option<&S3Keys>) -> Value {
    json!({
        "bucket": bucket.bucket,
        "region": bucket.region,
        "endpoint": bucket.endpoint,
        "root": bucket.root,
        "no_redirect": !bucket.redirect,
        "keys": keys.map(|keys| json!({"access": keys.access_key, "secret": keys.secret_key.expose()})),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::storage::tests as examples;
    use crate::domain::upstream::{Upstream, UpstreamLogin};
    use crate::golden;
    use crate::plan::registry_app::tests::{several, spec};

    fn rendered(spec: &RegistrySpec) -> String {
        config_yml(spec, &ConfigSecrets::default()).expose().to_owned()
    }

    #[test]
    fn the_configuration_is_the_golden_one() {
        golden::check("config.yml", &rendered(&spec()));
        golden::check("config-plain.yml", &rendered(&RegistrySpec { transport: Transport::Plain, ..spec() }));
        golden::check("config-htpasswd.yml", &rendered(&RegistrySpec { access: Access::Htpasswd, ..spec() }));
        golden::check("config-shared.yml", &rendered(&several(Storage::Shared)));
        let by_role = S3 { endpoint: None, root: None, redirect: true, ..examples::s3() };
        golden::check("config-s3-role.yml", &rendered(&several(Storage::S3(by_role))));
    }

    #[test]
    fn the_keys_of_a_bucket_are_in_it_and_never_shown() {
        let keys = S3Keys { access_key: "AKIA".to_owned(), secret_key: Secret::new("se\"cret: #") };
        let secrets = ConfigSecrets { bucket: Some(keys), ..ConfigSecrets::default() };
        let config = config_yml(&several(Storage::S3(examples::s3())), &secrets);
        golden::check("config-s3.yml", config.expose());
        assert!(!format!("{config:?} {secrets:?}").contains("cret: #"));
    }

    #[test]
    fn a_cache_names_its_upstream_and_who_is_let_in_there() {
        let url = "https://registry-1.docker.io".parse().expect("legal");
        let cache = RegistrySpec { upstream: Some(Upstream { url, login: None }), ..spec() };
        let open = rendered(&cache);
        assert!(open.contains("\nproxy:\n  remoteurl: \"https://registry-1.docker.io\"\ncatalog:"), "{open}");
        let login = UpstreamLogin { user: "ann".to_owned(), password: Secret::new("p\"w: #") };
        let secrets = ConfigSecrets { upstream: Some(login), ..ConfigSecrets::default() };
        golden::check("config-proxy.yml", config_yml(&cache, &secrets).expose());
        assert!(!format!("{secrets:?}").contains("w: #"));
    }
}
