//! A TCP connection before the login. It costs one socket and no process, here or there, so all hosts can be tried at
//! once, and a dead one never takes the place of a living one.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpSocket, lookup_host};
use tokio::time::timeout;

use crate::domain::agent::{AgentError, AgentErrorKind};

/// How long a host may take to accept a connection.
const PATIENCE: Duration = Duration::from_secs(3);

/// Connects to the port and hangs up. Errors say why a login would not come through either.
pub(super) async fn knock(host: &str, port: u16) -> Result<(), AgentError> {
    let resolving = timeout(PATIENCE * 3, lookup_host((host, port)));
    let addresses: Vec<_> = match resolving.await {
        Ok(Ok(found)) => found.collect(),
        Ok(Err(_)) => return Err(unresolved(host)),
        Err(_) => return Err(unresolved(host).hint(say!("The name servers do not answer."))),
    };
    match timeout(PATIENCE, connect(&addresses)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(refused(host, port, &error)),
        Err(_) => Err(AgentError::new(
            AgentErrorKind::ConnectTimeout,
            say!("no answer from {host} port {port} within {} s", PATIENCE.as_secs()),
        )
        .hint(say!("Is the host up, and does a firewall let port 22 through from here?"))),
    }
}

/// The first address that takes a connection will do.
async fn connect(addresses: &[SocketAddr]) -> io::Result<()> {
    let mut refused = io::Error::from(ErrorKind::AddrNotAvailable);
    for address in addresses {
        match touch(*address).await {
            Ok(()) => return Ok(()),
            Err(error) => refused = error,
        }
    }
    Err(refused)
}

/// Hangs up as soon as the host's kernel has answered, before it tells sshd: that would start a process for each
/// connection, write a line to its log, and count it against MaxStartups. The kernel here holds back its last
/// acknowledgement where it may (Linux), and closing resets.
async fn touch(address: SocketAddr) -> io::Result<()> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.set_zero_linger()?;
    #[cfg(target_os = "linux")]
    let _ = rustix::net::sockopt::set_tcp_quickack(&socket, false);
    socket.connect(address).await.map(drop)
}

fn unresolved(host: &str) -> AgentError {
    AgentError::new(AgentErrorKind::Resolve, say!("the name {host} does not resolve"))
        .hint(say!("Add it to DNS or /etc/hosts, or name the host by its address."))
}

fn refused(host: &str, port: u16, error: &std::io::Error) -> AgentError {
    let kind = match error.kind() {
        ErrorKind::ConnectionRefused | ErrorKind::ConnectionReset => AgentErrorKind::ConnectRefused,
        ErrorKind::TimedOut => AgentErrorKind::ConnectTimeout,
        _ => AgentErrorKind::Unreachable,
    };
    let error = AgentError::new(kind, say!("{host} port {port}: {}", crate::effects::files::plain(error)));
    match kind {
        AgentErrorKind::ConnectRefused => {
            error.hint(say!("Is sshd running there, on this port? See --ssh-port."))
        }
        _ => error.hint(say!("Is there a route to this host from here?")),
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn an_open_port_a_closed_one_and_no_name() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
        let port = listener.local_addr().expect("is bound").port();
        assert_eq!(knock("127.0.0.1", port).await, Ok(()));
        drop(listener);
        let kind = |result: Result<(), AgentError>| result.expect_err("must fail").kind;
        assert_eq!(kind(knock("127.0.0.1", port).await), AgentErrorKind::ConnectRefused);
        assert_eq!(kind(knock("no-such-host.invalid", 22).await), AgentErrorKind::Resolve);
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn the_server_does_not_notice() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("binds");
        listener.set_nonblocking(true).expect("is set");
        let port = listener.local_addr().expect("is bound").port();
        assert_eq!(knock("127.0.0.1", port).await, Ok(()));
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(listener.accept().map(drop).map_err(|error| error.kind()), Err(ErrorKind::WouldBlock));
        drop(std::net::TcpStream::connect(("127.0.0.1", port)).expect("connects"));
        assert!(listener.accept().is_ok(), "another kind of connection is noticed");
    }
}
