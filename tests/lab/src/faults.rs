//! Faults that a host can be given on demand; `scripts/fault.sh` brings them in and takes them out.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rustix::process::Signal;

use crate::host::Host;
use crate::process::Process;

/// The password of the user core where a fault gives it one.
pub const PASSWORD: &str = "lab-password";

/// How long bringing a fault in or out may take.
const TIME: Duration = Duration::from_secs(20);

/// Something that is wrong with a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Every packet to and from it is dropped.
    Blackholed,
    /// Connections to port 22 are refused.
    PortClosed,
    /// Port 22 accepts connections and says nothing.
    Silent,
    /// The login shell, sudo and sysctl each take so many seconds longer.
    Slow {
        /// For each of them.
        seconds: u32,
    },
    /// It shows another host key than before.
    ChangedHostKey,
    /// No key is authorised any more.
    KeyRefused,
    /// No key is authorised any more, but the user core may log in with [`PASSWORD`].
    PasswordLogin,
    /// sudo asks the user core for [`PASSWORD`].
    SudoPassword,
    /// sudo works on a terminal only.
    RequireTty,
    /// There is no space left for any data.
    DiskFull,
    /// /etc is mounted read-only.
    ReadOnlyEtc,
    /// /etc/docker/certs.d is a file.
    CertsDirIsFile,
    /// The kernel has no connection tracking, whatever is loaded.
    NoConntrack,
    /// The kernel has no connection tracking until `modprobe nf_conntrack`.
    ConntrackNotLoaded,
    /// sshd drops so many percent of new connections, since others have not logged in yet.
    MaxStartups {
        /// 100 drops all.
        percent: u8,
    },
    /// A banner before the login, and greetings on standard output and standard error after it.
    Chatty,
    /// The login shell is another program.
    LoginShell {
        /// Its absolute path.
        path: String,
    },
    /// The clock is wrong for all that is started over SSH.
    Clock {
        /// As faketime has it, such as `+10y` or `-10y`.
        offset: String,
    },
}

impl Fault {
    /// Its name for scripts and its value, if it has one.
    fn words(&self) -> (&'static str, Option<String>) {
        match self {
            Self::Blackholed => ("blackholed", None),
            Self::PortClosed => ("port-closed", None),
            Self::Silent => ("silent", None),
            Self::Slow { seconds } => ("slow", Some(seconds.to_string())),
            Self::ChangedHostKey => ("changed-host-key", None),
            Self::KeyRefused => ("key-refused", None),
            Self::PasswordLogin => ("password-login", None),
            Self::SudoPassword => ("sudo-password", None),
            Self::RequireTty => ("requiretty", None),
            Self::DiskFull => ("disk-full", None),
            Self::ReadOnlyEtc => ("read-only-etc", None),
            Self::CertsDirIsFile => ("certs-d-is-file", None),
            Self::NoConntrack => ("no-conntrack", None),
            Self::ConntrackNotLoaded => ("conntrack-not-loaded", None),
            Self::MaxStartups { percent } => ("max-startups", Some(percent.to_string())),
            Self::Chatty => ("chatty", None),
            Self::LoginShell { path } => ("login-shell", Some(path.clone())),
            Self::Clock { offset } => ("clock", Some(offset.clone())),
        }
    }

    /// One of each, with usual values.
    #[must_use]
    pub fn all() -> Vec<Self> {
        vec![
            Self::Blackholed,
            Self::PortClosed,
            Self::Silent,
            Self::Slow { seconds: 5 },
            Self::ChangedHostKey,
            Self::KeyRefused,
            Self::PasswordLogin,
            Self::SudoPassword,
            Self::RequireTty,
            Self::DiskFull,
            Self::ReadOnlyEtc,
            Self::CertsDirIsFile,
            Self::NoConntrack,
            Self::ConntrackNotLoaded,
            Self::MaxStartups { percent: 100 },
            Self::Chatty,
            Self::LoginShell { path: "/bin/csh".to_owned() },
            Self::Clock { offset: "+10y".to_owned() },
        ]
    }
}

/// `name`, or `name=value` where it has a value.
impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.words() {
            (name, None) => write!(out, "{name}"),
            (name, Some(value)) => write!(out, "{name}={value}"),
        }
    }
}

/// `name`, or `name=value`; a value left out is the usual one.
impl FromStr for Fault {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let (name, value) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
        let Some(usual) = Self::all().into_iter().find(|fault| fault.words().0 == name) else {
            let names: Vec<String> = Self::all().iter().map(Self::to_string).collect();
            bail!("no fault is called {name}; there are {}", names.join(", "));
        };
        let Some(value) = value else { return Ok(usual) };
        Ok(match usual {
            Self::Slow { .. } => Self::Slow { seconds: value.parse().context("seconds")? },
            Self::MaxStartups { .. } => Self::MaxStartups { percent: value.parse().context("percent")? },
            Self::LoginShell { .. } => Self::LoginShell { path: value.to_owned() },
            Self::Clock { .. } => Self::Clock { offset: value.to_owned() },
            plain => bail!("{plain} takes no value"),
        })
    }
}

impl Host {
    /// Brings a fault in; it stays until [`Host::clear_faults`].
    ///
    /// # Errors
    /// Where that fault is in force already or cannot be made here.
    pub fn fault(&self, fault: &Fault) -> Result<()> {
        let what = || format!("giving {} the fault {fault}", self.name());
        if *fault == Fault::Silent {
            // The kernel goes on accepting connections for a stopped sshd.
            return self.signal_sshd(Signal::STOP).with_context(what);
        }
        let (name, value) = fault.words();
        self.fault_script(&[name, value.as_deref().unwrap_or_default()]).with_context(what)
    }

    /// Takes all faults out again.
    ///
    /// # Errors
    /// Where one of them cannot be undone.
    pub fn clear_faults(&self) -> Result<()> {
        self.signal_sshd(Signal::CONT)
            .and_then(|()| self.fault_script(&["clear"]))
            .with_context(|| format!("taking the faults of {} out", self.name()))
    }

    fn fault_script(&self, words: &[&str]) -> Result<()> {
        let words: Vec<&str> = ["sh", "-s", "--"].iter().chain(words).copied().collect();
        self.exec_with(&words, include_bytes!("../scripts/fault.sh"), TIME)?.good().map(drop)
    }

    fn signal_sshd(&self, signal: Signal) -> Result<()> {
        Process::of(self.init_pid()).context("the host is dead")?.signal(signal)
    }

    /// Puts a shell script in the way of a program, for logins as any user and under sudo.
    ///
    /// The script finds the real program by its absolute path.
    ///
    /// # Errors
    /// Where the host's disk refuses.
    pub fn shim(&self, program: &str, script: &str) -> Result<()> {
        for folder in ["/usr/local/bin", "/usr/local/sbin"] {
            let path = format!("{folder}/{program}");
            self.write(&path, format!("#!/bin/sh\n{script}\n"))?;
            self.exec(&["chmod", "755", &path])?.good()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_read_as_it_is_written() {
        for fault in Fault::all() {
            assert_eq!(fault.to_string().parse::<Fault>().unwrap(), fault);
        }
    }

    #[test]
    fn values_are_for_those_that_have_one() {
        assert_eq!("slow=2".parse::<Fault>().unwrap(), Fault::Slow { seconds: 2 });
        assert_eq!("slow".parse::<Fault>().unwrap(), Fault::Slow { seconds: 5 });
        assert!("silent=2".parse::<Fault>().is_err());
        assert!("unheard-of".parse::<Fault>().unwrap_err().to_string().contains("key-refused"));
    }
}
