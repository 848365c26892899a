//! Why a run ended without a report, and the exit code it ends with.

use super::language;
use std::fmt;

use super::log_tail::LogTail;

/// The exit codes that regctl documents; scripts may rely on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Everything is as asked.
    Done,
    /// It is not as asked, or could not be done: a server's bad answer, an empty agent list, every agent failed.
    NotAsAsked,
    /// What the operator gave is wrong; nothing was tried.
    Usage,
    /// Some agents failed, the rest are done.
    Partial,
    /// A check or a dry run found something to change.
    WouldChange,
    /// Interrupted by a signal; what was done so far is reported.
    Interrupted,
}

impl Exit {
    /// The number that the shell sees.
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::NotAsAsked => 1,
            Self::Usage => 2,
            Self::Partial => 3,
            Self::WouldChange => 4,
            Self::Interrupted => 130,
        }
    }
}

/// One row of the table of faults: `Variant => "stable-word", exit`.
macro_rules! fault_kinds {
    ($($(#[$doc:meta])+ $variant:ident => $word:literal, $exit:ident;)+) => {
        /// What went wrong, as a word that stays the same from release to release.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum FaultKind { $($(#[$doc])+ $variant,)+ }

        impl FaultKind {
            /// The stable word, as in `error[usage]: …` and in JSON.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// The exit code of a run that ends with this fault.
            pub const fn exit(self) -> Exit {
                match self { $(Self::$variant => Exit::$exit,)+ }
            }
        }
    };
}

fault_kinds! {
    /// A flag, a value or a combination of them is wrong.
    Usage => "usage", Usage;
    /// regctl.toml cannot be read or holds something unknown.
    Config => "config", Usage;
    /// A file that the operator named is missing, unreadable or not what it should be.
    InputFile => "input-file", Usage;
    /// A certificate or key that the operator named cannot be used.
    Certificate => "certificate", Usage;
    /// An app definition breaks a rule, or its template does not render.
    AppUnfit => "app-unfit", Usage;
    /// Nobody could use the registry any more.
    LastUser => "last-user", Usage;
    /// A file would have been overwritten.
    WouldOverwrite => "would-overwrite", Usage;
    /// Consent was needed and there was nobody to ask.
    ConsentNeeded => "consent-needed", Usage;
    /// The operator said no.
    Declined => "declined", NotAsAsked;
    /// A file or folder of the operator's could not be written.
    Output => "output", Usage;
    /// A server could not be reached.
    Unreachable => "unreachable", NotAsAsked;
    /// A server's certificate is not trusted or does not fit its name.
    Tls => "tls", NotAsAsked;
    /// A server wants other credentials.
    Unauthorized => "unauthorized", NotAsAsked;
    /// A server answered something that it should not have.
    BadAnswer => "bad-answer", NotAsAsked;
    /// There is no leading master to ask.
    NoLeader => "no-leader", NotAsAsked;
    /// Mesos or the files name no agent.
    NoAgents => "no-agents", NotAsAsked;
    /// Marathon refused the app.
    AppRefused => "app-refused", NotAsAsked;
    /// There is such an app already.
    AppExists => "app-exists", NotAsAsked;
    /// A server is there but cannot do it just now.
    Unavailable => "unavailable", NotAsAsked;
    /// Another deployment holds the app.
    AppLocked => "app-locked", NotAsAsked;
    /// There is no version of the app to go back to.
    NoSuchVersion => "no-such-version", NotAsAsked;
    /// The app did not become healthy in time.
    NotHealthy => "not-healthy", NotAsAsked;
    /// The app or a task of it did not end in time.
    NotGone => "not-gone", NotAsAsked;
    /// Folders could not be measured or removed on a host.
    Purge => "purge", NotAsAsked;
    /// Images could not be copied to where the registry is to run.
    DataMove => "data-move", NotAsAsked;
    /// A registry's garbage could not be collected.
    Gc => "gc", NotAsAsked;
    /// A host has no Docker Engine, or none that does what it is told.
    Engine => "engine", NotAsAsked;
    /// A container of the registry's name is somebody else's.
    ForeignContainer => "foreign-container", NotAsAsked;
    /// Something else has the registry's port or its folder.
    AlreadyUsed => "already-used", NotAsAsked;
    /// Files could not be put onto the registry's host.
    Staging => "staging", NotAsAsked;
    /// A renewal or a rotation has begun and must be brought to its end first.
    UnderWay => "under-way", Usage;
    /// The app differs from what is asked in more than this command is about.
    AppDiffers => "app-differs", NotAsAsked;
    /// Another certificate answers than the one that was put there.
    OtherCertificate => "other-certificate", NotAsAsked;
    /// A program that keeps logins for Docker is missing or failed.
    CredentialHelper => "credential-helper", NotAsAsked;
    /// Nexus refused what it was sent, or cannot be made what is asked for.
    NexusRefused => "nexus-refused", NotAsAsked;
    /// This version of Nexus cannot be set up by its REST API.
    NexusUnsupported => "nexus-unsupported", NotAsAsked;
    /// The registry holds no such repository.
    NoSuchRepository => "no-such-repository", NotAsAsked;
    /// The registry does not delete.
    DeletionOff => "deletion-off", NotAsAsked;
    /// The registry speaks API version 1, which cannot do what is asked.
    OldRegistry => "old-registry", NotAsAsked;
    /// Another run holds the lock.
    Locked => "locked", NotAsAsked;
    /// The run was interrupted before it had anything to report.
    Interrupted => "interrupted", Interrupted;
    /// Anything that has no word of its own.
    Failed => "failed", NotAsAsked;
}

/// A fault: what was being done, to what, why it failed, and what to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The stable word for it.
    pub kind: FaultKind,
    /// Lower-case, without a full stop: what was being done, to what, and why it failed.
    pub message: String,
    /// What to do next, as a sentence.
    pub hint: Option<String>,
    /// What the task wrote that it is about, where that is known.
    pub log: Option<Box<LogTail>>,
}

impl Fault {
    /// A fault without a hint.
    pub fn new(kind: FaultKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hint: None, log: None }
    }

    /// What the operator gave is wrong: exit 2.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(FaultKind::Usage, message)
    }

    /// The same fault with the next thing to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(language::told(hint));
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}
