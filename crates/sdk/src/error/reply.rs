//! Replies that are not success: their head, and a bounded part of their body.

use std::future::poll_fn;
use std::time::Duration;

use avepoint_elements_client::ByteStream;
use reqwest::header::{HeaderMap, HeaderName};
use serde::Deserialize;
use serde_json::Value;
use zeroize::Zeroizing;

use crate::call::retry_after::retry_after;
use crate::clock::Clock;
use crate::error::redact::redact;
use crate::error::sanitize::sanitize;

/// How much of a reply's body is read and kept, in bytes.
pub(crate) const TEXT_BYTES: usize = 4096;
/// The largest reply of the token endpoint that is read, in bytes; tokens have one or two thousand.
const MAX_GRANT_BYTES: usize = 65_536;
/// How much of it a message shows, in bytes.
const MESSAGE_BYTES: usize = 1024;
/// How much of an id of a request is kept, in bytes: nothing bounds it. With an ellipsis it has at most 128.
const REQUEST_ID_BYTES: usize = 128 - '…'.len_utf8();

/// Names under which services of this kind send a request's id; which one this service uses is not
/// documented.
static REQUEST_ID_HEADERS: [HeaderName; 4] = [
    HeaderName::from_static("request-id"),
    HeaderName::from_static("x-request-id"),
    HeaderName::from_static("x-ms-request-id"),
    HeaderName::from_static("x-correlation-id"),
];

/// A reply whose head has come.
pub(crate) struct Received {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: ByteStream,
}

impl From<reqwest::Response> for Received {
    fn from(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self { status, headers, body: ByteStream::new(Box::pin(response.bytes_stream())) }
    }
}

/// What matters of the request when its reply is read.
pub(crate) struct Request<'a> {
    /// What was sent and must not be shown, should the reply repeat it.
    pub(crate) secrets: &'a [&'a str],
    /// Tells the time here, for a wait that is asked for by a date.
    pub(crate) clock: &'a dyn Clock,
}

/// A reply that is not the expected success.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) request_id: Option<String>,
    /// The body's first [`TEXT_BYTES`] bytes as text, what is not UTF-8 replaced.
    pub(crate) text: String,
    /// The service's own explanation, fit for a message, where the body has one.
    pub(crate) explanation: Option<String>,
    /// The wait that it asks for.
    pub(crate) retry_after: Option<Duration>,
}

impl Reply {
    /// Reads the head and the beginning of the body; a body that breaks off counts as far as it came.
    pub(crate) async fn read(received: Received, request: &Request<'_>) -> Self {
        let Received { status, headers, body } = received;
        let (beginning, _) = beginning(body, TEXT_BYTES).await;
        Self::of(status, &headers, &beginning, request)
    }

    /// A reply with the beginning of its body.
    pub(crate) fn of(status: u16, headers: &HeaderMap, beginning: &[u8], request: &Request<'_>) -> Self {
        let text = redact(lossy(beginning), request.secrets);
        // What is decoded may show what was hidden by its escapes.
        let unescaped = |text: String| redact(text, request.secrets);
        let explanation: Option<Explanation> = serde_json::from_str(&text).ok();
        let said = explanation.as_ref().map(ToString::to_string).filter(|said| !said.is_empty());
        let said = said.map(|said| sanitize(&unescaped(said), MESSAGE_BYTES));
        let id = || Some(explanation?.request_id.as_str()?.to_owned());
        let request_id = request_id(headers, request.secrets)
            .or_else(|| id().map(|id| sanitize(&unescaped(id), REQUEST_ID_BYTES)));
        let retry_after = retry_after(headers, request.clock.wall());
        Self { status, request_id, text, explanation: said, retry_after }
    }

    /// A reply of whose body nothing is kept, since it may hold a token.
    pub(crate) fn without_text(status: u16, headers: &HeaderMap, secrets: &[&str]) -> Self {
        let request_id = request_id(headers, secrets);
        Self { status, request_id, text: String::new(), explanation: None, retry_after: None }
    }

    /// What the reply says, fit for a message: its own explanation, or the beginning of its text.
    pub(crate) fn said(&self) -> String {
        self.explanation.clone().unwrap_or_else(|| sanitize(&self.text, MESSAGE_BYTES))
    }
}

/// The request's id, if the headers have one.
pub(crate) fn request_id(headers: &HeaderMap, secrets: &[&str]) -> Option<String> {
    let value = REQUEST_ID_HEADERS.iter().find_map(|name| headers.get(name))?;
    let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
    Some(sanitize(&redact(value, secrets), REQUEST_ID_BYTES))
}

/// A whole body, if it has at most [`MAX_GRANT_BYTES`] bytes.
///
/// # Errors
/// A body that breaks off.
pub(crate) async fn whole(body: ByteStream) -> reqwest::Result<Option<Zeroizing<Vec<u8>>>> {
    let (body, broken) = beginning(body, MAX_GRANT_BYTES + 1).await;
    match broken {
        Some(error) => Err(error),
        None => Ok((body.len() <= MAX_GRANT_BYTES).then_some(body)),
    }
}

/// The first bytes of a body, and how it broke off, if it did before there were enough.
async fn beginning(body: ByteStream, limit: usize) -> (Zeroizing<Vec<u8>>, Option<reqwest::Error>) {
    let mut body = body.into_inner();
    // Never moved: what it holds may be a token, and is wiped where it stands.
    let mut kept = Zeroizing::new(Vec::with_capacity(limit));
    while kept.len() < limit {
        match poll_fn(|context| body.as_mut().poll_next(context)).await {
            None => break,
            Some(Err(error)) => return (kept, Some(error)),
            Some(Ok(chunk)) => {
                let room = limit - kept.len();
                kept.extend_from_slice(&chunk[..chunk.len().min(room)]);
            }
        }
    }
    (kept, None)
}

/// The text, of at most [`TEXT_BYTES`] bytes: a replacement character is longer than the byte it stands for.
fn lossy(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let end = (0..=TEXT_BYTES.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    text[..end.unwrap_or_default()].to_owned()
}

/// The shape in which a sibling API of the vendor explains errors. Nothing documents it for this one, so
/// every part may be missing or of another type.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Explanation {
    message: Value,
    request_id: Value,
    errors: Value,
}

impl std::fmt::Display for Explanation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.message.as_str().unwrap_or_default())?;
        for error in self.errors.as_array().into_iter().flatten() {
            let part = |key: &str| error[key].as_str().unwrap_or_default();
            write!(f, "; {} {}", part("field"), part("message"))?;
        }
        Ok(())
    }
}
