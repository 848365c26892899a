//! What lets regctl in at Mesos, Marathon and Admin Router.

use super::secret::Secret;

/// One way to be let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credentials {
    /// A DC/OS token, sent as `Authorization: token=…`.
    Token(Secret),
    /// HTTP Basic.
    Basic {
        /// The user's name.
        user: String,
        /// The password.
        password: Secret,
    },
}
