//! `sandbox`: the service by itself, until Ctrl-C.

use avepoint_elements_sandbox::{Directory, Sandbox, SandboxBuilder};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::interrupt::Interrupts;
use crate::printer::{Printer, Report, note, with_causes};
use crate::{sandbox_users, settings};

pub(crate) async fn run(
    settings: settings::Sandbox,
    printer: Printer,
    interrupts: &Interrupts,
) -> Result<(), Failure> {
    let mut listener = interrupts.listen("interrupted");
    let (listen, draws_faults, directory) = (settings.listen, settings.draws_faults, directory(&settings)?);
    let scope = scope(directory.as_ref());
    let held = directory.as_ref().map(|directory| (directory.users(), directory.customers()));
    let sandbox = builder(settings, directory).start().await;
    let sandbox =
        sandbox.map_err(|error| Failure::usage(format!("the sandbox cannot listen on {listen}: {error}")))?;
    printer.print(&SandboxReport { sandbox: &sandbox, held })?;
    note(&scope);
    let address = sandbox.local_addr();
    note(&format!("the sandbox runs until Ctrl-C; http://{address}/sandbox/users shows what it holds"));
    if draws_faults {
        note(&format!("faults are drawn from --seed {}", sandbox.seed()));
    }
    listener.interrupt().await;
    sandbox.stop().await;
    Ok(())
}

/// The users that exist; none where any id is accepted.
fn directory(settings: &settings::Sandbox) -> Result<Option<Directory>, Failure> {
    if let Some(file) = &settings.directory {
        return sandbox_users::read(file).map(|(directory, _)| Some(directory));
    }
    if settings.users.is_empty() {
        return Ok(None);
    }
    let mut directory = Directory::new();
    for (customer, tenant, user) in &settings.users {
        let line = json!({ "customerId": customer, "tenantId": tenant, "userId": user });
        directory.add(&line).map_err(|error| Failure::usage(format!("--user: {}", with_causes(&error))))?;
    }
    Ok(Some(directory))
}

/// Which ids are accepted.
fn scope(directory: Option<&Directory>) -> String {
    directory.map_or_else(
        || "any id is accepted: without --users, every customer, tenant and user exists".to_owned(),
        |directory| {
            let (users, customers) = (directory.users(), directory.customers());
            format!("only these exist: {users} users of {customers} customers; others are answered with 404")
        },
    )
}

fn builder(settings: settings::Sandbox, directory: Option<Directory>) -> SandboxBuilder {
    let mut builder = Sandbox::builder()
        .listen(settings.listen)
        .token_lifetime(settings.token_lifetime)
        .faults(settings.faults);
    if !settings.customers.is_empty() {
        builder = builder.customers(&settings.customers);
    }
    match directory {
        None => builder,
        Some(directory) => builder.directory(directory),
    }
}

struct SandboxReport<'a> {
    sandbox: &'a Sandbox,
    /// The number of users and customers; none where any id is accepted.
    held: Option<(usize, usize)>,
}

impl SandboxReport<'_> {
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

impl Report for SandboxReport<'_> {
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
