//! `web-hook ADDRESS`; see the README.

use avepoint_elements::{Credential, Elements};
use tokio::net::TcpListener;

type Result<T, E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    tracing_subscriber::fmt().init();
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8080".to_owned());
    // Both fail before the first move comes: a setting, or an address that is taken.
    let (elements, listener) = (client()?, TcpListener::bind(address).await?);
    tracing::info!("listening at {}", listener.local_addr()?);
    web_hook::serve(listener, elements, asked_to_end()).await?;
    Ok(())
}

/// The client, by the variables that `elements` and `elements sandbox` have, too.
fn client() -> Result<Elements> {
    let variable = |name: &str| std::env::var(name).map_err(|_| format!("set {name}"));
    let builder = Elements::builder()
        .base_url(variable("ELEMENTS_BASE_URL")?)
        .token_url(variable("ELEMENTS_TOKEN_URL")?)
        // For a sandbox on this machine; other hosts need https.
        .allow_loopback_http();
    let secret = variable("ELEMENTS_CLIENT_SECRET")?;
    Ok(builder.credential(Credential::client_secret(variable("ELEMENTS_CLIENT_ID")?, secret)).build()?)
}

/// Ends with Ctrl-C, and on Unix with SIGTERM, which is how services are ended.
async fn asked_to_end() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
