//! How many logins at a time.

/// At most so many by default: beyond, each one only takes longer.
const MOST: usize = 256;
/// Behind a jump host: its sshd drops connections beyond ten that have not authenticated yet.
const BEHIND_JUMP_HOST: usize = 8;
/// Open files that a login needs, and that regctl needs besides.
const FILES_PER_LOGIN: usize = 8;
const FILES_BESIDES: usize = 64;

/// This machine, as far as it matters here.
#[derive(Debug, Clone, Copy)]
pub struct Machine {
    /// Cores.
    pub cores: usize,
    /// Files that may be open at the same time.
    pub files: usize,
}

/// The width: what was asked for, or 32 a core (32 to 256, 8 behind a jump host); never more than the open files allow.
pub fn width(asked: Option<usize>, machine: Machine, behind_jump_host: bool) -> usize {
    let usual = if behind_jump_host { BEHIND_JUMP_HOST } else { (32 * machine.cores).clamp(32, MOST) };
    let allowed = machine.files.saturating_sub(FILES_BESIDES) / FILES_PER_LOGIN;
    asked.unwrap_or(usual).min(allowed).max(1)
}

/// How many hosts may be probed at a time; each takes one open file.
pub fn probes(width: usize, machine: Machine) -> usize {
    (machine.files / 4).clamp(1, 4096).max(width)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_width_follows_cores_files_and_the_way() {
        let machine = |cores, files| Machine { cores, files };
        assert_eq!(width(None, machine(1, 65_536), false), 32);
        assert_eq!(width(None, machine(4, 65_536), false), 128);
        assert_eq!(width(None, machine(64, 65_536), false), 256);
        assert_eq!(width(None, machine(64, 65_536), true), 8);
        assert_eq!(width(Some(500), machine(2, 65_536), true), 500);
        assert_eq!(width(Some(64), machine(2, 256), false), 24);
        assert_eq!(width(Some(64), machine(2, 10), false), 1);
        assert_eq!(probes(64, machine(2, 256)), 64);
        assert_eq!(probes(64, machine(2, 1024)), 256);
    }
}
