//! One forged TCP segment far ahead of the window, in the middle of a download.
//!
//! It is what `nf_conntrack_tcp_be_liberal` is for. Where it is 0, connection tracking calls the segment invalid and
//! does not translate its address back; the client's kernel knows no such connection and answers with a reset, which
//! ends the real one. Where it is 1, the client's kernel drops the segment and the download goes on.

use std::io::{ErrorKind, Read as _};
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::sync::mpsc::{Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use socket2::{Domain, Protocol, Socket, Type};

use crate::host::Host;
use crate::servers::enter_network;

/// The download must have come this far, in bytes that the client has acknowledged.
const UNDER_WAY: u32 = 2_000_000;

/// How far ahead of the window the segment is, in bytes: more than any window.
const AHEAD: u32 = 40_000_000;

/// How long to wait for the download.
const TIME: Duration = Duration::from_secs(60);

const SYN: u8 = 0x02;
const PSH_ACK: u8 = 0x18;

/// A forger that waits for a download on a host.
#[derive(Debug)]
pub struct Forgery {
    thread: JoinHandle<Result<()>>,
}

impl Forgery {
    /// Waits until the segment is sent.
    ///
    /// # Errors
    /// Where no download came far enough within a minute.
    pub fn sent(self) -> Result<()> {
        self.thread.join().map_err(|_| anyhow!("forging a segment panicked"))?
    }
}

impl Host {
    /// Sends one forged segment from `port` of this host to `client`, once it has loaded 2 MB from there.
    ///
    /// Returns when it listens; start the download then. Let it be of 40 MB at 8 MB/s or so: the two hosts' buffers
    /// hold 10 MB, and what they hold already arrives whatever happens to the connection.
    ///
    /// # Errors
    /// Where the kernel gives no raw socket.
    pub fn forge_segment(&self, port: u16, client: Ipv4Addr) -> Result<Forgery> {
        let pid = self.init_pid();
        let server = SocketAddrV4::new(self.address(), port);
        let (ready, listening) = channel();
        let thread = thread::spawn(move || forge(pid, server, client, &ready));
        match listening.recv() {
            Ok(()) => Ok(Forgery { thread }),
            Err(_) => Err(Forgery { thread }.sent().err().unwrap_or_else(|| anyhow!("it ended at once"))),
        }
    }
}

fn forge(pid: u32, server: SocketAddrV4, client: Ipv4Addr, ready: &Sender<()>) -> Result<()> {
    enter_network(pid)?;
    // It receives what comes in, which is the client's acknowledgements.
    let mut socket =
        Socket::new(Domain::IPV4, Type::RAW, Some(Protocol::TCP)).context("opening a raw socket")?;
    socket.set_read_timeout(Some(Duration::from_secs(1)))?;
    ready.send(()).context("telling that it listens")?;
    let deadline = Instant::now() + TIME;
    let mut first: Option<Segment> = None;
    let mut buffer = [0_u8; 65_536];
    while Instant::now() < deadline {
        let length = match socket.read(&mut buffer) {
            Ok(length) => length,
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => continue,
            Err(error) => return Err(error).context("reading from a raw socket"),
        };
        let Some(segment) = Segment::parse(&buffer[..length], client, server.port()) else { continue };
        let begun = first.take_if(|begun| begun.client_port == segment.client_port).unwrap_or(segment);
        if segment.acknowledged.wrapping_sub(begun.acknowledged) >= UNDER_WAY {
            let forged = segment.answer_ahead(*server.ip(), client, server.port());
            let to = SocketAddr::V4(SocketAddrV4::new(client, 0));
            socket.send_to(&forged, &to.into()).context("sending the forged segment")?;
            return Ok(());
        }
        first = Some(begun);
    }
    bail!("nobody loaded {UNDER_WAY} bytes from {server} within {TIME:?}")
}

/// What counts of a segment from the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Segment {
    client_port: u16,
    sequence: u32,
    acknowledged: u32,
}

impl Segment {
    /// Reads an IPv4 packet; None where it is not from that client to that port, or opens a connection.
    fn parse(packet: &[u8], client: Ipv4Addr, port: u16) -> Option<Self> {
        let header = usize::from(packet.first()? & 0x0f) * 4;
        let tcp = packet.get(header..)?;
        let two = |at: usize| Some(u16::from_be_bytes(tcp.get(at..at + 2)?.try_into().ok()?));
        let four = |at: usize| Some(u32::from_be_bytes(tcp.get(at..at + 4)?.try_into().ok()?));
        let ours = packet.get(12..16)? == client.octets() && two(2)? == port && tcp.get(13)? & SYN == 0;
        ours.then_some(Self { client_port: two(0)?, sequence: four(4)?, acknowledged: four(8)? })
    }

    /// A segment that answers this one, far ahead of what the client can expect. The kernel adds the IP header.
    fn answer_ahead(&self, server: Ipv4Addr, client: Ipv4Addr, port: u16) -> Vec<u8> {
        let mut segment = Vec::new();
        segment.extend(port.to_be_bytes());
        segment.extend(self.client_port.to_be_bytes());
        segment.extend(self.acknowledged.wrapping_add(AHEAD).to_be_bytes());
        segment.extend(self.sequence.to_be_bytes());
        // 20 bytes of header, a window of 512, the checksum still 0, no urgent data.
        segment.extend([5 << 4, PSH_ACK, 2, 0, 0, 0, 0, 0]);
        segment.extend([b'x'; 64]);
        let sum = checksum(&segment, server, client);
        segment[16..18].copy_from_slice(&sum.to_be_bytes());
        segment
    }
}

/// TCP's checksum, with the addresses in the pseudo header.
fn checksum(segment: &[u8], from: Ipv4Addr, to: Ipv4Addr) -> u16 {
    let length = u16::try_from(segment.len()).unwrap_or(u16::MAX);
    let pseudo = [&from.octets()[..], &to.octets(), &[0, 6], &length.to_be_bytes()].concat();
    let mut sum: u32 = pseudo
        .chunks(2)
        .chain(segment.chunks(2))
        .map(|pair| u32::from(pair[0]) << 8 | u32::from(pair.get(1).copied().unwrap_or(0)))
        .sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !u16::try_from(sum).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVER: Ipv4Addr = Ipv4Addr::new(192, 168, 1, 11);
    const CLIENT: Ipv4Addr = Ipv4Addr::new(192, 168, 1, 13);

    #[test]
    fn the_answer_is_ahead_of_what_was_acknowledged_and_its_checksum_holds() {
        let seen = Segment { client_port: 40_000, sequence: 7, acknowledged: u32::MAX };
        let forged = seen.answer_ahead(SERVER, CLIENT, 31_007);
        assert_eq!(checksum(&forged, SERVER, CLIENT), 0, "a segment with its checksum sums up to zero");
        let packet = [&[0x45; 1][..], &[0; 11], &SERVER.octets(), &CLIENT.octets(), &forged].concat();
        let read = Segment::parse(&packet, SERVER, 40_000).unwrap();
        assert_eq!(read, Segment { client_port: 31_007, sequence: AHEAD - 1, acknowledged: 7 });
    }

    #[test]
    fn what_others_send_is_not_taken_for_the_client() {
        let forged = Segment { client_port: 1, sequence: 0, acknowledged: 0 }.answer_ahead(SERVER, CLIENT, 2);
        let packet = [&[0x45; 1][..], &[0; 11], &SERVER.octets(), &CLIENT.octets(), &forged].concat();
        assert_eq!(Segment::parse(&packet, CLIENT, 1), None);
        assert_eq!(Segment::parse(&packet, SERVER, 2), None);
        assert_eq!(Segment::parse(&packet[..30], SERVER, 1), None);
    }
}
