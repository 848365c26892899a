//! What the operator should know of what was, or was not, found out: told at once, and kept for the report.

use std::cell::RefCell;

use crate::commands::Context;
use crate::domain::event::Event;
use crate::domain::fault::Fault;

/// Takes notes.
pub(super) struct Notes<'a> {
    context: &'a Context,
    taken: RefCell<Vec<String>>,
}

impl<'a> Notes<'a> {
    /// None yet.
    pub(super) const fn new(context: &'a Context) -> Self {
        Self { context, taken: RefCell::new(Vec::new()) }
    }

    /// Takes one.
    pub(super) fn take(&self, note: impl Into<String>) {
        let note = note.into();
        self.context.tell(Event::Warning(note.clone()));
        self.taken.borrow_mut().push(note);
    }

    /// Takes one of a fault that the run goes on without, and what it goes on with.
    pub(super) fn fault(&self, fault: &Fault, so: &str) {
        self.take(format!("{}; {so}", fault.message));
    }

    /// All of them, in their order.
    pub(super) fn into_inner(self) -> Vec<String> {
        self.taken.into_inner()
    }
}
