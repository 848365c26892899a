//! Reads a JSON document by a table of fields: types and ranges checked, unknown keys dropped, defaults filled in.
//!
//! Every fault is collected with its path, in the words that Marathon's JSON library uses.

use serde_json::{Map, Number, Value};

use super::kind::{Field, Kind, Presence, TextRule};

/// What is wrong at one place of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Where: `/healthChecks(0)/portIndex`; `/` is the whole document.
    pub(crate) path: String,
    /// Why, at least once.
    pub(crate) errors: Vec<String>,
}

impl Fault {
    pub(crate) fn new(path: impl Into<String>, error: impl Into<String>) -> Self {
        Self { path: path.into(), errors: vec![error.into()] }
    }
}

/// How a number with a fraction is written when it has none: `128` (1.4) or `128.0` (1.11).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decimals {
    Short,
    Long,
}

/// One reading of one document.
pub(crate) struct Reader {
    decimals: Decimals,
    path: String,
    faults: Vec<Fault>,
}

impl Reader {
    /// Reads `document` as an object with these fields.
    pub(crate) fn read(
        document: &Value,
        fields: &[Field],
        decimals: Decimals,
    ) -> Result<Map<String, Value>, Vec<Fault>> {
        let mut reader = Self { decimals, path: String::new(), faults: Vec::new() };
        let read = reader.fields(document, fields);
        if reader.faults.is_empty() { Ok(read) } else { Err(reader.faults) }
    }

    /// Notes a fault at the place being read.
    pub(super) fn fault(&mut self, error: impl Into<String>) -> Option<Value> {
        let path = if self.path.is_empty() { "/".to_owned() } else { self.path.clone() };
        let error = error.into();
        match self.faults.iter_mut().find(|it| it.path == path) {
            Some(fault) => fault.errors.push(error),
            None => self.faults.push(Fault::new(path, error)),
        }
        None
    }

    /// Reads what is below `step` of the present place.
    pub(super) fn below<T>(&mut self, step: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.path.len();
        self.path.push_str(step);
        let found = read(self);
        self.path.truncate(length);
        found
    }

    /// What is not an object has none of the fields; so the real readers see it too.
    pub(super) fn fields(&mut self, value: &Value, fields: &[Field]) -> Map<String, Value> {
        let mut object = Map::new();
        for field in fields {
            let given = value.get(field.key).filter(|it| !it.is_null());
            let read = self.below(&format!("/{}", field.key), |reader| match given {
                Some(given) => reader.value(given, &field.kind),
                None => reader.absent(&field.presence),
            });
            if let Some(read) = read {
                object.insert(field.key.to_owned(), read);
            }
        }
        object
    }

    fn absent(&mut self, presence: &Presence) -> Option<Value> {
        match presence {
            Presence::Required => self.fault("error.path.missing"),
            Presence::Optional => None,
            Presence::Default(json) => {
                let value = serde_json::from_str(json).expect("defaults are written as JSON");
                Some(if let Value::Number(number) = value { self.kept(&number) } else { value })
            }
        }
    }

    /// Reads one value; None where it is at fault.
    pub(super) fn value(&mut self, value: &Value, kind: &Kind) -> Option<Value> {
        match kind {
            Kind::Text(rule) => self.text(value, rule),
            Kind::Integer { min, max } => self.integer(value, *min, *max),
            Kind::Number { min, max } => self.number(value, *min, *max),
            Kind::Flag if value.is_boolean() => Some(value.clone()),
            Kind::Flag => self.fault("error.expected.jsboolean"),
            Kind::Choice(names) => self.choice(value, names),
            Kind::Named { what, names } => self.named(value, what, names),
            Kind::List(of) => self.list(value, of),
            Kind::Set(of) => self.list(value, of).map(distinct),
            Kind::Dictionary(of) => self.dictionary(value, of),
            Kind::Object(_) if !value.is_object() => self.fault("error.expected.jsobject"),
            Kind::Object(fields) => Some(Value::Object(self.fields(value, fields))),
            Kind::Special(read) => read(self, value),
        }
    }

    fn text(&mut self, value: &Value, rule: &TextRule) -> Option<Value> {
        let Some(text) = value.as_str() else { return self.fault("error.expected.jsstring") };
        let error = match rule {
            TextRule::Filled if text.is_empty() => "error.minLength",
            TextRule::AtMost(most) if text.chars().count() > *most => "error.maxLength",
            TextRule::Pattern(fits) if !fits(text) => "error.pattern",
            _ => return Some(value.clone()),
        };
        self.fault(error)
    }

    fn integer(&mut self, value: &Value, min: i64, max: i64) -> Option<Value> {
        let Some(number) = value.as_f64() else { return self.fault("error.expected.jsnumber") };
        if number.fract() != 0.0 || number.abs() > 9e15 {
            return self.fault("error.expected.int");
        }
        #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53, as checked above")]
        let whole = number as i64;
        match whole {
            low if low < min => self.fault("error.min"),
            high if high > max => self.fault("error.max"),
            fits => Some(Value::from(fits)),
        }
    }

    fn number(&mut self, value: &Value, min: f64, max: f64) -> Option<Value> {
        let Value::Number(given) = value else { return self.fault("error.expected.jsnumber") };
        match given.as_f64() {
            Some(low) if low < min => self.fault("error.min"),
            Some(high) if high > max => self.fault("error.max"),
            _ => Some(self.decimal(given)),
        }
    }

    fn decimal(&self, number: &Number) -> Value {
        let value = number.as_f64().unwrap_or_default();
        #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53, as checked")]
        let short = (value.fract() == 0.0 && value.abs() < 9e15).then(|| Value::from(value as i64));
        match (self.decimals, short) {
            (Decimals::Short, Some(short)) => short,
            _ => Value::from(value),
        }
    }

    /// A default: whole numbers are integers, those written with a point are decimals.
    fn kept(&self, number: &Number) -> Value {
        if number.is_f64() { self.decimal(number) } else { Value::Number(number.clone()) }
    }

    /// Enumerations of 1.5 and later are read in any case of letters.
    fn choice(&mut self, value: &Value, names: &[&str]) -> Option<Value> {
        let given = value.as_str().unwrap_or_default();
        match names.iter().find(|name| name.eq_ignore_ascii_case(given)) {
            Some(name) => Some(Value::from(*name)),
            None => self.fault("error.unknown.enum.literal"),
        }
    }

    /// Enumerations before 1.5: the very letters, and words of their own.
    fn named(&mut self, value: &Value, what: &str, names: &[&str]) -> Option<Value> {
        match value.as_str() {
            Some(given) if names.contains(&given) => Some(value.clone()),
            Some(given) => self.fault(format!("{given} is not a valid {what}")),
            None => self.fault(format!("expected string, got {value}")),
        }
    }

    fn list(&mut self, value: &Value, of: &Kind) -> Option<Value> {
        let Some(items) = value.as_array() else { return self.fault("error.expected.jsarray") };
        let read = items
            .iter()
            .enumerate()
            .filter_map(|(index, item)| self.below(&format!("({index})"), |reader| reader.value(item, of)))
            .collect();
        Some(Value::Array(read))
    }

    fn dictionary(&mut self, value: &Value, of: &Kind) -> Option<Value> {
        let Some(entries) = value.as_object() else { return self.fault("error.expected.jsobject") };
        let read = entries
            .iter()
            .filter_map(|(key, item)| {
                let item = self.below(&format!("/{key}"), |reader| reader.value(item, of))?;
                Some((key.clone(), item))
            })
            .collect();
        Some(Value::Object(read))
    }
}

fn distinct(list: Value) -> Value {
    let Value::Array(items) = list else { return list };
    let mut kept: Vec<Value> = Vec::new();
    for item in items {
        if !kept.contains(&item) {
            kept.push(item);
        }
    }
    Value::Array(kept)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const FIELDS: &[Field] = &[
        Field { key: "id", kind: Kind::Text(TextRule::Filled), presence: Presence::Required },
        Field { key: "mem", kind: Kind::Number { min: 0.0, max: 9e9 }, presence: Presence::Default("128.0") },
        Field {
            key: "ports",
            kind: Kind::List(&Kind::Integer { min: 0, max: 65535 }),
            presence: Presence::Optional,
        },
        Field { key: "kind", kind: Kind::Choice(&["TCP", "HTTP"]), presence: Presence::Optional },
    ];

    fn faults(document: &Value) -> Vec<(String, String)> {
        let faults = Reader::read(document, FIELDS, Decimals::Long).unwrap_err();
        faults.into_iter().map(|it| (it.path, it.errors.join("; "))).collect()
    }

    #[test]
    fn unknown_keys_go_and_defaults_come() {
        let read =
            |decimals| Reader::read(&json!({"id": "/a", "idd": 1, "kind": "tcp"}), FIELDS, decimals).unwrap();
        assert_eq!(
            Value::Object(read(Decimals::Long)).to_string(),
            r#"{"id":"/a","mem":128.0,"kind":"TCP"}"#
        );
        assert_eq!(Value::Object(read(Decimals::Short)).to_string(), r#"{"id":"/a","mem":128,"kind":"TCP"}"#);
    }

    #[test]
    fn each_fault_has_its_path_and_its_word() {
        let document = json!({"id": 7, "mem": "1024", "ports": [1, 2.5, 70000], "kind": "UDP"});
        let expected = [
            ("/id", "error.expected.jsstring"),
            ("/mem", "error.expected.jsnumber"),
            ("/ports(1)", "error.expected.int"),
            ("/ports(2)", "error.max"),
            ("/kind", "error.unknown.enum.literal"),
        ];
        let expected: Vec<(String, String)> =
            expected.iter().map(|(path, error)| ((*path).to_owned(), (*error).to_owned())).collect();
        assert_eq!(faults(&document), expected);
    }

    #[test]
    fn a_missing_field_is_missed_also_where_there_is_no_object() {
        let missing = vec![("/id".to_owned(), "error.path.missing".to_owned())];
        assert_eq!(faults(&json!({})), missing);
        assert_eq!(faults(&json!([1])), missing);
        assert_eq!(faults(&json!({"id": null})), missing);
    }
}
