//! The base URL of the API, checked when it is set rather than when a request fails.

use std::fmt::{self, Write};

use reqwest::Url;

/// How long a path with three UUIDs is, and a little more, in bytes.
const USUAL_PATH: usize = 256;

/// A base URL as operations prepend it: without a slash at its end, and parsed once. Of a request only the path is.
pub(crate) struct BaseUrl {
    url: Url,
    text: String,
}

impl BaseUrl {
    /// A base URL from its text.
    pub(crate) fn new(text: &str) -> Result<Self, InvalidBaseUrl> {
        let url = checked(text)?;
        let text = url.as_str().trim_end_matches('/').to_owned();
        Ok(Self { url, text })
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// The URL of a path, which begins with a slash, below this one.
    pub(crate) fn join(&self, path: fmt::Arguments<'_>) -> Url {
        let own = self.url.path().trim_end_matches('/');
        let mut whole = String::with_capacity(own.len() + USUAL_PATH);
        whole.push_str(own);
        // Writing to a text cannot fail.
        let _ = whole.write_fmt(path);
        let mut url = self.url.clone();
        url.set_path(&whole);
        url
    }
}

fn checked(text: &str) -> Result<Url, InvalidBaseUrl> {
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
    Ok(url)
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
    use super::*;

    #[test]
    fn a_slash_at_the_end_is_dropped() {
        let text = |text: &str| BaseUrl::new(text).unwrap().as_str().to_owned();
        assert_eq!(text("https://h/partner//"), "https://h/partner");
        assert_eq!(text("https://h"), "https://h");
        assert_eq!(text("http://[::1]:8080/a/../b/"), "http://[::1]:8080/b");
    }

    #[test]
    fn a_path_stands_below_it_as_if_all_were_parsed() {
        for base in ["https://h/partner//", "https://h", "http://[::1]:8080/a%2Fb/c d/", "https://H:443/ü"] {
            for path in ["/x", "/external/v3/a~b/c", "/%3F/%2F/a@b", "/a+b=c;d,e'f(g)"] {
                let base = BaseUrl::new(base).unwrap();
                let joined = base.join(format_args!("{path}"));
                assert_eq!(joined, Url::parse(&format!("{}{path}", base.as_str())).unwrap());
            }
        }
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
            let message = BaseUrl::new(text).err().unwrap().to_string();
            assert!(message.contains(reason), "{text}: {message}");
            assert!(!message.contains("canary"), "{message}");
        }
    }
}
