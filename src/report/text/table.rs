//! Rows of words, each column as wide as its widest cell.

use super::paint::Paint;
use crate::domain::columns::{columns, padded};

/// Hostile names do not widen a column beyond reason.
const WIDEST: usize = 40;
/// No column is narrower than this.
const NARROWEST: usize = 8;

/// One row, with a line's break; `rows` is what its columns are measured by.
pub(super) fn line<const N: usize>(cells: &[String; N], rows: &[[String; N]]) -> String {
    let width = |column: usize| {
        let widest = rows.iter().map(|row| columns(&row[column])).max().unwrap_or(0);
        widest.clamp(NARROWEST, WIDEST)
    };
    let padded: Vec<_> = cells.iter().enumerate().map(|(at, cell)| padded(cell, width(at))).collect();
    format!("{}\n", padded.join("  ").trim_end())
}

/// A whole table, its head first.
pub(super) fn table<const N: usize>(head: [&str; N], rows: Vec<[String; N]>, paint: Paint) -> String {
    let all: Vec<[String; N]> = std::iter::once(head.map(str::to_owned)).chain(rows).collect();
    let mut lines = all.iter().map(|row| line(row, &all));
    let head = lines.next().unwrap_or_default();
    paint.bold(head.trim_end()) + "\n" + &lines.collect::<String>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Style;

    #[test]
    fn a_column_is_as_wide_as_its_head() {
        let paint = Paint::new(Style::PLAIN);
        let rows = vec![["a".to_owned(), "1".to_owned()]];
        assert_eq!(table(["REPOSITORY", "TAGS"], rows, paint), "REPOSITORY  TAGS\na           1\n");
    }
}
