//! Renders the shell scripts that run on hosts. Every value goes in as a quoted word, never as shell.

use anyhow::{Context as _, Result, bail};
use handlebars::{Context, Handlebars, Helper, HelperResult, Output, RenderContext, RenderErrorReason};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::domain::script::RemoteScript;

/// What every script starts with, as the partial `prelude`.
const PRELUDE: &str = include_str!("../../templates/prelude.sh.hbs");
/// What makes a run with many files fast, as the partial `rehearsal`; goes after the prelude.
const REHEARSAL: &str = include_str!("../../templates/rehearsal.sh.hbs");
/// The conntrack setting as a step, as the partial `conntrack`; goes after the rehearsal.
const CONNTRACK: &str = include_str!("../../templates/conntrack.sh.hbs");
/// Entries in /etc/hosts, as the partial `hosts`; goes after the prelude.
const HOSTS: &str = include_str!("../../templates/hosts.sh.hbs");
/// How a file that regctl wrote goes again, as the partial `take_back`.
const TAKE_BACK: &str = include_str!("../../templates/take-back.sh.hbs");
/// What tells long texts of a host as facts, as the partial `carry`; goes after the prelude.
const CARRY: &str = include_str!("../../templates/carry.sh.hbs");
/// What tells how Docker Engine is set up, as the partial `engine`; goes after `carry`.
const ENGINE: &str = include_str!("../../templates/engine.sh.hbs");
/// What tells who listens on a port, as the partial `listener`; goes after the prelude.
const LISTENER: &str = include_str!("../../templates/listener.sh.hbs");
/// What scripts about a registry's container share, as the partial `container`; goes after the prelude.
const CONTAINER: &str = include_str!("../../templates/container.sh.hbs");
/// What tells what the ways by hand have left behind, as the partial `leftovers`; goes after `carry`.
const LEFTOVERS: &str = include_str!("../../templates/leftovers.sh.hbs");

/// Whether a script may change the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Make it as wanted.
    Apply,
    /// Say what differs and touch nothing.
    Check,
}

/// Renders a template that includes `{{> prelude}}` and quotes each value with `{{sh …}}`. `holder` is who runs it, such
/// as `alice@bastion`: a second run is told so. Errors: a template that names a value it was not given, or a value that no
/// shell can hold.
pub fn render(template: &str, mode: Mode, holder: &str, values: &impl Serialize) -> Result<RemoteScript> {
    let Value::Object(own) = serde_json::to_value(values)? else { bail!("a script's values have names") };
    let mut all = Map::new();
    all.insert("check".to_owned(), (mode == Mode::Check).into());
    all.insert("holder".to_owned(), holder.into());
    all.extend(own);
    let text =
        engine()?.render_template(&without_comments(template), &all).context(say!("rendering a script"))?;
    Ok(RemoteScript::new(text))
}

/// A piece of shell without the lines that are for readers: many a shell reads its standard input byte by byte.
pub fn without_comments(source: &str) -> String {
    source.split_inclusive('\n').filter(|line| !line.trim_start().starts_with('#')).collect()
}

fn engine() -> Result<Handlebars<'static>> {
    let mut engine = Handlebars::new();
    engine.set_strict_mode(true);
    engine.register_escape_fn(handlebars::no_escape);
    engine.register_helper("sh", Box::new(quote_value));
    engine.register_partial("prelude", without_comments(PRELUDE))?;
    engine.register_partial("rehearsal", without_comments(REHEARSAL))?;
    engine.register_partial("conntrack", without_comments(CONNTRACK))?;
    engine.register_partial("hosts", without_comments(HOSTS))?;
    engine.register_partial("take_back", without_comments(TAKE_BACK))?;
    engine.register_partial("carry", without_comments(CARRY))?;
    engine.register_partial("engine", without_comments(ENGINE))?;
    engine.register_partial("listener", without_comments(LISTENER))?;
    engine.register_partial("container", without_comments(CONTAINER))?;
    engine.register_partial("leftovers", without_comments(LEFTOVERS))?;
    Ok(engine)
}

/// `{{sh value}}`: the value as one word of POSIX sh.
fn quote_value(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    let missing = || RenderErrorReason::Other(say!("`sh` was given no value").to_owned());
    let value = helper.param(0).filter(|value| !value.is_value_missing()).ok_or_else(missing)?.value();
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return Err(RenderErrorReason::Other(say!("`sh` takes a text or a number").to_owned()).into()),
    };
    if text.contains('\0') {
        return Err(RenderErrorReason::Other(say!("no shell can hold a zero byte").to_owned()).into());
    }
    out.write(&quote(&text))?;
    Ok(())
}

/// A text as one word of POSIX sh.
pub fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use serde_json::json;

    use super::*;

    fn text(template: &str, values: &Value) -> Result<String> {
        render(template, Mode::Apply, "alice@bastion", values).map(|script| script.text().to_owned())
    }

    #[test]
    fn hostile_values_stay_one_word() {
        for hostile in ["a'b", "$(id)", "`id`", "a\nb", "'; reboot; '", "\\", "!!", "ünï", "-n", ""] {
            let script = text("printf %s {{sh value}}", &json!({ "value": hostile })).expect("renders");
            let output = Command::new("sh").arg("-c").arg(&script).output().expect("sh runs");
            assert_eq!(String::from_utf8_lossy(&output.stdout), hostile);
        }
    }

    #[test]
    fn a_forgotten_value_is_an_error() {
        assert!(text("echo {{sh nothing}}", &json!({})).is_err());
        assert!(text("echo {{nothing}}", &json!({})).is_err());
        assert!(text("echo {{sh value}}", &json!({ "value": "a\0b" })).is_err());
    }

    #[test]
    fn comments_stay_here_and_values_are_whole() {
        let script =
            text("# what it does\nprintf %s {{sh value}} # so\n  # why\n", &json!({ "value": "a\n# b\n" }));
        assert_eq!(script.expect("renders"), "printf %s 'a\n# b\n' # so\n");
    }

    #[test]
    fn half_a_script_does_nothing() {
        let script = text("{{> prelude}}\nmain() { echo ran; }\n", &json!({})).expect("renders");
        let whole = RemoteScript::new(script).call(&"0".repeat(32));
        let run = |text: &str| {
            let output = Command::new("sh").arg("-c").arg(text).output().expect("sh runs");
            String::from_utf8_lossy(&output.stdout).into_owned()
        };
        assert!(run(&whole).contains("ran"), "{}", run(&whole));
        let end = whole.trim_end().len();
        for length in (0..end - 60).step_by(97).chain(end - 60..end) {
            assert!(!run(&whole[..length]).contains("ran"), "{length} bytes of it ran");
        }
    }
}
