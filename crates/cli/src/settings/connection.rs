//! How the service is called: where, with which credential, and for how long.

use std::path::{Path, PathBuf};
use std::time::Duration;

use avepoint_elements::{Environment, Secret};

use crate::arguments::{self, Rate};
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

    /// Refuses a sandbox that has no users to read.
    pub(crate) fn require_users(&self) -> Result<(), Failure> {
        if !self.takes_any_id() {
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
        let (base_url, token_url) = (non_empty(base_url), non_empty(token_url));
        let client_id = non_empty(credential.client_id.clone());
        let credential = credential_source(credential)?;
        Service::Remote(Remote { environment, base_url, token_url, client_id, credential })
    };
    let proxy = non_empty(network.proxy);
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
fn non_empty(text: Option<String>) -> Option<String> {
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
