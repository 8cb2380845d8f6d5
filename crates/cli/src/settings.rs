//! Settings: what arguments and variables come to, resolved once. Commands know values, and no flags.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use avepoint_elements::{Environment, OfficeField, Secret, UserKey};
use avepoint_elements_bulk::plan::{MaxChanges, Selection, Sha256Sum};
use avepoint_elements_bulk::{Blank, BulkOptions, Format, InputOptions, Purpose, Shard, Source};
use avepoint_elements_sandbox::{Fault, Faults, RateLimit};

use crate::arguments::{self, Rate, RowFormat};
use crate::failure::Failure;
use crate::secrets;

/// Where to, as whom, and how long to wait.
pub(crate) struct Connection {
    pub(crate) service: Service,
    /// A file with certificate authorities to trust beside the platform's.
    pub(crate) ca_file: Option<PathBuf>,
    pub(crate) proxy: Option<String>,
    pub(crate) keep_alive: bool,
    pub(crate) connect_timeout: Option<Duration>,
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) retries: Option<u32>,
    pub(crate) rate: Option<Rate>,
}

pub(crate) enum Service {
    /// One in this process, with URLs and credentials of its own.
    Sandbox {
        /// A file with the users that exist; any id does without.
        users: Option<PathBuf>,
    },
    Remote(Remote),
}

pub(crate) struct Remote {
    pub(crate) environment: Environment,
    /// In place of the environment's.
    pub(crate) base_url: Option<String>,
    pub(crate) token_url: Option<String>,
    pub(crate) client_id: Option<String>,
    pub(crate) credential: Option<CredentialSource>,
}

/// Where a credential comes from; `-` as a file is standard input.
pub(crate) enum CredentialSource {
    SecretFile(PathBuf),
    Secret(Secret),
    AccessToken(Secret),
    Certificate { file: PathBuf, password: Password },
}

/// The password of a PFX.
pub(crate) enum Password {
    File(PathBuf),
    Text(Secret),
}

impl Connection {
    pub(crate) fn is_sandbox(&self) -> bool {
        matches!(self.service, Service::Sandbox { .. })
    }

    /// Whether it is a sandbox in which every id exists.
    pub(crate) fn takes_any_id(&self) -> bool {
        matches!(self.service, Service::Sandbox { users: None })
    }

    fn reads_stdin(&self) -> bool {
        let Service::Remote(Remote { credential: Some(credential), .. }) = &self.service else {
            return false;
        };
        let files = match credential {
            CredentialSource::Certificate { file, password: Password::File(password) } => {
                [Some(file), Some(password)]
            }
            CredentialSource::SecretFile(file) | CredentialSource::Certificate { file, .. } => {
                [Some(file), None]
            }
            CredentialSource::Secret(_) | CredentialSource::AccessToken(_) => [None, None],
        };
        files.into_iter().flatten().any(|file| file == Path::new("-"))
    }
}

/// Resolves what every command that calls the service takes.
pub(crate) fn connection(arguments: arguments::Connection) -> Result<Connection, Failure> {
    let arguments::Connection { sandbox, sandbox_users, network, timeouts, .. } = arguments;
    let arguments::Connection { environment, base_url, token_url, credential, .. } = arguments;
    let service = if sandbox {
        Service::Sandbox { users: sandbox_users }
    } else {
        let (base_url, token_url) = (given(base_url), given(token_url));
        let client_id = given(credential.client_id.clone());
        let credential = credential_source(credential)?;
        Service::Remote(Remote { environment, base_url, token_url, client_id, credential })
    };
    let proxy = given(network.proxy);
    if proxy.as_ref().is_some_and(|url| url.contains('@')) {
        return Err(Failure::usage(
            "a proxy's password does not belong into arguments, which others can see; set HTTPS_PROXY instead",
        ));
    }
    Ok(Connection {
        service,
        ca_file: network.ca_file.filter(|file| !file.as_os_str().is_empty()),
        proxy,
        keep_alive: !network.no_keep_alive,
        connect_timeout: timeouts.connect_timeout,
        attempt_timeout: timeouts.attempt_timeout,
        timeout: timeouts.timeout,
        retries: timeouts.retries,
        rate: None,
    })
}

/// A text that is there; an empty variable is none.
fn given(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

/// A file that is named by a flag comes before every variable.
fn credential_source(arguments: arguments::Credential) -> Result<Option<CredentialSource>, Failure> {
    if let Some(file) = arguments.client_secret_file {
        return Ok(Some(CredentialSource::SecretFile(file)));
    }
    if let Some(file) = arguments.certificate {
        return certificate(file, arguments.certificate_password_file).map(Some);
    }
    if let Some(token) = secrets::from_environment("ELEMENTS_ACCESS_TOKEN")? {
        return Ok(Some(CredentialSource::AccessToken(token)));
    }
    if let Some(file) = secrets::from_environment("ELEMENTS_CERTIFICATE")? {
        return certificate(file.expose().into(), arguments.certificate_password_file).map(Some);
    }
    Ok(secrets::from_environment("ELEMENTS_CLIENT_SECRET")?.map(CredentialSource::Secret))
}

fn certificate(file: PathBuf, password_file: Option<PathBuf>) -> Result<CredentialSource, Failure> {
    let variable = || secrets::from_environment("ELEMENTS_CERTIFICATE_PASSWORD");
    let password = match password_file {
        Some(file) => Password::File(file),
        // A PFX may have an empty password.
        None => Password::Text(variable()?.unwrap_or_else(|| "".into())),
    };
    Ok(CredentialSource::Certificate { file, password })
}

/// Which rows are read, and how.
pub(crate) struct Input {
    file: PathBuf,
    pub(crate) options: InputOptions,
    /// The most that is read from a stream, in bytes.
    pub(crate) stream_limit: u64,
}

impl Input {
    /// None for standard input.
    pub(crate) fn file(&self) -> Option<&Path> {
        (self.file != Path::new("-")).then_some(&self.file)
    }

    pub(crate) fn is_stdin(&self) -> bool {
        self.file().is_none()
    }

    /// The file beside which others have their place; none for standard input under any of its names.
    pub(crate) fn place(&self) -> Option<&Path> {
        self.file().filter(|file| !Source::is_of_system(file))
    }
}

/// Resolves what every command that reads rows takes.
pub(crate) fn input(arguments: arguments::Input) -> Input {
    let arguments::Input { file, reading, customer, tenant, blank } = arguments;
    let stream_limit = reading.stream_limit;
    let mut options = options(reading, blank);
    if let Some(customer) = customer {
        options = options.customer(customer);
    }
    if let Some(tenant) = tenant {
        options = options.tenant(tenant);
    }
    Input { file, options, stream_limit }
}

/// How rows are read, whatever they are for.
fn options(arguments: arguments::ReadingArguments, blank: Option<arguments::Blank>) -> InputOptions {
    let mut options = InputOptions::default()
        .strict_countries(arguments.strict_countries)
        .allow_multiline(arguments.allow_multiline);
    if let Some(blank) = blank {
        options = options.blank(blank.into());
    }
    if let Some(format) = arguments.format {
        options = options.format(format.into());
    }
    for (column, name) in arguments.map {
        options = options.map(column, name);
    }
    options
}

impl From<RowFormat> for Format {
    fn from(format: RowFormat) -> Self {
        match format {
            RowFormat::Csv => Self::Csv,
            RowFormat::Ndjson => Self::Ndjson,
        }
    }
}

impl From<arguments::Blank> for Blank {
    fn from(blank: arguments::Blank) -> Self {
        match blank {
            arguments::Blank::Keep => Self::Keep,
            arguments::Blank::Clear => Self::Clear,
            arguments::Blank::Error => Self::Error,
        }
    }
}

/// Of `office apply`.
#[allow(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
pub(crate) struct Apply {
    pub(crate) input: Input,
    pub(crate) connection: Connection,
    pub(crate) bulk: BulkOptions,
    pub(crate) limit: Option<u64>,
    pub(crate) max_outage: Duration,
    pub(crate) shard: Option<Shard>,
    /// Whether consent was given beforehand.
    pub(crate) yes: bool,
    pub(crate) dry_run: bool,
    pub(crate) skip_invalid: bool,
    pub(crate) quiet: bool,
    /// Where the journal is, if not beside the input.
    pub(crate) journal: Option<PathBuf>,
    /// Where the results are, if not beside the input.
    pub(crate) results: Option<PathBuf>,
    /// Whether a fresh journal is begun.
    pub(crate) fresh: bool,
    pub(crate) guards: Guards,
    /// The flags that were given and are about rows.
    pub(crate) row_flags: Vec<&'static str>,
}

/// What a plan may do.
pub(crate) struct Guards {
    pub(crate) max_changes: Option<MaxChanges>,
    pub(crate) allow_clear: bool,
    pub(crate) expect: Option<Sha256Sum>,
    /// Whether one row in each tenant is enough.
    pub(crate) canary: bool,
}

impl Guards {
    /// The flags that were given.
    pub(crate) fn flags(&self) -> Vec<&'static str> {
        let flags = [
            ("--max-changes", self.max_changes.is_some()),
            ("--allow-clear", self.allow_clear),
            ("--expect", self.expect.is_some()),
            ("--canary", self.canary),
        ];
        given_flags(flags)
    }
}

fn given_flags(flags: impl IntoIterator<Item = (&'static str, bool)>) -> Vec<&'static str> {
    flags.into_iter().filter_map(|(flag, is_given)| is_given.then_some(flag)).collect()
}

/// The flags that were given and are about rows.
fn row_flags(input: &arguments::Input, run: &arguments::RunArguments) -> Vec<&'static str> {
    given_flags([
        ("--format", input.reading.format.is_some()),
        ("--map", !input.reading.map.is_empty()),
        ("--customer", input.customer.is_some()),
        ("--tenant", input.tenant.is_some()),
        ("--blank", input.blank.is_some()),
        ("--strict-countries", input.reading.strict_countries),
        ("--allow-multiline", input.reading.allow_multiline),
        ("--skip-invalid", run.skip_invalid),
    ])
}

/// Resolves what `office apply` takes.
pub(crate) fn apply(arguments: arguments::Apply) -> Result<Apply, Failure> {
    let arguments::Apply { input, run, guards, files, connection } = arguments;
    let row_flags = row_flags(&input, &run);
    let arguments::GuardArguments { max_changes, allow_clear, expect, canary } = guards;
    let (input, mut connection) = (self::input(input), self::connection(connection)?);
    connection.rate = run.rate;
    check_stdin(&input, &connection)?;
    check_name("--results", files.results.as_deref())?;
    check_name("--journal", files.journal.as_deref())?;
    let mut bulk = BulkOptions::new().concurrency(run.concurrency.get()).max_outage(run.max_outage);
    if let Some(most) = run.max_failures {
        bulk = bulk.max_failures(most);
    }
    if let Some(limit) = run.limit {
        bulk = bulk.limit(limit);
    }
    Ok(Apply {
        input,
        connection,
        bulk,
        limit: run.limit,
        max_outage: run.max_outage,
        shard: run.shard,
        yes: run.yes,
        dry_run: run.dry_run,
        skip_invalid: run.skip_invalid,
        quiet: run.quiet,
        journal: files.journal,
        results: files.results,
        fresh: files.fresh,
        guards: Guards { max_changes, allow_clear, expect, canary },
        row_flags,
    })
}

/// Of `office verify`.
pub(crate) struct Verify {
    pub(crate) plan: PathBuf,
    pub(crate) connection: Connection,
    pub(crate) bulk: BulkOptions,
    pub(crate) max_outage: Duration,
    pub(crate) shard: Option<Shard>,
    /// Where the results are, if not beside the plan.
    pub(crate) results: Option<PathBuf>,
    pub(crate) quiet: bool,
}

/// Resolves what `office verify` takes.
pub(crate) fn verify(arguments: arguments::Verify) -> Result<Verify, Failure> {
    let arguments::Verify { plan, run, connection } = arguments;
    let mut connection = self::connection(connection)?;
    connection.rate = run.rate;
    check_name("--results", run.results.as_deref())?;
    let bulk =
        BulkOptions::new().concurrency(run.concurrency.get()).max_outage(run.max_outage).wait(run.wait);
    Ok(Verify {
        plan,
        connection,
        bulk,
        max_outage: run.max_outage,
        shard: run.shard,
        results: run.results,
        quiet: run.quiet,
    })
}

/// Standard input holds one thing.
fn check_stdin(input: &Input, connection: &Connection) -> Result<(), Failure> {
    if input.is_stdin() && connection.reads_stdin() {
        return Err(Failure::usage(
            "standard input cannot hold both the rows (FILE) and a secret; name a file for one of them, such as \
             --client-secret-file PATH",
        ));
    }
    Ok(())
}

/// Neither results nor a journal can go to standard output, which `-` means elsewhere.
fn check_name(flag: &str, file: Option<&Path>) -> Result<(), Failure> {
    let Some(file) = file else { return Ok(()) };
    if file == Path::new("-") {
        return Err(Failure::usage(format!(
            "{flag} takes the name of a file, and standard output (-) is none; for a file of that name say ./-"
        )));
    }
    if Source::is_of_system(file) {
        return Err(Failure::usage(format!(
            "{flag} takes the name of an ordinary file, and {} is none; nothing was sent",
            crate::printer::path(file)
        )));
    }
    Ok(())
}

/// Of `office plan`.
pub(crate) struct Plan {
    pub(crate) input: Input,
    pub(crate) connection: Connection,
    /// By id or exact name; all, where it is not given.
    pub(crate) customer: Option<String>,
    /// By id or exact name; that of each row, where it is not given.
    pub(crate) tenant: Option<String>,
    pub(crate) concurrency: usize,
    /// Where the plan is, if not beside the input.
    pub(crate) out: Option<PathBuf>,
    /// Where the results are, if not beside the plan.
    pub(crate) results: Option<PathBuf>,
    /// What the plan says of how it was made, by flag.
    pub(crate) rules: BTreeMap<String, String>,
    /// Whether changes have an exit code of their own.
    pub(crate) exit_code: bool,
    pub(crate) quiet: bool,
}

/// Resolves what `office plan` takes.
pub(crate) fn plan(arguments: arguments::Plan) -> Result<Plan, Failure> {
    let arguments::Plan { rows, files, pace, connection } = arguments;
    let mut connection = self::connection(connection)?;
    connection.rate = pace.rate;
    let rules = rules(&rows);
    let stream_limit = rows.reading.stream_limit;
    let options = options(rows.reading, rows.blank).purpose(Purpose::Plan).user_kind(rows.user_kind);
    let input = Input { file: rows.file, options, stream_limit };
    check_stdin(&input, &connection)?;
    check_name("--out", files.out.as_deref())?;
    check_name("--results", files.results.as_deref())?;
    Ok(Plan {
        input,
        connection,
        customer: rows.customer,
        tenant: rows.tenant,
        concurrency: pace.concurrency.get(),
        out: files.out,
        results: files.results,
        rules,
        exit_code: files.exit_code,
        quiet: files.quiet,
    })
}

/// The flags that decide what is planned.
fn rules(rows: &arguments::PlanRows) -> BTreeMap<String, String> {
    let blank = rows.blank.map_or(Blank::Keep, Into::into);
    let maps = rows.reading.map.iter().map(|(column, name)| (format!("map {column}"), name.clone()));
    let text = |name: &str, text: &Option<String>| text.as_ref().map(|text| (name.to_owned(), text.clone()));
    let named = [text("customer", &rows.customer), text("tenant", &rows.tenant)];
    let own = [("blank", blank.to_string()), ("user-kind", rows.user_kind.to_string())];
    let own = own.into_iter().map(|(name, text)| (name.to_owned(), text));
    own.chain(named.into_iter().flatten()).chain(maps).collect()
}

/// Of `office show`.
pub(crate) struct Show {
    pub(crate) plan: PathBuf,
    pub(crate) selection: Selection,
}

/// Resolves what `office show` takes.
pub(crate) fn show(arguments: arguments::Show) -> Show {
    let arguments::Show { plan, customer, changed } = arguments;
    let mut selection = Selection::default();
    (selection.customer, selection.changed) = (customer, changed);
    Show { plan, selection }
}

/// Of `office undo`.
pub(crate) struct Undo {
    pub(crate) plan: PathBuf,
    pub(crate) out: PathBuf,
    /// Whether every change is taken back, whatever a journal says.
    pub(crate) all: bool,
}

/// Resolves what `office undo` takes.
pub(crate) fn undo(arguments: arguments::Undo) -> Result<Undo, Failure> {
    let arguments::Undo { plan, out, all } = arguments;
    check_name("--out", Some(&out))?;
    Ok(Undo { plan, out, all })
}

/// Of `office status`.
pub(crate) struct Status {
    pub(crate) input: Input,
    pub(crate) journal: Option<PathBuf>,
    pub(crate) shard: Option<Shard>,
}

/// Resolves what `office status` takes.
pub(crate) fn status(arguments: arguments::Status) -> Status {
    let arguments::Status { input, journal, shard } = arguments;
    Status { input: self::input(input), journal, shard }
}

/// Of `office set`.
pub(crate) struct Set {
    pub(crate) user: UserKey,
    /// What each field is set to, where it is given.
    pub(crate) values: [(OfficeField, Option<String>); 5],
    pub(crate) clear: Vec<OfficeField>,
    pub(crate) connection: Connection,
}

/// Resolves what `office set` takes.
pub(crate) fn set(arguments: arguments::Set) -> Result<Set, Failure> {
    let arguments::Set { customer, tenant, user, values, clear, connection } = arguments;
    let values = [
        (OfficeField::PostalCode, values.postal_code),
        (OfficeField::CountryRegion, values.country_region),
        (OfficeField::State, values.state),
        (OfficeField::Address, values.address),
        (OfficeField::City, values.city),
    ];
    Ok(Set {
        user: UserKey::new(customer, tenant, user),
        values,
        clear,
        connection: self::connection(connection)?,
    })
}

/// Of `users list`.
pub(crate) struct ListUsers {
    /// By id or exact name; all, where it is not given.
    pub(crate) customer: Option<String>,
    /// By id or exact name; all of the customer's, where it is not given.
    pub(crate) tenant: Option<String>,
    pub(crate) connection: Connection,
}

/// Resolves what `users list` takes.
pub(crate) fn list_users(arguments: arguments::ListUsers) -> Result<ListUsers, Failure> {
    let arguments::ListUsers { customer, tenant, connection } = arguments;
    Ok(ListUsers { customer, tenant, connection: self::connection(connection)? })
}

/// Of `users get`.
pub(crate) struct GetUser {
    pub(crate) user: UserKey,
    pub(crate) connection: Connection,
}

/// Resolves what `users get` takes.
pub(crate) fn get_user(arguments: arguments::GetUser) -> Result<GetUser, Failure> {
    let arguments::GetUser { customer, tenant, user, connection } = arguments;
    Ok(GetUser { user: UserKey::new(customer, tenant, user), connection: self::connection(connection)? })
}

/// Of `sandbox`.
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

/// Resolves what `sandbox` takes.
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
