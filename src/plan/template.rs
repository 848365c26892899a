//! Templates of documents: Handlebars in strict mode, every value written as JSON.

use handlebars::{
    Context, Handlebars, Helper, HelperResult, Output, RenderContext, RenderErrorReason, no_escape,
};
use serde::Serialize;

/// `{{json VALUE}}`: the value as JSON, quoted and escaped.
fn json(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    let value = helper.param(0).ok_or(RenderErrorReason::ParamNotFoundForIndex("json", 0))?;
    if value.is_value_missing() {
        return Err(RenderErrorReason::MissingVariable(value.relative_path().cloned()).into());
    }
    Ok(out.write(&value.value().to_string())?)
}

/// Renders a template. Errors, in words for whoever wrote the template: its syntax, or a variable that is not set.
/// A variable that is only asked for (`{{#if x}}`) may be missing: that is what the question is for.
pub fn render(template: &str, variables: &impl Serialize) -> Result<String, String> {
    let mut engine = Handlebars::new();
    engine.set_strict_mode(true);
    engine.register_escape_fn(no_escape);
    engine.register_helper("json", Box::new(json));
    engine.register_template_string("template", template).map_err(|error| {
        let line = error.pos().map(|(line, _)| say!(" in line {line}")).unwrap_or_default();
        say!("the template does not parse{line}: {}", error.reason())
    })?;
    engine.render("template", variables).map_err(|error| {
        let line = error.line_no.map(|line| say!("line {line}: ")).unwrap_or_default();
        match error.reason() {
            RenderErrorReason::MissingVariable(Some(name)) => {
                say!("{line}the variable `{name}` is not set")
            }
            RenderErrorReason::MissingVariable(None) => say!("{line}a variable is not set"),
            reason => format!("{line}{reason}"),
        }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_quoted_and_never_spliced() {
        let hostile = json!({"a": "x\", \"b\": \"y\n</&", "n": 0.5, "m": {"k": [1]}});
        let text =
            render(r#"{"a": {{json a}}, "n": {{json n}}, "m": {{json m}}}"#, &hostile).expect("renders");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).expect("is JSON"), hostile);
    }

    #[test]
    fn an_unset_variable_is_named() {
        for template in ["a\n{{json nothing}}", "a\n{{nothing}}", "a\n{{#each nothing}}x{{/each}}"] {
            let error = render(template, &json!({})).expect_err(template);
            assert!(error.starts_with("line 2: ") && error.contains("not set"), "{template}: {error}");
        }
        let error = render("{{json nothing}}", &json!({})).expect_err("unset");
        assert!(error.contains("`nothing`"), "{error}");
    }

    #[test]
    fn a_template_that_does_not_parse_says_where() {
        let error = render("a\n{{#if x}}", &json!({})).expect_err("does not parse");
        assert!(error.starts_with("the template does not parse"), "{error}");
    }
}
