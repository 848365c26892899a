//! Questions. Refused where there is nobody to ask.

use std::io::IsTerminal;

use anyhow::Result;
use dialoguer::console::Term;
use dialoguer::{Confirm, Input, Password, Select};

use super::Screen;
use super::asking::asked;
use crate::domain::columns::cut;
use crate::domain::fault::{Fault, FaultKind};
use crate::domain::secret::Secret;

impl Screen {
    /// Asks for consent to something that is named in `question`. Without a terminal and without `--yes` it is
    /// refused with exit 2; a no ends the run with exit 1.
    pub fn consent(&self, question: &str) -> Result<()> {
        if self.settings.assume_yes {
            return Ok(());
        }
        if !self.can_ask() {
            let fault = Fault::new(
                FaultKind::ConsentNeeded,
                say!("{question}: this needs a yes, and there is nobody to ask"),
            );
            return Err(fault
                .hint(say!("Look at the plan with --dry-run, then repeat the command with --yes."))
                .into());
        }
        if self.interruptible(|| Confirm::new().with_prompt(question).default(false).interact())? {
            Ok(())
        } else {
            Err(Fault::new(FaultKind::Declined, say!("declined; nothing was changed")).into())
        }
    }

    /// Asks whether something more is wanted that nobody asked for. Where nobody can be asked, and where all is agreed
    /// to beforehand, it is not. Errors: the question was broken off, which is no no.
    pub fn offers(&self, question: &str) -> Result<bool> {
        if self.settings.assume_yes || !self.can_ask() {
            return Ok(false);
        }
        self.interruptible(|| Confirm::new().with_prompt(question).default(false).interact())
    }

    /// Asks for a secret without showing it.
    pub fn secret(&self, what: &str) -> Result<Secret> {
        self.hidden(what, Password::new().with_prompt(what))
    }

    /// Asks for a new secret without showing it: twice, until both are the same.
    pub fn new_secret(&self, what: &str) -> Result<Secret> {
        let again = Password::new()
            .with_prompt(what)
            .with_confirmation(say!("Once more"), say!("These were two different ones"));
        self.hidden(what, again)
    }

    fn hidden(&self, what: &str, question: Password<'_>) -> Result<Secret> {
        if !self.can_ask() {
            return Err(Fault::new(
                FaultKind::PasswordNeeded,
                say!("{what} is needed, and there is nobody to ask"),
            )
            .into());
        }
        Ok(Secret::new(self.interruptible(|| question.interact())?))
    }

    /// Asks for a text, until `check` finds nothing wrong with it; `default` is what Enter alone means. Only where it can be
    /// asked.
    pub fn ask(
        &self,
        question: &str,
        default: Option<&str>,
        check: impl Fn(&str) -> Result<(), String>,
    ) -> Result<String> {
        self.interruptible(|| {
            let input = Input::<String>::new().with_prompt(question);
            let input = match default {
                Some(default) => input.default(default.to_owned()),
                None => input,
            };
            input.validate_with(|text: &String| check(text)).interact_text()
        })
    }

    /// Lets one of these rows be picked with the arrow keys, beginning at the first; its number. What was picked is not
    /// repeated. Only where it can be asked.
    pub fn choose(&self, question: &str, rows: &[String]) -> Result<usize> {
        // A row that is wrapped could not be taken away again; the list puts two columns before it.
        let (_, columns) = Term::stderr().size();
        let fits = |row: &String| cut(row, usize::from(columns).saturating_sub(3), "");
        let rows: Vec<String> = rows.iter().map(fits).collect();
        self.interruptible(|| {
            Select::new().with_prompt(question).items(&rows).default(0).report(false).interact()
        })
    }

    /// Asks, with the view out of the way.
    fn interruptible<T>(&self, ask: impl FnOnce() -> dialoguer::Result<T>) -> Result<T> {
        self.close();
        asked(ask)
    }

    /// Whether a question can be asked: not forbidden, and both ends are terminals.
    pub fn can_ask(&self) -> bool {
        self.settings.ask && std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
    }
}
