//! The form that a token request posts.

use std::collections::HashMap;

use hyper::{Method, StatusCode};

use crate::server::receive::IncomingRequest;
use crate::token::error::TokenError;

/// The fields of a token request.
pub(crate) struct Form(HashMap<String, String>);

impl Form {
    pub(crate) fn read(request: &IncomingRequest) -> Result<Self, TokenError> {
        if request.method != Method::POST {
            let description = "the token endpoint takes POST only";
            return Err(TokenError::new(StatusCode::METHOD_NOT_ALLOWED, "invalid_request", description));
        }
        let expected = "application/x-www-form-urlencoded";
        if !request.media_type().eq_ignore_ascii_case(expected) {
            return Err(TokenError::invalid_request(format!("the content type must be {expected}")));
        }
        if request.oversized {
            return Err(TokenError::invalid_request("the body is too long"));
        }
        let mut form = HashMap::new();
        for (name, value) in form_urlencoded::parse(&request.body).into_owned() {
            // RFC 6749, section 3.2: a parameter must not be given twice.
            if form.insert(name.clone(), value).is_some() {
                return Err(TokenError::invalid_request(format!("{name} is given twice")));
            }
        }
        Ok(Self(form))
    }

    /// A field, if it is given; an empty one counts as missing (RFC 6749, section 3.2).
    pub(crate) fn given(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// A field that must be given.
    pub(crate) fn field(&self, name: &str) -> Result<&str, TokenError> {
        self.given(name).ok_or_else(|| TokenError::invalid_request(format!("{name} is missing")))
    }
}
