//! The masters inside a test, on the loopback interface: what works without root.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};

use anyhow::{Context, Result};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::answer::Masters;
use super::scenario::Scenario;
use super::server::serve_on;
use crate::cluster::{Cluster, HostRecord};
use crate::state;

/// Two masters and the agents they list. Dropping it ends them.
#[derive(Debug)]
pub struct MesosStandIn {
    masters: Masters,
    state: PathBuf,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<Result<()>>>,
}

impl MesosStandIn {
    /// Masters that list an agent at each of these addresses.
    ///
    /// # Errors
    /// Where the machine lets nothing listen on 127.0.0.1.
    pub fn start(agents: &[Ipv4Addr]) -> Result<Self> {
        let state = state::create(None)?;
        Cluster::open(&state).write_hosts(&records(agents))?;
        let (stop, stopped) = oneshot::channel();
        let (tell, told) = mpsc::channel();
        let here = state.clone();
        let thread = thread::Builder::new().name("mesos".to_owned()).spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let listeners = [listen().await?, listen().await?];
                let masters =
                    Masters { first: listeners[0].local_addr()?, second: listeners[1].local_addr()? };
                tell.send(masters).context("telling where the masters listen")?;
                tokio::select! {
                    result = serve_on(here, listeners) => result,
                    _ = stopped => Ok(()),
                }
            })
        })?;
        let masters = told.recv().context("the Mesos masters did not start")?;
        Ok(Self { masters, state, stop: Some(stop), thread: Some(thread) })
    }

    /// Where they listen; the first leads unless the scenario says otherwise.
    #[must_use]
    pub fn masters(&self) -> Masters {
        self.masters
    }

    /// The base URL of the first master: `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.masters.first)
    }

    /// The base URL of the second master.
    #[must_use]
    pub fn standby_url(&self) -> String {
        format!("http://{}", self.masters.second)
    }

    /// Has the masters play this from the next request on.
    ///
    /// # Errors
    /// Where the state directory is gone.
    pub fn play(&self, scenario: &Scenario) -> Result<()> {
        scenario.write(&self.state)
    }
}

impl Drop for MesosStandIn {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        let _ = std::fs::remove_dir_all(&self.state);
    }
}

async fn listen() -> Result<TcpListener> {
    TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.context("listening on 127.0.0.1")
}

fn records(agents: &[Ipv4Addr]) -> Vec<HostRecord> {
    let record = |(index, address): (usize, &Ipv4Addr)| HostRecord {
        name: format!("a{}", index + 1),
        address: *address,
        init_pid: 0,
        engine: false,
        public: false,
    };
    agents.iter().enumerate().map(record).collect()
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpStream;

    use super::*;

    fn get(at: SocketAddr, path: &str) -> String {
        let mut stream = TcpStream::connect(at).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {at}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    #[test]
    fn the_standby_names_the_leader_where_it_listens() {
        let mesos = MesosStandIn::start(&[Ipv4Addr::LOCALHOST]).unwrap();
        let masters = mesos.masters();
        assert!(get(masters.first, "/slaves").contains("slave(1)@127.0.0.1:5051"));
        let redirect = format!("location: //{}/master/slaves\r\n", masters.first);
        assert!(get(masters.second, "/slaves").contains(&redirect));
        mesos.play(&Scenario::NoLeader).unwrap();
        assert!(get(masters.second, "/slaves").starts_with("HTTP/1.1 503 "));
    }

    #[test]
    fn a_dropped_one_leaves_no_file() {
        let mesos = MesosStandIn::start(&[]).unwrap();
        let state = mesos.state.clone();
        assert!(state.exists());
        drop(mesos);
        assert!(!state.exists());
    }
}
