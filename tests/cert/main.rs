//! `cert gen`: what it writes, what it refuses, and what OpenSSL, Go and rustls make of its certificates; and
//! `cert show` and `cert status`, which say the same before they do; and what other commands leave alone in the folder.

mod doctor;
mod files;
mod folder;
mod import;
mod inputs;
mod judges;
mod lone_key;
mod own_ca;
mod renew;
mod show;
mod status;
mod trail;
