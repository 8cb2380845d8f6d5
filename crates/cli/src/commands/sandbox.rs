//! `sandbox`: the service by itself, until Ctrl-C.

use avepoint_elements_sandbox::{Fault, Faults, RateLimit, SandboxBuilder};
use serde_json::{Value, json};

use crate::arguments::{self, Format, SandboxFaults};
use crate::exit::Failure;
use crate::output::{self, Report, note};

pub(crate) async fn run(arguments: &arguments::Sandbox, format: Format) -> Result<(), Failure> {
    let sandbox = builder(arguments)?.start().await;
    let sandbox = sandbox.map_err(|error| {
        Failure::usage(format!("the sandbox cannot listen on {}: {error}", arguments.listen))
    })?;
    output::print(format, &Running(&sandbox))?;
    let address = sandbox.local_addr();
    note(&format!("the sandbox runs until Ctrl-C; http://{address}/sandbox/offices shows what it holds"));
    if arguments.faults.by_chance() {
        note(&format!("faults are drawn from --seed {}", sandbox.seed()));
    }
    tokio::signal::ctrl_c().await?;
    sandbox.stop().await;
    Ok(())
}

fn builder(arguments: &arguments::Sandbox) -> Result<SandboxBuilder, Failure> {
    let builder = avepoint_elements_sandbox::Sandbox::builder()
        .listen(arguments.listen)
        .token_lifetime(arguments.token_lifetime)
        .faults(arguments.faults.faults()?);
    let builder = match &arguments.customers[..] {
        [] => builder,
        customers => builder.customers(customers),
    };
    Ok(match &arguments.users[..] {
        [] => builder,
        users => builder.users(users.iter().cloned()),
    })
}

impl SandboxFaults {
    fn faults(&self) -> Result<Faults, Failure> {
        let mut faults = Faults::new().latency(self.latency.unwrap_or_default());
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

struct Running<'a>(&'a avepoint_elements_sandbox::Sandbox);

impl Running<'_> {
    /// The variables that point this program at the sandbox.
    fn variables(&self) -> [(&'static str, String); 4] {
        [
            ("ELEMENTS_BASE_URL", self.0.base_url()),
            ("ELEMENTS_TOKEN_URL", self.0.token_url()),
            ("ELEMENTS_CLIENT_ID", self.0.client_id().to_owned()),
            ("ELEMENTS_CLIENT_SECRET", self.0.client_secret().to_owned()),
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
            "seed": self.0.seed(),
        })
    }
}
