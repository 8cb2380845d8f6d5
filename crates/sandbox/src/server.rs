//! The listener, and the end of every connection with it.

use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::connection;
use crate::state::State;

/// A pause after a failed `accept`: with no file descriptor left, it would fail again at once.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Accepts connections until `stopped` resolves, which it also does when its sender is dropped; then
/// closes the port and cuts every connection.
pub(crate) async fn serve(listener: TcpListener, state: Arc<State>, mut stopped: oneshot::Receiver<()>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            _ = &mut stopped => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection::serve(stream, Arc::clone(&state)));
                }
                Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
    drop(listener);
    connections.shutdown().await;
}
