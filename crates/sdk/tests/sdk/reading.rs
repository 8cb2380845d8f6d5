//! Users and customers: what is asked for, what is read, and when a list is complete.

mod lists;
mod replies;
mod users;

use serde_json::Value;
use test_support::raw::{RawServer, Reply};

/// A server that answers each request with the next of these, the last one again and again.
async fn service(replies: impl IntoIterator<Item = Value>) -> RawServer {
    RawServer::script(replies.into_iter().map(|reply| answer(&reply.to_string()))).await
}

fn answer(body: &str) -> Reply {
    Reply::answer(200, &[("content-type", "application/json"), ("x-request-id", "r-1")], body.as_bytes())
}
