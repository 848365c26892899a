//! The texts that an expression stands for, as far as the source says: `format!("reading {path}: {why}")` is one,
//! a match over three literals is three, and the parameter of a private function is what its callers pass.

use std::collections::HashMap;

use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Expr, ExprLit, Lit, Macro, Token};

use crate::source::{Facts, Function, last, tails};
use crate::template::{Part, assigned, parts, placeholder, words};

/// More ways than these to fill a template in are not worth writing out.
const MOST_WAYS: usize = 6;
/// So far calls and names are followed.
const DEEPEST: usize = 6;

/// What a name stands for in a call that is being followed.
type Given = HashMap<String, Option<Vec<String>>>;

/// What names stand for in the blocks around a place, the outermost first.
pub(crate) type Scopes = Vec<HashMap<String, Option<Vec<String>>>>;

/// A place in the source from which names are looked up.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    /// The file.
    pub(crate) facts: &'a Facts<'a>,
    /// The function, by its place in the file.
    pub(crate) function: usize,
}

impl<'a> Place<'a> {
    fn function(self) -> &'a Function<'a> {
        &self.facts.functions[self.function]
    }

    /// The texts that an expression stands for among these blocks; nothing where the source does not say.
    pub(crate) fn texts(self, expr: &'a Expr, scopes: &Scopes) -> Option<Vec<String>> {
        self.read(expr, &flat(scopes), 0)
    }

    /// The texts of a macro that makes one.
    pub(crate) fn template(self, mac: &Macro, scopes: &Scopes) -> Option<Vec<String>> {
        self.filled(mac, &flat(scopes), 0)
    }

    fn read(self, expr: &'a Expr, given: &Given, depth: usize) -> Option<Vec<String>> {
        if depth > DEEPEST {
            return None;
        }
        let mut found = Vec::new();
        for tail in tails(expr) {
            for text in self.read_one(tail, given, depth)? {
                if !found.contains(&text) {
                    found.push(text);
                }
            }
        }
        (!found.is_empty()).then_some(found)
    }

    fn read_one(self, expr: &'a Expr, given: &Given, depth: usize) -> Option<Vec<String>> {
        match expr {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(vec![text.value()]),
            Expr::Macro(it) if says(&it.mac) => self.filled(&it.mac, given, depth),
            Expr::Path(path) => self.named(&path.path.segments.last()?.ident.to_string(), given, depth + 1),
            Expr::MethodCall(it) if passes_on(&it.method.to_string()) => {
                self.read(&it.receiver, given, depth)
            }
            Expr::MethodCall(it) => self.called(&it.method.to_string(), &it.args, given, depth + 1),
            Expr::Call(it) => match &*it.func {
                Expr::Path(path) if ["Some", "told", "spoken"].iter().any(|it| path.path.is_ident(it)) => {
                    self.read(it.args.first()?, given, depth)
                }
                Expr::Path(path) => {
                    self.called(&path.path.segments.last()?.ident.to_string(), &it.args, given, depth + 1)
                }
                _ => None,
            },
            Expr::Binary(it) => {
                let left = self.read(&it.left, given, depth).unwrap_or_else(|| vec![placeholder(&it.left)]);
                let right =
                    self.read(&it.right, given, depth).unwrap_or_else(|| vec![placeholder(&it.right)]);
                Some(
                    left.iter()
                        .flat_map(|left| right.iter().map(move |right| format!("{left}{right}")))
                        .collect(),
                )
            }
            _ => None,
        }
    }

    /// What a variable, a parameter or a constant stands for.
    fn named(self, name: &str, given: &Given, depth: usize) -> Option<Vec<String>> {
        if let Some(given) = given.get(name) {
            return given.clone();
        }
        if let Some(values) = self.function().bound.get(name) {
            let given = &without(given, name);
            let another = |value: &&&Expr| !matches!(value, Expr::Path(path) if path.path.is_ident(name));
            let read: Option<Vec<_>> =
                values.iter().filter(another).map(|value| self.read(value, given, depth)).collect();
            return read.map(|texts| texts.concat());
        }
        if let Some(value) = self.facts.constants.get(name) {
            return self.read(value, given, depth);
        }
        self.passed(name, &without(given, name), depth)
    }

    /// What callers in the same file pass as this parameter, of the function or of a closure in it.
    fn passed(self, name: &str, given: &Given, depth: usize) -> Option<Vec<String>> {
        let function = self.function();
        let of_function = function.parameters.iter().position(|it| it == name);
        let (callee, index) = match of_function {
            Some(index) => (function.name.clone(), index),
            None => function.bound.iter().find_map(|(bound, values)| {
                let Some(Expr::Closure(closure)) = values.first() else { return None };
                let names: Vec<_> = closure.inputs.iter().map(parameter).collect();
                names.iter().position(|it| it == name).map(|index| (bound.clone(), index))
            })?,
        };
        let calls = self.facts.calls.get(&callee).filter(|_| !self.facts.handed_on.contains(&callee))?;
        let mut texts = Vec::new();
        for (arguments, function) in calls {
            let place = Place { function: *function, ..self };
            texts.extend(place.read(arguments.get(index)?, given, depth)?);
        }
        (!texts.is_empty()).then_some(texts)
    }

    /// What a closure or a function of the same file makes of these arguments.
    fn called(
        self,
        name: &str,
        arguments: &'a Punctuated<Expr, Token![,]>,
        given: &Given,
        depth: usize,
    ) -> Option<Vec<String>> {
        let arguments: Vec<_> = arguments.iter().map(|it| self.read(it, given, depth)).collect();
        let with = |names: &[String]| names.iter().cloned().zip(arguments.iter().cloned()).collect::<Given>();
        if let Some(Expr::Closure(closure)) = self.function().bound.get(name).and_then(|it| it.first()) {
            let names: Vec<_> = closure.inputs.iter().map(parameter).collect();
            return self.read(&closure.body, &with(&names), depth);
        }
        let index = self.facts.functions.iter().position(|function| function.name == name)?;
        let function = &self.facts.functions[index];
        Place { function: index, ..self }.read(last(function.block)?, &with(&function.parameters), depth)
    }

    /// A template with what is known of its gaps filled in.
    fn filled(self, mac: &Macro, given: &Given, depth: usize) -> Option<Vec<String>> {
        let arguments = mac.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated).ok()?;
        let mut arguments = arguments.into_iter();
        let template = match arguments.next()? {
            Expr::Lit(ExprLit { lit: Lit::Str(template), .. }) => template,
            // `anyhow!(say!("…"))` and `bail!(say!("…"))`.
            Expr::Macro(inner) if says(&inner.mac) => return self.filled(&inner.mac, given, depth),
            _ => return None,
        };
        let arguments: Vec<Expr> = arguments.collect();
        let mut texts = vec![String::new()];
        let mut positional = arguments.iter().filter(|it| !matches!(it, Expr::Assign(_)));
        for part in parts(&template.value()) {
            let ways = match part {
                Part::Text(text) => vec![text],
                Part::Gap(name) => {
                    let argument =
                        if name.is_empty() { positional.next() } else { assigned(&arguments, &name) };
                    match argument {
                        Some(argument) => vec![placeholder(argument)],
                        None => self.ways(&name, given, depth),
                    }
                }
            };
            let many = texts.len() * ways.len() > MOST_WAYS;
            let ways = if many { vec!["{…}".to_owned()] } else { ways };
            texts =
                texts.iter().flat_map(|text| ways.iter().map(move |way| format!("{text}{way}"))).collect();
        }
        Some(texts)
    }

    /// What may stand in a gap: the texts of that name where they are known and say more than another gap.
    fn ways(self, name: &str, given: &Given, depth: usize) -> Vec<String> {
        let own = vec![format!("{{{name}}}")];
        let known = self.named(name, given, depth + 1).unwrap_or_default();
        let fit = !known.is_empty() && known.len() <= MOST_WAYS && known.iter().all(|it| words(it) > 0);
        if fit { known } else { own }
    }

    /// The kinds of a table that an expression can be: `FaultKind::Usage` is `Usage`.
    pub(crate) fn kinds(self, table: &str, expr: &'a Expr) -> Vec<String> {
        let mut named = Variants { table, found: Vec::new() };
        named.visit_expr(expr);
        if !named.found.is_empty() {
            return named.found;
        }
        let Some(Expr::Path(path)) = tails(expr).first().copied() else { return Vec::new() };
        let Some(name) = path.path.get_ident().map(ToString::to_string) else { return Vec::new() };
        let values = self.function().bound.get(&name).cloned().unwrap_or_default();
        let of_values: Vec<_> = values.iter().flat_map(|value| self.kinds(table, value)).collect();
        if !of_values.is_empty() {
            return of_values;
        }
        let Some(index) = self.function().parameters.iter().position(|it| *it == name) else {
            return Vec::new();
        };
        let calls = self.facts.calls.get(&self.function().name).cloned().unwrap_or_default();
        let passed = calls.iter().filter_map(|(arguments, function)| {
            Some(Place { function: *function, ..self }.kinds(table, arguments.get(index)?))
        });
        passed.flatten().collect()
    }
}

/// Collects the variants of a table that an expression names.
struct Variants<'t> {
    table: &'t str,
    found: Vec<String>,
}

impl<'a> Visit<'a> for Variants<'_> {
    fn visit_path(&mut self, path: &'a syn::Path) {
        let names: Vec<_> = path.segments.iter().map(|it| it.ident.to_string()).collect();
        if let [.., table, variant] = names.as_slice()
            && table == self.table
        {
            self.found.push(variant.clone());
        }
        visit::visit_path(self, path);
    }
}

fn flat(scopes: &Scopes) -> Given {
    scopes.iter().flatten().map(|(name, texts)| (name.clone(), texts.clone())).collect()
}

/// A name that is being looked up says nothing of itself: `let message = format!("{message}; …")` is not endless.
fn without(given: &Given, name: &str) -> Given {
    let mut given = given.clone();
    given.insert(name.to_owned(), None);
    given
}

/// The macros that make a text for people.
fn says(mac: &Macro) -> bool {
    mac.path
        .segments
        .last()
        .is_some_and(|it| ["format", "say", "later", "anyhow"].iter().any(|name| it.ident == name))
}

fn passes_on(method: &str) -> bool {
    ["to_owned", "to_string", "into", "clone", "as_str", "trim"].contains(&method)
}

fn parameter(pattern: &syn::Pat) -> String {
    match pattern {
        syn::Pat::Ident(ident) => ident.ident.to_string(),
        syn::Pat::Type(typed) => parameter(&typed.pat),
        _ => String::new(),
    }
}
