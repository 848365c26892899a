//! `cert gen`: what it writes, what it refuses, and what OpenSSL, Go and rustls make of its certificates; and
//! `cert show` and `cert status`, which say the same before they do.

mod doctor;
mod files;
mod folder;
mod import;
mod inputs;
mod judges;
mod own_ca;
mod show;
mod status;
