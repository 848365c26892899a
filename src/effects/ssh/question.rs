//! What ssh asks for while it logs in with a password, and what it is told.

use crate::domain::agent::{AgentError, AgentErrorKind};
use crate::domain::answer::shown;

/// What to do about a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reply {
    /// Hand out the password.
    Password,
    /// Say nothing: ssh then goes on without.
    Nothing,
    /// End the login: ssh takes no answer for an empty password, and would send that.
    Stop(AgentError),
}

/// Judges a question by its words. `answered` says whether this login was given the password already: asked again, it was
/// wrong, and a second try may lock the account.
pub(super) fn reply(question: &str, answered: bool) -> Reply {
    let words = question.to_lowercase();
    let has = |parts: &[&str]| parts.iter().any(|part| words.contains(part));
    if is_passphrase(question) {
        Reply::Nothing
    } else if has(&["old password", "new password", "current password"]) {
        Reply::Stop(expired(question))
    } else if !has(&["passw"]) {
        Reply::Stop(not_a_password(question))
    } else if answered {
        Reply::Stop(refused(say!("it asked for the password again")))
    } else {
        Reply::Password
    }
}

/// What becomes of a login whose jump host asks something; `None` where it gets along without an answer. The password is
/// for the hosts behind it.
pub(super) fn to_another(question: &str) -> Option<AgentError> {
    let message = say!("the way there asks `{}`", shown(question));
    let error = AgentError::new(AgentErrorKind::Auth, message)
        .hint(say!("regctl logs in to jump hosts with a key: load it into ssh-agent first."));
    (!is_passphrase(question)).then_some(error)
}

/// ssh asks for the passphrase of a key; without one it tries the next key.
fn is_passphrase(question: &str) -> bool {
    question.to_lowercase().starts_with("enter passphrase")
}

/// The host did not take the password.
pub(super) fn refused(said: &str) -> AgentError {
    AgentError::new(AgentErrorKind::Auth, say!("the password was refused: {said}")).hint(say!(
        "Is it the password of this user there? See --ssh-user and --login-password-file. It was tried once."
    ))
}

/// Another host refused it before this one's turn came.
pub(super) fn not_tried(by: &str) -> AgentError {
    let message = say!("the password was not tried here, because {by} refused it");
    AgentError::new(AgentErrorKind::Auth, message)
        .hint(say!("If only {by} has another password, leave it out with --skip {by}."))
}

/// The host was never interested in a password.
pub(super) fn takes_none(said: &str) -> AgentError {
    AgentError::new(AgentErrorKind::Auth, said.to_owned())
        .hint(say!("It takes no password. Use a login that works there: --via-key FILE, or --via-key agent."))
}

fn expired(question: &str) -> AgentError {
    AgentError::new(AgentErrorKind::Auth, say!("the password has expired: it asks `{}`", shown(question)))
        .hint(say!("Log in there once by hand and set a new one."))
}

fn not_a_password(question: &str) -> AgentError {
    let message = say!("it asks for something other than a password: `{}`", shown(question));
    AgentError::new(AgentErrorKind::Auth, message)
        .hint(say!("Use a login that works there without questions: --via-key FILE, or --via-key agent."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stop(question: &str, answered: bool) -> String {
        match reply(question, answered) {
            Reply::Stop(error) => error.message,
            other => panic!("{question}: {other:?}"),
        }
    }

    #[test]
    fn the_password_is_given_once_and_only_to_what_asks_for_it() {
        for question in ["core@a1's password: ", "(core@10.0.0.1) Password: ", "Password for core@a1:"] {
            assert_eq!(reply(question, false), Reply::Password, "{question}");
            assert!(stop(question, true).contains("was refused"), "{question}");
        }
    }

    #[test]
    fn a_jump_host_is_told_nothing() {
        assert_eq!(to_another("Enter passphrase for key 'x': "), None);
        assert!(to_another("op@jump's password: ").is_some_and(|error| error.message.contains("op@jump's")));
    }

    #[test]
    fn other_questions_are_not_answered_with_it() {
        assert_eq!(reply("Enter passphrase for key '/root/.ssh/password': ", false), Reply::Nothing);
        for question in [
            "Are you sure you want to continue connecting (yes/no/[fingerprint])? ",
            "(core@a1) Verification code: ",
            "",
        ] {
            assert!(stop(question, false).starts_with("it asks for something other"), "{question}");
        }
        for question in ["Enter core@a1's old password: ", "(core@a1) New password: "] {
            assert!(stop(question, true).contains("expired"), "{question}");
        }
    }
}
