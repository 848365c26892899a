//! A running lab: its hosts by name, and what its stand-ins play.

use std::path::Path;

use anyhow::Result;

use crate::builder::Builder;
use crate::cluster::Cluster;
use crate::host::Host;
use crate::marathon;
use crate::mesos::{self, Scenario};
use crate::owned::Owned;
use crate::reboot;

/// A running lab.
#[derive(Debug)]
pub struct Lab {
    cluster: Cluster,
    hosts: Vec<Host>,
    /// None where another process started it.
    owned: Option<Owned>,
}

impl Lab {
    pub(crate) fn new(cluster: Cluster, hosts: Vec<Host>, owned: Option<Owned>) -> Self {
        Self { cluster, hosts, owned }
    }

    /// Leaves it running when this is dropped.
    pub(crate) fn release(mut self) {
        if let Some(owned) = self.owned.take() {
            owned.release();
        }
    }

    /// Three agents without Docker Engine, unless asked otherwise.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The lab that was started by another process and keeps its state there. Dropping this does not end it.
    ///
    /// # Errors
    /// Where none is up.
    pub fn attach(state: &Path) -> Result<Self> {
        let cluster = Cluster::open(state);
        let hosts = cluster.hosts()?.into_iter().map(|record| Host::new(record, state)).collect();
        Ok(Self::new(cluster, hosts, None))
    }

    /// The host of that name.
    ///
    /// # Panics
    /// Where the lab has none: a test asks for what it has built.
    #[must_use]
    pub fn host(&self, name: &str) -> &Host {
        self.find(name).unwrap_or_else(|| panic!("the lab has no host {name}"))
    }

    /// The host of that name, if there is one.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Host> {
        self.hosts.iter().find(|host| host.name() == name)
    }

    /// All hosts, the master first.
    #[must_use]
    pub fn hosts(&self) -> &[Host] {
        &self.hosts
    }

    /// All hosts but the master.
    pub fn agents(&self) -> impl Iterator<Item = &Host> {
        self.hosts.iter().filter(|host| host.record().is_agent())
    }

    /// Has the Mesos masters play this from the next request on.
    ///
    /// # Errors
    /// Where the lab is gone.
    pub fn mesos(&self, scenario: &Scenario) -> Result<()> {
        scenario.write(self.state())
    }

    /// Has Mesos-DNS answer so, from the next request on, when it is asked for the masters.
    ///
    /// # Errors
    /// Where the lab is gone.
    pub fn mesos_dns(&self, body: &str) -> Result<()> {
        mesos::dns::play(self.state(), body)
    }

    /// Reboots a host: its files stay, its processes and kernel settings do not. Its faults are taken out.
    ///
    /// # Errors
    /// Where it does not come up again.
    pub fn reboot(&self, name: &str) -> Result<()> {
        reboot::reboot(self.host(name), self.state())
    }

    /// Has Marathon misbehave like this from the next request on.
    ///
    /// # Errors
    /// Where the lab is gone.
    pub fn marathon(&self, control: &marathon::Control) -> Result<()> {
        control.write(&marathon::state_dir(self.state()))
    }

    /// The stand-ins' view of it.
    #[must_use]
    pub fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// Where its state is kept.
    #[must_use]
    pub fn state(&self) -> &Path {
        self.cluster.state()
    }
}
