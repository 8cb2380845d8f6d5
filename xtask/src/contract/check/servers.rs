//! Servers: there is one, and its URLs are such that paths can be put behind them.

use super::url;
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
            let Some(flaw) = url::flaw(value) else { return Ok(()) };
            Err(contract
                .problem(&format!("/servers/{index}/{key}"), format!("`{key}` {flaw}"))
                .help("write it as `https://host/path`, without a slash at the end"))
        },
    )
}
