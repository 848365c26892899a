//! Expected texts of unit tests, in fixtures/golden. `UPDATE_GOLDEN=1` writes what is instead of comparing.

use std::fs;
use std::path::Path;

/// Compares a text with the golden file of that name.
pub(crate) fn check(name: &str, actual: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/golden").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, actual).expect("the golden file can be written");
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        expected == actual,
        "{} differs (UPDATE_GOLDEN=1 rewrites it); it is now:\n{actual}",
        path.display()
    );
}
