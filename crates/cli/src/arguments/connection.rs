//! Where to, as whom, and how long to wait: what every command that calls the service takes.

use std::path::PathBuf;
use std::time::Duration;

use avepoint_elements::Environment;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::values::time;

/// Where to, and as whom.
#[derive(Debug, Args)]
#[command(next_help_heading = "Connection")]
pub(crate) struct Connection {
    /// Use an embedded sandbox in place of the service; URLs and credentials are then its own.
    #[arg(long, conflicts_with_all = ["client_secret_file", "certificate"])]
    pub(crate) sandbox: bool,
    /// Fill the embedded sandbox with the users of a file, as `elements sandbox --users` does. Only these exist then.
    #[arg(long, requires = "sandbox", value_name = "FILE")]
    pub(crate) sandbox_users: Option<PathBuf>,
    /// The environment, which brings its URLs.
    #[arg(long, env = "ELEMENTS_ENVIRONMENT", hide_env_values = true, value_name = "NAME",
          default_value_t, value_parser = environment())]
    pub(crate) environment: Environment,
    /// A base URL in place of the environment's; plain http for this machine only.
    #[arg(long, env = "ELEMENTS_BASE_URL", hide_env_values = true, value_name = "URL")]
    pub(crate) base_url: Option<String>,
    /// A token URL in place of the environment's.
    #[arg(long, env = "ELEMENTS_TOKEN_URL", hide_env_values = true, value_name = "URL")]
    pub(crate) token_url: Option<String>,
    #[command(flatten)]
    pub(crate) credential: Credential,
    #[command(flatten)]
    pub(crate) network: Network,
    #[command(flatten)]
    pub(crate) timeouts: Timeouts,
}

/// As whom. Secrets come from files, standard input or the environment, never from arguments.
#[derive(Debug, Args)]
#[command(next_help_heading = "Credential")]
pub(crate) struct Credential {
    /// The client id of the app registration.
    #[arg(long, env = "ELEMENTS_CLIENT_ID", hide_env_values = true, value_name = "ID")]
    pub(crate) client_id: Option<String>,
    /// A file with the client secret, `-` for standard input; or set `ELEMENTS_CLIENT_SECRET`.
    ///
    /// Secrets are never given as arguments, which other users of a machine can see. A file that is named here
    /// comes before every variable; of the variables, `ELEMENTS_ACCESS_TOKEN`, which holds an access token and
    /// needs no client id, comes first, then `ELEMENTS_CERTIFICATE`, then `ELEMENTS_CLIENT_SECRET`.
    #[arg(long, value_name = "FILE", conflicts_with = "certificate")]
    pub(crate) client_secret_file: Option<PathBuf>,
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
    /// A file with certificate authorities (PEM) to trust beside the platform's.
    #[arg(long, env = "ELEMENTS_CA_FILE", hide_env_values = true, value_name = "FILE")]
    pub(crate) ca_file: Option<PathBuf>,
    /// A proxy, such as `http://proxy.example:3128` [default: what `HTTPS_PROXY` or `ALL_PROXY` names]. This machine needs none.
    #[arg(long, env = "ELEMENTS_PROXY", hide_env_values = true, value_name = "URL")]
    pub(crate) proxy: Option<String>,
    /// Make a connection for each request.
    ///
    /// It costs a connection and a TLS handshake a request, and rules out that a reply that belongs to no request is taken
    /// for the next one's.
    #[arg(long, env = "ELEMENTS_NO_KEEP_ALIVE", hide_env_values = true)]
    pub(crate) no_keep_alive: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Timeouts")]
pub(crate) struct Timeouts {
    /// How long making a connection may take, such as 10s [default: 10s].
    #[arg(long, env = "ELEMENTS_CONNECT_TIMEOUT", hide_env_values = true, value_name = "TIME", value_parser = time)]
    pub(crate) connect_timeout: Option<Duration>,
    /// How long one request may take, its reply included [default: 30s].
    #[arg(long, env = "ELEMENTS_ATTEMPT_TIMEOUT", hide_env_values = true, value_name = "TIME", value_parser = time)]
    pub(crate) attempt_timeout: Option<Duration>,
    /// How long the whole call may take, every attempt and wait included [default: 2m].
    #[arg(long, env = "ELEMENTS_TIMEOUT", hide_env_values = true, value_name = "TIME", value_parser = time)]
    pub(crate) timeout: Option<Duration>,
    /// How many more times a call is tried when it failed for a reason that may pass [default: 4].
    ///
    /// `office apply` sends a row that fails at least once more, between other rows: with 0, such a row is still sent more
    /// than once, since one failure may be chance.
    #[arg(long, env = "ELEMENTS_RETRIES", hide_env_values = true, value_name = "NUMBER",
          allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(0..=100))]
    pub(crate) retries: Option<u32>,
}

fn environment() -> impl TypedValueParser<Value = Environment> {
    let names = Environment::ALL.iter().map(|environment| environment.name());
    PossibleValuesParser::new(names).try_map(|name| name.parse::<Environment>())
}
