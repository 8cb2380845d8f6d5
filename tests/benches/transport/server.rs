//! The other end: a bare server in a process of its own, on a core of its own.

use std::convert::Infallible;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
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
        Self::with_users(0)
    }

    /// As [`start`](Self::start), with so many users to list.
    pub(crate) fn with_users(users: u32) -> Self {
        let program = std::env::current_exe().expect("a process knows its program");
        let mut command = if stays_on_first_core() {
            let mut taskset = Command::new("taskset");
            taskset.args(["-c", "1"]).arg(program);
            taskset
        } else {
            eprintln!("taskset cannot keep client and server to two cores here: expect more noise");
            Command::new(program)
        };
        if users > 0 {
            command.args(["--reading", &users.to_string()]);
        }
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
pub(crate) fn serve(users: u32) {
    std::thread::spawn(|| {
        let _ = std::io::stdin().read(&mut [0]);
        std::process::exit(0);
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime can be made").block_on(listen(users));
}

async fn listen(users: u32) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    println!("{}", listener.local_addr().expect("it is bound"));
    loop {
        let (stream, _) = listener.accept().await.expect("connections can be accepted");
        tokio::spawn(connection(stream, users));
    }
}

async fn connection(stream: TcpStream, users: u32) {
    stream.set_nodelay(true).expect("a TCP stream has this option");
    let served = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service_fn(|request| answer(request, users)));
    // A client that goes away is no matter of the server's.
    let _ = served.await;
}

async fn answer(request: Request<Incoming>, users: u32) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let whole = body.collect().await.is_ok();
    let (status, body) = match head.method {
        _ if !whole => (StatusCode::BAD_REQUEST, Bytes::new()),
        Method::GET => (StatusCode::OK, user(head.uri.path()).into()),
        Method::POST => (StatusCode::OK, page(head.uri.query().unwrap_or_default(), users).into()),
        _ => (StatusCode::NO_CONTENT, Bytes::new()),
    };
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = status;
    Ok(response)
}

/// Users on a page.
pub(crate) const PAGE: u32 = 100;

/// A user with as many fields as a directory commonly fills.
const USER: &str = r#"","loginName":"anna.weber@fabrikam.example","mail":"anna.weber@fabrikam.example","employeeId":"000042","displayName":"Anna Weber","firstName":"Anna","lastName":"Weber","jobTitle":"Engineer","company":"Fabrikam","department":"Research","location":"Dresden","postalCode":"01067","countryRegion":"Germany","state":"Saxony","address":"Theaterplatz 2","city":"Dresden","officePhone":"+49 351 0000","mobile":null,"fax":null,"manager":"ben.koch@fabrikam.example","sponsor":null,"alternateEmailAddress":[],"status":[5],"lastChangeDate":"2026-06-01T08:00:00Z","isExternal":false,"isTestUser":false,"usageLocation":"DE","preferredLanguage":"de-DE"}"#;

/// The user whose id ends the path.
fn user(path: &str) -> String {
    let id = path.rsplit('/').next().unwrap_or_default();
    [r#"{"id":""#, id, USER].concat()
}

fn page(query: &str, users: u32) -> String {
    let index =
        query.split('&').find_map(|pair| pair.strip_prefix("pageIndex=")?.parse().ok()).unwrap_or(1_u32);
    let first = (index - 1) * PAGE;
    let entries = (first..users.min(first + PAGE)).map(|number| {
        format!(
            r#"{{"id":"7c18fd6f-0000-4000-8000-{number:012}","userPrincipalName":"user{number}@fabrikam.example","mail":"user{number}@fabrikam.example","displayName":"Anna Weber","firstName":"Anna","lastName":"Weber","employeeId":"{number:08}","location":"Dresden","company":"Fabrikam","department":"Research","mobile":null,"jobTitle":"Engineer","isTestUser":false,"age":12,"startDate":null,"endDate":null,"countryOrRegion":"Germany","status":[5]}}"#
        )
    });
    let entries = entries.collect::<Vec<_>>().join(",");
    format!(
        r#"{{"data":[{entries}],"metadata":{{"pageIndex":{index},"pageSize":{PAGE},"totalCount":{users}}}}}"#
    )
}
