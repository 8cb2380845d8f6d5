//! A server that speaks bytes, for what no HTTP library would say.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What to do once a request has come.
#[derive(Clone, Debug)]
pub enum Reply {
    /// Send these bytes and close the connection.
    Bytes(Vec<u8>),
    /// Send these bytes, then the second ones again and again until the other side has had enough.
    Endless(Vec<u8>, Vec<u8>),
}

/// A server on a loopback port that gives every request the same reply. It stops when dropped.
#[derive(Debug)]
pub struct RawServer {
    address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
    task: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Seen {
    connections: usize,
    requests: Vec<String>,
}

impl RawServer {
    /// Starts a server.
    ///
    /// # Panics
    /// If no port can be had.
    pub async fn start(reply: Reply) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound listener has an address");
        let seen = Arc::default();
        let task = tokio::spawn(serve(listener, reply, Arc::clone(&seen)));
        Self { address, seen, task }
    }

    /// Starts a server that answers with a status line, headers and a body as given, its length added.
    pub async fn answering(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Self {
        let headers: Vec<_> = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let headers = headers.concat();
        let length = body.len();
        let head = format!("HTTP/1.1 {status} Status\r\n{headers}content-length: {length}\r\n\r\n");
        Self::start(Reply::Bytes([head.as_bytes(), body].concat())).await
    }

    /// `http://` and the address.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many connections were opened.
    pub fn connections(&self) -> usize {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).connections
    }

    /// The requests so far, head and body as they came.
    pub fn requests(&self) -> Vec<String> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).requests.clone()
    }
}

impl Drop for RawServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(listener: TcpListener, reply: Reply, seen: Arc<Mutex<Seen>>) {
    while let Ok((stream, _)) = listener.accept().await {
        seen.lock().unwrap_or_else(PoisonError::into_inner).connections += 1;
        tokio::spawn(converse(stream, reply.clone(), Arc::clone(&seen)));
    }
}

/// A connection that breaks off is the other side's choice.
async fn converse(mut stream: TcpStream, reply: Reply, seen: Arc<Mutex<Seen>>) -> std::io::Result<()> {
    let request = read_request(&mut stream).await?;
    seen.lock().unwrap_or_else(PoisonError::into_inner).requests.push(request);
    match reply {
        Reply::Bytes(bytes) => stream.write_all(&bytes).await?,
        Reply::Endless(bytes, again) => {
            stream.write_all(&bytes).await?;
            loop {
                stream.write_all(&again).await?;
            }
        }
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
