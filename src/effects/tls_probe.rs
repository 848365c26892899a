//! Tries a registry's TLS without sending it anything, and tells what came back.

use std::io::ErrorKind;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustls::Error;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use time::OffsetDateTime;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::tls_judge::{Judge, server_name, words};
use super::tls_opinion::{self, Opinion};
use super::x509;
use crate::domain::certificate::Certificate;
use crate::domain::host::printable;
use crate::domain::registry::RegistryAddress;
use crate::domain::tls::{Basis, Defect, Meeting, Presented};

/// How long a connection, and then a handshake, may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Connects to the registry, lets the handshake run whatever it presents, and judges that as Docker would.
pub async fn probe(address: &RegistryAddress, own: &[Certificate], now: OffsetDateTime) -> Meeting {
    let stream = match connect(address).await {
        Ok(stream) => stream,
        Err(meeting) => return meeting,
    };
    let Some(name) = server_name(address.host()) else {
        return Meeting::Unreachable(say!("TLS has no way to ask for this name").to_owned());
    };
    let record = Arc::new(Record::default());
    let config = tls_opinion::client_config(Arc::clone(&record) as Arc<dyn Opinion>);
    let handshake = timeout(PATIENCE, TlsConnector::from(Arc::new(config)).connect(name, stream)).await;
    let ended = match handshake {
        Err(_) => Err(Meeting::TimedOut),
        Ok(Err(error)) => Err(failed(&error)),
        Ok(Ok(stream)) => Ok(protocol(&stream)),
    };
    let Some(chain) = record.chain() else {
        return match ended {
            Err(Meeting::NotTls | Meeting::Closed) if speaks_http(address).await => Meeting::PlainHttp,
            Err(meeting) => meeting,
            Ok(_) => Meeting::Handshake(say!("the server showed no certificate that can be read").to_owned()),
        };
    };
    let (basis, mut defects) = Judge::new(own).judge(&chain, address.host(), now);
    let protocol = ended.unwrap_or_else(|meeting| {
        // Often it is the certificate itself that ends the handshake, and then it is told already.
        if !defects.iter().any(|defect| matches!(defect, Defect::Refused(_))) {
            let weakness = chain.first().and_then(x509::weakness);
            defects.push(Defect::Refused(weakness.unwrap_or_else(|| reason(meeting))));
        }
        String::new()
    });
    let basis = if defects.is_empty() { basis } else { Basis::Nothing };
    Meeting::Presented(Presented { protocol, chain, defects, basis })
}

async fn connect(address: &RegistryAddress) -> Result<TcpStream, Meeting> {
    let target = (address.host().to_string(), address.port());
    let mut addresses = match timeout(PATIENCE, lookup_host(target)).await {
        Err(_) | Ok(Err(_)) => return Err(Meeting::Unresolved),
        Ok(Ok(addresses)) => addresses,
    };
    let mut last = Meeting::Unresolved;
    for address in addresses.by_ref().take(4) {
        last = match timeout(PATIENCE, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => unreachable(&error),
            Err(_) => Meeting::TimedOut,
        };
    }
    Err(last)
}

fn unreachable(error: &std::io::Error) -> Meeting {
    match error.kind() {
        ErrorKind::ConnectionRefused => Meeting::Refused,
        ErrorKind::TimedOut => Meeting::TimedOut,
        _ => Meeting::Unreachable(super::files::plain(error)),
    }
}

/// What a handshake that failed tells about the other side.
fn failed(error: &std::io::Error) -> Meeting {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
        Some(Error::InvalidMessage(_)) => Meeting::NotTls,
        Some(error) => Meeting::Handshake(words(error)),
        None => Meeting::Closed,
    }
}

fn reason(meeting: Meeting) -> String {
    match meeting {
        Meeting::Handshake(why) => why,
        Meeting::TimedOut => say!("the handshake did not end in time").to_owned(),
        _ => say!("the connection was closed in mid-handshake").to_owned(),
    }
}

fn protocol(stream: &tokio_rustls::client::TlsStream<TcpStream>) -> String {
    match stream.get_ref().1.protocol_version() {
        Some(rustls::ProtocolVersion::TLSv1_2) => "TLS 1.2".to_owned(),
        _ => "TLS 1.3".to_owned(),
    }
}

/// Whether plain HTTP is answered. A TLS server that is asked so says 400 in plain HTTP, which does not count.
async fn speaks_http(address: &RegistryAddress) -> bool {
    greeting(address).await.is_some_and(|line| line.starts_with("HTTP/1.") && !line.contains(" 400"))
}

/// The first line that a server says which is asked in plain HTTP, fit to be shown; nothing where it says nothing.
pub async fn greeting(address: &RegistryAddress) -> Option<String> {
    let mut stream = connect(address).await.ok()?;
    let request = format!("GET /v2/ HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    let mut answer = Vec::new();
    let exchange = async {
        let _ = stream.write_all(request.as_bytes()).await;
        let mut chunk = [0; 128];
        while !answer.contains(&b'\n') && answer.len() < 128 {
            match stream.read(&mut chunk).await {
                Ok(read) if read > 0 => answer.extend_from_slice(&chunk[..read]),
                _ => break,
            }
        }
    };
    // What came until then counts.
    let _ = timeout(PATIENCE, exchange).await;
    let text = String::from_utf8_lossy(&answer);
    let line = text.lines().next().filter(|line| !line.is_empty())?;
    Some(printable(line.trim_end()))
}

/// Lets every certificate pass and keeps what was shown. Nothing is ever sent over a connection made with it.
#[derive(Debug, Default)]
struct Record(Mutex<Option<Vec<Certificate>>>);

impl Record {
    fn chain(&self) -> Option<Vec<Certificate>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Opinion for Record {
    fn accept(&self, chain: &[&CertificateDer<'_>], _: &ServerName<'_>, _: UnixTime) -> Result<(), Error> {
        let chain = chain.iter().map(|der| x509::read(der));
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = chain.collect::<Result<_, _>>().ok();
        Ok(())
    }
}
