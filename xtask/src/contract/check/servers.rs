//! Servers: there is one, and its URLs are such that every parser reads them alike, and paths can be put behind them.

use std::net::Ipv4Addr;

use crate::contract::{Contract, Server};
use crate::problem::Result;

pub(super) fn are_usable(contract: &Contract) -> Result<()> {
    let servers = contract.servers()?;
    if servers.is_empty() {
        return Err(contract
            .problem("/servers", "the contract names no server")
            .help("list one under `servers`, with `url`, `description`, `x-environment` and `x-token-url`"));
    }
    servers.iter().enumerate().try_for_each(|(index, server)| has_plain_urls(contract, index, server))
}

fn has_plain_urls(contract: &Contract, index: usize, server: &Server) -> Result<()> {
    [("url", &server.base_url), ("x-token-url", &server.token_url)].into_iter().try_for_each(
        |(key, value)| {
            let Some(flaw) = flaw(value) else { return Ok(()) };
            Err(contract
                .problem(&format!("/servers/{index}/{key}"), format!("`{key}` {flaw}"))
                .help("write it as `https://host/path`, without a slash at the end"))
        },
    )
}

/// What keeps a text from being an absolute https URL without query, fragment, credentials or final slash.
fn flaw(url: &str) -> Option<&'static str> {
    let Some(rest) = url.strip_prefix("https://") else { return Some("does not start with `https://`") };
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let flaws = [
        (rest.contains('?'), "has a query"),
        (rest.contains('#'), "has a fragment"),
        (authority.contains('@'), "holds credentials"),
        (rest.ends_with('/'), "has a slash at its end"),
        (!is_authority(authority), "has no plain host in lower case"),
        (!is_path(path), "has a path that is not plain"),
    ];
    flaws.into_iter().find_map(|(found, flaw)| found.then_some(flaw))
}

fn is_authority(authority: &str) -> bool {
    match authority.split_once(':') {
        Some((host, port)) => is_host(host) && is_port(port),
        None => is_host(authority),
    }
}

fn is_port(port: &str) -> bool {
    !port.starts_with(['+', '0']) && port.parse::<u16>().is_ok()
}

/// Parsers take a host whose last label is a number for an IPv4 address.
fn is_host(host: &str) -> bool {
    let number = host.rsplit('.').next().is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()));
    host.split('.').all(is_label) && (!number || host.parse::<Ipv4Addr>().is_ok())
}

fn is_label(label: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !label.is_empty() && !label.starts_with('-') && !label.ends_with('-') && label.bytes().all(allowed)
}

/// Segments of unreserved characters (RFC 3986), none of which is empty or means another.
fn is_path(path: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let plain = |segment: &str| !["", ".", ".."].contains(&segment) && segment.bytes().all(allowed);
    path.is_empty() || path.split('/').all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_urls_are_taken() {
        for url in
            ["https://a.example", "https://a.example/b/c.d", "https://1.2.3.4:8443/b", "https://a-1.b2"]
        {
            assert_eq!(flaw(url), None, "{url}");
        }
    }

    #[test]
    fn each_flaw_is_named() {
        for (url, expected) in [
            ("http://a.example", "https"),
            ("a.example/b", "https"),
            ("https:/a.example", "https"),
            ("https://a.example/b?c", "query"),
            ("https://a.example?c", "query"),
            ("https://a.example/b#c", "fragment"),
            ("https://a:b@c.example/d", "credentials"),
            ("https://a.example/b/", "slash"),
            ("https://a.example/", "slash"),
            ("https://", "host"),
            ("https:///a", "host"),
            ("https://a..example/b", "host"),
            ("https://a.example:0/b", "host"),
            ("https://a.example:/b", "host"),
            ("https://a.example:65536/b", "host"),
            ("https://A.example/b", "host"),
            ("https://1.2.3.999/b", "host"),
            ("https://a.example\\b", "host"),
            ("https://a.example/b//c", "path"),
            ("https://a.example/../c", "path"),
            ("https://a.example/b c", "path"),
            ("https://a.example/{b}", "path"),
        ] {
            assert!(flaw(url).is_some_and(|flaw| flaw.contains(expected)), "{url}: {:?}", flaw(url));
        }
    }
}
