//! `repo ls`: all of it, in order, page by page; from the catalog or from the folder that it stands for.

use std::fs;
use std::process::Command;

use regctl_lab::loopback::{Web, shell};
use serde_json::json;

use crate::bench::{Bench, Run, regctl};

/// Makes that many repositories as folders: the catalog walks through them, and lists those that have layers.
fn fill(bench: &Bench, count: usize) {
    let _ = bench.in_repositories(&format!("seq -f team/%05g/_layers {count} | xargs mkdir -p"));
}

/// The most memory that regctl takes for this, in KiB; its output goes to the file `out`.
fn peak(bench: &Bench, args: &[&str]) -> u64 {
    const MEASURE: &str = "import subprocess, resource, sys\n\
        subprocess.run(sys.argv[1:], stdout=open('out', 'wb'), check=True)\n\
        print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)";
    let command = bench.command(args);
    let mut python = Command::new("python3");
    python
        .arg("-c")
        .arg(MEASURE)
        .arg(command.get_program())
        .args(command.get_args())
        .current_dir(bench.path());
    python.env_clear().envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let run = Run::of(&python.output().expect("python3 runs"));
    run.stdout.trim().parse().unwrap_or_else(|_| panic!("{}", run.stderr))
}

#[test]
fn ten_thousand_repositories_are_all_listed_in_the_memory_of_a_hundred() {
    let few = Bench::new();
    fill(&few, 100);
    let many = Bench::new();
    fill(&many, 10_000);
    let args = ["repo", "ls", "-o", "json"];
    let (small, large) = (peak(&few, &args), peak(&many, &args));
    assert!(large < small + 3 * 1024, "{small} KiB for 100, {large} KiB for 10000");
    let document: serde_json::Value =
        serde_json::from_slice(&fs::read(many.path().join("out")).expect("reads")).expect("is JSON");
    let listed = document["repositories"].as_array().expect("a list");
    let expected = |number: usize| json!({"name": format!("team/{number:05}")});
    assert!(listed.len() == 10_000 && (1..=10_000).all(|number| listed[number - 1] == expected(number)));
    assert_eq!((&document["count"], &document["complete"]), (&json!(10_000), &json!(true)));
}

#[test]
fn patterns_and_tags_narrow_and_widen_the_list() {
    let bench = Bench::new();
    bench.push("team/app", &["2.0", "1.0"], "2024-01-01T00:00:00Z");
    bench.push("other", &["x"], "2024-01-01T00:00:00Z");
    let _ = bench.in_repositories("mkdir -p team/empty/_layers");
    assert_eq!(bench.regctl(&["repo", "ls"]).lines(), ["other", "team/app", "team/empty"]);
    assert_eq!(bench.regctl(&["repo", "ls", "team/*"]).lines(), ["team/app", "team/empty"]);
    assert_eq!(
        bench.regctl(&["repo", "ls", "--tags", "team/*", "oth?r"]).lines(),
        ["other:x", "team/app:1.0", "team/app:2.0", "team/empty"]
    );
    let (exit, document) = bench.json(&["repo", "ls", "--tags", "team/*"]);
    assert_eq!((exit, &document["schema"]), (Some(0), &json!("regctl.repo-ls/v1")));
    let expected = json!([{"name": "team/app", "tags": ["1.0", "2.0"]}, {"name": "team/empty", "tags": []}]);
    assert_eq!(document["repositories"], expected);
    let (exit, document) = bench.json(&["repo", "ls", "nothing"]);
    assert_eq!((exit, &document["repositories"], &document["count"]), (Some(0), &json!([]), &json!(0)));
}

#[test]
fn a_registry_that_gives_little_on_a_page_and_one_that_wants_a_user_are_listed_too() {
    let bench = Bench::with(|setup| setup.set("CATALOG_MAXENTRIES", "2"));
    let _ = bench.in_repositories("mkdir -p a/_layers b/_layers c/_layers d/_layers e/_layers");
    assert_eq!(bench.regctl(&["repo", "ls"]).lines(), ["a", "b", "c", "d", "e"]);
    let users = tempfile::tempdir().expect("a folder");
    let _ = shell(users.path(), "htpasswd -Bbn op secret >htpasswd; echo secret >good; echo no >bad");
    let file = |name: &str| users.path().join(name).to_string_lossy().into_owned();
    let bench = Bench::with(|setup| {
        setup.set("AUTH_HTPASSWD_REALM", "r").set("AUTH_HTPASSWD_PATH", &file("htpasswd"))
    });
    let _ = bench.in_repositories("mkdir -p a/_layers");
    let nobody = bench.regctl(&["repo", "ls"]);
    assert_eq!((nobody.exit, nobody.stdout.as_str()), (Some(1), ""));
    assert!(
        nobody.stderr.contains("error[unauthorized]") && nobody.stderr.contains("--user"),
        "{}",
        nobody.stderr
    );
    let user = |password: &str| {
        bench.regctl(&["repo", "ls", "--tags", "--user", "op", "--password-file", &file(password)])
    };
    assert_eq!((user("good").exit, user("good").lines()), (Some(0), vec!["a"]));
    assert_eq!((user("bad").exit, user("bad").stdout.as_str()), (Some(1), ""));
}

#[test]
fn a_list_that_breaks_off_says_so_and_hostile_names_never_reach_the_terminal() {
    let folder = tempfile::tempdir().expect("a folder");
    let _ = shell(
        folder.path(),
        "openssl req -x509 -newkey rsa:2048 -nodes -keyout domain.key -out domain.crt -days 2 -subj /CN=x -addext subjectAltName=IP:127.0.0.1 2>/dev/null",
    );
    let page = r#"{"repositories": ["good", "\u001b[31mred", "../../etc", "a b", "", "two"]}"#;
    fs::write(folder.path().join("page.json"), page).expect("writes");
    let web = Web::start(
        folder.path(),
        "add_header Docker-Distribution-Api-Version registry/2.0;
         location = /v2/ { return 200 '{}'; }
         location = /v2/_catalog { if ($arg_last) { return 500; }
           add_header Link '</v2/_catalog?last=two>; rel=\"next\"'; try_files /page.json =404; }",
    )
    .expect("nginx starts");
    let address = format!("127.0.0.1:{}", web.port);
    let run = |args: &[&str]| {
        let mut command = regctl(folder.path(), &address, args);
        command.env_remove("REGCTL_PLAIN_HTTP").args(["--ca", "domain.crt"]);
        Run::of(&command.output().expect("regctl runs"))
    };
    let human = run(&["repo", "ls"]);
    assert_eq!((human.exit, human.lines()), (Some(1), vec!["good", "two"]), "{}", human.stderr);
    assert!(human.stderr.contains("answered 500") && human.stderr.contains("left out"), "{}", human.stderr);
    assert!(!human.stderr.contains('\u{1b}'), "{}", human.stderr);
    let document = run(&["repo", "ls", "-o", "json"]).json();
    assert_eq!((&document["complete"], &document["left_out"]), (&json!(false), &json!(4)));
    assert_eq!(document["error"]["kind"], "bad-answer");
    assert_eq!(document["repositories"].as_array().map(Vec::len), Some(2));
}
