//! A DC/OS cluster in miniature: hosts in network namespaces, real servers, and strict stand-ins for Mesos and Marathon.

pub mod cluster;
mod haproxy;
mod vip;
