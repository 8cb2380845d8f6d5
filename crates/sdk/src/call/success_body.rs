//! The body of a success: read up to a limit, and kept as far as it matters should it be unreadable.

use std::sync::Mutex;

use bytes::{Bytes, BytesMut};
use reqwest::header::{CONTENT_LENGTH, HeaderMap, TRANSFER_ENCODING};
use reqwest::{Response, ResponseBuilderExt};

use crate::error::reply::TEXT_BYTES;
use crate::lock::lock;

/// What one request's success brought. The generated client reads the body; this keeps what its errors leave out.
pub(super) struct SuccessBody {
    /// The most bytes that are read.
    pub(super) limit: usize,
    kept: Mutex<Kept>,
}

/// What is kept of a success.
#[derive(Clone, Default)]
pub(super) struct Kept {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    /// The body's first [`TEXT_BYTES`] bytes.
    pub(super) beginning: Bytes,
    /// The size that was refused: as the headers announce it, or as far as it came.
    pub(super) refused_size: Option<Size>,
}

/// The size of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Size {
    /// As the headers announce it.
    Announced(u64),
    /// There may be more.
    AtLeast(u64),
}

impl SuccessBody {
    /// Nothing of a body that may have so many bytes.
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, kept: Mutex::default() }
    }

    /// The same reply with its whole body at hand; with none where the body has more bytes than the limit.
    ///
    /// # Errors
    /// A body that breaks off, or takes too long.
    pub(super) async fn read(&self, mut response: Response) -> reqwest::Result<Response> {
        let limit = self.limit;
        let announced = response.content_length().filter(|length| *length > limit as u64);
        // Of a body that is refused, the beginning is read all the same: it may say why it is so large.
        let wanted = if announced.is_some() { TEXT_BYTES } else { limit };
        let mut body = BytesMut::new();
        let mut refused_size = announced.map(Size::Announced);
        while let Some(chunk) = response.chunk().await? {
            let room = wanted.saturating_sub(body.len());
            body.extend_from_slice(&chunk[..chunk.len().min(room)]);
            if chunk.len() > room {
                let came = Size::AtLeast((body.len() + chunk.len() - room) as u64);
                refused_size = refused_size.or(Some(came));
                break;
            }
        }
        let body = body.freeze();
        let kept = Kept {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            beginning: body.slice(..body.len().min(TEXT_BYTES)),
            refused_size,
        };
        let is_refused = kept.refused_size.is_some();
        *lock(&self.kept) = kept;
        Ok(with_body(response, if is_refused { Bytes::new() } else { body }))
    }

    pub(super) fn kept(&self) -> Kept {
        lock(&self.kept).clone()
    }
}

impl Kept {
    /// Whether the end of the connection alone says that the body is whole.
    pub(super) fn ends_with_connection(&self) -> bool {
        !self.headers.contains_key(CONTENT_LENGTH) && !self.headers.contains_key(TRANSFER_ENCODING)
    }
}

/// The same reply with another body. Its URL goes along: reqwest would parse a placeholder for a reply without one.
fn with_body(response: Response, body: Bytes) -> Response {
    let mut with_url = http::response::Builder::new().url(response.url().clone());
    let (mut parts, _) = http::Response::<reqwest::Body>::from(response).into_parts();
    if let Some(url) = with_url.extensions_mut() {
        parts.extensions = std::mem::take(url);
    }
    http::Response::from_parts(parts, body).into()
}
