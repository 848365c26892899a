//! `repo ls --from-host`: with the registry down, the same list out of its folder, over SSH.

use regctl_lab::{Lab, Tier, require};

#[test]
fn with_the_registry_down_its_host_has_the_same_list() {
    if require(Tier::T1).is_none() {
        return;
    }
    let lab = Lab::builder().agents(1).binary(env!("CARGO_BIN_EXE_regctl")).start().expect("a lab starts");
    let root = "/data/docker-registry/docker/registry/v2/repositories";
    // Names as long as they may be: ten thousand of them are larger than any answer of a script.
    let fill = format!(
        "mkdir -p {root} && cd {root} &&
         long=$(printf %0200d 0) && seq -f \"team/%05g-$long/_layers\" 6000 | xargs mkdir -p &&
         mkdir -p app/_layers app/_manifests/tags/1.0/current && echo x >app/_manifests/tags/1.0/current/link &&
         mkdir -p \"$(printf 'evil\\nname')/_layers\" /outside/secret/_layers && ln -s /outside link"
    );
    lab.host("a1").shell(&fill).expect("runs").good().expect("fills the folder");
    let host = lab.host("a1").address().to_string();
    let from = format!("--from-host={host}");
    let run = |more: &[&str]| {
        let line = [&["regctl", "repo", "ls", from.as_str()], more].concat();
        lab.host("master").exec(&line).expect("it runs")
    };
    let listed = run(&[]);
    assert!(listed.status.success(), "{}", listed.stderr);
    let lines: Vec<&str> = listed.stdout.lines().collect();
    assert!(lines.len() == 6001 && listed.stdout.len() > 1 << 20, "{} lines", lines.len());
    assert!(lines[0] == "app" && lines[6000].starts_with("team/06000-0"), "{} {}", lines[0], lines[6000]);
    assert!(listed.stderr.contains("left out") && !listed.stdout.contains("secret"), "{}", listed.stderr);
    assert_eq!(run(&["--tags", "app"]).stdout, "app:1.0\n");
    let nowhere = run(&["--data-dir", "/nowhere"]);
    assert_eq!(nowhere.status.code(), Some(1));
    assert!(nowhere.stderr.contains("there is no folder /nowhere/"), "{}", nowhere.stderr);
}
