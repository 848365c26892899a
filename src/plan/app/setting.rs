//! `--set KEY=VALUE`: one key of the rendered app.

use std::str::FromStr;

use serde_json::{Map, Value};

/// A key of the app and the value it is to have.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    path: Vec<String>,
    value: Value,
}

impl FromStr for Setting {
    type Err = String;

    /// Reads `mem=512`, `env.NAME=text`, `labels.a.b=text`, `healthChecks.0.intervalSeconds=20`. A value that is JSON
    /// is taken as that, any other as text; variables and labels are always text.
    fn from_str(text: &str) -> Result<Self, String> {
        let (key, value) = text
            .split_once('=')
            .filter(|(key, _)| !key.is_empty() && !key.split('.').any(str::is_empty))
            .ok_or_else(|| say!("`{}` is not KEY=VALUE", crate::domain::host::printable(text)))?;
        // Names of variables and labels may hold dots of their own.
        let free = ["env", "labels"].into_iter().find_map(|map| {
            key.strip_prefix(map)?.strip_prefix('.').map(|name| vec![map.to_owned(), name.to_owned()])
        });
        match free {
            Some(path) => Ok(Self { path, value: value.into() }),
            None => Ok(Self {
                path: key.split('.').map(str::to_owned).collect(),
                value: serde_json::from_str(value).unwrap_or_else(|_| value.into()),
            }),
        }
    }
}

/// Sets the keys one after another. Errors: a path that leads through a list without such an element, or through
/// something that holds no keys.
pub fn apply(app: &mut Value, settings: &[Setting]) -> Result<(), String> {
    settings.iter().try_for_each(|setting| {
        let key = setting.path.join(".");
        let place = setting.path.iter().try_fold(&mut *app, |at, part| step(at, part));
        *place.ok_or_else(|| say!("--set {key}: there is no such place in the app"))? = setting.value.clone();
        Ok(())
    })
}

fn step<'a>(at: &'a mut Value, part: &str) -> Option<&'a mut Value> {
    if at.is_null() {
        *at = Value::Object(Map::new());
    }
    match at {
        Value::Object(fields) => Some(fields.entry(part).or_insert(Value::Null)),
        Value::Array(items) => items.get_mut(part.parse::<usize>().ok()?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn set(text: &str) -> Result<Value, String> {
        let mut app = json!({"mem": 1024, "healthChecks": [{"intervalSeconds": 10}], "env": {}});
        apply(&mut app, &[text.parse()?]).map(|()| app)
    }

    #[test]
    fn values_land_where_the_key_says() {
        assert_eq!(set("mem=512").expect("sets")["mem"], 512);
        assert_eq!(set("env.A.B=512").expect("sets")["env"]["A.B"], "512");
        assert_eq!(set("labels.x/y=a=b").expect("sets")["labels"]["x/y"], "a=b");
        assert_eq!(
            set("healthChecks.0.intervalSeconds=20").expect("sets")["healthChecks"][0]["intervalSeconds"],
            20
        );
        assert_eq!(
            set("acceptedResourceRoles=[\"slave_public\"]").expect("sets")["acceptedResourceRoles"][0],
            "slave_public"
        );
    }

    #[test]
    fn a_place_that_is_not_there_is_an_error() {
        for text in ["healthChecks.3.path=/", "mem.x=1", "x", "=1", "a..b=1"] {
            assert!(set(text).is_err(), "{text}");
        }
    }
}
