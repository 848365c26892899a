//! Sizes of data, for people.

/// `1.2 GB`: powers of ten, as disks are sold and `df -H` counts.
pub fn spell(bytes: u64) -> String {
    let units = [("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1000)];
    match units.into_iter().find(|(_, unit)| bytes >= *unit) {
        Some((name, unit)) => format!("{}.{} {name}", bytes / unit, bytes % unit * 10 / unit),
        None => format!("{bytes} B"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_told_in_one_decimal() {
        let told = [0, 999, 1000, 12_345_678, 1_999_999_999_999].map(spell);
        assert_eq!(told, ["0 B", "999 B", "1.0 kB", "12.3 MB", "1.9 TB"]);
    }
}
