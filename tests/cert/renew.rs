//! `cert renew --abort`, as far as it goes without a cluster.

use serde_json::json;

use crate::folder::{Folder, Run};

/// Nothing listens there.
const NOWHERE: &str = "http://127.0.0.1:1";

fn abort(folder: &Folder) -> Run {
    let words = ["-o", "json", "--yes", "--abort", "--host", "127.0.0.1"];
    folder.cert("renew", &[&words[..], &["--mesos", NOWHERE, "--marathon", NOWHERE]].concat())
}

#[test]
fn a_renewal_that_is_in_place_is_not_taken_back_and_one_that_is_not_is_tried() {
    let folder = Folder::new();
    folder.made(&[]);
    folder.shell("mkdir certs/renewal; cp certs/domain.crt certs/domain.key certs/renewal");
    let run = abort(&folder);
    assert_eq!((run.exit, &run.json()["error"]["kind"]), (Some(2), &json!("under-way")), "{run:?}");
    assert!(
        run.stdout.contains("in its place") && run.stdout.contains("regctl cert renew brings"),
        "{run:?}"
    );
    assert!(folder.file("certs/renewal/domain.key").exists() && !folder.file("certs/backup").exists());

    folder.made(&["--out", "other"]);
    folder.shell("cp other/domain.crt other/domain.key certs/renewal");
    let run = abort(&folder);
    assert_eq!((run.exit, &run.json()["error"]["kind"]), (Some(1), &json!("unreachable")), "{run:?}");
}
