//! Rows of words, each column as wide as its widest cell.

/// Hostile names do not widen a column beyond reason.
const WIDEST: usize = 40;
/// No column is narrower than this.
const NARROWEST: usize = 8;

/// One row, with a line's break; `rows` is what its columns are measured by.
pub(super) fn line<const N: usize>(cells: &[String; N], rows: &[[String; N]]) -> String {
    let width = |column: usize| {
        let widest = rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        widest.clamp(NARROWEST, WIDEST)
    };
    let padded: Vec<_> =
        cells.iter().enumerate().map(|(at, cell)| format!("{cell:<0$}", width(at))).collect();
    format!("{}\n", padded.join("  ").trim_end())
}
