//! Who runs this.

use crate::domain::audit::Actor;

/// What the kernel says of a login that it does not know.
const NO_LOGIN: u32 = u32::MAX;

/// Who runs this, by the environment and by the kernel.
pub(super) fn actor() -> Actor {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let login = std::fs::read_to_string("/proc/self/loginuid").ok();
    Actor {
        user: variable("USER").or_else(|| variable("LOGNAME")).unwrap_or_else(|| "somebody".to_owned()),
        uid: rustix::process::getuid().as_raw(),
        sudo_user: variable("SUDO_USER"),
        login_uid: login.and_then(|text| text.trim().parse().ok()).filter(|uid| *uid != NO_LOGIN),
        host: rustix::system::uname().nodename().to_string_lossy().into_owned(),
        pid: std::process::id(),
    }
}
