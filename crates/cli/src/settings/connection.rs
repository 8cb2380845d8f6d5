//! How the service is called: where, with which credential, and for how long.

use std::cmp::Reverse;
use std::path::{Path, PathBuf};
use std::time::Duration;

use avepoint_elements::{Environment, Secret};

use super::keys::{self, Key};
use super::layers::{Layers, Sourced};
use crate::arguments::{self, CommandLine, Rate};
use crate::failure::Failure;

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
    SecretCommand(CommandLine),
    /// The name of an entry.
    SecretKeyring(String),
    Secret(Secret),
    AccessToken(Secret),
    Certificate {
        file: PathBuf,
        password: Password,
    },
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

    /// Refuses a sandbox that has no users to read.
    pub(crate) fn require_users(&self) -> Result<(), Failure> {
        if !matches!(self.service, Service::Sandbox { users: None }) {
            return Ok(());
        }
        Err(Failure::usage(
            "a sandbox without users has none to read, which a plan needs; name the file of users that it is filled from \
             with --sandbox-users",
        ))
    }

    pub(super) fn reads_stdin(&self) -> bool {
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
            CredentialSource::SecretCommand(_)
            | CredentialSource::SecretKeyring(_)
            | CredentialSource::Secret(_)
            | CredentialSource::AccessToken(_) => [None, None],
        };
        files.into_iter().flatten().any(|file| file == Path::new("-"))
    }
}

/// Resolves what every command that calls the service takes.
pub(crate) fn connection(arguments: arguments::Connection, layers: &Layers) -> Result<Connection, Failure> {
    let arguments::Connection { sandbox, sandbox_users, network, timeouts, .. } = arguments;
    let arguments::Connection { environment, base_url, token_url, credential, .. } = arguments;
    let service = if sandbox {
        layers.displace_variables(&OF_REMOTE, "--sandbox");
        Service::Sandbox { users: sandbox_users }
    } else {
        let (environment, base_url, token_url) = destination(environment, base_url, token_url, layers)?;
        let client_id = layers.value(&keys::CLIENT_ID, non_empty(credential.client_id.clone()))?;
        let credential = credential_source(credential, layers)?;
        Service::Remote(Remote { environment, base_url, token_url, client_id, credential })
    };
    let proxy = non_empty(layers.value(&keys::PROXY, network.proxy)?);
    if proxy.as_ref().is_some_and(|url| url.contains('@')) {
        return Err(Failure::usage(
            "a proxy's password does not belong into arguments, which others can see; set HTTPS_PROXY instead",
        ));
    }
    let ca_file = layers.value(&keys::CA_FILE, network.ca_file)?;
    let no_keep_alive = layers.value(&keys::NO_KEEP_ALIVE, network.no_keep_alive.then_some(true))?;
    Ok(Connection {
        service,
        ca_file: ca_file.filter(|file| !file.as_os_str().is_empty()),
        proxy,
        keep_alive: !no_keep_alive.unwrap_or_default(),
        connect_timeout: layers.value(&keys::CONNECT_TIMEOUT, timeouts.connect_timeout)?,
        attempt_timeout: layers.value(&keys::ATTEMPT_TIMEOUT, timeouts.attempt_timeout)?,
        timeout: layers.value(&keys::TIMEOUT, timeouts.timeout)?,
        retries: layers.value(&keys::RETRIES, timeouts.retries)?.map(|retries| retries.0),
        rate: None,
    })
}

/// The settings that a sandbox of this process has of its own.
static OF_REMOTE: [&Key; 7] = [
    &keys::ENVIRONMENT,
    &keys::BASE_URL,
    &keys::TOKEN_URL,
    &keys::CLIENT_ID,
    &keys::ACCESS_TOKEN,
    &keys::CERTIFICATE,
    &keys::CLIENT_SECRET,
];

/// The environment, and a base URL and a token URL in place of its own.
///
/// An environment and a base URL exclude each other: the one that comes from further up counts, and of one place the base
/// URL. An environment brings its token URL; another one counts only if it does not come from further below.
fn destination(
    environment: Option<Environment>,
    base_url: Option<String>,
    token_url: Option<String>,
    layers: &Layers,
) -> Result<(Environment, Option<String>, Option<String>), Failure> {
    let mut environment = layers.pick(&keys::ENVIRONMENT, environment)?;
    let mut base_url = layers.pick(&keys::BASE_URL, non_empty(base_url))?;
    let mut token_url = layers.pick(&keys::TOKEN_URL, non_empty(token_url))?;
    if let (Some(named), Some(url)) = (&environment, &base_url) {
        let (named, url) = ((&keys::ENVIRONMENT, named.origin), (&keys::BASE_URL, url.origin));
        if named.1.rank() > url.1.rank() {
            layers.displace(url, named);
            base_url = None;
        } else {
            layers.displace(named, url);
            environment = None;
        }
    }
    if let (Some(named), Some(url)) = (&environment, &token_url)
        && named.origin.rank() > url.origin.rank()
    {
        layers.displace((&keys::TOKEN_URL, url.origin), (&keys::ENVIRONMENT, named.origin));
        token_url = None;
    }
    let named = environment.map(|given| given.value);
    if named.is_none() && base_url.is_none() {
        layers.show_default(&keys::ENVIRONMENT, Environment::default().name());
    }
    let value = |given: Option<Sourced<String>>| given.map(|given| given.value);
    Ok((named.unwrap_or_default(), value(base_url), value(token_url)))
}

/// A text that is there; an empty one is none.
fn non_empty(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

/// One of several sources: a flag's, else a variable's, else the profile's. Of the variables, the first in this order.
fn credential_source(
    arguments: arguments::Credential,
    layers: &Layers,
) -> Result<Option<CredentialSource>, Failure> {
    let token = layers.secret(&keys::ACCESS_TOKEN)?;
    let certificate = layers.pick(&keys::CERTIFICATE, arguments.certificate)?;
    let secret = layers.secret(&keys::CLIENT_SECRET)?;
    let file = layers.pick(&keys::CLIENT_SECRET_FILE, arguments.client_secret_file)?;
    let keyring = layers.pick(&keys::CLIENT_SECRET_KEYRING, arguments.client_secret_keyring)?;
    let command = layers.pick(&keys::CLIENT_SECRET_COMMAND, arguments.client_secret_command)?;
    let password = password(arguments.certificate_password_file, layers)?;
    let certificate = certificate.map(|it| it.map(|file| CredentialSource::Certificate { file, password }));
    let candidates = [
        (&keys::ACCESS_TOKEN, token.map(|it| it.map(CredentialSource::AccessToken))),
        (&keys::CERTIFICATE, certificate),
        (&keys::CLIENT_SECRET, secret.map(|it| it.map(CredentialSource::Secret))),
        (&keys::CLIENT_SECRET_FILE, file.map(|it| it.map(CredentialSource::SecretFile))),
        (&keys::CLIENT_SECRET_KEYRING, keyring.map(|it| it.map(CredentialSource::SecretKeyring))),
        (&keys::CLIENT_SECRET_COMMAND, command.map(|it| it.map(CredentialSource::SecretCommand))),
    ];
    let mut candidates: Vec<_> =
        candidates.into_iter().filter_map(|(key, given)| Some((key, given?))).collect();
    candidates.sort_by_key(|(_, given)| Reverse(given.origin.rank()));
    let mut candidates = candidates.into_iter();
    let Some((key, Sourced { value, origin })) = candidates.next() else { return Ok(None) };
    for (other, given) in candidates {
        layers.displace((other, given.origin), (key, origin));
    }
    Ok(Some(value))
}

/// The password of a PFX: a flag's file, else a variable, else the profile's file.
fn password(file: Option<PathBuf>, layers: &Layers) -> Result<Password, Failure> {
    let file = layers.pick(&keys::CERTIFICATE_PASSWORD_FILE, file)?;
    let text = layers.secret(&keys::CERTIFICATE_PASSWORD)?;
    let (of_file, of_text) = (&keys::CERTIFICATE_PASSWORD_FILE, &keys::CERTIFICATE_PASSWORD);
    Ok(match (file, text) {
        (Some(file), Some(text)) if file.origin.rank() > text.origin.rank() => {
            layers.displace((of_text, text.origin), (of_file, file.origin));
            Password::File(file.value)
        }
        (Some(file), Some(text)) => {
            layers.displace((of_file, file.origin), (of_text, text.origin));
            Password::Text(text.value)
        }
        (Some(file), None) => Password::File(file.value),
        // A PFX may have an empty password.
        (None, text) => Password::Text(text.map_or_else(|| "".into(), |text| text.value)),
    })
}
