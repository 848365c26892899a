//! What agents are to have so that `localhost:PORT` is the registry to them.

use anyhow::Result;
use time::OffsetDateTime;

use super::Context;
use super::flags::{NamedRegistry, RegistryArgs, TrustArgs, certs_folder};
use crate::domain::certificate::Certificate;
use crate::domain::event::Event;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::host::Host;
use crate::domain::local_proxy::{LocalProxy, UpstreamTls};
use crate::domain::tls::Meeting;
use crate::domain::transport::Transport;
use crate::effects::certs_folder::CertsFolder;
use crate::effects::{files, tls_probe, x509};
use crate::plan::local_proxy::{self, LocalProxyPlan};

/// The plan of the flags and the configuration. A registry with TLS whose address is an IP address is looked at, since the
/// proxies have to check its certificate by a name.
pub(super) async fn plan(
    registries: &RegistryArgs,
    trust: &TrustArgs,
    context: &Context,
) -> Result<LocalProxyPlan> {
    if trust.runtime.is_some() {
        let message = say!(
            "--runtime does not go with mode local-proxy: it is Docker Engine that takes localhost without TLS"
        );
        return Err(Fault::usage(message).into());
    }
    let mut proxies = Vec::new();
    for (registry, port) in trust.proxy.registries(registries, context)? {
        let tls = tls(&registry, context).await?;
        proxies.push(LocalProxy { port, registry: registry.address, tls });
    }
    Ok(LocalProxyPlan {
        proxies,
        servant: trust.proxy.servant(context)?,
        image: trust.proxy.image(context)?,
        sysctl: trust.sysctl(context),
        hosts: trust.hosts(context)?,
    })
}

async fn tls(registry: &NamedRegistry, context: &Context) -> Result<Option<UpstreamTls>> {
    if registry.transport() == Transport::Plain {
        return Ok(None);
    }
    let Some(ca) = registry.ca.clone() else {
        let message = say!("there is no CA file to check the certificate of {} by", registry.address);
        return Err(Fault::new(FaultKind::Certificate, message)
            .hint(say!(
                "Make one with regctl cert gen, or name one with --ca; --plain-http where it has no TLS."
            ))
            .into());
    };
    let name = match registry.address.host() {
        Host::Name(name) => name.clone(),
        Host::Ip(_) => named_by(registry, context).await?,
    };
    Ok(Some(UpstreamTls { ca, name }))
}

/// The name to check the certificate of a registry by that is named by its address.
async fn named_by(registry: &NamedRegistry, context: &Context) -> Result<String> {
    let host = registry.address.host();
    let seen = seen(registry).await.or_else(|| made(host, context));
    let Some(leaf) = seen else {
        context.tell(Event::Warning(say!(
            "nobody answers at {}, and no certificate of it is here: the proxies check it by the common name {host}",
            registry.address
        )));
        return Ok(host.to_string());
    };
    local_proxy::certificate_name(host, leaf.names(), leaf.common_name.as_deref()).map_err(|why| {
        let hint = say!(
            "Give it a DNS name: regctl cert renew --dns registry.example.com, or name the registry by one."
        );
        Fault::new(FaultKind::Certificate, why).hint(hint).into()
    })
}

/// The certificate that the registry shows.
async fn seen(registry: &NamedRegistry) -> Option<Certificate> {
    if registry.proxy.is_some() {
        return None;
    }
    let own = registry.ca.as_ref().map(|ca| ca.certificates.as_slice()).unwrap_or_default();
    match tls_probe::probe(&registry.address, own, OffsetDateTime::now_utc()).await {
        Meeting::Presented(presented) => Some(presented.leaf().clone()),
        _ => None,
    }
}

/// The certificate that was made here for that host, where there is one.
fn made(host: &Host, context: &Context) -> Option<Certificate> {
    let path = CertsFolder::new(certs_folder(context)).file("domain.crt");
    let text = files::read_text(&path, FaultKind::InputFile).ok()?;
    let leaf = x509::read_pem(&text).ok()?.certificates.into_iter().next()?;
    leaf.names().cover(host).then_some(leaf)
}
