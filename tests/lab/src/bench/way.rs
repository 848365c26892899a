//! The ways to bring the same CA and the same sysctl to every agent, each as the shell line that is measured.

use clap::ValueEnum;

/// One of the ways. All do the same work with the same number of agents at once, but the loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Way {
    /// `regctl trust-agents`, which asks Mesos for the agents; all others are handed a list.
    Regctl,
    /// A process of OpenSSH's client for each host, started by a small program that does nothing else.
    Ssh,
    /// The same, started by xargs through sh, as it can be typed.
    Xargs,
    /// One host after another in a shell loop, as the tutorials have it.
    Loop,
    /// Parallel SSH.
    Pssh,
    /// `ClusterShell`.
    Clush,
    /// A playbook of one `script` task.
    Ansible,
    /// The three operations that its manual would have one write: files.put, server.sysctl and a read-back.
    Pyinfra,
    /// One `server.shell` operation with the whole script: the least that pyinfra can be asked for.
    PyinfraShell,
}

/// What the lines of all ways have in common.
#[derive(Debug, Clone)]
pub struct Scene {
    /// How many agents at once.
    pub width: u32,
    /// For how many seconds all but regctl try to connect; regctl is left at its own default.
    pub patience: u32,
    /// The Python environment of Ansible and pyinfra, as seen in the master host.
    pub venv: String,
}

impl Way {
    /// Its word on the command line and in the table.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Regctl => "regctl",
            Self::Ssh => "ssh",
            Self::Xargs => "xargs",
            Self::Loop => "loop",
            Self::Pssh => "pssh",
            Self::Clush => "clush",
            Self::Ansible => "ansible",
            Self::Pyinfra => "pyinfra",
            Self::PyinfraShell => "pyinfra-shell",
        }
    }

    /// The line that does the work, run by sh in the folder of [`super::kit`].
    #[must_use]
    pub fn line(self, scene: &Scene) -> String {
        let Scene { width, patience, venv } = scene;
        let ssh = format!("-oBatchMode=yes -oConnectTimeout={patience}");
        match self {
            Self::Regctl => {
                format!("exec regctl trust-agents --ca ca.crt --ssh-user root --parallel {width} --no-input")
            }
            Self::Ssh => format!("exec ./regctl-lab bench runner --width {width} hosts job.sh -- {ssh}"),
            Self::Xargs => {
                format!("exec xargs -P {width} -I {{}} sh -c 'exec ssh {ssh} root@{{}} sh -s <job.sh' <hosts")
            }
            Self::Loop => format!(
                "failed=0; for host in $(cat hosts); do ssh {ssh} root@$host sh -s <job.sh || failed=1; done; exit $failed"
            ),
            Self::Pssh => format!(
                "exec parallel-ssh -h hosts -l root -p {width} -t 0 -O BatchMode=yes -O ConnectTimeout={patience} -I sh -s <job.sh"
            ),
            Self::Clush => {
                format!("exec clush -S -f {width} --hostfile hosts -l root -o '{ssh}' sh -s <job.sh")
            }
            Self::Ansible => {
                format!(
                    "exec '{venv}/bin/ansible-playbook' -i hosts.ini -u root -f {width} -T {patience} play.yml"
                )
            }
            Self::Pyinfra => pyinfra(scene, "three.py"),
            Self::PyinfraShell => pyinfra(scene, "one.py"),
        }
    }

    /// A line that says which version would be measured, and fails where there is none.
    #[must_use]
    pub fn version_line(self, scene: &Scene) -> String {
        let venv = &scene.venv;
        match self {
            Self::Regctl => "regctl trust-agents --help >/dev/null && regctl --version".to_owned(),
            Self::Ssh | Self::Loop | Self::Xargs => "ssh -V 2>&1".to_owned(),
            Self::Pssh => "echo pssh $(parallel-ssh --version)".to_owned(),
            Self::Clush => "clush --version".to_owned(),
            Self::Ansible => format!("'{venv}/bin/ansible-playbook' --version | head -1"),
            Self::Pyinfra | Self::PyinfraShell => format!("'{venv}/bin/pyinfra' --version"),
        }
    }
}

fn pyinfra(scene: &Scene, deploy: &str) -> String {
    format!("exec '{}/bin/pyinfra' --user root --parallel {} -y hosts.py {deploy}", scene.venv, scene.width)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_but_the_loop_is_told_the_same_width() {
        let scene = Scene { width: 37, patience: 5, venv: "/venv".to_owned() };
        for way in Way::value_variants() {
            assert_eq!(way.line(&scene).contains(" 37 "), *way != Way::Loop, "{}", way.line(&scene));
        }
    }

    #[test]
    fn the_word_is_that_of_the_command_line() {
        for way in Way::value_variants() {
            assert_eq!(Way::from_str(way.word(), false), Ok(*way));
        }
    }
}
