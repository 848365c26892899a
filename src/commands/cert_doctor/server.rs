//! The registry as it answers here, beside what lies in the certs folder and what the environment says.

use time::OffsetDateTime;

use crate::commands::flags::{self, NamedRegistry};
use crate::commands::{Context, cert_source};
use crate::domain::certificate::Certificate;
use crate::domain::event::Event;
use crate::domain::finding::Finding;
use crate::domain::registry::RegistryAddress;
use crate::domain::tls::Meeting;
use crate::domain::transport::Transport;
use crate::effects::tls_probe;
use crate::plan::checks::{diagnosis, tls};

/// How one address answered, and what that comes to.
pub(super) struct Answered {
    /// How it went.
    pub(super) meeting: Meeting,
    /// The findings.
    pub(super) findings: Vec<Finding>,
}

/// Asks the registry at its address.
pub(super) async fn ask(registry: &NamedRegistry, vips: &[RegistryAddress], context: &Context) -> Answered {
    let NamedRegistry { address, ca, .. } = registry;
    context.tell(Event::Stage(say!("Asking {address}")));
    let now = OffsetDateTime::now_utc();
    let own: &[Certificate] = ca.as_ref().map(|ca| ca.certificates.as_slice()).unwrap_or_default();
    let meeting = tls_probe::probe(address, own, now).await;
    let path = ca.as_ref().map(|ca| ca.path.display().to_string());
    let given = tls::Given { address, ca: path.as_deref(), now };
    let mut findings = Vec::new();
    if registry.transport() == Transport::Plain {
        findings.push(diagnosis::plain(&meeting, address).unwrap_or_else(|| tls::check(&meeting, given)));
    } else {
        findings.extend(deployed(&meeting, context).map(|finding| finding.about(address)));
        findings.push(tls::check(&meeting, given));
    }
    findings.push(proxy(address, registry.transport().scheme()));
    let is_vip = vips.contains(address);
    let findings = findings.into_iter().map(|finding| diagnosis::of_vip(finding, is_vip)).collect();
    Answered { meeting, findings }
}

/// Compares with domain.crt of the certs folder, where that can be read.
fn deployed(meeting: &Meeting, context: &Context) -> Option<Finding> {
    let path = flags::certs_folder(context).join("domain.crt");
    let file = path.exists().then(|| cert_source::read(&path).ok()).flatten()?;
    diagnosis::deployed(meeting, file.certificates.first()?, &path.display().to_string())
}

/// What the clients of this machine make of its proxy variables.
fn proxy(address: &RegistryAddress, scheme: &str) -> Finding {
    let value = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let either = |name: String| value(&name).or_else(|| value(&name.to_uppercase()));
    let proxy = either(format!("{scheme}_proxy")).or_else(|| either("all_proxy".to_owned()));
    let except = either("no_proxy".to_owned()).unwrap_or_default();
    diagnosis::of_proxy(address, proxy.as_deref(), &except)
}
