//! Where to, as whom, and how long to wait: what every command that calls the service takes.

use std::path::PathBuf;
use std::time::Duration;

use avepoint_elements::Environment;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::command_line::{CommandLine, command_line};
use super::values::{Retries, retries, time};

/// Where to, and as whom.
#[derive(Debug, Args)]
#[command(next_help_heading = "Connection")]
pub(crate) struct Connection {
    /// Use an embedded sandbox in place of the service; URLs and credentials are then its own.
    #[arg(long, conflicts_with_all = ["client_secret_file", "client_secret_command", "client_secret_keyring", "certificate"])]
    pub(crate) sandbox: bool,
    /// Fill the embedded sandbox with the users of a file, as `elements sandbox --users` does. Only these exist then.
    #[arg(long, requires = "sandbox", value_name = "FILE")]
    pub(crate) sandbox_users: Option<PathBuf>,
    /// The environment, which brings its URLs [default: commercial] [env: `ELEMENTS_ENVIRONMENT`].
    #[arg(long, value_name = "NAME", value_parser = environment())]
    pub(crate) environment: Option<Environment>,
    /// A base URL in place of the environment's; plain http for this machine only
    /// [env: `ELEMENTS_BASE_URL`].
    #[arg(long, value_name = "URL")]
    pub(crate) base_url: Option<String>,
    /// A token URL in place of the environment's [env: `ELEMENTS_TOKEN_URL`].
    #[arg(long, value_name = "URL")]
    pub(crate) token_url: Option<String>,
    #[command(flatten)]
    pub(crate) credential: Credential,
    #[command(flatten)]
    pub(crate) network: Network,
    #[command(flatten)]
    pub(crate) timeouts: Timeouts,
}

/// As whom. Secrets come from files, standard input, programs or the environment, never from arguments.
#[derive(Debug, Args)]
#[command(next_help_heading = "Credential")]
pub(crate) struct Credential {
    /// The client id of the app registration [env: `ELEMENTS_CLIENT_ID`].
    #[arg(long, value_name = "ID")]
    pub(crate) client_id: Option<String>,
    /// A file with the client secret, `-` for standard input; or set `ELEMENTS_CLIENT_SECRET`.
    ///
    /// Secrets are never given as arguments, which other users of a machine can see. A flag comes before every variable, and
    /// a variable before the profile; of the variables, `ELEMENTS_ACCESS_TOKEN`, which holds an access token and
    /// needs no client id, comes first, then `ELEMENTS_CERTIFICATE`, then `ELEMENTS_CLIENT_SECRET`.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["client_secret_command", "client_secret_keyring", "certificate"])]
    pub(crate) client_secret_file: Option<PathBuf>,
    /// A program that prints the client secret, such as `pass show elements`.
    ///
    /// The first line of what it prints is the secret. No shell reads the words: they are split at white space, or are an
    /// array such as `["pass", "show", "my elements"]`. It has a minute.
    #[arg(long, value_name = "PROGRAM", value_parser = command_line,
          conflicts_with_all = ["client_secret_keyring", "certificate"])]
    pub(crate) client_secret_command: Option<CommandLine>,
    /// The entry of the system's keyring that holds the client secret, as `elements auth store` made it.
    ///
    /// For a program that was built with the feature `keyring`. Where there is no keyring, nothing else is tried.
    #[arg(long, value_name = "NAME", conflicts_with = "certificate")]
    pub(crate) client_secret_keyring: Option<String>,
    /// A file with a certificate and its private key, PEM or PFX, in place of a client secret; or set
    /// `ELEMENTS_CERTIFICATE` to its name.
    #[arg(long, value_name = "FILE")]
    pub(crate) certificate: Option<PathBuf>,
    /// A file with the password of the PFX, `-` for standard input; or set `ELEMENTS_CERTIFICATE_PASSWORD`.
    #[arg(long, value_name = "FILE")]
    pub(crate) certificate_password_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Network")]
pub(crate) struct Network {
    /// A file with certificate authorities (PEM) to trust beside the platform's
    /// [env: `ELEMENTS_CA_FILE`].
    #[arg(long, value_name = "FILE")]
    pub(crate) ca_file: Option<PathBuf>,
    /// A proxy, such as `http://proxy.example:3128`; this machine needs none [default: what `HTTPS_PROXY` or `ALL_PROXY`
    /// names] [env: `ELEMENTS_PROXY`].
    #[arg(long, value_name = "URL")]
    pub(crate) proxy: Option<String>,
    /// Make a connection for each request [env: `ELEMENTS_NO_KEEP_ALIVE`].
    ///
    /// It costs a connection and a TLS handshake a request, and rules out that a reply that belongs to no request is taken
    /// for the next one's.
    #[arg(long)]
    pub(crate) no_keep_alive: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Timeouts")]
pub(crate) struct Timeouts {
    /// How long making a connection may take, such as 10s [default: 10s]
    /// [env: `ELEMENTS_CONNECT_TIMEOUT`].
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) connect_timeout: Option<Duration>,
    /// How long one request may take, its reply included [default: 30s]
    /// [env: `ELEMENTS_ATTEMPT_TIMEOUT`].
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) attempt_timeout: Option<Duration>,
    /// How long the whole call may take, every attempt and wait included [default: 2m]
    /// [env: `ELEMENTS_TIMEOUT`].
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) timeout: Option<Duration>,
    /// How many more times a call is tried when it failed for a reason that may pass [default: 4]
    /// [env: `ELEMENTS_RETRIES`].
    ///
    /// `office apply` sends a row that fails at least once more, between other rows: with 0, such a row is still sent more
    /// than once, since one failure may be chance.
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true, value_parser = retries)]
    pub(crate) retries: Option<Retries>,
}

fn environment() -> impl TypedValueParser<Value = Environment> {
    let names = Environment::ALL.iter().map(|environment| environment.name());
    PossibleValuesParser::new(names).try_map(|name| name.parse::<Environment>())
}
