//! From settings to a client, or to a client of an embedded sandbox.

use std::path::Path;

use avepoint_elements::{Certificate, Credential, Elements, ElementsBuilder, RetryPolicy, Secret};
use avepoint_elements_bulk::plan::Sha256Sum;
use avepoint_elements_sandbox::{Sandbox, SandboxBuilder};

use crate::arguments::Rate;
use crate::failure::Failure;
use crate::settings::{Connection, CredentialSource, Password, Remote, Service};
use crate::{keyring, sandbox_users, secret_command, secrets};

/// A client, and the sandbox that it talks to if there is one.
pub(crate) struct Connected {
    pub(crate) elements: Elements,
    pub(crate) sandbox: Option<Sandbox>,
    /// The SHA-256 of the file of users that the sandbox was filled from, if it was.
    pub(crate) sandbox_users: Option<Sha256Sum>,
    /// What it is connected to, for people.
    pub(crate) environment: String,
    /// What signs requests for tokens, where a certificate does.
    pub(crate) certificate: Option<Certificate>,
}

impl Connected {
    /// Whether every id exists there.
    pub(crate) fn takes_any_id(&self) -> bool {
        self.sandbox.is_some() && self.sandbox_users.is_none()
    }
}

impl Connection {
    pub(crate) async fn open(&self) -> Result<Connected, Failure> {
        let builder = self.builder()?;
        match &self.service {
            Service::Sandbox { users } => embedded(builder, users.as_deref()).await,
            Service::Remote(remote) => remote.open(builder),
        }
    }

    /// What it connects to, for people, before it does.
    pub(crate) fn environment(&self) -> String {
        match &self.service {
            Service::Sandbox { .. } => "sandbox".to_owned(),
            // A URL with a password is refused only when the client is built.
            Service::Remote(Remote { base_url: Some(url), .. }) if url.contains(['@', '?']) => {
                "base URL".to_owned()
            }
            Service::Remote(remote) => remote.environment(),
        }
    }

    fn builder(&self) -> Result<ElementsBuilder, Failure> {
        let mut builder = Elements::builder().keep_alive(self.keep_alive);
        if let Some(file) = &self.ca_file {
            let authorities = secrets::public_bytes(file, "the certificate authorities")?;
            builder = builder.add_certificate_authorities(authorities);
        }
        if let Some(url) = &self.proxy {
            builder = builder.proxy(url.as_str());
        }
        if let Some(limit) = self.connect_timeout {
            builder = builder.connect_timeout(limit);
        }
        if let Some(limit) = self.attempt_timeout {
            builder = builder.attempt_timeout(limit);
        }
        if let Some(limit) = self.timeout {
            builder = builder.timeout(limit);
        }
        if let Some(retries) = self.retries {
            builder = builder.retry(RetryPolicy::default().max_attempts(retries + 1));
        }
        if let Some(Rate { requests, period }) = self.rate {
            builder = builder.max_rate(requests, period);
        }
        Ok(builder)
    }
}

impl Remote {
    fn open(&self, builder: ElementsBuilder) -> Result<Connected, Failure> {
        let (credential, certificate) = self.credential()?;
        let mut builder = builder.environment(self.environment).credential(credential);
        if let Some(url) = &self.base_url {
            // A URL that was given is the explicit choice that plain http to this machine needs.
            builder = builder.base_url(url).allow_loopback_http();
        }
        if let Some(url) = &self.token_url {
            builder = builder.token_url(url).allow_loopback_http();
        }
        let (elements, environment) = (builder.build()?, self.environment());
        Ok(Connected { elements, sandbox: None, sandbox_users: None, environment, certificate })
    }

    fn environment(&self) -> String {
        self.base_url.clone().unwrap_or_else(|| self.environment.to_string())
    }

    /// The credential, and the certificate that it has.
    fn credential(&self) -> Result<(Credential, Option<Certificate>), Failure> {
        let secret = match &self.credential {
            Some(CredentialSource::SecretFile(file)) => secrets::from_file(file, "the client secret")?,
            Some(CredentialSource::SecretCommand(line)) => secret_command::run(line)?,
            Some(CredentialSource::SecretKeyring(name)) => keyring::read(name)?,
            Some(CredentialSource::Secret(secret)) => secret.clone(),
            Some(CredentialSource::AccessToken(token)) => {
                return Ok((Credential::access_token(token.clone()), None));
            }
            Some(CredentialSource::Certificate { file, password }) => {
                let certificate = certificate(file, password)?;
                let credential = Credential::certificate(self.client_id()?, certificate.clone());
                return Ok((credential, Some(certificate)));
            }
            None => return Err(no_credential()),
        };
        Ok((Credential::client_secret(self.client_id()?, secret), None))
    }

    fn client_id(&self) -> Result<String, Failure> {
        self.client_id.clone().ok_or_else(|| {
            Failure::usage("the credential needs its client id: set ELEMENTS_CLIENT_ID or --client-id")
        })
    }
}

fn no_credential() -> Failure {
    Failure::usage(
        "no credential is given: name a profile with --profile (`elements config profiles` lists them), or set \
         ELEMENTS_CLIENT_ID with ELEMENTS_CLIENT_SECRET, --client-secret-file, --client-secret-command or --certificate, \
         or set ELEMENTS_ACCESS_TOKEN; `--sandbox` needs none",
    )
}

/// PEM is text with its own marks; anything else is taken for a PFX.
fn certificate(file: &Path, password: &Password) -> Result<Certificate, Failure> {
    let bytes = secrets::bytes_from_file(file, "the certificate")?;
    let text = std::str::from_utf8(&bytes).ok().filter(|text| text.contains("-----BEGIN"));
    Ok(match (text, password) {
        (Some(pem), _) => Certificate::from_pem(pem)?,
        (None, Password::File(file)) => {
            let password: Secret = secrets::from_file(file, "the certificate's password")?;
            Certificate::from_pfx(&bytes, &password)?
        }
        (None, Password::Text(password)) => Certificate::from_pfx(&bytes, password)?,
    })
}

async fn embedded(builder: ElementsBuilder, users: Option<&Path>) -> Result<Connected, Failure> {
    let users = users.map(sandbox_users::read).transpose()?;
    let (directory, sandbox_users) = users.unzip();
    let sandbox = directory.into_iter().fold(Sandbox::builder(), SandboxBuilder::directory).start().await?;
    let elements = builder
        .base_url(sandbox.base_url())
        .token_url(sandbox.token_url())
        .allow_loopback_http()
        .credential(Credential::client_secret(sandbox.client_id(), sandbox.client_secret()))
        .build()?;
    let environment = format!("sandbox ({})", sandbox.base_url());
    Ok(Connected { elements, sandbox: Some(sandbox), sandbox_users, environment, certificate: None })
}
