//! The hidden end of a login with a password: ssh starts regctl to ask for it.

use crate::domain::secret::Secret;
use crate::effects::ssh;

/// `None` where this process was started by anybody but such an ssh; otherwise the answer to print, or nothing where the
/// question is not to be answered.
pub fn answer() -> Option<Option<Secret>> {
    ssh::asked()
}
