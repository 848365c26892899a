//! Where a value comes from: its flag, the operator's answer, or the proposal.

use std::fmt::Display;
use std::str::FromStr;

use anyhow::Result;

use crate::commands::Context;
use crate::domain::fault::Fault;

/// One question, and the flag that answers it beforehand.
pub(super) struct Question<'a> {
    /// What is asked: `App id on Marathon`.
    pub(super) text: &'a str,
    /// The flag.
    pub(super) flag: &'static str,
    /// Why nothing can be proposed, where that is so.
    pub(super) why: &'a str,
}

/// The flag's value; else the answer of whoever can be asked, with the proposal as what Enter means; else the proposal.
/// `fits` says what is wrong with an answer. Errors, exit 2: nobody can be asked, and there is no proposal.
pub(super) fn settle<T>(
    question: &Question<'_>,
    (given, proposal): (Option<T>, Option<T>),
    fits: impl Fn(&T) -> Result<(), String>,
    context: &Context,
) -> Result<T>
where
    T: FromStr<Err: Display> + Display,
{
    if let Some(given) = given {
        return Ok(given);
    }
    if context.screen.can_ask() {
        let check = |text: &str| {
            let value = text.parse::<T>().map_err(|why| why.to_string())?;
            fits(&value)
        };
        let default = proposal.as_ref().map(ToString::to_string);
        let answer = context.screen.ask(question.text, default.as_deref(), check)?;
        return answer.parse().map_err(|why: T::Err| Fault::usage(why.to_string()).into());
    }
    proposal.ok_or_else(|| nobody_to_ask(question).into())
}

/// Exit 2, with the flag that would have answered the question.
pub(super) fn nobody_to_ask(question: &Question<'_>) -> Fault {
    let Question { flag, why, .. } = question;
    Fault::usage(say!("{flag} is missing: {why}, and there is nobody to ask"))
        .hint(say!("Give {flag}, or run regctl init at a terminal without --no-input."))
}
