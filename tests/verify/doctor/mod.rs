//! `doctor` in a lab: each check passes where all is well, and fails for its cause where it is brought about.
//!
//! What cannot run in a lab is played by a shim on the agent's PATH: `getenforce` and `firewall-cmd`, since the kernel has
//! no SELinux and there is no firewalld. All else is real: Docker Engine, ports, routes, settings of the kernel, clocks.

mod agents;
mod cluster;
mod host;
mod leftovers;
mod site;
