//! A test fails when its code sends a request that no mock expected.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use httpmock::{HttpMockRequest, HttpMockResponse, MockServer};

/// Asks a mock server to take note of what no mock answers.
pub trait StrictExt {
    /// Answers every request that no mock answers with status 501, and panics about them at the end.
    ///
    /// The first mock that matches answers, so call this after the mocks are in place: one that is added
    /// later is never reached.
    #[must_use = "it reports when it is dropped"]
    fn fail_on_unexpected_requests(&self) -> UnexpectedRequests;
}

impl StrictExt for MockServer {
    fn fail_on_unexpected_requests(&self) -> UnexpectedRequests {
        let unexpected = UnexpectedRequests::default();
        let seen = Arc::clone(&unexpected.seen);
        self.mock(move |when, then| {
            when.is_true(|_| true);
            then.respond_with(move |request| {
                let line = described(request);
                seen.lock().unwrap_or_else(PoisonError::into_inner).push(line.clone());
                let reply = HttpMockResponse::builder().status(501);
                reply.body(format!("no mock expected {line}")).build()
            });
        });
        unexpected
    }
}

/// Requests that no mock expected. Panics when it is dropped if there were any, with the method, the path
/// and the body of each; while another panic is under way it prints them instead.
#[derive(Default)]
pub struct UnexpectedRequests {
    seen: Arc<Mutex<Vec<String>>>,
}

impl UnexpectedRequests {
    /// The requests so far: method, path with query, and body.
    pub fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl fmt::Debug for UnexpectedRequests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("UnexpectedRequests").field(&self.seen()).finish()
    }
}

impl Drop for UnexpectedRequests {
    fn drop(&mut self) {
        let seen = self.seen();
        if seen.is_empty() {
            return;
        }
        let message = format!("{} requests that no mock expected:\n{}", seen.len(), seen.join("\n"));
        assert!(std::thread::panicking(), "{message}");
        eprintln!("{message}");
    }
}

fn described(request: &HttpMockRequest) -> String {
    let body = request.body_ref();
    format!("{} {} {}", request.method_str(), request.uri_str(), String::from_utf8_lossy(body))
}
