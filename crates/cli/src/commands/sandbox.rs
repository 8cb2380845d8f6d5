//! `sandbox`: the service by itself, until Ctrl-C.

use serde_json::{Value, json};

use crate::arguments::{self, Format};
use crate::exit::Failure;
use crate::output::{self, Report};

pub(crate) async fn run(arguments: &arguments::Sandbox, format: Format) -> Result<(), Failure> {
    let sandbox = avepoint_elements_sandbox::Sandbox::builder().listen(arguments.listen).start().await;
    let sandbox = sandbox.map_err(|error| {
        Failure::usage(format!("the sandbox cannot listen on {}: {error}", arguments.listen))
    })?;
    output::print(format, &Running(&sandbox))?;
    eprintln!(
        "the sandbox runs until Ctrl-C; http://{}/sandbox/offices shows what it holds",
        sandbox.local_addr()
    );
    tokio::signal::ctrl_c().await?;
    sandbox.stop().await;
    Ok(())
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
        })
    }
}
