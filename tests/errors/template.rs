//! Templates such as `reading {path}: {}`: their gaps, what fills them, and their words.

use syn::Expr;

/// What a template is given by this name: `x` in `say!("{id}", id = x)`.
pub(crate) fn assigned<'a>(arguments: &'a [Expr], name: &str) -> Option<&'a Expr> {
    arguments.iter().find_map(|it| match it {
        Expr::Assign(it) => match &*it.left {
            Expr::Path(path) if path.path.is_ident(name) => Some(&*it.right),
            _ => None,
        },
        _ => None,
    })
}

/// A piece of a template.
pub(crate) enum Part {
    /// Text as it is, braces that were doubled once.
    Text(String),
    /// A gap by its name, which may be empty.
    Gap(String),
}

/// `reading {path}: {:?}` as texts and gaps; what follows a colon in a gap is how it is written, not what.
pub(crate) fn parts(template: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = template;
    let mut text = String::new();
    while let Some(at) = rest.find(['{', '}']) {
        text.push_str(&rest[..at]);
        if rest[at..].starts_with("{{") || rest[at..].starts_with("}}") {
            text.push_str(&rest[at..=at]);
            rest = &rest[at + 2..];
            continue;
        }
        let end = at + rest[at..].find('}').unwrap_or(rest.len() - at - 1);
        parts.push(Part::Text(std::mem::take(&mut text)));
        parts.push(Part::Gap(rest[at + 1..end].split(':').next().unwrap_or_default().to_owned()));
        rest = &rest[end + 1..];
    }
    parts.push(Part::Text(text + rest));
    parts
}

/// A gap named after the expression that fills it: `path.display()` is `{path}`.
pub(crate) fn placeholder(expr: &Expr) -> String {
    fn name(expr: &Expr) -> Option<String> {
        match expr {
            Expr::Path(path) => path.path.segments.last().map(|it| it.ident.to_string()),
            Expr::Field(field) => match &field.member {
                syn::Member::Named(name) => Some(name.to_string()),
                syn::Member::Unnamed(_) => name(&field.base),
            },
            Expr::MethodCall(call) if call.method == "url" || call.method == "name" => {
                Some(call.method.to_string())
            }
            Expr::MethodCall(call) => {
                name(&call.receiver).filter(|it| it != "self").or(Some(call.method.to_string()))
            }
            Expr::Call(call) => call.args.first().and_then(name).or_else(|| name(&call.func)),
            Expr::Reference(it) => name(&it.expr),
            Expr::Paren(it) => name(&it.expr),
            Expr::Unary(it) => name(&it.expr),
            Expr::Binary(it) => name(&it.left),
            Expr::Index(it) => name(&it.expr),
            Expr::Try(it) => name(&it.expr),
            _ => None,
        }
    }
    format!("{{{}}}", name(expr).unwrap_or_else(|| "…".to_owned()))
}

/// The words of a text outside its gaps.
pub(crate) fn words(text: &str) -> usize {
    let mut depth = 0;
    let own: String = text
        .chars()
        .filter(|c| {
            depth += i32::from(*c == '{');
            let outside = depth == 0;
            depth -= i32::from(*c == '}');
            outside
        })
        .collect();
    own.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 1).count()
}
