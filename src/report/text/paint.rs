//! The brush for a report.

pub(super) use crate::domain::paint::Paint;
use crate::report::Style;

impl Paint {
    /// A brush for the style.
    pub(super) const fn new(style: Style) -> Self {
        Self::of(style.colored)
    }
}
