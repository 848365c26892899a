//! Reads out of a file every place that makes an error, with the texts that it can carry.

use std::collections::HashMap;

use syn::visit::Visit;
use syn::{Expr, ExprCall, Macro};

use crate::sites::{Found, Said, Site};
use crate::source::{Facts, SourceFile, tails};
use crate::template::{placeholder, words};
use crate::texts::{Place, Scopes};
use crate::walk::path_of;

/// Places that pass on, as it is, what somebody else says, and who that is.
const PASSED_ON: &[(&str, &str)] = &[
    ("commands/login/accounts.rs, check", "what the check of the registry found"),
    ("commands/repo_ls/from_host.rs, list", "what is wrong with the answer"),
    ("commands/local_proxy.rs, named_by", "what is wrong with the CA file"),
    ("commands/init/answers.rs, settle", "what is wrong with the answer"),
    ("commands/flags/words.rs, words", "what is wrong with the value"),
    ("commands/flags/app.rs, spec", "where the registry's settings do not go together"),
    ("domain/answer.rs, failure", "what the step on the agent wrote"),
    ("effects/ssh/diagnose.rs, connection", "what ssh wrote"),
    ("effects/ssh/diagnose.rs, command", "what sudo wrote"),
    ("effects/ssh/fetch.rs, fetch", "what is wrong with the file"),
    ("effects/ssh/question.rs, takes_none", "what ssh wrote"),
    ("plan/docker_login.rs, decide", "why no script could be made"),
    ("plan/leftovers/mending.rs, script", "why no script could be made"),
    ("report/failure.rs, usage_json", "what the command line's parser says"),
    ("report/failure.rs, fault_of", "what a library says"),
];

/// Places whose kinds stand in the rows of a constant.
const OF_ROWS: &[(&str, &str)] = &[("effects/ssh/diagnose.rs, connection", "CONNECTION")];

/// Everything that a file can say that is wrong.
pub(crate) fn said(file: &SourceFile) -> Said {
    let facts = Facts::of(file);
    let mut finder = Finder {
        facts: &facts,
        file,
        function: 0,
        names: Vec::new(),
        hints: Vec::new(),
        scopes: Scopes::new(),
        together: HashMap::new(),
        said: Said::default(),
    };
    for (index, function) in facts.functions.iter().enumerate() {
        finder.function = index;
        finder.names = vec![function.name.clone()];
        finder.together.clear();
        finder.visit_block(function.block);
    }
    finder.said
}

/// Reads one file, function by function.
pub(crate) struct Finder<'a> {
    facts: &'a Facts<'a>,
    file: &'a SourceFile,
    function: usize,
    /// The function, and the variables whose value is being read.
    pub(crate) names: Vec<String>,
    /// The hints that are given to what is being read.
    pub(crate) hints: Vec<&'a Expr>,
    /// What names stand for in the blocks around.
    pub(crate) scopes: Scopes,
    /// Names that were bound together, as in `let (why, hint) = match …`: the texts of each, one list for each arm.
    together: HashMap<String, Vec<Option<Vec<String>>>>,
    /// What was found so far.
    pub(crate) said: Said,
}

impl<'a> Finder<'a> {
    const fn place(&self) -> Place<'a> {
        Place { facts: self.facts, function: self.function }
    }

    pub(crate) fn told(&self) -> String {
        format!("{}, {}", self.file.name, self.facts.functions[self.function].name)
    }

    /// An error of these kinds, or of another error's, that says this.
    pub(crate) fn found(&mut self, table: &'static str, kinds: Vec<String>, message: &'a Expr) {
        if let Some(pairs) = self.paired(message) {
            for (texts, hints) in pairs {
                self.said.sites.push(Site { table, kinds: kinds.clone(), texts, hints });
            }
            return;
        }
        let texts = self.texts(message).unwrap_or_else(|| vec![placeholder(message)]);
        let texts = texts.into_iter().map(|text| self.named(text)).collect::<Vec<_>>();
        if let Some(text) = texts.iter().find(|text| says_nothing(text)) {
            self.said.unread.push(format!("{}: its message {text}", self.told()));
        }
        let site = Site { table, kinds, texts, hints: self.hinted() };
        self.said.sites.push(site);
    }

    pub(crate) fn found_of(&mut self, table: &'static str, kind: &'a Expr, message: &'a Expr) {
        if let Some((_, rows)) = OF_ROWS.iter().find(|(place, _)| *place == self.told()) {
            self.rows(table, rows);
        }
        let kinds = self.place().kinds(table, kind);
        if kinds.is_empty() && !OF_ROWS.iter().any(|(place, _)| *place == self.told()) {
            self.said.unread.push(format!("{}: its kind", self.told()));
        }
        self.found(table, kinds, message);
    }

    pub(crate) fn texts(&self, expr: &'a Expr) -> Option<Vec<String>> {
        self.place().texts(expr, &self.scopes)
    }

    /// The messages and their hints, where both were bound together.
    fn paired(&self, message: &Expr) -> Option<Vec<(Vec<String>, Vec<String>)>> {
        let [hint] = self.hints.as_slice() else { return None };
        let (messages, hints) = (self.together.get(&name(message)?)?, self.together.get(&name(hint)?)?);
        let pair = |(text, hint): (&Option<Vec<String>>, &Option<Vec<String>>)| {
            Some((text.clone()?, hint.clone().unwrap_or_default()))
        };
        messages.iter().zip(hints).map(pair).collect()
    }

    /// What `let` gives a name to, for the rest of the block.
    pub(crate) fn bind(&mut self, local: &'a syn::Local) {
        let Some(init) = &local.init else { return };
        match &local.pat {
            syn::Pat::Ident(it) => {
                // Closures are looked up where they are called.
                let texts =
                    if matches!(&*init.expr, Expr::Closure(_)) { return } else { self.texts(&init.expr) };
                let scope = self.scopes.last_mut().expect("a function has a block");
                scope.insert(it.ident.to_string(), texts);
            }
            syn::Pat::Tuple(names) => {
                let tuples: Vec<_> = tails(&init.expr)
                    .into_iter()
                    .filter_map(|it| if let Expr::Tuple(tuple) = it { Some(tuple) } else { None })
                    .collect();
                for (index, pattern) in names.elems.iter().enumerate() {
                    let syn::Pat::Ident(it) = pattern else { continue };
                    let texts: Vec<_> = tuples
                        .iter()
                        .map(|tuple| tuple.elems.get(index).and_then(|it| self.texts(it)))
                        .collect();
                    let all = texts.iter().cloned().collect::<Option<Vec<_>>>().map(|it| it.concat());
                    let all = all.filter(|it| !it.is_empty());
                    self.together.insert(it.ident.to_string(), texts);
                    self.scopes.last_mut().expect("a function has a block").insert(it.ident.to_string(), all);
                }
            }
            _ => {}
        }
    }

    /// The rows of a constant, `Row(words, Kind, hint)`: what somebody else says, and what it means.
    fn rows(&mut self, table: &'static str, constant: &str) {
        let mut rows = Rows(Vec::new());
        rows.visit_expr(self.facts.constants[constant]);
        for row in rows.0 {
            let [words, kind, hint] = row.as_slice() else { continue };
            let (words, hints) =
                (self.texts(words).unwrap_or_default(), self.texts(hint).unwrap_or_default());
            let texts = words.iter().map(|words| format!("… {words} …")).collect();
            self.said.sites.push(Site { table, kinds: name(kind).into_iter().collect(), texts, hints });
        }
    }

    /// A text that is passed on is named by who says it.
    fn named(&self, text: String) -> String {
        let told = self.told();
        match PASSED_ON.iter().find(|(place, _)| *place == told) {
            Some((_, whose)) if says_nothing(&text) => format!("({whose})"),
            _ => text,
        }
    }

    /// The hints that are known: those given on the spot, and those given to the function or the variable later.
    fn hinted(&self) -> Vec<String> {
        let place = self.place();
        let mut hints: Vec<_> =
            self.hints.iter().flat_map(|hint| self.texts(hint).unwrap_or_default()).collect();
        for (depth, name) in self.names.iter().enumerate() {
            for (hint, function) in self.facts.hints.get(name).into_iter().flatten() {
                if depth == 0 || *function == self.function {
                    hints.extend(
                        Place { function: *function, ..place }
                            .texts(hint, &Scopes::new())
                            .unwrap_or_default(),
                    );
                }
            }
        }
        hints.retain(|hint| words(hint) > 1);
        hints.sort();
        hints.dedup();
        hints
    }

    /// `Finding::fail(check, cause, detail, hint)` and `Finding::warn(check, cause, detail)`.
    pub(crate) fn finding(&mut self, call: &'a ExprCall) {
        let texts = |index: usize| {
            let expr = call.args.get(index)?;
            Some(self.texts(expr).unwrap_or_else(|| vec![placeholder(expr)]))
        };
        let mut hints = texts(3).unwrap_or_default();
        hints.extend(self.hinted());
        let found = Found {
            checks: texts(0).unwrap_or_default(),
            causes: texts(1).unwrap_or_default(),
            texts: texts(2).unwrap_or_default(),
            hints,
        };
        self.said.found.push(found);
    }

    /// What is said to be wrong with a value, where the function says nothing else.
    pub(crate) fn reason(&mut self, expr: &'a Expr) {
        if self.facts.functions[self.function].fails_with_text {
            let expr = if let Expr::Closure(closure) = expr { &*closure.body } else { expr };
            let texts = self.texts(expr).unwrap_or_default();
            self.said.reasons.extend(texts.into_iter().filter(|text| words(text) > 1));
        }
    }

    /// `bail!` and `anyhow!` make errors that have no kind of their own.
    pub(crate) fn macro_called(&mut self, mac: &Macro) {
        if mac.path.is_ident("bail") || mac.path.is_ident("anyhow") {
            match self.place().template(mac, &self.scopes) {
                Some(texts) => self.internal(texts),
                None => self.said.unread.push(format!("{}: {}!", self.told(), mac.path.segments[0].ident)),
            }
        }
    }

    pub(crate) fn internal(&mut self, texts: Vec<String>) {
        let kinds = vec!["Failed".to_owned()];
        self.said.sites.push(Site { table: "FaultKind", kinds, texts, hints: Vec::new() });
    }

    /// Reads a part without the hints that are given to the whole.
    pub(crate) fn apart(&mut self, read: impl FnOnce(&mut Self)) {
        let outer = std::mem::take(&mut self.hints);
        read(self);
        self.hints = outer;
    }
}

/// The arguments of each `Row(…)`.
struct Rows<'a>(Vec<Vec<&'a Expr>>);

impl<'a> Visit<'a> for Rows<'a> {
    fn visit_expr_call(&mut self, call: &'a ExprCall) {
        if path_of(&call.func) == ["Row"] {
            self.0.push(call.args.iter().collect());
        }
    }
}

fn name(expr: &Expr) -> Option<String> {
    let Expr::Path(path) = expr else { return None };
    path.path.get_ident().map(ToString::to_string)
}

/// A text that is one gap: all of it comes from elsewhere. `{path}: {why}` at least says of what.
fn says_nothing(text: &str) -> bool {
    words(text) == 0 && text.matches('{').count() < 2
}
