//! What the registry is to be called and where it is to be found: each by its flag, by asking, or as it is proposed.

use anyhow::Result;

use super::agents::Choice;
use super::answers::{Question, settle};
use super::cluster::Found;
use super::notes::Notes;
use super::run::Args;
use crate::commands::Context;
use crate::domain::app::AppId;
use crate::domain::host::Host;
use crate::domain::host_folder::HostFolder;
use crate::domain::registry::Vip;
use crate::domain::transport::Transport;
use crate::plan::checks::preflight::{holder_of_service_port, holder_of_vip};
use crate::plan::init::candidates::Candidate;
use crate::plan::init::names::{self, OwnFolders};
use crate::plan::init::rows;
use crate::plan::init::text::Setting;

/// What is to be settled, and what is known for it.
pub(super) struct Settling<'a> {
    /// The flags.
    pub(super) args: &'a Args,
    /// The cluster.
    pub(super) found: &'a Found,
    /// Where things are told and asked.
    pub(super) context: &'a Context,
    /// What is to be said in the end.
    pub(super) notes: &'a Notes<'a>,
}

/// What is settled.
pub(super) struct Settled {
    /// The agent that is to run it.
    pub(super) host: Host,
    /// The room there, in words.
    pub(super) room: String,
    /// Whether that is a public one.
    is_public: bool,
    /// The id of its app.
    pub(super) id: AppId,
    /// Its VIP.
    pub(super) vip: Vip,
    /// Its service port.
    pub(super) service_port: u16,
    /// Folders of its own, where another registry has the usual ones.
    folders: Option<OwnFolders>,
}

impl Settling<'_> {
    /// Settles all of it. Errors, exit 2: something is missing and nobody can be asked.
    pub(super) async fn run(&self) -> Result<Settled> {
        let Self { args, found, context, notes } = *self;
        let chosen = Choice { args, cluster: &found.args, context, notes }.make(&found.listing).await?;
        let id = self.id()?;
        let (vip, service_port) = (self.vip(&id)?, self.service_port(&id)?);
        let folders = self.folders(&id, &chosen.host);
        let is_public = chosen.candidate.as_ref().is_some_and(Candidate::is_public);
        let room = chosen.candidate.as_ref().map(rows::room).unwrap_or_default();
        Ok(Settled { host: chosen.host, room, is_public, id, vip, service_port, folders })
    }

    fn id(&self) -> Result<AppId> {
        let apps = &self.found.apps;
        let question = Question { text: say!("Id of its app on Marathon"), flag: "--id", why: "" };
        let known = (self.args.id.clone(), Some(names::free_id(apps)));
        let id = settle(&question, known, |_| Ok(()), self.context)?;
        let has = |id: &str| apps.iter().any(|app| app.definition.id == id);
        if has(id.as_str()) {
            self.notes.take(say!("there is an app {id} already: deploy will change that one"));
        } else if self.args.id.is_none() && has(names::ID) {
            let id = names::ID;
            self.notes.take(say!("there is an app {id} already; --id {id} is for looking after that one"));
        }
        Ok(id)
    }

    fn vip(&self, id: &AppId) -> Result<Vip> {
        let apps = &self.found.apps;
        let transport = if self.args.no_tls { Transport::Plain } else { Transport::Tls };
        let question = Question {
            text: say!("VIP, a private address or a name, with its port"),
            flag: "--vip",
            why: say!("every address of 192.168.0.0/24 is another app's"),
        };
        let fits = |vip: &Vip| match holder_of_vip(id, vip, apps) {
            Some(app) => Err(say!("the app {} has the VIP {vip}", app.id())),
            None => Ok(()),
        };
        let known = (self.args.vip.clone(), names::free_vip(id, transport, apps));
        let vip = settle(&question, known, fits, self.context)?;
        if let Err(taken) = fits(&vip) {
            self.notes.take(say!("{taken} too, so connections would go to either of the two"));
        }
        Ok(vip)
    }

    fn service_port(&self, id: &AppId) -> Result<u16> {
        let apps = &self.found.apps;
        let question = Question {
            text: say!("Port that Marathon-LB offers it on"),
            flag: "--service-port",
            why: say!("every port is another app's"),
        };
        let fits = |port: &u16| match holder_of_service_port(id, *port, apps) {
            Some(app) => Err(say!("the app {} has the service port {port}", app.id())),
            None if *port == 0 => Err(say!("0 is no port").to_owned()),
            None => Ok(()),
        };
        let known = (self.args.service_port, names::free_service_port(id, apps));
        let port = settle(&question, known, fits, self.context)?;
        if let Err(taken) = fits(&port) {
            self.notes.take(say!("{taken} too, and a load balancer can offer one of them"));
        }
        Ok(port)
    }

    fn folders(&self, id: &AppId, host: &Host) -> Option<OwnFolders> {
        let data = self.args.data_dir.as_ref().map_or(names::DATA, HostFolder::as_str);
        let mut folders = names::own_folders(id, host, data, &self.found.apps)?;
        if let Some(given) = &self.args.data_dir {
            folders.data = given.to_string();
        }
        let OwnFolders { data, certs, config } = &folders;
        self.notes.take(say!(
            "another app has the usual folders on {host}, so it gets {data}, {certs} and {config}"
        ));
        Some(folders)
    }
}

impl Settled {
    /// The keys of `[registry]`.
    pub(super) fn settings(&self, args: &Args) -> Vec<Setting> {
        const SECTION: &str = "registry";
        let Self { host, is_public, id, vip, service_port, folders, .. } = self;
        let mut settings = vec![
            Setting::text(SECTION, "host", host),
            Setting::text(SECTION, "vip", vip),
            Setting::text(SECTION, "id", id),
            Setting::plain(SECTION, "service_port", service_port),
        ];
        settings.extend(args.image.as_ref().map(|image| Setting::text(SECTION, "image", image)));
        if args.no_tls {
            settings.push(Setting::plain(SECTION, "tls", false));
        }
        if *is_public {
            settings.push(Setting::list(SECTION, "accepted_resource_roles", &["slave_public"]));
        }
        let own_data = folders.as_ref().map(|folders| folders.data.clone());
        let data = args.data_dir.as_ref().map(ToString::to_string).or(own_data);
        settings.extend(data.map(|folder| Setting::text(SECTION, "data_dir", folder)));
        if let Some(folders) = folders {
            settings.push(Setting::text(SECTION, "certs_dir", &folders.certs));
            settings.push(Setting::text(SECTION, "config_dir", &folders.config));
        }
        settings
    }
}
