//! The `host-disk` check: whether there is room for the images where they are to be.

use crate::domain::deploy::RegistrySpec;
use crate::domain::finding::Finding;
use crate::domain::storage::Storage;
use crate::plan::facts::Facts;

const NAME: &str = "host-disk";
/// With less room, KiB, the first image fills it.
const LEAST: u64 = 256 << 10;
/// With less, KiB, it will not be enough for long.
pub(in crate::plan) const LITTLE: u64 = 10 << 20;

/// The finding about the data folder, or the nearest folder above it that is there.
pub(super) fn check(facts: &Facts<'_>, spec: &RegistrySpec) -> Finding {
    if !matches!(spec.storage, Storage::Host | Storage::Shared) {
        return Finding::skip(NAME, say!("the images are not kept in a folder of the host"));
    }
    let folder = spec.folders.data.as_str();
    let told = (facts.get("disk.path"), facts.number("disk.free"), facts.number("disk.size"));
    let (Some(path), Some(free), Some(size)) = told else {
        return Finding::skip(NAME, say!("df does not tell how much room there is"));
    };
    let mount = facts.get("disk.mount").unwrap_or(path);
    let place = if path == folder { path.to_owned() } else { say!("{folder} (to be made below {path})") };
    let room = say!("{} of {} GiB free for {place}, on {mount}", gib(free), gib(size));
    if facts.get("disk.read-only").is_some() {
        let hint = say!("Remount it for writing, or name another folder: --data-dir.");
        return Finding::fail(NAME, "read-only", say!("{path} cannot be written to"), hint);
    }
    let hint = say!("Make room there, or name a folder on a larger disk: --data-dir.");
    match free {
        ..LEAST => Finding::fail(NAME, "disk-full", room, hint),
        LEAST..LITTLE => Finding::warn(NAME, "disk-small", room).hint(hint),
        _ => Finding::pass(NAME, room),
    }
}

/// KiB as GiB with one decimal.
pub(in crate::plan) fn gib(kib: u64) -> String {
    let tenths = kib / ((1 << 20) / 10);
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::finding::Status;
    use crate::plan::facts::tests::answer;
    use crate::plan::registry_app::tests::spec;

    fn found(free: &str, more: &[(&str, &str)]) -> Finding {
        let facts =
            [&[("disk.path", "/data"), ("disk.free", free), ("disk.size", "104857600")], more].concat();
        check(&Facts::of(&answer(&facts)), &spec())
    }

    #[test]
    fn room_is_judged_by_its_figures() {
        let good = found("52428800", &[("disk.mount", "/")]);
        assert_eq!(good.status, Status::Pass);
        assert_eq!(
            good.detail,
            "50.0 of 100.0 GiB free for /data/docker-registry (to be made below /data), on /"
        );
        assert_eq!(found("5242880", &[]).cause, Some("disk-small"));
        assert_eq!(found("1000", &[]).cause, Some("disk-full"));
        assert_eq!(found("52428800", &[("disk.read-only", "yes")]).cause, Some("read-only"));
        assert_eq!(found("lots", &[]).status, Status::Skip);
        assert_eq!(found("18446744073709551615", &[]).status, Status::Pass);
    }
}
