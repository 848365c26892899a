//! A DC/OS cluster in miniature: hosts in network namespaces, real servers, and strict stand-ins for Mesos and Marathon.
