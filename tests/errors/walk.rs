//! Where the source makes errors: what [`Finder`] stops at on its way through a file.

use std::collections::HashMap;

use syn::visit::{self, Visit};
use syn::{Expr, ExprCall, ExprMethodCall, ExprStruct, Macro, Member};

use crate::finder::Finder;

/// The two sorts of errors, each with the table of its kinds.
const SORTS: [(&str, &str); 2] = [("Fault", "FaultKind"), ("AgentError", "AgentErrorKind")];

impl<'a> Visit<'a> for Finder<'a> {
    /// Functions within functions are functions of the file like others.
    fn visit_item_fn(&mut self, _: &'a syn::ItemFn) {}

    fn visit_local(&mut self, local: &'a syn::Local) {
        let name = match &local.pat {
            syn::Pat::Ident(ident) => ident.ident.to_string(),
            _ => String::new(),
        };
        self.names.push(name);
        visit::visit_local(self, local);
        self.names.pop();
        self.bind(local);
    }

    fn visit_block(&mut self, block: &'a syn::Block) {
        self.scopes.push(HashMap::new());
        visit::visit_block(self, block);
        self.scopes.pop();
    }

    fn visit_macro(&mut self, mac: &'a Macro) {
        self.macro_called(mac);
    }

    fn visit_expr_method_call(&mut self, call: &'a ExprMethodCall) {
        let argument = call.args.first();
        match (call.method.to_string().as_str(), argument) {
            ("hint", Some(hint)) => {
                self.hints.push(hint);
                self.visit_expr(&call.receiver);
                self.hints.pop();
                self.apart(|it| it.visit_expr(hint));
                return;
            }
            ("about" | "about_agent", Some(_)) => {
                self.visit_expr(&call.receiver);
                return;
            }
            ("ok_or" | "ok_or_else" | "map_err", Some(argument)) => self.reason(argument),
            ("context" | "with_context", Some(argument)) => {
                let text = if let Expr::Closure(closure) = argument { &*closure.body } else { argument };
                // A text that is not known is no text: commands have a method of that name too.
                self.texts(text).into_iter().for_each(|texts| self.internal(texts));
            }
            _ => {}
        }
        self.apart(|it| visit::visit_expr_method_call(it, call));
    }

    fn visit_expr_call(&mut self, call: &'a ExprCall) {
        let path = path_of(&call.func);
        let names: Vec<_> = path.iter().map(String::as_str).collect();
        match (names.as_slice(), call.args.len()) {
            ([.., sort, "new"], 2) if table(sort).is_some() => {
                self.found_of(table(sort).expect("is one"), &call.args[0], &call.args[1]);
            }
            ([.., "Fault", "usage"], 1) => self.found("FaultKind", vec!["Usage".to_owned()], &call.args[0]),
            ([.., "Fault", "value"], 1) => {
                self.found("FaultKind", vec!["BadValue".to_owned()], &call.args[0])
            }
            ([.., sort, "new" | "usage" | "value"], _) if table(sort).is_some() => {
                self.said.unread.push(format!("{}: a construction of its own", self.told()));
            }
            ([.., "Finding", "fail" | "warn"], _) => self.finding(call),
            (["Err"], 1) => self.reason(&call.args[0]),
            _ => {}
        }
        self.apart(|it| {
            call.args.iter().for_each(|argument| it.visit_expr(argument));
            // The function's own path is no second construction.
            if path.is_empty() {
                it.visit_expr(&call.func);
            }
        });
    }

    /// `map_err(Fault::value)`: what is said are the reasons of values.
    fn visit_expr_path(&mut self, path: &'a syn::ExprPath) {
        let names: Vec<_> = path.path.segments.iter().map(|it| it.ident.to_string()).collect();
        if let [.., sort, function] = names.as_slice()
            && table(sort).is_some()
            && (function == "new" || function == "usage")
        {
            self.said.unread.push(format!("{}: {sort}::{function} is handed on", self.told()));
        }
    }

    fn visit_expr_struct(&mut self, made: &'a ExprStruct) {
        let sort = made.path.segments.last().map(|it| it.ident.to_string()).unwrap_or_default();
        if let Some(table) = table(&sort) {
            let field = |wanted: &str| {
                let named = |member: &Member| matches!(member, Member::Named(name) if name == wanted);
                made.fields.iter().find(|it| named(&it.member)).map(|it| &it.expr)
            };
            match (field("kind"), field("message")) {
                (Some(kind), Some(message)) => self.found_of(table, kind, message),
                (None, Some(message)) => self.found(table, Vec::new(), message),
                _ => {}
            }
        }
        visit::visit_expr_struct(self, made);
    }
}

fn table(sort: &str) -> Option<&'static str> {
    SORTS.iter().find(|(it, _)| *it == sort).map(|(_, table)| *table)
}

/// The names of a path that is called.
pub(crate) fn path_of(function: &Expr) -> Vec<String> {
    let Expr::Path(path) = function else { return Vec::new() };
    path.path.segments.iter().map(|it| it.ident.to_string()).collect()
}
