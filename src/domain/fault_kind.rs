//! The table of everything that a run can end with instead of a report: its word, its exit code, its cause and its cure.

use super::fault::Exit;
use super::language;

/// One row of the table of faults: `Variant "stable-word" Exit: "cause" => "cure"`.
macro_rules! fault_kinds {
    ($($variant:ident $word:literal $exit:ident: $cause:expr => $cure:expr;)+) => {
        /// What went wrong, as a word that stays the same from release to release.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum FaultKind { $(#[doc = $cause] $variant,)+ }

        impl FaultKind {
            /// Every kind, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The name of the variant, as the source says it.
            pub const fn variant(self) -> &'static str {
                match self { $(Self::$variant => stringify!($variant),)+ }
            }

            /// The stable word, as in `error[usage]: …` and in JSON.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// The exit code of a run that ends with this fault.
            pub const fn exit(self) -> Exit {
                match self { $(Self::$variant => Exit::$exit,)+ }
            }

            /// What brings it about, in a sentence.
            pub fn cause(self) -> String {
                match self { $(Self::$variant => language::told($cause),)+ }
            }

            /// What to do about it, in a sentence or two.
            pub fn cure(self) -> String {
                match self { $(Self::$variant => language::told($cure),)+ }
            }
        }
    };
}

fault_kinds! {
    Usage "usage" Usage: later!("A flag is unknown, or flags do not go together.")
        => later!("Write the command as its --help shows it.");
    BadValue "bad-value" Usage: later!("A value that was given has not the form that it needs, or names nothing that is there.")
        => later!("Write the value as the message asks for it.");
    MissingValue "missing-value" Usage: later!("Something that the command needs was neither given nor configured.")
        => later!("Give the flag that the hint names, or set it in regctl.toml.");
    NotApplicable "not-applicable" Usage: later!("What is asked for does not exist for a registry, or in a mode, of this kind.")
        => later!("Leave it out, or use what the message or the hint names instead.");
    NothingUnderWay "nothing-under-way" Usage: later!("A renewal or rotation is to be taken back, and none has begun.")
        => later!("Nothing: there is nothing to take back. If it began from another folder, name that with --certs.");
    NoHome "no-home" Usage: later!("The environment does not say where files of this user are.")
        => later!("Set HOME, or the variable or flag that the message names.");
    SshOption "ssh-option" Usage: later!("This machine's ssh does not understand an option that it was given.")
        => later!("Correct --ssh-option, or [ssh] options in regctl.toml; `man ssh_config` lists what there is.");
    OtherRegistry "other-registry" Usage: later!("A file that was written for one registry is given for another one.")
        => later!("Name the registry that the file is of, or its own file.");
    TooMuch "too-much" Usage: later!("More is to be deleted at once than can be kept for the way back.")
        => later!("Delete fewer at a time.");
    Config "config" Usage: later!("regctl.toml holds a key or a value that does not belong there, or is no TOML.")
        => later!("Correct the line or the key that the message names.");
    NoSuchFile "no-such-file" Usage: later!("There is no file of the name that was given or configured.")
        => later!("Correct the path, or put the file there.");
    InputFile "input-file" Usage: later!("A file that was given cannot be read, or holds something else than it should.")
        => later!("Correct the file as the message says, or name the right one.");
    ChangedMeanwhile "changed-meanwhile" Usage: later!("Somebody else changed a file while regctl was at it; it was left alone.")
        => later!("Repeat the command.");
    Certificate "certificate" Usage: later!("A certificate or key that was given cannot be used.")
        => later!("Give one without the flaw that the message names; `regctl cert show FILE` looks at it.");
    NotPem "not-pem" Usage: later!("A file that should hold a certificate holds none in PEM form.")
        => later!("Convert it: openssl x509 -inform der -in FILE -out FILE.pem");
    OtherCa "other-ca" Usage: later!("A certificate is not signed by the CA that it is given with, or its chain is incomplete.")
        => later!("Give the CA that signed it, with every intermediate in between.");
    KeyMismatch "key-mismatch" Usage: later!("A private key does not belong to the certificate that it is given with.")
        => later!("Give the key that the certificate was requested with.");
    AppUnfit "app-unfit" Usage: later!("An app definition breaks a rule, or its template does not render.")
        => later!("Correct the template or the setting that the message names; `regctl render` shows the result without a cluster.");
    LastUser "last-user" Usage: later!("The last user is to be removed, and nobody could use the registry any more.")
        => later!("Add another user first; --force removes the last one all the same.");
    WouldOverwrite "would-overwrite" Usage: later!("A file is there already and would be overwritten.")
        => later!("Choose another folder, or say --force where it may go.");
    ConsentNeeded "consent-needed" Usage: later!("A change needs a yes, or a question an answer, and nobody is there to ask.")
        => later!("Say --yes once you have read what would be changed (--dry-run shows it), or give the flag that the hint names.");
    PasswordNeeded "password-needed" Usage: later!("A password is needed, and nobody is there to ask for it.")
        => later!("Keep it in a file and name that with the flag that the hint names.");
    UnderWay "under-way" Usage: later!("A renewal or a rotation has begun and must be brought to its end first.")
        => later!("Run the same command again to finish it, or with --abort to take it back.");
    Output "output" Usage: later!("A file or folder on this machine could not be written.")
        => later!("Remove what the message names from its way, or choose another folder.");
    NotPermitted "not-permitted" Usage: later!("This user may not read or write there.")
        => later!("Change the permissions (`ls -l` shows them), or choose another place.");
    DiskFull "disk-full" Usage: later!("The file system on this machine is full.")
        => later!("Make room there, or choose another folder.");
    Declined "declined" NotAsAsked: later!("The question was answered with no.")
        => later!("Nothing: nothing was changed.");
    Unreachable "unreachable" NotAsAsked: later!("A server cannot be reached: nothing listens there, there is no way to it, or it hangs up.")
        => later!("Look whether the service runs and the URL and its port are right, from this very machine.");
    NoAnswer "no-answer" NotAsAsked: later!("A server does not answer in time: packets are dropped on the way, or it is overloaded.")
        => later!("Look for a firewall on the way, and whether the service still answers others.");
    Unresolved "unresolved" NotAsAsked: later!("The name of a server has no address.")
        => later!("Correct the name, or give an IP address; names such as master.mesos resolve on the cluster's own hosts only.");
    Tls "tls" NotAsAsked: later!("A server and regctl cannot agree on TLS.")
        => later!("Look whether the URL should say http://, and whether the server speaks TLS 1.2 or later.");
    Untrusted "untrusted" NotAsAsked: later!("A server's certificate is signed by nobody who is trusted.")
        => later!("Name the CA that signed it: --cluster-ca for the cluster, --ca for the registry. `regctl cert doctor HOST:PORT` says more.");
    WrongName "wrong-name" NotAsAsked: later!("A server's certificate is for other names than the one that it was asked by.")
        => later!("Use a name that it is for, or give it a certificate with this one: `regctl cert doctor HOST:PORT` lists both.");
    CertificateExpired "certificate-expired" NotAsAsked: later!("A server's certificate has ended, or has not begun.")
        => later!("Renew it, and compare the clocks; the registry's own: `regctl cert renew`.");
    Unauthorized "unauthorized" NotAsAsked: later!("A server wants other credentials, or any.")
        => later!("Give the right ones: --token-file or --cluster-user for the cluster, --user and --password-file for the registry.");
    Forbidden "forbidden" NotAsAsked: later!("The credentials are good, but do not allow this.")
        => later!("Have the user given the permission, or use one who has it.");
    BadAnswer "bad-answer" NotAsAsked: later!("A server's answer cannot be understood.")
        => later!("Look whether the URL leads to the right server and version, past proxies; its log may say more.");
    OtherService "other-service" NotAsAsked: later!("Something else than the service that is meant answers at that address.")
        => later!("Correct the URL, its port or its path; `regctl doctor` looks at all of them.");
    Redirected "redirected" NotAsAsked: later!("A server sends regctl elsewhere, where it does not take credentials.")
        => later!("Give the URL that it points to, if that is the right one.");
    ServerFailed "server-failed" NotAsAsked: later!("A server failed by itself.")
        => later!("Look at its log; repeat the command when it is well.");
    TooLarge "too-large" NotAsAsked: later!("A server's answer is larger than any that makes sense.")
        => later!("Look whether the URL leads to the right server.");
    NoCatalog "no-catalog" NotAsAsked: later!("This registry does not list its repositories.")
        => later!("Name the repositories, or read them from the registry's host with --from-host.");
    NoLeader "no-leader" NotAsAsked: later!("There is no leading master to ask.")
        => later!("Wait for the election; if it does not end, look at ZooKeeper and the masters' logs.");
    NoAgents "no-agents" NotAsAsked: later!("Neither Mesos nor a file names any agent.")
        => later!("Wait until agents have registered, or name them with --agents-file.");
    NoneSelected "none-selected" NotAsAsked: later!("There are agents, but none that --only, --skip and the like leave over.")
        => later!("Correct the selection; `regctl agents` lists what there is.");
    NoApp "no-app" NotAsAsked: later!("The registry that is meant is not there: no app, or no container, of its name.")
        => later!("Deploy it first, or correct --id.");
    AppRefused "app-refused" NotAsAsked: later!("Marathon refused the app.")
        => later!("Correct the setting that the message names.");
    AppExists "app-exists" NotAsAsked: later!("There is such an app already, or another request was faster.")
        => later!("Repeat the command: it then updates what is there.");
    Unavailable "unavailable" NotAsAsked: later!("A server is there but cannot do it just now.")
        => later!("Repeat the command in a minute.");
    AppLocked "app-locked" NotAsAsked: later!("Another deployment, or somebody else, is changing the app.")
        => later!("Wait for it to end, or cancel it with --force.");
    NoSuchVersion "no-such-version" NotAsAsked: later!("There is no version of the app to go back to.")
        => later!("Deploy the settings that are wanted: `regctl deploy`.");
    NotHealthy "not-healthy" NotAsAsked: later!("The registry did not become healthy in time.")
        => later!("Read the end of its log below the message; --timeout waits longer, `regctl rollback` goes back.");
    NotGone "not-gone" NotAsAsked: later!("The app or a task of it did not end in time.")
        => later!("Repeat the command; if it stays, look at the agent that runs the task.");
    Purge "purge" NotAsAsked: later!("Folders could not be measured or removed on a host.")
        => later!("Repair what the message names on that host and repeat the command.");
    DataMove "data-move" NotAsAsked: later!("Images could not be copied to where the registry is to run.")
        => later!("Repair what the message names and repeat the command: what is copied already is not copied again.");
    Gc "gc" NotAsAsked: later!("A registry's garbage could not be collected.")
        => later!("Repair what the message names and repeat the command; nothing that is in use is deleted.");
    HostFolder "host-folder" NotAsAsked: later!("The registry's folder could not be read on its host.")
        => later!("Look whether the folder is there and the login may read it.");
    NoDocker "no-docker" NotAsAsked: later!("A host has no docker command.")
        => later!("Install Docker Engine there, or choose another host.");
    Engine "engine" NotAsAsked: later!("Docker Engine on a host does not answer, or not do what it is told.")
        => later!("Look there: docker info, and journalctl -u docker.");
    ForeignContainer "foreign-container" NotAsAsked: later!("A container of the registry's name is somebody else's.")
        => later!("Choose another name with --id, or remove that container yourself.");
    AlreadyUsed "already-used" NotAsAsked: later!("Something else has the registry's port or its folder.")
        => later!("Choose another port or folder, or stop what has it.");
    Staging "staging" NotAsAsked: later!("Files could not be put onto the registry's host.")
        => later!("Repair what the message names on that host and repeat the command.");
    AppDiffers "app-differs" NotAsAsked: later!("The app differs from what is asked in more than this command is about.")
        => later!("Bring the rest about with `regctl deploy` first.");
    OtherCertificate "other-certificate" NotAsAsked: later!("Another certificate answers than the one that was put there.")
        => later!("Look who answers at that address: a proxy, another server, or a registry that was not restarted.");
    CredentialHelper "credential-helper" NotAsAsked: later!("A program that keeps logins for Docker is missing or failed.")
        => later!("Install or repair it, or take it out of Docker's config.json.");
    NexusRefused "nexus-refused" NotAsAsked: later!("Nexus refused what it was sent, or cannot be made what is asked for.")
        => later!("Change in Nexus, or in what is asked for, what the message names.");
    NexusUnsupported "nexus-unsupported" NotAsAsked: later!("This version of Nexus cannot be set up by its REST API.")
        => later!("Update Nexus, or set it up by hand as the hint says.");
    NoSuchRepository "no-such-repository" NotAsAsked: later!("The registry holds no such repository.")
        => later!("Correct the name; `regctl repo ls` lists them.");
    DeletionOff "deletion-off" NotAsAsked: later!("The registry does not delete.")
        => later!("Deploy it with deletion on, as the hint says.");
    OldRegistry "old-registry" NotAsAsked: later!("The registry speaks API version 1, which cannot do what is asked.")
        => later!("Move to a registry of version 2.");
    Locked "locked" NotAsAsked: later!("Another run is changing this cluster.")
        => later!("Wait for it to end. A run that was killed holds no lock.");
    NoSsh "no-ssh" NotAsAsked: later!("A program of OpenSSH's is missing on this machine.")
        => later!("Install OpenSSH's client.");
    BrokenState "broken-state" NotAsAsked: later!("What regctl noted about an unfinished change cannot be read.")
        => later!("Do as the hint says; the note is the file that the message names.");
    Interrupted "interrupted" Interrupted: later!("The run was interrupted before it had anything to report.")
        => later!("Run the command again: it carries on where it was.");
    Failed "failed" NotAsAsked: later!("Something that regctl does not expect.")
        => later!("Repeat it with -v; if it happens again, report it with what -v shows.");
}

impl FaultKind {
    /// Whether a server was not reached at all, or did not answer.
    pub const fn is_out_of_reach(self) -> bool {
        matches!(self, Self::Unreachable | Self::NoAnswer | Self::Unresolved)
    }

    /// Trouble that passes by itself: an election, an overload, a connection that broke.
    pub const fn passes(self) -> bool {
        self.is_out_of_reach() || matches!(self, Self::Unavailable)
    }
}
