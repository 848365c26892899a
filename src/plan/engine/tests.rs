//! What is decided about engines, each by the facts that one told.

use super::decide;
use super::list::{List, Wanted};
use super::plan::{EnginePlan, Telling, Verdict};
use super::taking_back;
use super::terms::{Flags, Restart, Terms};
use crate::domain::agent::{AgentError, AgentErrorKind};
use crate::plan::facts::tests::answer;

const REGISTRY: &str = "192.168.0.1";
const INFO: &str = "Server:\n Server Version: 20.10.24\n Insecure Registries:\n  127.0.0.0/8\n Live Restore Enabled: false\n";
const MOVE: Terms = Terms { flags: Flags::Move, restart: Restart::Now };

/// What an agent with these files tells, beside `docker info`.
fn told<'a>(files: &[(&'a str, &'a str)], more: &[(&'a str, &'a str)]) -> Vec<(String, String)> {
    let mut facts: Vec<(String, String)> = Vec::new();
    for (number, (path, text)) in files.iter().enumerate() {
        facts.push((format!("file.{number}"), (*path).to_owned()));
        facts.push((format!("text.{number}#"), (*text).to_owned()));
    }
    facts.extend(more.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())));
    facts
}

fn facts(told: &[(String, String)]) -> crate::domain::script::Answer {
    answer(&told.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect::<Vec<_>>())
}

fn decided(files: &[(&str, &str)], more: &[(&str, &str)], terms: Terms) -> Result<EnginePlan, AgentError> {
    let wanted = Wanted::new(&[REGISTRY.parse().expect("an address")], &[]);
    let info = [("info#", INFO)];
    let more =
        if more.iter().any(|(key, _)| *key == "info#") { more.to_vec() } else { [&info[..], more].concat() };
    decide::decide(&facts(&told(files, &more)), &wanted, terms)
}

fn becomes<'a>(plan: &'a EnginePlan, path: &str) -> Option<&'a str> {
    plan.files.iter().find(|file| file.path == path)?.becomes.as_deref()
}

const CONFIG: &str = "/etc/docker/daemon.json";
const SYSCONFIG: &str = "/etc/sysconfig/docker";
const UNIT: (&str, &str) = ("unit#", "ExecStart={ argv[]=/usr/bin/dockerd $OPTIONS ; }\n");

#[test]
fn an_engine_without_a_file_gets_one_and_a_signal() {
    let plan = decided(&[], &[], Terms::default()).expect("can be done");
    assert_eq!(becomes(&plan, CONFIG), Some("{\n  \"insecure-registries\": [\"192.168.0.1\"]\n}\n"));
    let Telling::Reloads(reloads) = &plan.telling else { panic!("{:?}", plan.telling) };
    assert_eq!((reloads.len(), reloads[0].shows.as_slice()), (1, &[REGISTRY.to_owned()][..]));
    let down = decided(&[], &[("info#", "Cannot connect to the Docker daemon\n")], Terms::default());
    assert!(
        matches!(down.expect("can be done").telling, Telling::Nothing(why) if why.contains("does not run"))
    );
}

#[test]
fn what_is_there_in_any_order_or_by_a_network_is_left_alone() {
    for listed in [r#"["b", "192.168.0.1"]"#, r#"["192.168.0.1", "b"]"#, r#"["192.168.1.2/16"]"#] {
        let file = format!("{{\"insecure-registries\": {listed}}}");
        let shows = if listed.contains('/') { "192.168.0.0/16" } else { REGISTRY };
        let info = format!("Server Version: 20.10.24\nInsecure Registries:\n {shows}\n");
        let plan = decided(&[(CONFIG, &file)], &[("info#", &info)], Terms::default()).expect("can be done");
        assert_eq!(plan.steps, [(List::Insecure, Verdict::Fine(String::new()))], "{listed}");
        assert_eq!((plan.files.len(), plan.telling), (0, Telling::Nothing("")), "{listed}");
    }
}

#[test]
fn a_broken_file_stops_everything_with_its_place() {
    for (file, why) in [
        ("{\"a\": 1,}", "line 1 column 9"),
        ("{\"insecure-registries\": \"a\"}", "no list of texts"),
        ("\u{feff}{}", "byte order mark"),
        ("{\"a\": \"\u{fffd}\"}", "no UTF-8"),
    ] {
        let error = decided(&[(CONFIG, file)], &[], MOVE).expect_err(file);
        assert_eq!(error.kind, AgentErrorKind::DaemonJson);
        assert!(error.message.contains(why), "{}", error.message);
    }
    let long = format!("{{\"a\": \"{}\"}}", "x".repeat(17_000));
    let error = decided(&[(CONFIG, &long)], &[], MOVE).expect_err("is cut off");
    assert!(error.message.contains("16 KiB"), "{}", error.message);
}

#[test]
fn a_flag_is_named_by_its_line_and_moved_in_every_spelling() {
    for (path, text, rest) in [
        (SYSCONFIG, "# a\nOPTIONS='--debug --insecure-registry=[o:1,p:2]'\n", "# a\nOPTIONS='--debug'\n"),
        (SYSCONFIG, "# a\nOPTIONS='--insecure-registry o:1 --insecure-registry=p:2'\n", "# a\nOPTIONS=''\n"),
        (
            SYSCONFIG,
            "\nINSECURE_REGISTRY=\"--insecure-registry o:1 --insecure-registry p:2\"\n",
            "\nINSECURE_REGISTRY=\"\"\n",
        ),
        (
            "/etc/default/docker",
            "#\nDOCKER_OPTS=\"--insecure-registry=o:1,p:2 -D\"\n",
            "#\nDOCKER_OPTS=\"-D\"\n",
        ),
        (
            "/etc/systemd/system/docker.service.d/own.conf",
            "[Service]\nExecStart=/usr/bin/dockerd --insecure-registry=o:1 --insecure-registry p:2 $OPTIONS\n",
            "[Service]\nExecStart=/usr/bin/dockerd $OPTIONS\n",
        ),
    ] {
        let more = [UNIT, ("arguments#", "dockerd\n--insecure-registry=o:1\n--insecure-registry\np:2")];
        let left = decided(&[(path, text)], &more, Terms::default()).expect_err("without consent");
        assert_eq!(left.kind, AgentErrorKind::SetByFlag);
        assert!(left.message.contains(&format!("{path}, line 2")), "{}", left.message);
        let later = Terms { restart: Restart::Later, ..MOVE };
        let waits = decided(&[(path, text)], &more, later).expect("can be done");
        assert_eq!((waits.files.len(), waits.telling, waits.moves), (0, Telling::Later, true));
        let plan = decided(&[(path, text)], &more, MOVE).expect("can be done");
        assert_eq!(becomes(&plan, path), Some(rest));
        let listed = becomes(&plan, CONFIG).expect("is written");
        assert!(listed.contains(r#"["o:1", "p:2", "192.168.0.1"]"#), "{listed}");
        assert_eq!(plan.telling, Telling::Restart);
    }
}

#[test]
fn a_packages_unit_is_overridden_and_then_says_nothing_more() {
    let unit = "[Service]\nExecStart=/usr/bin/dockerd -H fd:// --insecure-registry=o:1\n";
    let path = "/usr/lib/systemd/system/docker.service";
    let drop_in = "/etc/systemd/system/docker.service.d/regctl.conf";
    let plan = decided(&[(path, unit)], &[], MOVE).expect("can be done");
    assert_eq!((becomes(&plan, path), &plan.telling), (None, &Telling::Restart));
    let over = becomes(&plan, drop_in).map(str::to_owned).expect("is written");
    assert!(over.ends_with("ExecStart=\nExecStart=/usr/bin/dockerd -H fd://\n"), "{over}");
    let file = "{\"insecure-registries\": [\"o:1\", \"192.168.0.1\"]}";
    let after = decided(&[(path, unit), (drop_in, &over), (CONFIG, file)], &[], Terms::default());
    assert_eq!(after.expect("can be done").files.len(), 0);
}

#[test]
fn a_flag_that_covers_it_already_is_left_where_it_is() {
    let options = "OPTIONS='--insecure-registry=192.168.0.0/16'\n";
    let info = "Server Version: 20.10.24\nInsecure Registries:\n 192.168.0.0/16\n";
    let more = [UNIT, ("info#", info), ("arguments#", "dockerd\n--insecure-registry=192.168.0.0/16")];
    let plan = decided(&[(SYSCONFIG, options)], &more, Terms::default()).expect("can be done");
    assert_eq!((plan.files.len(), &plan.telling), (0, &Telling::Nothing("")));
    assert_eq!(
        plan.steps[0].1,
        Verdict::Fine("by --insecure-registry in /etc/sysconfig/docker, line 1".to_owned())
    );
    let unread = [("unit#", "ExecStart={ argv[]=/usr/bin/dockerd ; }\n"), ("arguments#", "dockerd\n")];
    let plan = decided(&[(SYSCONFIG, options)], &unread, Terms::default()).expect("nobody reads that file");
    assert!(becomes(&plan, CONFIG).is_some());
}

#[test]
fn a_flag_that_nobody_knows_the_place_of_is_told() {
    let more = [("arguments#", "dockerd\n--insecure-registry=o:1")];
    let error = decided(&[], &more, MOVE).expect_err("cannot be moved");
    assert!(error.message.contains("no file that regctl knows"), "{}", error.message);
    // It was moved, and the engine has not restarted since.
    let file = "{\"insecure-registries\": [\"o:1\", \"192.168.0.1\"]}";
    let plan = decided(&[(CONFIG, file)], &more, MOVE).expect("can be done");
    assert_eq!((plan.files.len(), plan.telling), (0, Telling::Restart));
}

#[test]
fn an_engine_before_1_11_gets_a_flag() {
    let old = ("info#", "Server Version: 1.10.3\n");
    let options = "OPTIONS='--selinux-enabled'\n";
    let waits = decided(&[(SYSCONFIG, options)], &[UNIT, old], Terms::default()).expect("can be done");
    assert_eq!((waits.telling, waits.moves), (Telling::Later, false));
    let plan = decided(&[(SYSCONFIG, options)], &[UNIT, old], MOVE).expect("can be done");
    let given = "OPTIONS='--selinux-enabled --insecure-registry=192.168.0.1'\n";
    assert_eq!((becomes(&plan, SYSCONFIG), becomes(&plan, CONFIG)), (Some(given), None));
    let unit = ("/usr/lib/systemd/system/docker.service", "[Service]\nExecStart=/usr/bin/docker daemon\n");
    let bare = ("unit#", "ExecStart={ argv[]=/usr/bin/docker daemon ; }\n");
    let plan = decided(&[unit], &[bare, old], MOVE).expect("can be done");
    let drop_in = becomes(&plan, "/etc/systemd/system/docker.service.d/regctl.conf").expect("is written");
    assert!(
        drop_in.ends_with("\nExecStart=/usr/bin/docker daemon --insecure-registry=192.168.0.1\n"),
        "{drop_in}"
    );
}

#[test]
fn an_engine_that_forgets_is_told_one_list_after_the_other() {
    let file = "{\"registry-mirrors\": [\"https://m\"]}";
    let reloads = |version: &str| {
        let info = format!("Server Version: {version}\nRegistry Mirrors:\n https://m/\n");
        let plan = decided(&[(CONFIG, file)], &[("info#", &info)], Terms::default()).expect("can be done");
        match plan.telling {
            Telling::Reloads(reloads) => reloads,
            other => panic!("{other:?}"),
        }
    };
    let new = reloads("24.0.1");
    assert!(new.len() == 1 && new[0].text.contains("https://m"), "{new:?}");
    let old = reloads("20.10.24");
    assert!(old.len() == 1 && !old[0].text.contains("mirrors") && old[0].text.contains(REGISTRY), "{old:?}");
}

#[test]
fn what_is_taken_back_is_ours_and_an_empty_list_is_said() {
    let back = |file: &str, notes: &str, registries: &[&str]| {
        let info = format!("Server Version: 20.10.24\nInsecure Registries:\n {REGISTRY}\n");
        let more = [("info#", info.as_str()), ("notes#", notes)];
        let registries: Vec<_> = registries.iter().map(|it| it.parse().expect("an address")).collect();
        let told = told(&[(CONFIG, file)], &more);
        taking_back::decide(&facts(&told), &registries, Restart::Later).expect("can be done")
    };
    let ours = "added insecure-registries 192.168.0.1\nmade insecure-registries\nmade file\n";
    let plan = back("{\n  \"insecure-registries\": [\"192.168.0.1\"]\n}\n", ours, &[]).expect("is something");
    assert_eq!((plan.files[0].becomes.as_deref(), plan.forgotten.len()), (None, 1));
    let Telling::Reloads(reloads) = &plan.telling else { panic!("{:?}", plan.telling) };
    assert!(reloads[0].text.contains("\"insecure-registries\": []") && reloads[0].hides == [REGISTRY]);
    let theirs = "{\"insecure-registries\": [\"o:1\", \"192.168.0.1\"], \"debug\": true}";
    let plan = back(theirs, ours, &[REGISTRY]).expect("is something");
    assert_eq!(becomes(&plan, CONFIG), Some("{\"insecure-registries\": [\"o:1\"], \"debug\": true}"));
    assert_eq!(back(theirs, ours, &["other:5000"]), None);
    assert_eq!(back(theirs, "", &[]), None);
}
