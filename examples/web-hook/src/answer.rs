//! Errors as answers: the one mapping of this service.

use std::time::Duration;

use avepoint_elements::{Error, ErrorKind};
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};

/// What the sender of a move is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The move is wrong: 422, with what is.
    Wrong(String),
    /// Send it again, after this time where it is known: 503. It does no harm if it was done.
    Again(Option<Duration>),
    /// We have something to mend: 502.
    Ours,
}

/// The answer to an error, of every kind.
pub fn answer(error: &Error) -> Answer {
    if error.is_outcome_unknown() {
        return Answer::Again(error.retry_after());
    }
    match error.kind() {
        ErrorKind::Validation | ErrorKind::NotFound | ErrorKind::Rejected => Answer::Wrong(error.to_string()),
        ErrorKind::Throttled
        | ErrorKind::Timeout
        | ErrorKind::Server
        | ErrorKind::Connection
        | ErrorKind::TokenUnavailable
        | ErrorKind::Cancelled => Answer::Again(error.retry_after()),
        ErrorKind::Authentication
        | ErrorKind::Permission
        | ErrorKind::Configuration
        | ErrorKind::UnexpectedReply
        | ErrorKind::UnreadableReply => Answer::Ours,
        // What a later version may add.
        _ if error.is_retryable() => Answer::Again(error.retry_after()),
        _ => Answer::Ours,
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        match self {
            Self::Wrong(what) => (StatusCode::UNPROCESSABLE_ENTITY, what).into_response(),
            Self::Again(wait) => {
                let wait = wait.map(|wait| [(RETRY_AFTER, wait.as_secs_f64().ceil().to_string())]);
                (StatusCode::SERVICE_UNAVAILABLE, wait, "send it again").into_response()
            }
            Self::Ours => (StatusCode::BAD_GATEWAY, "we look into it").into_response(),
        }
    }
}

#[cfg(test)]
mod tests {
    use avepoint_elements::testing;

    use super::*;

    #[test]
    fn every_kind_of_error_has_its_answer() {
        for kind in ErrorKind::ALL {
            let is_ours = answer(&testing::error(kind)) == Answer::Ours;
            assert_eq!(
                is_ours,
                matches!(kind, ErrorKind::Authentication | ErrorKind::Permission | ErrorKind::Configuration),
                "{kind}"
            );
            assert_eq!(
                answer(&testing::outcome_unknown(testing::error(kind))),
                Answer::Again(None),
                "{kind}"
            );
        }
    }
}
