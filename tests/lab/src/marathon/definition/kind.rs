//! The words in which the tables of fields are written.

use serde_json::Value;

use super::reader::Reader;

/// One key of an object.
pub(crate) struct Field {
    pub(crate) key: &'static str,
    pub(crate) kind: Kind,
    pub(crate) presence: Presence,
}

/// What holds where a key is absent or null.
pub(crate) enum Presence {
    Required,
    Optional,
    /// This JSON stands for it.
    Default(&'static str),
}

/// What a value has to be.
pub(crate) enum Kind {
    Text(TextRule),
    Integer {
        min: i64,
        max: i64,
    },
    Number {
        min: f64,
        max: f64,
    },
    Flag,
    /// One of these names, in any case of letters.
    Choice(&'static [&'static str]),
    /// One of these names exactly; `what` is told to who gets it wrong.
    Named {
        what: &'static str,
        names: &'static [&'static str],
    },
    List(&'static Self),
    /// A list without repetitions.
    Set(&'static Self),
    Dictionary(&'static Self),
    Object(&'static [Field]),
    Special(fn(&mut Reader, &Value) -> Option<Value>),
}

/// What a text has to be.
pub(crate) enum TextRule {
    Any,
    Filled,
    AtMost(usize),
    Pattern(fn(&str) -> bool),
}

/// Any text.
pub(crate) const TEXT: Kind = Kind::Text(TextRule::Any);
/// A text that is not empty.
pub(crate) const FILLED: Kind = Kind::Text(TextRule::Filled);
/// A number of a port, 0 meaning "any".
pub(crate) const PORT: Kind = Kind::Integer { min: 0, max: 65_535 };
/// A count that is not negative.
pub(crate) const COUNT: Kind = Kind::Integer { min: 0, max: i32::MAX as i64 };
/// Any whole number: a rule judges it later.
pub(crate) const WHOLE: Kind = Kind::Integer { min: i64::MIN, max: i64::MAX };
/// Any number: a rule judges it later.
pub(crate) const DECIMAL: Kind = Kind::Number { min: f64::MIN, max: f64::MAX };
/// Labels: texts by name.
pub(crate) const LABELS: Kind = Kind::Dictionary(&TEXT);
/// A list of texts.
pub(crate) const TEXTS: Kind = Kind::List(&TEXT);

/// A key that must be there.
pub(crate) const fn required(key: &'static str, kind: Kind) -> Field {
    Field { key, kind, presence: Presence::Required }
}

/// A key that may be absent.
pub(crate) const fn optional(key: &'static str, kind: Kind) -> Field {
    Field { key, kind, presence: Presence::Optional }
}

/// A key that is filled in where it is absent.
pub(crate) const fn default(key: &'static str, kind: Kind, json: &'static str) -> Field {
    Field { key, kind, presence: Presence::Default(json) }
}
