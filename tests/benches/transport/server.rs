//! The other end: a bare server in a process of its own, on a core of its own.

use std::convert::Infallible;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

/// The argument by which the benchmark starts itself as the server.
pub(crate) const ARGUMENT: &str = "--server";

/// A server process; it ends when this is dropped, and when the benchmark dies.
pub(crate) struct Server {
    process: Child,
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Starts the server on the second core, and keeps this process to the first, where `taskset` can.
    pub(crate) fn start() -> Self {
        let program = std::env::current_exe().expect("a process knows its program");
        let mut command = if stays_on_first_core() {
            let mut taskset = Command::new("taskset");
            taskset.args(["-c", "1"]).arg(program);
            taskset
        } else {
            eprintln!("taskset cannot keep client and server to two cores here: expect more noise");
            Command::new(program)
        };
        command.arg(ARGUMENT).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().expect("the benchmark can be started again");
        let stdout = process.stdout.take().expect("it is piped");
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).expect("the server says where it listens");
        let address = line.trim().parse().expect("it says so by an address");
        Self { process, address }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // One that has ended by itself needs no end.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Keeps this process to the first core; false where that, or a second core, cannot be had.
fn stays_on_first_core() -> bool {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let process = std::process::id().to_string();
    let taskset = Command::new("taskset").args(["-cp", "0", &process]).stdout(Stdio::null()).status();
    cores > 1 && taskset.is_ok_and(|status| status.success())
}

/// Serves until standard input closes.
pub(crate) fn serve() {
    std::thread::spawn(|| {
        let _ = std::io::stdin().read(&mut [0]);
        std::process::exit(0);
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime can be made").block_on(listen());
}

async fn listen() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    println!("{}", listener.local_addr().expect("it is bound"));
    loop {
        let (stream, _) = listener.accept().await.expect("connections can be accepted");
        tokio::spawn(connection(stream));
    }
}

async fn connection(stream: TcpStream) {
    stream.set_nodelay(true).expect("a TCP stream has this option");
    let served = http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(answer));
    // A client that goes away is no matter of the server's.
    let _ = served.await;
}

async fn answer(request: Request<Incoming>) -> Result<Response<Empty<Bytes>>, Infallible> {
    let whole = request.into_body().collect().await.is_ok();
    let mut response = Response::new(Empty::new());
    *response.status_mut() = if whole { StatusCode::NO_CONTENT } else { StatusCode::BAD_REQUEST };
    Ok(response)
}
