//! The flags of a connection, each seen from the other end of the wire or in what an error says.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::process::Command;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use avepoint_elements_sandbox::{Faults, Sandbox};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;

use crate::apply::Folder;
use crate::{at, run, set};

/// An update with a token that is already there: no limit meets a request for one.
fn set_at(url: &str, token: &str) -> Command {
    let mut command = set();
    command.args(["--base-url", url]).env("ELEMENTS_ACCESS_TOKEN", token);
    command
}

/// A sandbox that carries everything out and never answers.
async fn silent() -> Sandbox {
    let hours = Faults::new().latency(Duration::from_secs(36_000));
    Sandbox::builder().faults(hours).start().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_sent_no_faster_than_the_rate_allows() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::with_users(5));
    let start = Instant::now();
    run(at(folder.apply("offices.csv").args(["--yes", "--rate", "5/s"]), &sandbox), 0);
    // Four gaps of a fifth of a second; whatever else the machine does only adds to it.
    assert!(start.elapsed() >= Duration::from_millis(800), "{:?}", start.elapsed());
    assert_eq!(sandbox.request_count(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_ends_at_its_own_limit() {
    let sandbox = silent().await;
    let mut command = set_at(&sandbox.base_url(), &sandbox.issue_token());
    let (_, stderr) = run(command.args(["--attempt-timeout", "250ms", "--timeout", "10s"]), 1);
    assert!(stderr.contains("did not answer within 0.25 s, the limit of one attempt"), "{stderr}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_ends_at_the_limit_of_the_whole() {
    let sandbox = silent().await;
    let mut command = set_at(&sandbox.base_url(), &sandbox.issue_token());
    let (_, stderr) = run(command.args(["--timeout", "250ms", "--attempt-timeout", "10s"]), 1);
    assert!(stderr.contains("the call's time ended"), "{stderr}");
}

#[test]
fn a_proxy_variable_that_cannot_be_used_is_an_error_and_not_passed_by() {
    let far = "https://elements.invalid/partner";
    for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy"] {
        for url in
            ["ftp://someone:canary@127.0.0.1:9", "htp://127.0.0.1:9", "http://[::1", "socks5://127.0.0.1:9"]
        {
            let (_, stderr) = run(set_at(far, "t").env(name, url), 2);
            assert!(
                stderr.contains(name) && stderr.contains("give http://host:port"),
                "{name}={url}: {stderr}"
            );
            assert!(!stderr.contains("canary"), "{stderr}");
        }
    }
    let (_, stderr) =
        run(set_at(far, "t").env("HTTPS_PROXY", "").env("https_proxy", "http://127.0.0.1:9"), 2);
    assert!(stderr.contains("HTTPS_PROXY is empty and hides https_proxy"), "{stderr}");
    // An exception, and a proxy that can be used: the connection is tried and fails.
    let quick = ["--timeout", "250ms", "--retries", "0"];
    run(
        set_at(far, "t")
            .args(quick)
            .env("HTTPS_PROXY", "ftp://127.0.0.1:9")
            .env("NO_PROXY", "elements.invalid"),
        1,
    );
    run(set_at(far, "t").args(quick).env("HTTPS_PROXY", "http://127.0.0.1:9"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_keep_alive_each_request_has_a_connection() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::with_users(5));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = sandbox
        .base_url()
        .replace(&authority_of(&sandbox.base_url()), &listener.local_addr().unwrap().to_string());
    let target = authority_of(&sandbox.base_url());
    let connections = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    tokio::spawn({
        let connections = connections.clone();
        async move {
            while let Ok((mut near, _)) = listener.accept().await {
                connections.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                let target = target.clone();
                tokio::spawn(async move {
                    let mut far = tokio::net::TcpStream::connect(target).await.unwrap();
                    let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
                });
            }
        }
    });
    let mut apply = folder.apply("offices.csv");
    apply.args(["--yes", "--concurrency", "1"]).args(["--base-url", &url]);
    apply.env("ELEMENTS_ACCESS_TOKEN", sandbox.issue_token());
    run(apply.arg("--no-keep-alive"), 0);
    assert_eq!((sandbox.request_count(), connections.load(std::sync::atomic::Ordering::Relaxed)), (5, 5));
}

/// Host and port of a URL.
fn authority_of(url: &str) -> String {
    url.trim_start_matches("http://").split('/').next().unwrap_or_default().to_owned()
}

#[test]
fn making_a_connection_ends_at_its_own_limit() {
    // The system takes the connection, and no TLS handshake begins.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut command = set_at(&format!("https://{}", listener.local_addr().unwrap()), "t");
    let (_, stderr) = run(command.args(["--connect-timeout", "250ms", "--attempt-timeout", "5s"]), 1);
    assert!(stderr.contains("no connection to the service was made within 0.25 s"), "{stderr}");
}

/// A proxy that refuses everything; gives its URL, and the first line of each request.
fn proxy() -> (String, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (sender, lines) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let head = BufReader::new(&stream).lines().map_while(Result::ok);
            let head: Vec<String> = head.take_while(|line| !line.is_empty()).collect();
            // The receiver is gone once the test has ended.
            let _ = sender.send(head.into_iter().next().unwrap_or_default());
            let _ = (&stream).write_all(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n");
        }
    });
    (url, lines)
}

#[test]
fn a_proxy_is_asked_for_the_way_to_another_machine() {
    let (url, lines) = proxy();
    run(set_at("https://elements.example/partner", "t").args(["--proxy", &url]), 1);
    assert_eq!(lines.try_recv().unwrap(), "CONNECT elements.example:443 HTTP/1.1");
}

/// A server at `localhost` whose certificate is signed by the authority, and which answers 204.
async fn tls_server(authority: &CertifiedIssuer<'static, KeyPair>) -> String {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(["localhost".to_owned()]).unwrap();
    let certificate = params.signed_by(&key, authority).unwrap().der().clone();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key.into())
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut buffer = [0; 4096];
            while let Ok(1..) = stream.read(&mut buffer).await {
                let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await;
            }
        }
    });
    url
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authority_of_ones_own_is_trusted_when_its_file_is_named() {
    let mut params = CertificateParams::new([]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let url = tls_server(&authority).await;
    let (_, stderr) = run(&mut set_at(&url, "t"), 1);
    assert!(stderr.contains("certificate"), "{stderr}");

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("authority.pem");
    fs::write(&file, authority.pem()).unwrap();
    run(set_at(&url, "t").arg("--ca-file").arg(&file), 0);
}
