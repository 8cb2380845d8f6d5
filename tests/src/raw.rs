//! A server that speaks bytes, for what no HTTP library would say.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// What to do once a request has come.
#[derive(Clone, Debug)]
pub enum Reply {
    /// Send these bytes and close the connection.
    Bytes(Vec<u8>),
    /// Send these bytes, then the second ones again and again until the other side has had enough.
    Endless(Vec<u8>, Vec<u8>),
    /// Send these bytes one by one, with a pause before each.
    Drip(Vec<u8>, Duration),
    /// Send these bytes, then reset the connection.
    Reset(Vec<u8>),
    /// Say nothing and keep the connection.
    Silence,
}

impl Reply {
    /// A status line, headers and a body as given, its length added.
    pub fn answer(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Self {
        let headers: Vec<_> = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let (headers, length) = (headers.concat(), body.len());
        let head = format!("HTTP/1.1 {status} Status\r\n{headers}content-length: {length}\r\n\r\n");
        Self::Bytes([head.as_bytes(), body].concat())
    }
}

/// A server on a loopback port. It stops when dropped.
#[derive(Debug)]
pub struct RawServer {
    address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
    task: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Seen {
    connections: usize,
    requests: Vec<(Instant, String)>,
}

impl RawServer {
    /// Starts a server that gives every request the same reply.
    pub async fn start(reply: Reply) -> Self {
        Self::script([reply]).await
    }

    /// Starts a server that gives the first request the first reply, and so on; the last one stays.
    ///
    /// # Panics
    /// If no port can be had, or there is no reply.
    pub async fn script(replies: impl IntoIterator<Item = Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound listener has an address");
        let replies: Arc<[Reply]> = replies.into_iter().collect();
        assert!(!replies.is_empty(), "a script has a reply");
        let seen = Arc::default();
        let task = tokio::spawn(serve(listener, replies, Arc::clone(&seen)));
        Self { address, seen, task }
    }

    /// Starts a server that gives every request the same answer.
    pub async fn answering(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Self {
        Self::start(Reply::answer(status, headers, body)).await
    }

    /// `http://` and the address.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many connections were opened.
    pub fn connections(&self) -> usize {
        lock(&self.seen).connections
    }

    /// The requests so far, head and body as they came.
    pub fn requests(&self) -> Vec<String> {
        lock(&self.seen).requests.iter().map(|(_, request)| request.clone()).collect()
    }

    /// When they came.
    pub fn times(&self) -> Vec<Instant> {
        lock(&self.seen).requests.iter().map(|(at, _)| *at).collect()
    }
}

impl Drop for RawServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn lock(seen: &Mutex<Seen>) -> MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn serve(listener: TcpListener, replies: Arc<[Reply]>, seen: Arc<Mutex<Seen>>) {
    while let Ok((stream, _)) = listener.accept().await {
        lock(&seen).connections += 1;
        tokio::spawn(converse(stream, Arc::clone(&replies), Arc::clone(&seen)));
    }
}

/// A connection that breaks off is the other side's choice.
async fn converse(
    mut stream: TcpStream,
    replies: Arc<[Reply]>,
    seen: Arc<Mutex<Seen>>,
) -> std::io::Result<()> {
    let request = read_request(&mut stream).await?;
    let number = {
        let mut seen = lock(&seen);
        seen.requests.push((Instant::now(), request));
        seen.requests.len()
    };
    answer(stream, &replies[number.min(replies.len()) - 1]).await
}

async fn answer(mut stream: TcpStream, reply: &Reply) -> std::io::Result<()> {
    match reply {
        Reply::Bytes(bytes) => stream.write_all(bytes).await?,
        Reply::Endless(bytes, again) => {
            stream.write_all(bytes).await?;
            loop {
                stream.write_all(again).await?;
            }
        }
        Reply::Drip(bytes, pause) => {
            for byte in bytes {
                tokio::time::sleep(*pause).await;
                stream.write_all(&[*byte]).await?;
            }
        }
        Reply::Reset(bytes) => {
            stream.write_all(bytes).await?;
            // With no time to linger, closing resets.
            stream.set_zero_linger()?;
            return Ok(());
        }
        Reply::Silence => std::future::pending().await,
    }
    stream.shutdown().await
}

async fn read_request(stream: &mut TcpStream) -> std::io::Result<String> {
    let mut bytes = Vec::new();
    while !is_complete(&bytes) {
        if stream.read_buf(&mut bytes).await? == 0 {
            break;
        }
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn is_complete(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let Some((head, _)) = text.split_once("\r\n\r\n") else { return false };
    let length =
        head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
    bytes.len() >= head.len() + 4 + length.unwrap_or(0)
}
