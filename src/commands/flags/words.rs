//! Flags whose value is one of a few words.

use std::fmt::Display;
use std::str::FromStr;

use anyhow::Result;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::domain::config_text;
use crate::domain::fault::{Fault, FaultKind};

/// Parses one of a few words, which clap then lists in help and errors.
pub fn words<T>(known: &'static [&'static str]) -> impl TypedValueParser<Value = T>
where
    T: FromStr<Err: Display> + Clone + Send + Sync + 'static,
{
    PossibleValuesParser::new(known)
        .try_map(|word| word.parse::<T>().map_err(|why| Fault::value(why.to_string())))
}

/// A flag's value, or what regctl.toml says in the same words.
pub fn merged<T: FromStr<Err: Display>>(flag: Option<T>, configured: Option<&str>) -> Result<Option<T>> {
    let parse = |text: &str| text.parse().map_err(|why: T::Err| in_config(&why).into());
    flag.map_or_else(|| configured.map(parse).transpose(), |value| Ok(Some(value)))
}

/// A flag's value, or what regctl.toml says in the same spelling, or a default, which parses.
pub(super) fn pick_or<T>(flag: &Option<T>, configured: &Option<String>, default: &str) -> Result<T>
where
    T: Clone + FromStr<Err: Display>,
{
    match flag {
        Some(value) => Ok(value.clone()),
        None => Ok(configured.as_deref().unwrap_or(default).parse().map_err(|why| in_config(&why))?),
    }
}

/// A bad value in regctl.toml. Where it is nearly one of the words that are known there, that one is proposed.
pub(in crate::commands) fn in_config(why: impl Display) -> Fault {
    let why = why.to_string();
    let fault = Fault::new(FaultKind::Config, say!("in regctl.toml: {why}"));
    match config_text::meant(&why) {
        Some(meant) => fault.hint(say!("Did you mean `{meant}`?")),
        None => fault,
    }
}
