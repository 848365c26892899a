//! `deploy --image-archive` onto a host whose Docker Engine has no way to any registry.

use std::time::Duration;

use regctl_lab::{Lab, Tier, require};

use crate::run::Run;

const ARCHIVE: &str = "/registry.tar";

/// A lab whose a1 has a real engine; the archive is what that engine saved, and is on the master.
struct Site {
    lab: Lab,
}

impl Site {
    fn start() -> Option<Self> {
        require(Tier::T2)?;
        let builder = Lab::builder().agents(1).engines(1);
        let site = Self { lab: builder.binary(env!("CARGO_BIN_EXE_regctl")).start().expect("a lab starts") };
        site.shell("master", "regctl cert gen");
        site.shell("a1", "docker save -o /run/saved.tar registry:2.8.3");
        let saved = std::fs::read(site.lab.host("a1").root().join("run/saved.tar")).expect("reads");
        site.lab.host("master").write(ARCHIVE, saved).expect("writes");
        Some(site)
    }

    fn shell(&self, host: &str, line: &str) -> String {
        let output = self.lab.host(host).shell(line).expect("runs");
        output.good().unwrap_or_else(|error| panic!("{line}: {error}"))
    }

    fn image(&self) -> String {
        self.shell("a1", "docker images -q --no-trunc registry:2.8.3")
    }

    fn deploy(&self, archive: &str, more: &[&str]) -> Run {
        let words = ["regctl", "deploy", "-o", "json", "--host", "192.168.1.11", "--image-archive", archive];
        let words = [&words[..], more].concat();
        self.lab.host("master").exec_with(&words, b"", Duration::from_secs(180)).expect("it runs").into()
    }

    /// What became of the image.
    fn change(run: &Run) -> String {
        let report = run.json();
        let staged = report["staged"].as_array().unwrap_or_else(|| panic!("{run:?}"));
        let image = staged.iter().find(|it| it["path"] == "image registry:2.8.3");
        image.unwrap_or_else(|| panic!("{run:?}"))["change"].as_str().expect("is text").to_owned()
    }
}

#[test]
fn an_image_comes_from_an_archive_once_and_is_what_the_archive_says() {
    let Some(site) = Site::start() else { return };
    let id = site.image();
    site.shell("a1", "docker rmi registry:2.8.3 && test -z \"$(docker images -q)\"");
    let looked = site.deploy(ARCHIVE, &["--check"]);
    assert_eq!((looked.code, Site::change(&looked).as_str()), (Some(4), "drifted"), "{looked:?}");
    assert_eq!(site.image(), "", "a dry run loaded it");
    let deployed = site.deploy(ARCHIVE, &[]);
    assert_eq!((deployed.code, Site::change(&deployed).as_str()), (Some(0), "changed"), "{deployed:?}");
    assert_eq!(deployed.json()["healthy"], true);
    assert_eq!(site.image(), id);
    let again = site.deploy(ARCHIVE, &[]);
    assert_eq!((again.code, Site::change(&again).as_str()), (Some(0), "unchanged"), "{again:?}");
}

#[test]
fn an_archive_that_is_not_this_image_is_refused_before_anything_is_done() {
    let Some(site) = Site::start() else { return };
    site.shell("master", "head -c 100000 /registry.tar >/short.tar; gzip -k /registry.tar; mkdir /x; tar -C /x -xf /registry.tar; \
        cd /x && for file in $(grep -o '\"Config\":\"[^\"]*' manifest.json | cut -d '\"' -f 4); do echo >>$file; done; tar -cf /damaged.tar *");
    let logins = site.lab.host("a1").logins().expect("counts");
    for (archive, why) in [
        ("/short.tar", "cut off"),
        ("/registry.tar.gz", "compressed"),
        ("/damaged.tar", "damaged"),
        ("/none.tar", ""),
    ] {
        let message = site.deploy(archive, &[]).fault(2, "input-file");
        assert!(message.contains(why), "{message}");
    }
    let message = site.deploy(ARCHIVE, &["--image", "registry:2.7.1"]).fault(2, "input-file");
    assert!(message.contains("holds registry:2.8.3, not registry:2.7.1"), "{message}");
    assert_eq!(site.lab.host("a1").logins().expect("counts"), logins);
    // A layer that is not what the configuration says: the engine itself finds that out, and nothing is deployed.
    site.shell("a1", "docker rmi registry:2.8.3");
    site.shell("master", "cd /x && rm -rf * && tar -xf /registry.tar && layer=$(find . -type f -size +1000k | head -n 1) && printf x | \
        dd of=$layer bs=1 seek=500000 conv=notrunc 2>/dev/null && tar -cf /spoilt.tar *");
    let message = site.deploy("/spoilt.tar", &[]).fault(1, "staging");
    assert!(message.contains("docker load"), "{message}");
    assert_eq!(site.image(), "");
}
