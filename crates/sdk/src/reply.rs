//! Replies: as much of one as is worth keeping, whatever it claims to be.

use std::future::poll_fn;
use std::pin::Pin;

use avepoint_elements_client::ByteStream;
use futures_core::Stream;
use reqwest::header::HeaderMap;
use serde::Deserialize;

use crate::shown::shown;

/// How much of a reply's body is read and kept, in bytes.
pub(crate) const KEPT: usize = 4096;
/// The largest reply of the token endpoint that is read, in bytes; tokens have one or two thousand.
const LARGEST: usize = 65_536;
/// How much of it a message shows, in bytes.
const SHOWN: usize = 1024;
/// How much of an id of a request is kept, in bytes: nothing bounds it.
const REQUEST_ID_SHOWN: usize = 128;

/// Names under which services of this kind send a request's id; which one this service uses is not
/// documented.
const REQUEST_ID: [&str; 4] = ["request-id", "x-request-id", "x-ms-request-id", "x-correlation-id"];

/// A reply that is not the expected success.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) request_id: Option<String>,
    /// The body's first [`KEPT`] bytes as text, what is not UTF-8 replaced.
    pub(crate) text: String,
}

impl Reply {
    /// Reads the head and the beginning of the body; a body that breaks off counts as far as it came.
    pub(crate) async fn read(status: u16, headers: &HeaderMap, body: ByteStream) -> Self {
        let text = lossy(&beginning(body.into_inner(), KEPT).await);
        let request_id = request_id(headers).or_else(|| {
            Explanation::of(&text).and_then(|said| said.request_id).map(|id| shown(&id, REQUEST_ID_SHOWN))
        });
        Self { status, request_id, text }
    }

    /// What the service says, fit for a message: its own explanation where the body has one.
    pub(crate) fn explanation(&self) -> String {
        let said = Explanation::of(&self.text).map(|explanation| explanation.to_string());
        shown(&said.filter(|said| !said.is_empty()).unwrap_or_else(|| self.text.clone()), SHOWN)
    }
}

/// The request's id, if the headers have one.
pub(crate) fn request_id(headers: &HeaderMap) -> Option<String> {
    let value = REQUEST_ID.iter().find_map(|name| headers.get(*name))?;
    Some(shown(&String::from_utf8_lossy(value.as_bytes()), REQUEST_ID_SHOWN))
}

/// A success's whole body, if it has at most [`LARGEST`] bytes and does not break off; otherwise, the reply.
pub(crate) async fn whole(body: ByteStream, headers: &HeaderMap) -> Result<Vec<u8>, Reply> {
    let body = beginning(body.into_inner(), LARGEST + 1).await;
    if body.len() <= LARGEST {
        return Ok(body);
    }
    // What it holds may be a token, so nothing of it is kept.
    Err(Reply { status: 200, request_id: request_id(headers), text: String::new() })
}

async fn beginning<S, B, E>(mut body: Pin<Box<S>>, limit: usize) -> Vec<u8>
where
    S: Stream<Item = Result<B, E>> + ?Sized,
    B: AsRef<[u8]>,
{
    let mut kept = Vec::new();
    while kept.len() < limit {
        let Some(Ok(chunk)) = poll_fn(|context| body.as_mut().poll_next(context)).await else { break };
        let chunk = chunk.as_ref();
        kept.extend_from_slice(&chunk[..chunk.len().min(limit - kept.len())]);
    }
    kept
}

/// The text, of at most [`KEPT`] bytes: a replacement character is longer than the byte it stands for.
fn lossy(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let end = (0..=KEPT.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    text[..end.unwrap_or_default()].to_owned()
}

/// The shape in which a sibling API of the vendor explains errors. Nothing documents it for this one, so
/// every part may be missing or of another type.
#[derive(Deserialize)]
struct Explanation {
    #[serde(default, deserialize_with = "lenient")]
    message: Option<String>,
    #[serde(default, rename = "requestId", deserialize_with = "lenient")]
    request_id: Option<String>,
    #[serde(default)]
    errors: serde_json::Value,
}

impl Explanation {
    fn of(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

fn lenient<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let value = serde_json::Value::deserialize(deserializer)?;
    Ok(value.as_str().map(str::to_owned))
}

impl std::fmt::Display for Explanation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.message.as_deref().unwrap_or_default())?;
        for error in self.errors.as_array().into_iter().flatten() {
            let part = |key: &str| error[key].as_str().unwrap_or_default();
            write!(f, "; {} {}", part("field"), part("message"))?;
        }
        Ok(())
    }
}
