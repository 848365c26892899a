//! How answers of other programs are read.

use serde::{Deserialize, Deserializer};

/// Takes null for the default: Marathon 1.4 writes nulls where later versions write nothing.
pub(super) fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    source: D,
) -> Result<T, D::Error> {
    Option::<T>::deserialize(source).map(Option::unwrap_or_default)
}
