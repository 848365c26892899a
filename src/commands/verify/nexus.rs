//! A look at the Nexus behind a registry, where it is one.

use anyhow::Result;

use super::run::Args;
use crate::commands::Context;
use crate::commands::flags::{NamedRegistry, configured_docker_host};
use crate::commands::nexus_setup::{client, web_page};
use crate::domain::app::AppId;
use crate::domain::config::RegistryConfig;
use crate::domain::event::Event;
use crate::domain::fault::Fault;
use crate::domain::finding::Finding;
use crate::domain::preset::Preset;
use crate::effects::marathon::Marathon;
use crate::plan::checks::nexus;
use crate::plan::nexus::app::UI_PORT;
use crate::report::fault_of;

impl Args {
    /// Whether every Nexus that is meant can be written to; each once, whatever addresses it has.
    pub(super) async fn nexus_status(
        &self,
        registries: &[NamedRegistry],
        context: &Context,
    ) -> Result<Vec<Finding>> {
        let mut asked: Vec<&RegistryConfig> = Vec::new();
        let mut findings = Vec::new();
        for NamedRegistry { config, .. } in registries {
            if config.preset() != Preset::Nexus || asked.contains(&config) {
                continue;
            }
            asked.push(config);
            findings.push(match self.web_page_of(config, context).await {
                Ok(Some(url)) => ask(config, &url, context).await?.about(url),
                Ok(None) => nexus::unknown(),
                Err(error) => nexus::status(&Err(fault_of(&error))),
            });
        }
        Ok(findings)
    }

    async fn web_page_of(&self, config: &RegistryConfig, context: &Context) -> Result<Option<String>> {
        if let Some(url) = &config.nexus.url {
            return Ok(Some(url.clone()));
        }
        if let Some(host) = configured_docker_host(config)? {
            let port = config.nexus.ui_port.unwrap_or(UI_PORT);
            return Ok(Some(format!("http://{}:{port}", host.host().bracketed())));
        }
        let Some(endpoint) = self.reach.cluster.named_marathon(context)? else { return Ok(None) };
        let id = config.id.as_deref().unwrap_or("/registry").parse::<AppId>().map_err(Fault::value)?;
        let id = self.id.clone().unwrap_or(id);
        let found = Marathon::new(endpoint).app(&id).await?;
        Ok(found.and_then(|app| web_page(app.status.tasks)).map(|(_, url)| url))
    }
}

async fn ask(config: &RegistryConfig, url: &str, context: &Context) -> Result<Finding> {
    let nexus = client(&config.nexus, url, context)?;
    context.tell(Event::Stage(say!("Asking {} how it is", nexus.url())));
    Ok(nexus::status(&nexus.is_writable().await.map_err(|error| fault_of(&error))))
}
