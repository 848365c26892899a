//! Entries in /etc/hosts: one block that comes and goes, in a file that is otherwise the host's own.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use regctl::domain::runtime::Runtimes;
use regctl::plan::engine::{EngineWish, Restart};
use regctl::plan::script::Mode;
use regctl::plan::trust_script::{Stores, TrustPlan};
use regctl::plan::untrust;
use regctl_lab::Host;

use crate::fleet::Fleet;

const HOSTS: &str = "/etc/hosts";
const NONCE: &str = "00112233445566778899aabbccddeeff";

/// The scripts on a file of a test's own, run by the shells that this machine has.
struct Bench {
    folder: tempfile::TempDir,
    shell: &'static [&'static str],
}

impl Bench {
    fn each(hosts: &[u8], test: impl Fn(&Self)) {
        for shell in [&["sh"][..], &["bash", "--posix"], &["busybox", "sh"]] {
            if Command::new(shell[0]).arg("--help").output().is_err() {
                continue;
            }
            let bench = Self { folder: tempfile::tempdir().expect("a folder"), shell };
            fs::write(bench.file(), hosts).expect("writes");
            fs::set_permissions(bench.file(), fs::Permissions::from_mode(0o640)).expect("sets");
            test(&bench);
        }
    }

    fn file(&self) -> std::path::PathBuf {
        self.folder.path().join("hosts")
    }

    fn run(&self, script: &str) -> String {
        let at = |path: &Path| path.display().to_string();
        let script = script
            .replace("\nhosts=/etc/hosts\n", &format!("\nhosts={}\n", at(&self.file())))
            .replace("state=/var/lib/regctl", &format!("state={}", at(&self.folder.path().join("state"))));
        let output = Command::new(self.shell[0]).args(&self.shell[1..]).args(["-c", &script]).output();
        let output = output.expect("the shell runs");
        let said = String::from_utf8_lossy(&output.stdout);
        let steps = said.lines().filter_map(|line| line.split_once(&format!("{NONCE} step hosts ")));
        steps.map(|(_, step)| step.to_owned()).collect::<Vec<_>>().join("\n")
    }

    /// What the step says of these entries, `IP=NAME` each.
    fn put(&self, entries: &[&str], mode: Mode) -> String {
        let plan = TrustPlan {
            registries: Vec::new(),
            runtimes: Runtimes::default(),
            stores: Stores::OfRuntimes,
            sysctl: false,
            hosts: entries.iter().map(|entry| entry.parse().expect("is one")).collect(),
            engine: EngineWish::default(),
        };
        self.run(&plan.script(mode, "ann@bastion").expect("renders").call(NONCE))
    }

    fn take_back(&self) -> String {
        // The conntrack setting is the machine's own.
        let script =
            untrust::script(&[], Restart::Later, (Mode::Apply, "ann@bastion")).expect("renders").call(NONCE);
        self.run(&script.replace("\n  conntrack\n", "\n"))
    }

    fn read(&self) -> Vec<u8> {
        fs::read(self.file()).expect("reads")
    }
}

#[test]
fn the_block_comes_and_goes_and_the_rest_stays_byte_for_byte() {
    for own in [
        &b"127.0.0.1 localhost\n\n# by hand\t\\n %s\n::1\tip6\n"[..],
        b"127.0.0.1 localhost\nno end",
        b"127.0.0.1 localhost\r\n\xff\xfe # latin\n\n\n",
        b"",
    ] {
        Bench::each(own, |bench| {
            let end: &[u8] = if own.is_empty() || own.ends_with(b"\n") { b"" } else { b"\n" };
            assert_eq!(
                bench.put(&["10.0.0.5=reg"], Mode::Check),
                format!("drifted {}", bench.file().display())
            );
            assert_eq!(bench.read(), own);
            let changed = format!("changed {}", bench.file().display());
            assert_eq!(bench.put(&["10.0.0.5=reg", "fe80::1=b.c"], Mode::Apply), changed);
            let block = b"# BEGIN regctl\n10.0.0.5 reg\nfe80::1 b.c\n# END regctl\n";
            assert_eq!(bench.read(), [own, end, block].concat());
            assert_eq!(fs::metadata(bench.file()).expect("is there").permissions().mode() & 0o777, 0o640);
            assert_eq!(bench.put(&["10.0.0.5=reg", "fe80::1=b.c"], Mode::Apply), "unchanged ");
            assert_eq!(
                bench.put(&["10.0.0.6=reg"], Mode::Apply),
                changed,
                "the block is replaced as a whole"
            );
            assert_eq!(bench.read(), [own, end, b"# BEGIN regctl\n10.0.0.6 reg\n# END regctl\n"].concat());
            assert_eq!(bench.take_back(), changed);
            assert_eq!(bench.read(), own, "{:?}", bench.shell);
            assert_eq!(bench.take_back(), "");
        });
    }
}

#[test]
fn lines_below_the_block_stay_below_it() {
    Bench::each(b"a", |bench| {
        bench.put(&["10.0.0.5=reg"], Mode::Apply);
        let more = [&bench.read()[..], b"10.0.0.9 other"].concat();
        fs::write(bench.file(), more).expect("writes");
        bench.put(&["10.0.0.6=reg"], Mode::Apply);
        assert_eq!(bench.read(), b"a\n# BEGIN regctl\n10.0.0.6 reg\n# END regctl\n10.0.0.9 other");
        bench.take_back();
        assert_eq!(bench.read(), b"a\n10.0.0.9 other");
    });
}

/// Has the lock, says so, and writes a block of its own before it gives it back.
const ANOTHER_RUN: &str = r#"exec 9>>"$1/state/lock"
flock 9
: >"$1/locked"
sleep 0.4
printf '# BEGIN regctl\n10.0.0.6 other\n# END regctl\n' >>"$1/hosts""#;

#[test]
fn a_run_that_waited_for_another_one_replaces_the_block_that_this_one_wrote() {
    Bench::each(b"127.0.0.1 localhost\n", |bench| {
        let folder = bench.folder.path();
        fs::create_dir(folder.join("state")).expect("makes");
        let words = ["-c", ANOTHER_RUN, "sh"];
        let mut other = Command::new("sh").args(words).arg(folder).spawn().expect("the shell runs");
        while !folder.join("locked").exists() {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        assert!(bench.put(&["10.0.0.5=reg"], Mode::Apply).starts_with("changed "));
        assert!(other.wait().expect("ends").success());
        let text = String::from_utf8(bench.read()).expect("is text");
        assert_eq!(text, "127.0.0.1 localhost\n# BEGIN regctl\n10.0.0.5 reg\n# END regctl\n");
    });
}

#[test]
fn half_a_block_is_not_guessed_at() {
    for broken in [
        "# BEGIN regctl\n10.0.0.5 reg\n",
        "# END regctl\n",
        "# END regctl\n# BEGIN regctl\n",
        "# BEGIN regctl\n# BEGIN regctl\n# END regctl\n",
        "# BEGIN regctl\r\n# END regctl\r\n",
        "# BEGIN regctl 2\n# END regctl\n",
    ] {
        Bench::each(broken.as_bytes(), |bench| {
            for said in [bench.put(&["10.0.0.5=reg"], Mode::Apply), bench.put(&["10.0.0.5=reg"], Mode::Check)]
            {
                assert!(said.starts_with("failed ") && said.contains("no whole block"), "{broken:?}: {said}");
            }
            fs::create_dir_all(bench.folder.path().join("state")).expect("makes");
            assert!(bench.take_back().starts_with("failed "));
            assert_eq!(bench.read(), broken.as_bytes());
        });
    }
}

#[test]
fn a_name_with_another_address_is_told_and_nothing_is_written() {
    for (line, clashes) in [
        ("10.0.0.9 reg", true),
        ("10.0.0.9\tother REG.\tReg # x", true),
        ("fe80::9 reg", true),
        ("10.0.0.5 reg", false),
        ("#10.0.0.9 reg", false),
        ("# 10.0.0.9 reg", false),
        ("10.0.0.9 reg.example.com xreg", false),
        ("10.0.0.9 other # reg", false),
    ] {
        let own = format!("127.0.0.1 localhost\n{line}\n");
        Bench::each(own.as_bytes(), |bench| {
            let said = bench.put(&["10.0.0.5=reg"], Mode::Apply);
            assert_eq!(said.starts_with("failed "), clashes, "{line}: {said}");
            assert_eq!(bench.read() == own.as_bytes(), clashes, "{line}");
            assert!(!clashes || said.contains("the first line wins"), "{said}");
        });
    }
}

fn resolved(agent: &Host, name: &str) -> String {
    agent.shell(&format!("getent hosts {name} | cut -d ' ' -f 1")).expect("runs").stdout.trim().to_owned()
}

#[test]
fn agents_resolve_a_name_that_dns_does_not_know_and_forget_it_again() {
    let Some(fleet) = Fleet::start(2) else { return };
    let (a1, a2) = (fleet.agent("a1"), fleet.agent("a2"));
    // In a container /etc/hosts is a mount, which no rename replaces.
    let mount = "cp -p /etc/hosts /root/hosts && mount --bind /root/hosts /etc/hosts";
    a2.shell(mount).expect("runs").good().expect("mounts");
    let own = a1.read(HOSTS).expect("reads");
    let entry = ["--hosts-entry", "192.168.1.2=xx.yy.com", "--hosts-entry", "192.168.0.1=registry"];
    let trust = |more: &[&str]| fleet.trust(&[&entry[..], more].concat());
    trust(&["--check"]).assert_exit(4);
    assert_eq!(a1.read(HOSTS).expect("reads"), own);
    trust(&[]).assert_exit(0);
    for agent in [a1, a2] {
        assert_eq!(
            [resolved(agent, "xx.yy.com"), resolved(agent, "registry")],
            ["192.168.1.2", "192.168.0.1"]
        );
    }
    let again = trust(&[]);
    assert_eq!([again.status(a1), again.status(a2)], ["unchanged"; 2], "{}", again.stdout);
    fleet.trust(&[]).assert_exit(0);
    assert_eq!(resolved(a1, "registry"), "192.168.0.1", "a run without entries leaves them alone");
    fleet.regctl(&["untrust-agents", "--yes"]).assert_exit(0);
    for agent in [a1, a2] {
        assert_eq!(agent.read(HOSTS).expect("reads"), own);
        assert!(!agent.exists("/var/lib/regctl"), "notes are left");
    }
    a1.shell("echo 10.9.9.9 xx.yy.com >>/etc/hosts").expect("runs").good().expect("writes");
    let clash = trust(&[]);
    clash.assert_exit(3);
    assert_eq!(clash.status(a1), "failed");
    let message = clash.agent(a1)["error"]["message"].as_str().unwrap_or_default();
    assert!(message.contains("names xx.yy.com as 10.9.9.9 already"), "{message}");
    assert!(a1.exists("/etc/docker/certs.d/192.168.0.1/ca.crt"), "the other steps are done all the same");
}

#[test]
fn entries_are_judged_before_anybody_is_logged_in_to() {
    let folder = tempfile::tempdir().expect("a folder");
    let regctl = |words: &[&str], toml: &str| {
        fs::write(folder.path().join("regctl.toml"), toml).expect("writes");
        let output = Command::new(env!("CARGO_BIN_EXE_regctl"))
            .args([&["trust-agents", "--agents-file", "/dev/null"], words].concat())
            .current_dir(folder.path())
            .env_clear()
            .env("HOME", folder.path())
            .output();
        let output = output.expect("runs");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let pki = ["cert", "gen"];
    assert!(Command::new(env!("CARGO_BIN_EXE_regctl")).args(pki).current_dir(folder.path()).output().is_ok());
    for entry in ["10.0.0.5", "reg=10.0.0.5", "10.0.0.5=a;reboot"] {
        assert_eq!(regctl(&["--hosts-entry", entry], "").0, Some(2), "{entry}");
    }
    let (code, said) = regctl(&["--hosts-entry", "10.0.0.5=a,10.0.0.6=a"], "");
    assert!(code == Some(2) && said.contains("a is to be 10.0.0.5 and 10.0.0.6 too"), "{said}");
    let (code, said) = regctl(&[], "[trust]\nhosts_entries = { \"a b\" = \"10.0.0.5\" }\n");
    assert!(code == Some(2) && said.contains("in regctl.toml: `a b` is not a host name"), "{said}");
}
