//! Which image of an archive is the registry's, and the script that loads it on a host.

use std::path::PathBuf;

use anyhow::Result;
use serde_json::json;

use super::script::{self, Mode};
use crate::domain::deploy::Image;
use crate::domain::image::ArchivedImage;
use crate::domain::script::RemoteScript;

const LOAD: &str = include_str!("../../templates/load.sh.hbs");

/// The image of that name. The error says what the archive holds instead, in words that follow its path.
pub fn pick<'a>(images: &'a [ArchivedImage], image: &Image) -> Result<&'a ArchivedImage, String> {
    let wanted = image.to_string();
    let has = |archived: &&ArchivedImage| archived.tags.iter().any(|tag| familiar(tag) == familiar(&wanted));
    images.iter().find(has).ok_or_else(|| {
        let tags: Vec<&str> = images.iter().flat_map(|it| it.tags.iter().map(String::as_str)).collect();
        match tags.as_slice() {
            [] => say!("holds no image with a name, so not {wanted} either"),
            tags => say!("holds {}, not {wanted}", crate::domain::answer::shown(&tags.join(", "))),
        }
    })
}

/// `docker.io/library/registry:2` and `registry:2` are one image.
fn familiar(name: &str) -> &str {
    let name = name.strip_prefix("docker.io/").unwrap_or(name);
    name.strip_prefix("library/").unwrap_or(name)
}

/// The script for the registry's hosts, with the archive that it asks for. `holder` is who runs it, as of
/// [`script::render`].
pub fn script(
    image: &Image,
    archive: (&ArchivedImage, PathBuf),
    mode: Mode,
    holder: &str,
) -> Result<RemoteScript> {
    let (archived, path) = archive;
    let values = json!({ "image": image, "id": archived.id.to_string() });
    Ok(script::render(LOAD, mode, holder, &values)?.with_payload(path))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;
    use crate::domain::image::Digest;

    fn image(text: &str) -> Image {
        text.parse().expect("an image")
    }

    fn archived(tags: &[&str]) -> ArchivedImage {
        ArchivedImage { id: Digest::of(b"{}"), tags: tags.iter().map(|tag| (*tag).to_owned()).collect() }
    }

    #[test]
    fn the_image_is_found_by_any_spelling_of_its_name() {
        let images = [archived(&["busybox:1"]), archived(&["registry:2.8.3", "registry:2"])];
        for name in ["registry:2", "docker.io/library/registry:2.8.3", "docker.io/registry:2"] {
            assert_eq!(pick(&images, &image(name)), Ok(&images[1]), "{name}");
        }
        let none = pick(&images, &image("registry:3.0.0"));
        assert_eq!(
            none.expect_err("is not there"),
            "holds busybox:1, registry:2.8.3, registry:2, not registry:3.0.0"
        );
        assert!(
            pick(&[archived(&[])], &image("registry:2")).expect_err("is not there").contains("no image with")
        );
    }

    #[test]
    fn the_script_is_shell_and_never_goes_on_with_what_follows_it() {
        let archive = (&archived(&[]), PathBuf::from("/registry.tar"));
        let script = script(&image("registry:2"), archive, Mode::Apply, "it's me").expect("renders");
        let checked = Command::new("sh").args(["-n", "-c", script.text()]).status().expect("sh runs");
        assert!(checked.success());
        assert!(script.call("0123").ends_with("\nregctl_run 0123; exit\n"));
        assert_eq!(script.payload(), Some(std::path::Path::new("/registry.tar")));
    }
}
