//! How a registry is spoken to.

use serde::Serialize;

/// With TLS or without.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// With its own certificate.
    #[default]
    Tls,
    /// Plain HTTP; clients must be told that it is insecure.
    Plain,
}

impl Transport {
    /// As URLs spell it.
    pub const fn scheme(self) -> &'static str {
        match self {
            Self::Tls => "https",
            Self::Plain => "http",
        }
    }

    /// The port that clients connect to where an image reference names none. Docker tries TLS on 443 first and, where
    /// the registry is one of its insecure ones, plain HTTP then: on 80, never on 443.
    pub const fn default_port(self) -> u16 {
        match self {
            Self::Tls => 443,
            Self::Plain => 80,
        }
    }
}
