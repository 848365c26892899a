//! What goes through the pipes of a login beside the script and its answer.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _, DuplexStream};

use crate::domain::event::{Event, Observer};
use crate::domain::script::RemoteScript;
use crate::domain::size;

/// Where a payload comes from.
pub(super) type Source = dyn AsyncRead + Send + Sync + Unpin;
/// What a script gets when it says `ready`.
pub(super) type Payload = Box<Source>;

/// So much is passed on at a time.
const PIECE: usize = 64 << 10;
/// So much of what comes on standard error meanwhile is kept.
const LONGEST_ERROR: u64 = 16 << 10;
/// How often it is told how much it was.
const TELLING: Duration = Duration::from_millis(500);

/// Where that goes which a script writes after its line `stream`.
pub(super) struct Catch {
    /// The way to the other host.
    pub(super) sink: DuplexStream,
    /// Who is told how much it was.
    pub(super) observer: Arc<dyn Observer>,
}

/// What is brought to a host, and where that goes which is fetched there.
#[derive(Default)]
pub(super) struct Freight {
    /// What the script gets; the file that the script itself names where nothing is said here.
    pub(super) payload: Option<Payload>,
    /// Where its stream goes.
    pub(super) catch: Option<Catch>,
}

/// A script with its freight.
pub(super) struct Errand<'a> {
    /// The script.
    pub(super) script: &'a RemoteScript,
    /// What it is brought, and what it is to send.
    pub(super) freight: Freight,
}

/// What the script gets. Errors: its file cannot be opened.
pub(super) async fn source(
    given: Option<Payload>,
    script: &RemoteScript,
) -> std::io::Result<Option<Payload>> {
    match (given, script.payload()) {
        (None, Some(path)) => Ok(Some(Box::new(tokio::fs::File::open(path).await?))),
        // It is never read, since it is never asked for; but for its sake the pipe stays open.
        (None, None) if script.is_on_a_leash() => Ok(Some(Box::new(tokio::io::empty()))),
        (given, _) => Ok(given),
    }
}

/// Passes on what comes, `first` first, until its end; what came on standard error meanwhile is the answer. Where the
/// other end takes no more, the rest is left unread: the other end says why.
pub(super) async fn pass_on<O, E>(
    (stdout, stderr): (&mut O, &mut E),
    first: &[u8],
    catch: Catch,
) -> std::io::Result<Vec<u8>>
where
    O: AsyncRead + Unpin,
    E: AsyncRead + Unpin,
{
    let Catch { mut sink, observer } = catch;
    let data = async {
        let (mut piece, mut passed, mut told) = (vec![0; PIECE], first.len() as u64, Instant::now());
        sink.write_all(first).await?;
        loop {
            let bytes = stdout.read(&mut piece).await?;
            if bytes == 0 {
                return sink.shutdown().await;
            }
            sink.write_all(&piece[..bytes]).await?;
            passed += bytes as u64;
            if told.elapsed() >= TELLING {
                told = Instant::now();
                observer.observe(Event::Waiting(say!("{} copied", size::spell(passed))));
            }
        }
    };
    let words = async {
        let (mut kept, mut rest) = (Vec::new(), tokio::io::sink());
        let _ = (&mut *stderr).take(LONGEST_ERROR).read_to_end(&mut kept).await;
        let _ = tokio::io::copy(stderr, &mut rest).await;
        kept
    };
    tokio::pin!(data, words);
    let mut heard = None;
    loop {
        tokio::select! {
            done = &mut data => break done?,
            kept = &mut words, if heard.is_none() => heard = Some(kept),
        }
    }
    Ok(match heard {
        Some(kept) => kept,
        None => words.await,
    })
}
