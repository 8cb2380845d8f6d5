//! From flags and environment to a client, or to a client of an embedded sandbox.

use avepoint_elements::{Credential, Elements};
use avepoint_elements_sandbox::Sandbox;

use crate::arguments::Connection;
use crate::exit::Failure;
use crate::secrets;

/// A client, and the sandbox that it talks to if there is one.
pub(crate) struct Connected {
    pub(crate) elements: Elements,
    pub(crate) sandbox: Option<Sandbox>,
    /// What it is connected to, for people.
    pub(crate) environment: String,
}

impl Connection {
    pub(crate) async fn open(&self) -> Result<Connected, Failure> {
        if self.sandbox { embedded().await } else { self.service() }
    }

    fn service(&self) -> Result<Connected, Failure> {
        let mut builder = Elements::builder().environment(self.environment).credential(self.credential()?);
        if let Some(url) = &self.base_url {
            // A URL that someone typed is the explicit choice that plain http to this machine needs.
            builder = builder.base_url(url).allow_loopback_http();
        }
        if let Some(url) = &self.token_url {
            builder = builder.token_url(url).allow_loopback_http();
        }
        let environment = self.base_url.clone().unwrap_or_else(|| self.environment.to_string());
        Ok(Connected { elements: builder.build()?, sandbox: None, environment })
    }

    /// An access token comes first, then the secret from a file, then the one in the environment.
    fn credential(&self) -> Result<Credential, Failure> {
        if let Some(token) = secrets::from_environment("ELEMENTS_ACCESS_TOKEN")? {
            return Ok(Credential::access_token(token));
        }
        let secret = match &self.client_secret_file {
            Some(file) => Some(secrets::from_file(file)?),
            None => secrets::from_environment("ELEMENTS_CLIENT_SECRET")?,
        };
        match (self.client_id.clone().filter(|id| !id.is_empty()), secret) {
            (Some(id), Some(secret)) => Ok(Credential::client_secret(id, secret)),
            (None, Some(_)) => Err(Failure::usage(
                "a client secret needs its client id: set ELEMENTS_CLIENT_ID or --client-id",
            )),
            (_, None) => Err(Failure::usage(
                "no credential is given: set ELEMENTS_CLIENT_ID with ELEMENTS_CLIENT_SECRET or \
                 --client-secret-file, or set ELEMENTS_ACCESS_TOKEN; `--sandbox` needs none",
            )),
        }
    }
}

async fn embedded() -> Result<Connected, Failure> {
    let sandbox = Sandbox::start().await?;
    let elements = Elements::builder()
        .base_url(sandbox.base_url())
        .token_url(sandbox.token_url())
        .allow_loopback_http()
        .credential(Credential::client_secret(sandbox.client_id(), sandbox.client_secret()))
        .build()?;
    let environment = format!("sandbox ({})", sandbox.base_url());
    Ok(Connected { elements, sandbox: Some(sandbox), environment })
}
