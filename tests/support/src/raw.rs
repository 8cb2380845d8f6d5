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
    /// Send these bytes, and the request as it came behind them.
    Echo(Vec<u8>),
    /// Send these bytes, say nothing more and keep the connection.
    Stall(Vec<u8>),
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

/// What becomes of a connection after its replies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It is closed at once. After a reply that ends by itself the other side finds it idle, and gone.
    Closed,
    /// One more request is read, and the connection closed without a word.
    Unanswered,
}

/// A server on a loopback port. It stops when dropped.
#[derive(Debug)]
pub struct RawServer {
    address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
    task: JoinHandle<()>,
}

struct Script {
    replies: Vec<Reply>,
    /// How many of them a connection gets, and how it ends.
    connection: (usize, End),
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
        Self::listen(Script { replies: replies.into_iter().collect(), connection: (1, End::Closed) }).await
    }

    /// Starts a server that gives every request the same reply, keeps each connection for so many of them, and
    /// then ends it.
    pub async fn keeping_connections(reply: Reply, replies: usize, end: End) -> Self {
        Self::listen(Script { replies: vec![reply], connection: (replies, end) }).await
    }

    async fn listen(script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound listener has an address");
        assert!(!script.replies.is_empty(), "a script has a reply");
        let seen = Arc::default();
        let task = tokio::spawn(serve(listener, Arc::new(script), Arc::clone(&seen)));
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

    /// The address.
    pub fn address(&self) -> SocketAddr {
        self.address
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

async fn serve(listener: TcpListener, script: Arc<Script>, seen: Arc<Mutex<Seen>>) {
    while let Ok((stream, _)) = listener.accept().await {
        lock(&seen).connections += 1;
        tokio::spawn(converse(stream, Arc::clone(&script), Arc::clone(&seen)));
    }
}

/// A connection that breaks off is the other side's choice.
async fn converse(mut stream: TcpStream, script: Arc<Script>, seen: Arc<Mutex<Seen>>) -> std::io::Result<()> {
    let (replies, end) = script.connection;
    for _ in 0..replies {
        let Some((number, request)) = receive(&mut stream, &seen).await? else { return Ok(()) };
        let reply = &script.replies[number.min(script.replies.len()) - 1];
        answer(&mut stream, reply, &request).await?;
        if matches!(reply, Reply::Reset(_)) {
            return Ok(());
        }
    }
    if end == End::Unanswered {
        receive(&mut stream, &seen).await?;
    }
    stream.shutdown().await
}

/// The next request and its number; nothing if the other side sends no more.
async fn receive(stream: &mut TcpStream, seen: &Mutex<Seen>) -> std::io::Result<Option<(usize, String)>> {
    let request = read_request(stream).await?;
    if request.is_empty() {
        return Ok(None);
    }
    let mut seen = lock(seen);
    seen.requests.push((Instant::now(), request.clone()));
    Ok(Some((seen.requests.len(), request)))
}

async fn answer(stream: &mut TcpStream, reply: &Reply, request: &str) -> std::io::Result<()> {
    match reply {
        Reply::Bytes(bytes) => stream.write_all(bytes).await,
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
            Ok(())
        }
        Reply::Reset(bytes) => {
            stream.write_all(bytes).await?;
            // With no time to linger, closing resets.
            stream.set_zero_linger()
        }
        Reply::Echo(bytes) => stream.write_all(&[bytes, request.as_bytes()].concat()).await,
        Reply::Stall(bytes) => {
            stream.write_all(bytes).await?;
            std::future::pending().await
        }
        Reply::Silence => std::future::pending().await,
    }
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
