//! Why something outside regctl failed, as one plain reason: neither `(os error 111)` nor the layers of the libraries in
//! between, which tell nobody anything.

use std::error::Error;
use std::io::{self, ErrorKind};

use rustls::{AlertDescription, CertificateError};

use crate::domain::fault::{Fault, FaultKind};

/// How libraries say that a server hung up before it had said all.
const CUT_OFF: [&str; 4] = ["connection closed", "end of file", "incomplete", "error reading a body"];

/// An I/O error in words.
pub fn plain(error: &io::Error) -> String {
    let known = match error.kind() {
        ErrorKind::InvalidData => say!("it is not text"),
        ErrorKind::NotFound => say!("no such file or directory"),
        ErrorKind::PermissionDenied => say!("permission denied"),
        ErrorKind::IsADirectory => say!("is a directory"),
        ErrorKind::NotADirectory => say!("not a directory"),
        ErrorKind::StorageFull => say!("no space left on device"),
        ErrorKind::ReadOnlyFilesystem => say!("read-only file system"),
        ErrorKind::ConnectionRefused => say!("connection refused"),
        ErrorKind::ConnectionReset => say!("connection reset by peer"),
        ErrorKind::HostUnreachable => say!("no route to host"),
        ErrorKind::NetworkUnreachable => say!("network is unreachable"),
        ErrorKind::UnexpectedEof => say!("the connection was closed in the middle"),
        ErrorKind::TimedOut => say!("no answer in time"),
        _ => return lower_case(without_number(&error.to_string())),
    };
    known.to_owned()
}

/// `File too large (os error 27)` without what only a programmer reads.
fn without_number(text: &str) -> &str {
    &text[..text.find(" (os error").unwrap_or(text.len())]
}

/// The first letter small, as the middle of a message wants it; words in capitals stay.
fn lower_case(text: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if second.is_uppercase() => format!("{first}{}", letters.as_str()),
        (Some(first), _) => first.to_lowercase().chain(letters).collect(),
        (None, _) => String::new(),
    }
}

/// What went wrong on the way to a server, or with its TLS. `what` says what was being done: `reading the agents from …`.
pub fn of_connection(what: &str, error: &reqwest::Error) -> Fault {
    if error.is_timeout() {
        return Fault::new(FaultKind::NoAnswer, say!("{what}: no answer in time"));
    }
    let chain: Vec<&(dyn Error + 'static)> = std::iter::successors(error.source(), |it| inner(*it)).collect();
    if let Some(error) = chain.iter().find_map(|it| it.downcast_ref::<rustls::Error>()) {
        return of_tls(what, error);
    }
    let last = chain.last().map_or_else(|| error.to_string(), ToString::to_string);
    if last.contains("failed to lookup address information") {
        return Fault::new(FaultKind::Unresolved, say!("{what}: the name does not resolve"));
    }
    let reason = match chain.iter().rev().find_map(|it| it.downcast_ref::<io::Error>()) {
        Some(error) => plain(error),
        None if CUT_OFF.iter().any(|words| last.contains(words)) => {
            say!("the connection was closed in the middle").to_owned()
        }
        None => lower_case(without_number(&last)),
    };
    Fault::new(FaultKind::Unreachable, format!("{what}: {reason}"))
}

/// The error inside: an I/O error hides what it was made from behind a method of its own.
fn inner<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    let hidden = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    hidden.map(|it| it as &(dyn Error + 'static)).or_else(|| error.source())
}

/// What stands in the way of TLS.
fn of_tls(what: &str, error: &rustls::Error) -> Fault {
    use rustls::Error::{AlertReceived, InvalidCertificate, InvalidMessage};
    let reason = match error {
        InvalidCertificate(error) => return of_certificate(what, error),
        InvalidMessage(_) => say!("it does not speak TLS"),
        AlertReceived(AlertDescription::ProtocolVersion | AlertDescription::HandshakeFailure) => {
            say!("it has no version of TLS, or no cipher, that regctl takes")
        }
        _ => say!("it refuses to speak TLS with regctl"),
    };
    Fault::new(FaultKind::Tls, format!("{what}: {reason}"))
}

fn of_certificate(what: &str, error: &CertificateError) -> Fault {
    use CertificateError::{
        Expired, ExpiredContext, NotValidForName, NotValidForNameContext, NotValidYet, NotValidYetContext,
        UnknownIssuer,
    };
    match error {
        UnknownIssuer => {
            Fault::new(FaultKind::Untrusted, say!("{what}: nobody who is trusted signed its certificate"))
        }
        NotValidForName | NotValidForNameContext { .. } => {
            Fault::new(FaultKind::WrongName, say!("{what}: its certificate is for other names than this one"))
        }
        Expired | ExpiredContext { .. } => {
            Fault::new(FaultKind::CertificateExpired, say!("{what}: its certificate has expired"))
        }
        NotValidYet | NotValidYetContext { .. } => {
            Fault::new(FaultKind::CertificateExpired, say!("{what}: its certificate is not valid yet"))
        }
        _ => Fault::new(FaultKind::Tls, say!("{what}: its certificate is refused as a server's")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_error_of_the_system_shows_its_number() {
        for number in 1..134 {
            let text = plain(&io::Error::from_raw_os_error(number));
            assert!(!text.contains("os error") && !text.contains('('), "{number}: {text}");
        }
        assert_eq!(plain(&io::Error::from_raw_os_error(28)), "no space left on device");
        assert_eq!(plain(&io::Error::other("SSH broke")), "SSH broke");
    }

    #[test]
    fn a_certificate_is_refused_in_words() {
        let kind = |error| of_tls("x", &rustls::Error::InvalidCertificate(error)).kind;
        assert_eq!(kind(CertificateError::UnknownIssuer), FaultKind::Untrusted);
        assert_eq!(kind(CertificateError::NotValidForName), FaultKind::WrongName);
        assert_eq!(kind(CertificateError::Expired), FaultKind::CertificateExpired);
        assert_eq!(kind(CertificateError::BadEncoding), FaultKind::Tls);
    }
}
