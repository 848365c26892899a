//! The product's source as trees: every function of it with what an expression in it may name.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};
use syn::{
    Attribute, Block, Expr, ExprCall, ExprMethodCall, FnArg, GenericArgument, Item, Local, Pat,
    PathArguments, PathSegment, ReturnType, Signature, Type,
};

/// One file of `src/`.
pub(crate) struct SourceFile {
    /// Its path below `src/`.
    pub(crate) name: String,
    /// What it holds.
    pub(crate) tree: syn::File,
}

/// All of `src/` but its unit tests.
pub(crate) fn files() -> Vec<SourceFile> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    below(&src, &mut paths);
    paths.sort();
    paths.iter().map(|path| file(&src, path)).collect()
}

fn below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("src can be listed") {
        let path = entry.expect("an entry").path();
        let is_test = path.ends_with("tests.rs") || path.ends_with("golden.rs");
        match path.extension() {
            _ if path.is_dir() => below(&path, found),
            Some(extension) if extension == "rs" && !is_test => found.push(path),
            _ => {}
        }
    }
}

fn file(src: &Path, path: &Path) -> SourceFile {
    let text = fs::read_to_string(path).expect("is text");
    let mut tree = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    tree.items.retain(|item| !is_for_tests(attributes(item)));
    let name = path.strip_prefix(src).expect("is below src").display().to_string();
    SourceFile { name, tree }
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Mod(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.parse_args::<syn::Path>().is_ok_and(|it| it.is_ident("test"))
    })
}

/// A function, and what is bound in it.
pub(crate) struct Function<'a> {
    /// Its name.
    pub(crate) name: String,
    /// The names of its parameters, without `self`.
    pub(crate) parameters: Vec<String>,
    /// Whether its error is a text alone, which says what is wrong with a value.
    pub(crate) fails_with_text: bool,
    /// Its body.
    pub(crate) block: &'a Block,
    /// Everything that `let` gives a name.
    pub(crate) bound: HashMap<String, Vec<&'a Expr>>,
}

/// What a file says: its functions, constants and calls.
#[derive(Default)]
pub(crate) struct Facts<'a> {
    /// Its functions, methods among them.
    pub(crate) functions: Vec<Function<'a>>,
    /// Its constants.
    pub(crate) constants: HashMap<String, &'a Expr>,
    /// The calls of each name: the arguments, without the receiver, and the function (by its place) that they stand in.
    pub(crate) calls: HashMap<String, Vec<(Vec<&'a Expr>, usize)>>,
    /// Functions that are handed on by name, so that not every call of them can be seen.
    pub(crate) handed_on: HashSet<String>,
    /// What `.hint(…)` is called with, by the name of what it is called on, and the function that it stands in.
    pub(crate) hints: HashMap<String, Vec<(&'a Expr, usize)>>,
}

impl<'a> Facts<'a> {
    /// Reads a file.
    pub(crate) fn of(file: &'a SourceFile) -> Self {
        let mut facts = Self::default();
        facts.visit_file(&file.tree);
        facts
    }

    fn add(&mut self, signature: &'a Signature, block: &'a Block) {
        let parameters = signature.inputs.iter().filter_map(|input| match input {
            FnArg::Receiver(_) => None,
            FnArg::Typed(typed) => Some(name_of(&typed.pat).unwrap_or_default()),
        });
        self.functions.push(Function {
            name: signature.ident.to_string(),
            parameters: parameters.collect(),
            fails_with_text: fails_with_text(&signature.output),
            block,
            bound: HashMap::new(),
        });
        visit::visit_block(self, block);
    }

    fn here(&self) -> usize {
        self.functions.len().saturating_sub(1)
    }
}

impl<'a> Visit<'a> for Facts<'a> {
    fn visit_item_fn(&mut self, item: &'a syn::ItemFn) {
        self.add(&item.sig, &item.block);
    }

    fn visit_impl_item_fn(&mut self, item: &'a syn::ImplItemFn) {
        if !is_for_tests(&item.attrs) {
            self.add(&item.sig, &item.block);
        }
    }

    fn visit_item_const(&mut self, item: &'a syn::ItemConst) {
        self.constants.insert(item.ident.to_string(), &item.expr);
        visit::visit_item_const(self, item);
    }

    fn visit_local(&mut self, local: &'a Local) {
        if let (Some(init), Some(function)) = (&local.init, self.functions.last_mut()) {
            bind(&local.pat, &init.expr, &mut function.bound);
        }
        visit::visit_local(self, local);
    }

    fn visit_expr_call(&mut self, call: &'a ExprCall) {
        if let Expr::Path(path) = &*call.func
            && let Some(last) = path.path.segments.last()
        {
            let here = self.here();
            self.calls.entry(last.ident.to_string()).or_default().push((call.args.iter().collect(), here));
            call.args.iter().for_each(|argument| self.visit_expr(argument));
            return;
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_path(&mut self, path: &'a syn::ExprPath) {
        if let Some(last) = path.path.segments.last() {
            self.handed_on.insert(last.ident.to_string());
        }
    }

    fn visit_expr_method_call(&mut self, call: &'a ExprMethodCall) {
        let here = self.here();
        if call.method == "hint"
            && let (Some(name), Some(hint)) = (called_on(&call.receiver), call.args.first())
        {
            self.hints.entry(name).or_default().push((hint, here));
        }
        self.calls.entry(call.method.to_string()).or_default().push((call.args.iter().collect(), here));
        visit::visit_expr_method_call(self, call);
    }
}

/// `let a = x` binds `a` to x, and `let (a, b) = match … { … => (x, y) }` binds `a` to each x.
fn bind<'a>(pattern: &Pat, value: &'a Expr, bound: &mut HashMap<String, Vec<&'a Expr>>) {
    match pattern {
        Pat::Tuple(names) => {
            for tuple in tails(value) {
                let Expr::Tuple(tuple) = tuple else { continue };
                names.elems.iter().zip(&tuple.elems).for_each(|(name, value)| bind(name, value, bound));
            }
        }
        pattern => {
            if let Some(name) = name_of(pattern) {
                bound.entry(name).or_default().push(value);
            }
        }
    }
}

/// `Result<_, String>`.
fn fails_with_text(output: &ReturnType) -> bool {
    let ReturnType::Type(_, output) = output else { return false };
    let Type::Path(path) = &**output else { return false };
    let Some(PathSegment { ident, arguments: PathArguments::AngleBracketed(arguments) }) =
        path.path.segments.last()
    else {
        return false;
    };
    let error = arguments.args.iter().nth(1);
    ident == "Result"
        && matches!(error, Some(GenericArgument::Type(Type::Path(error))) if error.path.is_ident("String"))
}

fn name_of(pattern: &Pat) -> Option<String> {
    match pattern {
        Pat::Ident(ident) => Some(ident.ident.to_string()),
        Pat::Type(typed) => name_of(&typed.pat),
        Pat::Reference(reference) => name_of(&reference.pat),
        _ => None,
    }
}

/// The variable, closure or function that a hint is given to: `fault.hint(…)`, `fault(…).hint(…)`, `Self::fault(…).hint(…)`.
fn called_on(receiver: &Expr) -> Option<String> {
    match receiver {
        Expr::Path(path) => path.path.segments.last().map(|it| it.ident.to_string()),
        Expr::Call(call) => called_on(&call.func),
        Expr::MethodCall(call) => Some(call.method.to_string()),
        _ => None,
    }
}

/// The expressions that an expression can end as: the arms of a match, both ends of an if.
pub(crate) fn tails(expr: &Expr) -> Vec<&Expr> {
    let of_block = |block| last(block).map(tails).unwrap_or_default();
    match expr {
        Expr::If(it) => {
            let other = it.else_branch.as_ref().map(|(_, other)| tails(other)).unwrap_or_default();
            [of_block(&it.then_branch), other].concat()
        }
        Expr::Match(it) => it.arms.iter().flat_map(|arm| tails(&arm.body)).collect(),
        Expr::Block(it) => of_block(&it.block),
        Expr::Paren(it) => tails(&it.expr),
        Expr::Reference(it) => tails(&it.expr),
        Expr::Return(_) | Expr::Macro(_) if is_diverging(expr) => Vec::new(),
        other => vec![other],
    }
}

fn is_diverging(expr: &Expr) -> bool {
    match expr {
        Expr::Return(_) | Expr::Continue(_) | Expr::Break(_) => true,
        Expr::Macro(it) => it.mac.path.is_ident("unreachable"),
        _ => false,
    }
}

/// What a block ends with.
pub(crate) fn last(block: &Block) -> Option<&Expr> {
    match block.stmts.last() {
        Some(syn::Stmt::Expr(expr, None)) => Some(expr),
        _ => None,
    }
}
