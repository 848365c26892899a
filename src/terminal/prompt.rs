//! Questions. Refused where there is nobody to ask.

use std::io::IsTerminal;

use anyhow::Result;
use dialoguer::{Confirm, Password};

use super::Screen;
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
        self.close();
        if Confirm::new().with_prompt(question).default(false).interact()? {
            Ok(())
        } else {
            Err(Fault::new(FaultKind::Declined, say!("declined; nothing was changed")).into())
        }
    }

    /// Asks whether something more is wanted that nobody asked for. Where nobody can be asked, and where all is agreed
    /// to beforehand, it is not.
    pub fn offers(&self, question: &str) -> bool {
        if self.settings.assume_yes || !self.can_ask() {
            return false;
        }
        self.close();
        Confirm::new().with_prompt(question).default(false).interact().unwrap_or(false)
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
                FaultKind::ConsentNeeded,
                say!("{what} is needed, and there is nobody to ask"),
            )
            .into());
        }
        self.close();
        Ok(Secret::new(question.interact()?))
    }

    /// Whether a question can be asked: not forbidden, and both ends are terminals.
    pub fn can_ask(&self) -> bool {
        self.settings.ask && std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
    }
}
