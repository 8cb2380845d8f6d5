//! The base URL of the API, checked when it is set rather than when a request fails.

use std::fmt;

use reqwest::Url;

/// A base URL as operations prepend it: parsed, and without a slash at its end.
pub(crate) fn checked(text: &str) -> Result<String, InvalidBaseUrl> {
    let refuse = |reason| Err(InvalidBaseUrl { reason });
    let Ok(url) = Url::parse(text) else {
        return refuse("it is not an absolute URL");
    };
    if !matches!(url.scheme(), "http" | "https") {
        return refuse("its scheme is neither https nor http");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("it holds a user name or a password");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return refuse("it has a query or a fragment, which would swallow the path of the operation");
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// A text that cannot be the base URL of the API.
///
/// Its texts do not repeat the URL, which may hold a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidBaseUrl {
    reason: &'static str,
}

impl fmt::Display for InvalidBaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "this cannot be a base URL: {}", self.reason)
    }
}

impl std::error::Error for InvalidBaseUrl {}

#[cfg(test)]
mod tests {
    use super::checked;

    #[test]
    fn a_slash_at_the_end_is_dropped() {
        assert_eq!(checked("https://h/partner//").unwrap(), "https://h/partner");
        assert_eq!(checked("https://h").unwrap(), "https://h");
        assert_eq!(checked("http://[::1]:8080/a/../b/").unwrap(), "http://[::1]:8080/b");
    }

    #[test]
    fn what_would_lead_a_request_astray_is_refused() {
        let cases = [
            ("", "absolute"),
            ("/partner", "absolute"),
            ("h.example/partner", "absolute"),
            ("https://", "absolute"),
            ("ftp://h/", "scheme"),
            ("file:///partner", "scheme"),
            ("https://h/partner?x=1", "query"),
            ("https://h/partner?", "query"),
            ("https://h/partner#x", "fragment"),
            ("https://user:canary@h/", "password"),
        ];
        for (text, reason) in cases {
            let message = checked(text).unwrap_err().to_string();
            assert!(message.contains(reason), "{text}: {message}");
            assert!(!message.contains("canary"), "{message}");
        }
    }
}
