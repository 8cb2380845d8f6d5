//! Proxies: the one that is set, and those that the environment names. One that cannot be used is an error: the HTTP
//! library would connect directly.

use std::ffi::OsString;

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::Proxy;

use super::endpoint::Endpoint;
use crate::error::{Error, Result};

const SCHEMES: [&str; 2] = ["http", "https"];
const FORM: &str = "give http://host:port";

/// A proxy for every request. No message repeats its URL, which may hold a password.
pub(crate) fn parse(url: &str) -> Result<Proxy> {
    let proxy = Proxy::all(url).ok().filter(|_| is_usable(url));
    proxy.ok_or_else(|| Error::configuration(format!("the proxy's URL cannot be used; {FORM}")))
}

/// Whether requests would go through a proxy with this URL. The HTTP library has two parsers for it, and passes by one
/// that either of them refuses.
fn is_usable(url: &str) -> bool {
    let any = "https://host.example".parse().unwrap_or_default();
    let proxy = Matcher::builder().all(url.to_owned()).build().intercept(&any);
    let scheme = proxy.as_ref().and_then(|proxy| proxy.uri().scheme_str());
    scheme.is_some_and(|scheme| SCHEMES.contains(&scheme)) && Proxy::all(url).is_ok()
}

/// Checks the variables that name proxies, as far as they concern an endpoint; `variable` reads one.
///
/// They are read as the HTTP library reads them: upper case first, `ALL_PROXY` where `HTTPS_PROXY` names none, and none in
/// a CGI program or for a host that `NO_PROXY` lists. `HTTP_PROXY` is for plain http, which goes to this machine alone; one
/// that cannot be used is refused all the same, since it is meant for something. So is an empty one that hides another:
/// the library would not look at the latter, as curl does.
///
/// Gives the variable whose proxy requests to the endpoint take.
pub(super) fn check_environment(
    endpoint: &Endpoint,
    variable: impl Fn(&str) -> Option<OsString>,
) -> Result<Option<&'static str>> {
    if variable("REQUEST_METHOD").is_some() {
        return Ok(None);
    }
    let first = |names| first(names, &variable);
    if is_excepted(endpoint, first(["NO_PROXY", "no_proxy"])?)? {
        return Ok(None);
    }
    let https = first(["HTTPS_PROXY", "https_proxy"])?;
    let all = first(["ALL_PROXY", "all_proxy"])?;
    let used = https.or(all);
    let name = used.as_ref().map(|(name, _)| *name);
    for (name, value) in [used, first(["HTTP_PROXY", "http_proxy"])?].into_iter().flatten() {
        if !value.to_str().is_some_and(is_usable) {
            return Err(Error::configuration(format!(
                "the proxy that the variable {name} names cannot be used; {FORM}, or unset it"
            )));
        }
    }
    Ok(name)
}

/// A variable under the first of its two names that is set, unless it is empty.
fn first(
    [upper, lower]: [&'static str; 2],
    variable: impl Fn(&str) -> Option<OsString>,
) -> Result<Option<(&'static str, OsString)>> {
    let value = |name| variable(name).map(|value| (name, value));
    let is_blank = |(_, value): &(&str, OsString)| value.is_empty();
    match (value(upper), value(lower)) {
        (Some(first), Some(second)) if is_blank(&first) && !is_blank(&second) => Err(Error::configuration(
            format!("the variable {upper} is empty and hides {lower}: unset one of them, or set both alike"),
        )),
        (first, second) => Ok(first.or(second).filter(|found| !is_blank(found))),
    }
}

/// Whether the list of exceptions has the endpoint's host. A list that is no text is an error, since the library passes it
/// by, and what it was to list is not known.
fn is_excepted(endpoint: &Endpoint, list: Option<(&str, OsString)>) -> Result<bool> {
    let Some((name, list)) = list else { return Ok(false) };
    let list = list.into_string().map_err(|_| {
        Error::configuration(format!(
            "the variable {name} is not valid UTF-8: correct its list of hosts, or unset it"
        ))
    })?;
    let matcher = Matcher::builder().all("http://proxy.example").no(list).build();
    Ok(endpoint.url().as_str().parse().is_ok_and(|url| matcher.intercept(&url).is_none()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(variables: &[(&str, &str)]) -> Result<Option<&'static str>> {
        let endpoint = Endpoint::new("base URL", "https://api.elements.example/partner", false).unwrap();
        check_environment(&endpoint, |name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).into())
        })
    }

    const UNUSABLE: [&str; 9] = [
        "ftp://someone:canary@proxy.example",
        "htp://proxy.example:3128",
        "socks5://proxy.example:1080",
        "http://[::1",
        "http://",
        "://proxy.example",
        "http://proxy.example:99999",
        "http://proxy example:3128",
        " http://proxy.example:3128",
    ];

    #[test]
    fn a_variable_that_names_no_usable_proxy_is_an_error_without_its_value() {
        let names = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy"];
        for name in names {
            for url in UNUSABLE {
                let error = check(&[(name, url)]).unwrap_err();
                let message = error.to_string();
                assert!(error.is_configuration() && message.contains(name), "{name}={url}: {message}");
                assert!(!message.contains("canary") && !message.contains("proxy.example"), "{message}");
            }
        }
    }

    #[test]
    fn a_proxy_that_can_be_used_is_and_so_is_none() {
        for url in [
            "http://proxy.example:3128",
            "proxy.example:3128",
            "HTTPS://u:p@proxy.example",
            "http://[::1]:1",
            "",
        ] {
            check(&[("HTTPS_PROXY", url)]).unwrap();
        }
        check(&[]).unwrap();
    }

    #[test]
    fn only_what_concerns_the_host_counts() {
        let (bad, good) = ("ftp://proxy.example", "http://proxy.example:3128");
        for list in ["*", "elements.example", ".elements.example", "other.example, api.elements.example"] {
            check(&[("HTTPS_PROXY", bad), ("NO_PROXY", list)]).unwrap();
            check(&[("HTTPS_PROXY", bad), ("no_proxy", list)]).unwrap();
        }
        check(&[("HTTPS_PROXY", bad), ("NO_PROXY", "other.example")]).unwrap_err();
        assert_eq!(check(&[("HTTPS_PROXY", good), ("NO_PROXY", "*")]).unwrap(), None);
        assert_eq!(check(&[("https_proxy", good), ("ALL_PROXY", good)]).unwrap(), Some("https_proxy"));
        // The first name counts, and ALL_PROXY where HTTPS_PROXY is not set.
        check(&[("HTTPS_PROXY", good), ("https_proxy", bad), ("ALL_PROXY", bad)]).unwrap();
        check(&[("HTTPS_PROXY", ""), ("ALL_PROXY", bad)]).unwrap_err();
        check(&[("REQUEST_METHOD", "GET"), ("HTTPS_PROXY", bad)]).unwrap();
    }

    #[test]
    fn an_empty_variable_hides_no_other() {
        let good = "http://proxy.example:3128";
        for (upper, lower) in [
            ("HTTPS_PROXY", "https_proxy"),
            ("ALL_PROXY", "all_proxy"),
            ("HTTP_PROXY", "http_proxy"),
            ("NO_PROXY", "no_proxy"),
        ] {
            let error = check(&[(upper, ""), (lower, good)]).unwrap_err();
            let message = error.to_string();
            assert!(
                error.is_configuration() && message.contains(upper) && message.contains(lower),
                "{message}"
            );
            check(&[(upper, ""), (lower, "")]).unwrap();
            check(&[(upper, good), (lower, "")]).unwrap();
        }
        check(&[("HTTPS_PROXY", ""), ("ALL_PROXY", good)]).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_variable_that_is_no_text_is_an_error() {
        use std::os::unix::ffi::OsStringExt;
        let endpoint = Endpoint::new("base URL", "https://api.elements.example", false).unwrap();
        let check = |name: &str, value: &[u8], proxy: &str| {
            let value = OsString::from_vec(value.to_vec());
            check_environment(&endpoint, |known| match known {
                "HTTPS_PROXY" if name != known => Some(proxy.into()),
                _ => (known == name).then(|| value.clone()),
            })
        };
        let refused = |name: &str, value: &[u8], proxy: &str| {
            let error = check(name, value, proxy).unwrap_err();
            assert!(error.is_configuration() && error.to_string().contains(name), "{error}");
        };
        refused("HTTPS_PROXY", b"h\xFF", "");
        for name in ["NO_PROXY", "no_proxy"] {
            for proxy in ["ftp://proxy.example", "http://proxy.example:3128"] {
                refused(name, b"api.elements.example,\xFF", proxy);
            }
        }
    }
}
