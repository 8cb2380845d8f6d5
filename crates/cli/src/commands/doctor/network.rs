//! The way to the service: what the client that makes the calls uses.

use avepoint_elements::ProxyUse;

use super::check_results::CheckResult;
use crate::printer;
use crate::secrets;
use crate::settings::Connection;

pub(super) fn proxy(connection: &Connection, used: ProxyUse) -> CheckResult {
    const CHECK: &str = "proxy";
    match used {
        ProxyUse::Setting => CheckResult::ok(CHECK, connection.proxy.clone().unwrap_or_default()),
        ProxyUse::Variable(name) => {
            let url = std::env::var(name).unwrap_or_default();
            CheckResult::ok(CHECK, format!("{}, which {name} names", without_password(&url)))
        }
        _ => CheckResult::ok(CHECK, "none"),
    }
}

/// A proxy's URL without the user name and the password that it may hold.
fn without_password(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").map_or((None, url), |(scheme, rest)| (Some(scheme), rest));
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    scheme.map_or(host.to_owned(), |scheme| format!("{scheme}://{host}"))
}

/// The client that was built has read them.
pub(super) fn authorities(connection: &Connection) -> CheckResult {
    const CHECK: &str = "authorities";
    let Some(file) = &connection.ca_file else { return CheckResult::ok(CHECK, "those of the platform") };
    let read = secrets::public_bytes(file, "the certificate authorities").unwrap_or_default();
    let count = String::from_utf8_lossy(&read).matches("-----BEGIN CERTIFICATE-----").count();
    CheckResult::ok(CHECK, format!("those of the platform, and {count} of {}", printer::path(file)))
}

#[cfg(test)]
mod tests {
    use super::without_password;

    #[test]
    fn a_proxy_is_shown_without_its_password() {
        for (url, expected) in [
            ("http://proxy.example:3128", "http://proxy.example:3128"),
            ("http://u:canary@proxy.example:3128", "http://proxy.example:3128"),
            ("u:c@nary@proxy.example", "proxy.example"),
        ] {
            assert_eq!(without_password(url), expected);
        }
    }
}
