//! A Nexus as an app.

use super::deploy::Image;
use super::nexus::NexusVersion;
use super::preset::Preset;
use super::registry::Vip;

/// With less, its Java machine does not come up.
pub const LEAST_MEM: f64 = 2048.0;

/// From this version on there is no OrientDB any more.
const WITHOUT_ORIENT: NexusVersion = NexusVersion { minor: 71, patch: 0 };

/// What a Nexus has that Docker's registry has not.
#[derive(Debug, Clone, PartialEq)]
pub struct NexusApp {
    /// The port of its Docker connector in the container.
    pub connector_port: u16,
    /// Where layer 4 load balancing offers its web page, where it is to.
    pub ui_vip: Option<Vip>,
    /// The port of the host that its web page is on; 0 for one that Mesos offers.
    pub ui_port: u16,
}

/// Whether an image says which version of Nexus it is. Errors: `latest` and its like, with which another version may run
/// after the next restart, and Nexus' data go no way back.
pub fn check_image(image: &Image) -> Result<(), String> {
    let text = image.to_string();
    let name = text.rsplit('/').next().and_then(|last| last.split('@').next()).unwrap_or_default();
    match name.split_once(':').map(|(_, tag)| tag) {
        Some(tag) => tag.parse::<NexusVersion>().map(drop).map_err(|_| {
            say!("the image {text} does not say which version of Nexus it is: name one such as 3.76.1")
        }),
        // A digest alone names one image for ever.
        None => Ok(()),
    }
}

/// What an operator should know who gives a Nexus another image; nothing where one of them is none of Nexus' with a
/// version, or where nothing stands against it.
///
/// That versions from 3.71 on open no OrientDB is from help.sonatype.com (`orient-3-70-java-8-or-11`).
pub fn upgrade_trouble(from: &str, to: &str) -> Option<String> {
    let (old, new) = (version(from)?, version(to)?);
    if new < old {
        return Some(say!(
            "Nexus does not go back from {old} to {new}: the older one may not open the data \
             that the newer one has written"
        ));
    }
    let crosses = old < WITHOUT_ORIENT && new >= WITHOUT_ORIENT;
    crosses.then(|| {
        say!(
            "Nexus {new} opens no OrientDB, where versions up to 3.70 keep their settings: \
             unless this one has been moved to H2 (by Sonatype's database migrator, from 3.70), \
             it will not start"
        )
    })
}

/// The version that an image of Nexus' names, where it names one.
pub fn version(image: &str) -> Option<NexusVersion> {
    let is_nexus = Preset::of_image(image) == Preset::Nexus;
    let name = image.rsplit('/').next()?.split('@').next()?;
    name.split_once(':').filter(|_| is_nexus)?.1.parse().ok()
}

/// The arguments for the Java machine, out of the memory of the container (MiB): half of it is heap, a quarter is for
/// buffers outside of it, and the rest is for the machine itself. The second folder is where its licence would be kept.
pub fn vm_params(mem: f64, data: &str) -> String {
    let part = |share: f64| (mem * share) as u64;
    let (heap, direct) = (part(0.5), part(0.25));
    format!(
        "-Xms{heap}m -Xmx{heap}m -XX:MaxDirectMemorySize={direct}m -Djava.util.prefs.userRoot={data}/javaprefs"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_image_that_names_its_version_is_taken() {
        let check = |text: &str| check_image(&text.parse().expect("an image"));
        for image in
            ["sonatype/nexus3:3.76.1", "h:5000/sonatype/nexus3:3.70.1-java11", "sonatype/nexus3@sha256:00"]
        {
            assert_eq!(check(image), Ok(()), "{image}");
        }
        for image in
            ["sonatype/nexus3:latest", "sonatype/nexus3:3", "h:5000/sonatype/nexus3:latest@sha256:00"]
        {
            assert!(check(image).is_err_and(|why| why.contains("3.76.1")), "{image}");
        }
    }

    #[test]
    fn an_operator_is_told_of_an_image_that_cannot_open_the_data() {
        let trouble = |from: &str, to: &str| {
            let image = |tag: &str| format!("sonatype/nexus3:{tag}");
            upgrade_trouble(&image(from), &image(to)).unwrap_or_default()
        };
        assert!(trouble("3.14.0", "3.76.1").contains("OrientDB"));
        assert!(trouble("3.70.4", "3.71.0").contains("OrientDB"));
        assert!(trouble("3.76.1", "3.70.4").contains("does not go back"));
        for (from, to) in
            [("3.71.0", "3.76.1"), ("3.14.0", "3.70.4"), ("3.76.1", "3.76.1"), ("latest", "3.76.1")]
        {
            assert_eq!(trouble(from, to), "", "{from} {to}");
        }
        assert_eq!(upgrade_trouble("registry:3.0.0", "registry:2.8.3"), None);
    }

    #[test]
    fn the_java_machine_fits_into_its_container() {
        let expected =
            "-Xms2048m -Xmx2048m -XX:MaxDirectMemorySize=1024m -Djava.util.prefs.userRoot=/d/javaprefs";
        assert_eq!(vm_params(4096.0, "/d"), expected);
        assert!(vm_params(2049.5, "/d").starts_with("-Xms1024m -Xmx1024m -XX:MaxDirectMemorySize=512m "));
    }
}
