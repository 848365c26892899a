//! The whole way in Chinese: what is told is, what machines read is not, and what is decided is the same.

use serde_json::json;

use crate::cluster::{Cluster, QUICK, stages};
use crate::run::Run;

/// A run of regctl for people on the master, with this locale.
fn told(cluster: &Cluster, locale: &str, args: &str) -> Run {
    let line = format!("env LC_ALL= REGCTL_LANG= LANG={locale} regctl {args}");
    cluster.host("master").shell(&line).expect("runs").into()
}

fn is_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

#[test]
fn in_chinese_the_whole_way_is_told_so_and_ends_the_same() {
    let Some(cluster) = Cluster::start() else { return };
    let up = format!("up --no-preflight {}", QUICK.join(" "));
    let first = told(&cluster, "zh_CN.UTF-8", &up);
    assert_eq!(first.code, Some(0), "{first:?}");
    assert!(is_chinese(&first.stdout) && is_chinese(&first.stderr), "{first:?}");
    let english = ["Next", "changed", "done", "reached", "healthy"];
    let left = english
        .iter()
        .find(|word| first.stdout.split(|c: char| !c.is_ascii_alphabetic()).any(|it| it == **word));
    assert_eq!(left, None, "{}", first.stdout);
    // What is right is recognised as such, whatever language it was told in.
    let again = told(&cluster, "zh_CN.UTF-8", &format!("-o json --lang zh {up}"));
    let report = again.json();
    let unchanged = [
        "preflight=skipped",
        "cert-gen=unchanged",
        "deploy=unchanged",
        "trust-agents=unchanged",
        "verify=done",
    ];
    assert_eq!((again.code, stages(&report)), (Some(0), unchanged.map(str::to_owned).to_vec()));
    assert_eq!(report["schema"], json!("regctl.up/v1"));
    assert!(is_chinese(report["next"].as_str().expect("a sentence")), "{report:#}");
    let for_programs = told(&cluster, "zh_CN.UTF-8", "-o json verify --from-agents");
    assert!(for_programs.code == Some(0) && !is_chinese(&for_programs.stdout), "{for_programs:?}");
}
