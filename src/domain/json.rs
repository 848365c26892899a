//! How answers of other programs are read.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// Takes null for the default: Marathon 1.4 writes nulls where later versions write nothing.
pub fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    source: D,
) -> Result<T, D::Error> {
    Option::<T>::deserialize(source).map(Option::unwrap_or_default)
}

/// Reads a list of at most so many entries, and null as an empty one. An entry of two bytes may become one of hundreds,
/// so it is not enough that an answer's bytes are limited.
pub fn at_most<'de, const MOST: usize, D: Deserializer<'de>, T: Deserialize<'de>>(
    source: D,
) -> Result<Vec<T>, D::Error> {
    source.deserialize_any(AtMost::<MOST, T>(PhantomData))
}

struct AtMost<const MOST: usize, T>(PhantomData<T>);

impl<'de, const MOST: usize, T: Deserialize<'de>> Visitor<'de> for AtMost<MOST, T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&say!("a list of at most {MOST}"))
    }

    fn visit_unit<E: Error>(self) -> Result<Vec<T>, E> {
        Ok(Vec::new())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Vec<T>, A::Error> {
        let mut list = Vec::new();
        while let Some(entry) = entries.next_element()? {
            if list.len() == MOST {
                return Err(A::Error::custom(say!("a list has more than {MOST} entries")));
            }
            list.push(entry);
        }
        Ok(list)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_up_to_its_limit() {
        let read = |text: &str| at_most::<2, _, u8>(&mut serde_json::Deserializer::from_str(text));
        assert_eq!(read("[1, 2]").expect("is short enough"), [1, 2]);
        assert_eq!(read("null").expect("is empty"), [0_u8; 0]);
        assert!(read("[1, 2, 3]").expect_err("is too long").to_string().contains("more than 2 entries"));
        assert!(read("{}").expect_err("is no list").to_string().contains("a list of at most 2"));
    }
}
