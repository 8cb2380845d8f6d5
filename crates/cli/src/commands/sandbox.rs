//! `sandbox`: the service by itself, until Ctrl-C.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::pin::pin;

use avepoint_elements_sandbox::{Directory, Fault, Faults, RateLimit, SandboxBuilder};
use serde_json::{Value, json};

use crate::arguments::{self, Format, SandboxFaults};
use crate::exit::Failure;
use crate::output::{self, Report, note};

pub(crate) async fn run(arguments: &arguments::Sandbox, format: Format) -> Result<(), Failure> {
    let directory = directory(arguments)?;
    let scope = scope(directory.as_ref());
    let held = directory.as_ref().map(|directory| (directory.users(), directory.customers()));
    let sandbox = builder(arguments, directory)?.start().await;
    let sandbox = sandbox.map_err(|error| {
        Failure::usage(format!("the sandbox cannot listen on {}: {error}", arguments.listen))
    })?;
    let mut stop = pin!(tokio::signal::ctrl_c());
    // Its first poll registers it: an interrupt right after the first line must not kill the program.
    tokio::select! {
        biased;
        stopped = &mut stop => return Ok(stopped?),
        () = std::future::ready(()) => {}
    }
    output::print(format, &Running { sandbox: &sandbox, held })?;
    note(&scope);
    let address = sandbox.local_addr();
    note(&format!("the sandbox runs until Ctrl-C; http://{address}/sandbox/users shows what it holds"));
    if arguments.faults.by_chance() {
        note(&format!("faults are drawn from --seed {}", sandbox.seed()));
    }
    stop.await?;
    sandbox.stop().await;
    Ok(())
}

/// The users that exist; none where any id is accepted.
fn directory(arguments: &arguments::Sandbox) -> Result<Option<Directory>, Failure> {
    if let Some(file) = &arguments.directory {
        return read(file).map(Some);
    }
    if arguments.users.is_empty() {
        return Ok(None);
    }
    let mut directory = Directory::new();
    for (customer, tenant, user) in &arguments.users {
        let line = json!({ "customerId": customer, "tenantId": tenant, "userId": user });
        directory.add(&line).map_err(|error| Failure::usage(format!("--user: {error}")))?;
    }
    Ok(Some(directory))
}

fn read(file: &Path) -> Result<Directory, Failure> {
    let directory = File::open(file).and_then(|file| Directory::from_ndjson(BufReader::new(file)));
    directory.map_err(|error| Failure::usage(format!("{}: {error}", output::path(file))))
}

/// What the first line says: which ids are accepted.
fn scope(directory: Option<&Directory>) -> String {
    directory.map_or_else(
        || "any id is accepted: without --users, every customer, tenant and user exists".to_owned(),
        |directory| {
            let (users, customers) = (directory.users(), directory.customers());
            format!("only these exist: {users} users of {customers} customers; others are answered with 404")
        },
    )
}

fn builder(arguments: &arguments::Sandbox, directory: Option<Directory>) -> Result<SandboxBuilder, Failure> {
    let builder = avepoint_elements_sandbox::Sandbox::builder()
        .listen(arguments.listen)
        .token_lifetime(arguments.token_lifetime)
        .faults(arguments.faults.faults()?);
    let builder = match &arguments.customers[..] {
        [] => builder,
        customers => builder.customers(customers),
    };
    Ok(match directory {
        None => builder,
        Some(directory) => builder.directory(directory),
    })
}

impl SandboxFaults {
    fn faults(&self) -> Result<Faults, Failure> {
        let mut faults = Faults::new()
            .latency(self.latency.unwrap_or_default())
            .show_updates_after(self.show_updates_after.unwrap_or_default())
            .shift_pages(self.shift_pages);
        let mut sum = 0.0;
        for (share, fault) in self.shares() {
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
        if let Some(rate) = self.rate {
            let rate = RateLimit::new(rate.requests, rate.period);
            faults = faults.rate_limit(if self.no_retry_after { rate.without_retry_after() } else { rate });
        }
        if let Some(requests) = self.revoke_after {
            faults = faults.revoke_after(requests);
        }
        if let Some(seed) = self.seed {
            faults = faults.seed(seed);
        }
        Ok(faults)
    }

    fn shares(&self) -> [(f64, Fault); 4] {
        let dropped = self.drop.unwrap_or_default() / 2.0;
        [
            (self.fail.unwrap_or_default(), Fault::status(self.fail_status)),
            (dropped, Fault::dropped_before_applying()),
            (dropped, Fault::dropped_after_applying()),
            (self.truncate.unwrap_or_default(), Fault::truncated()),
        ]
    }

    /// Whether the seed decides anything.
    fn by_chance(&self) -> bool {
        self.shares().iter().any(|(share, _)| *share > 0.0)
    }
}

struct Running<'a> {
    sandbox: &'a avepoint_elements_sandbox::Sandbox,
    /// The number of users and customers; none where any id is accepted.
    held: Option<(usize, usize)>,
}

impl Running<'_> {
    /// The variables that point this program at the sandbox.
    fn variables(&self) -> [(&'static str, String); 4] {
        [
            ("ELEMENTS_BASE_URL", self.sandbox.base_url()),
            ("ELEMENTS_TOKEN_URL", self.sandbox.token_url()),
            ("ELEMENTS_CLIENT_ID", self.sandbox.client_id().to_owned()),
            ("ELEMENTS_CLIENT_SECRET", self.sandbox.client_secret().to_owned()),
        ]
    }
}

impl Report for Running<'_> {
    fn text(&self) -> String {
        self.variables().map(|(name, value)| format!("{name}={value}\n")).concat()
    }

    fn json(&self) -> Value {
        let [base_url, token_url, client_id, client_secret] = self.variables().map(|(_, value)| value);
        json!({
            "baseUrl": base_url,
            "tokenUrl": token_url,
            "clientId": client_id,
            "clientSecret": client_secret,
            "seed": self.sandbox.seed(),
            "users": self.held.map(|(users, _)| users),
            "customers": self.held.map(|(_, customers)| customers),
        })
    }
}
