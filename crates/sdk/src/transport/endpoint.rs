//! Where requests may go: https anywhere, plain http to this machine alone and only when asked for.

use std::net::{Ipv4Addr, Ipv6Addr};

use reqwest::Url;

use crate::error::{Error, Result};

/// A URL that requests may be sent to.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    url: Url,
}

impl Endpoint {
    /// Checks a URL; `what` names it in messages, which do not repeat it, since it may hold a password.
    pub(crate) fn new(what: &str, text: &str, allow_loopback_http: bool) -> Result<Self> {
        let refuse = |reason: &str| Err(Error::configuration(format!("the {what} cannot be used: {reason}")));
        let Ok(url) = Url::parse(text) else {
            return refuse("it is not an absolute URL, such as https://host/path");
        };
        if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
            return refuse("it holds a user name, a password or a fragment");
        }
        let endpoint = Self { url };
        match endpoint.url.scheme() {
            "https" => Ok(endpoint),
            "http" if endpoint.is_loopback() && allow_loopback_http => Ok(endpoint),
            "http" if endpoint.is_loopback() => {
                refuse("plain http to this machine must be allowed by `allow_loopback_http`")
            }
            "http" => refuse("plain http would show tokens and addresses to the network; use https"),
            _ => refuse("its scheme is not https"),
        }
    }

    /// Scheme, host and path, for messages: a query may hold a key.
    pub(crate) fn without_query(&self) -> String {
        format!("{}{}", self.url.origin().ascii_serialization(), self.url.path())
    }

    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    /// Whether it names this machine: 127.0.0.0/8, `::1` or `localhost`.
    pub(crate) fn is_loopback(&self) -> bool {
        let Some(host) = self.url.host_str() else { return false };
        let address = host.trim_start_matches('[').trim_end_matches(']');
        host == "localhost"
            || address.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
            || address.parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback())
    }
}

#[cfg(test)]
mod tests {
    use super::Endpoint;

    #[test]
    fn plain_http_is_for_this_machine_and_only_when_asked_for() {
        for url in ["http://127.0.0.1:1/x", "http://127.9.9.9", "http://[::1]:1", "http://localhost"] {
            assert!(Endpoint::new("URL", url, true).is_ok(), "{url}");
            let message = Endpoint::new("URL", url, false).unwrap_err().to_string();
            assert!(message.contains("allow_loopback_http"), "{url}: {message}");
        }
        for url in ["http://h/", "http://127.0.0.1.example/", "http://localhost.example", "http://0.0.0.0"] {
            assert!(Endpoint::new("URL", url, true).unwrap_err().is_configuration(), "{url}");
        }
    }

    #[test]
    fn a_url_that_hides_a_password_is_refused_without_repeating_it() {
        let message = Endpoint::new("token URL", "https://u:canary@h/", false).unwrap_err().to_string();
        assert!(message.contains("token URL") && !message.contains("canary"), "{message}");
    }
}
