//! Of `sandbox`: what it holds, and what goes wrong in it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use avepoint_elements_sandbox::{Fault, Faults, RateLimit};

use crate::arguments;
use crate::failure::Failure;

pub(crate) struct Sandbox {
    pub(crate) listen: SocketAddr,
    /// Every customer, where none is given.
    pub(crate) customers: Vec<String>,
    /// Users that exist; every user does, where neither these nor a directory are given.
    pub(crate) users: Vec<arguments::User>,
    /// A file with the users that exist.
    pub(crate) directory: Option<PathBuf>,
    pub(crate) token_lifetime: Duration,
    pub(crate) faults: Faults,
    /// Whether the seed decides anything.
    pub(crate) draws_faults: bool,
}

pub(crate) fn sandbox(arguments: arguments::Sandbox) -> Result<Sandbox, Failure> {
    let arguments::Sandbox { listen, customers, users, directory, token_lifetime, faults } = arguments;
    let customers = customers.iter().map(|id| id.as_str().to_owned()).collect();
    let draws_faults = shares(&faults).iter().any(|(share, _)| *share > 0.0);
    Ok(Sandbox {
        listen,
        customers,
        users,
        directory,
        token_lifetime,
        faults: self::faults(&faults)?,
        draws_faults,
    })
}

fn faults(arguments: &arguments::SandboxFaults) -> Result<Faults, Failure> {
    let mut faults = Faults::new()
        .latency(arguments.latency.unwrap_or_default())
        .show_updates_after(arguments.show_updates_after.unwrap_or_default())
        .shift_pages(arguments.shift_pages);
    let mut sum = 0.0;
    for (share, fault) in shares(arguments) {
        faults = faults.share(share, fault);
        sum += share;
    }
    // A little more is what adding decimal fractions in binary brings.
    if sum > 1.0 + 1e-9 {
        return Err(Failure::usage(format!(
            "--fail, --drop and --truncate add up to {:.1}% of the requests; at most 100% is possible",
            sum * 100.0
        )));
    }
    if let Some(rate) = arguments.rate {
        let rate = RateLimit::new(rate.requests, rate.period);
        faults = faults.rate_limit(if arguments.no_retry_after { rate.without_retry_after() } else { rate });
    }
    if let Some(requests) = arguments.revoke_after {
        faults = faults.revoke_after(requests);
    }
    if let Some(seed) = arguments.seed {
        faults = faults.seed(seed);
    }
    Ok(faults)
}

fn shares(arguments: &arguments::SandboxFaults) -> [(f64, Fault); 4] {
    let dropped = arguments.drop.unwrap_or_default() / 2.0;
    [
        (arguments.fail.unwrap_or_default(), Fault::status(arguments.fail_status)),
        (dropped, Fault::dropped_before_applying()),
        (dropped, Fault::dropped_after_applying()),
        (arguments.truncate.unwrap_or_default(), Fault::truncated()),
    ]
}
