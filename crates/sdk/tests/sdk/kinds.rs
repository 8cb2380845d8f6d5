//! The table of `ErrorKind`: which kind a status has, from the service and from the token endpoint.

use avepoint_elements::{Credential, Error, ErrorKind, RetryPolicy};
use test_support::raw::RawServer;

use crate::{builder_for, client_of, office, user};

type Predicate = fn(&Error) -> bool;

/// The predicate of each kind.
const PREDICATES: [(ErrorKind, Predicate); ErrorKind::ALL.len()] = [
    (ErrorKind::Validation, Error::is_validation),
    (ErrorKind::Configuration, Error::is_configuration),
    (ErrorKind::Authentication, Error::is_authentication),
    (ErrorKind::Permission, Error::is_permission),
    (ErrorKind::NotFound, Error::is_not_found),
    (ErrorKind::Rejected, Error::is_rejected),
    (ErrorKind::Throttled, Error::is_throttled),
    (ErrorKind::Timeout, Error::is_timeout),
    (ErrorKind::Server, Error::is_server),
    (ErrorKind::Connection, Error::is_connection),
    (ErrorKind::UnexpectedReply, Error::is_unexpected_reply),
    (ErrorKind::UnreadableReply, Error::is_unreadable_reply),
    (ErrorKind::TokenUnavailable, Error::is_token_unavailable),
    (ErrorKind::Cancelled, Error::is_cancelled),
];

/// The predicate of an error's kind holds, and no other; but a token URL that never gave a token is a mistake of the
/// settings that shows in an unexpected reply.
fn assert_is(error: &Error, kind: ErrorKind, is_retryable: bool) {
    assert_eq!((error.kind(), error.is_retryable()), (kind, is_retryable), "{error}");
    let holding = PREDICATES.iter().filter(|(_, holds)| holds(error)).map(|(kind, _)| *kind);
    let others =
        holding.filter(|held| (kind, *held) != (ErrorKind::Configuration, ErrorKind::UnexpectedReply));
    assert_eq!(others.collect::<Vec<_>>(), [kind], "{error}");
}

#[tokio::test(start_paused = true)]
async fn each_status_of_the_service_has_one_kind() {
    for (status, kind, is_retryable) in [
        (200, ErrorKind::UnexpectedReply, false),
        (202, ErrorKind::UnexpectedReply, false),
        (304, ErrorKind::UnexpectedReply, false),
        (400, ErrorKind::Rejected, false),
        (401, ErrorKind::Authentication, false),
        (403, ErrorKind::Permission, false),
        (404, ErrorKind::NotFound, false),
        (408, ErrorKind::Timeout, true),
        (409, ErrorKind::Rejected, false),
        (422, ErrorKind::Rejected, false),
        (429, ErrorKind::Throttled, true),
        (500, ErrorKind::Server, true),
        (501, ErrorKind::Server, false),
        (502, ErrorKind::Server, true),
        (503, ErrorKind::Server, true),
        (504, ErrorKind::Server, true),
        (507, ErrorKind::Server, false),
    ] {
        let server = RawServer::answering(status, &[], b"").await;
        let error = client_of(&server.url()).update_office_information(&user(), &office()).await.unwrap_err();
        assert_is(&error, kind, is_retryable);
        assert_eq!((error.status(), error.is_about_token()), (Some(status), false), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn each_status_of_the_token_endpoint_has_one_kind() {
    for (status, kind, is_retryable) in [
        (200, ErrorKind::Configuration, false),
        (302, ErrorKind::Configuration, false),
        (400, ErrorKind::Authentication, false),
        (401, ErrorKind::Authentication, false),
        (403, ErrorKind::Authentication, false),
        (404, ErrorKind::Authentication, false),
        (408, ErrorKind::Timeout, true),
        (429, ErrorKind::Throttled, true),
        (500, ErrorKind::Server, true),
        (501, ErrorKind::Server, false),
        (503, ErrorKind::Server, true),
    ] {
        let grants = RawServer::answering(status, &[("location", "/elsewhere")], b"<html>").await;
        let service = RawServer::answering(204, &[], b"").await;
        let elements = builder_for(&service.url())
            .token_url(grants.url())
            .credential(Credential::client_secret("client", "secret"))
            .retry(RetryPolicy::none())
            .build()
            .unwrap();
        let error = elements.update_office_information(&user(), &office()).await.unwrap_err();
        assert_is(&error, kind, is_retryable);
        assert!(error.is_about_token() && !error.is_outcome_unknown(), "{status}: {error}");
        assert!(service.requests().is_empty(), "{status}");
    }
}
