//! `regctl ssh-setup` against real sshds that take a password and no key.

mod bastion;
mod key;
mod password;
mod places;
mod secrecy;
mod ways;
