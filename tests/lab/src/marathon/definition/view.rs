//! Looks into JSON objects whose shape the reader has already checked.

use serde_json::{Map, Value};

/// An app's fields, as read.
pub(crate) type Fields = Map<String, Value>;

/// The items of a list, none where there is no such list.
pub(crate) fn items<'a>(fields: &'a Fields, key: &str) -> &'a [Value] {
    fields.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The text under a key, empty where there is none.
pub(crate) fn text<'a>(fields: &'a Fields, key: &str) -> &'a str {
    fields.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// The whole number under a key, 0 where there is none.
pub(crate) fn whole(fields: &Fields, key: &str) -> i64 {
    fields.get(key).and_then(Value::as_i64).unwrap_or_default()
}

/// The number under a key, 0 where there is none.
pub(crate) fn number(fields: &Fields, key: &str) -> f64 {
    fields.get(key).and_then(Value::as_f64).unwrap_or_default()
}

/// The object under a key.
pub(crate) fn object<'a>(fields: &'a Fields, key: &str) -> Option<&'a Fields> {
    fields.get(key).and_then(Value::as_object)
}

/// The object under a key, to be changed.
pub(crate) fn object_mut<'a>(fields: &'a mut Fields, key: &str) -> Option<&'a mut Fields> {
    fields.get_mut(key).and_then(Value::as_object_mut)
}

/// True where the key is there and neither an empty list nor an empty object.
pub(crate) fn filled(fields: &Fields, key: &str) -> bool {
    match fields.get(key) {
        None | Some(Value::Null) => false,
        Some(Value::Array(items)) => !items.is_empty(),
        Some(Value::Object(entries)) => !entries.is_empty(),
        Some(_) => true,
    }
}
