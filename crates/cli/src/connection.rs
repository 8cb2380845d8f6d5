//! From flags and environment to a client, or to a client of an embedded sandbox.

use avepoint_elements::{Certificate, Credential, Elements, ElementsBuilder, RetryPolicy, Secret};
use avepoint_elements_sandbox::Sandbox;

use crate::arguments::{Connection, CredentialArguments, NetworkArguments, PatienceArguments, Rate};
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
        self.open_with(None).await
    }

    /// With at most so many requests in a period.
    pub(crate) async fn open_with(&self, rate: Option<Rate>) -> Result<Connected, Failure> {
        let mut builder = self.patience.apply(self.network.apply(Elements::builder())?);
        if let Some(Rate { requests, period }) = rate {
            builder = builder.max_rate(requests, period);
        }
        if self.sandbox { embedded(builder).await } else { self.service(builder) }
    }

    /// What it connects to, for people, before it does.
    pub(crate) fn environment(&self) -> String {
        if self.sandbox {
            return "sandbox".to_owned();
        }
        let url = given(self.base_url.as_ref());
        // Nobody has refused a URL with a password yet.
        let url = url.map(|url| if url.contains(['@', '?']) { "base URL".to_owned() } else { url });
        url.unwrap_or_else(|| self.environment.to_string())
    }

    fn service(&self, builder: ElementsBuilder) -> Result<Connected, Failure> {
        let mut builder = builder.environment(self.environment).credential(self.credential.read()?);
        if let Some(url) = given(self.base_url.as_ref()) {
            // A URL that someone typed is the explicit choice that plain http to this machine needs.
            builder = builder.base_url(url).allow_loopback_http();
        }
        if let Some(url) = given(self.token_url.as_ref()) {
            builder = builder.token_url(url).allow_loopback_http();
        }
        let environment = given(self.base_url.as_ref()).unwrap_or_else(|| self.environment.to_string());
        Ok(Connected { elements: builder.build()?, sandbox: None, environment })
    }
}

/// A URL that is there; an empty variable is none.
fn given(url: Option<&String>) -> Option<String> {
    url.cloned().filter(|url| !url.is_empty())
}

impl CredentialArguments {
    /// What was named by a flag comes before every variable.
    fn read(&self) -> Result<Credential, Failure> {
        if let Some(file) = &self.client_secret_file {
            return self.secret(secrets::from_file(file, "the client secret")?);
        }
        if let Some(file) = &self.certificate {
            return self.certificate(file);
        }
        if let Some(token) = secrets::from_environment("ELEMENTS_ACCESS_TOKEN")? {
            return Ok(Credential::access_token(token));
        }
        if let Some(file) = secrets::from_environment("ELEMENTS_CERTIFICATE")? {
            return self.certificate(file.expose().as_ref());
        }
        match secrets::from_environment("ELEMENTS_CLIENT_SECRET")? {
            Some(secret) => self.secret(secret),
            None => Err(Failure::usage(
                "no credential is given: set ELEMENTS_CLIENT_ID with ELEMENTS_CLIENT_SECRET, --client-secret-file or \
                 --certificate, or set ELEMENTS_ACCESS_TOKEN; `--sandbox` needs none",
            )),
        }
    }

    fn secret(&self, secret: Secret) -> Result<Credential, Failure> {
        Ok(Credential::client_secret(self.client_id()?, secret))
    }

    /// PEM is text with its own marks; anything else is taken for a PFX.
    fn certificate(&self, file: &std::path::Path) -> Result<Credential, Failure> {
        let bytes = secrets::bytes_from_file(file, "the certificate")?;
        let text = std::str::from_utf8(&bytes).ok().filter(|text| text.contains("-----BEGIN"));
        let certificate = match text {
            Some(pem) => Certificate::from_pem(pem)?,
            None => Certificate::from_pfx(&bytes, &self.password()?)?,
        };
        Ok(Credential::certificate(self.client_id()?, certificate))
    }

    /// A PFX may have an empty password.
    fn password(&self) -> Result<Secret, Failure> {
        match &self.certificate_password_file {
            Some(file) => secrets::from_file(file, "the certificate's password"),
            None => {
                Ok(secrets::from_environment("ELEMENTS_CERTIFICATE_PASSWORD")?.unwrap_or_else(|| "".into()))
            }
        }
    }

    fn client_id(&self) -> Result<String, Failure> {
        self.client_id.clone().filter(|id| !id.is_empty()).ok_or_else(|| {
            Failure::usage("the credential needs its client id: set ELEMENTS_CLIENT_ID or --client-id")
        })
    }
}

impl NetworkArguments {
    fn apply(&self, builder: ElementsBuilder) -> Result<ElementsBuilder, Failure> {
        let mut builder = builder.keep_alive(!self.no_keep_alive);
        if let Some(file) = self.ca_file.as_ref().filter(|file| !file.as_os_str().is_empty()) {
            builder = builder
                .add_certificate_authorities(secrets::public_bytes(file, "the certificate authorities")?);
        }
        if let Some(url) = self.proxy.as_ref().filter(|url| !url.is_empty()) {
            if url.contains('@') {
                return Err(Failure::usage(
                    "a proxy's password does not belong into arguments, which others can see; set HTTPS_PROXY instead",
                ));
            }
            builder = builder.proxy(url.as_str());
        }
        Ok(builder)
    }
}

impl PatienceArguments {
    fn apply(&self, mut builder: ElementsBuilder) -> ElementsBuilder {
        if let Some(limit) = self.connect_timeout {
            builder = builder.connect_timeout(limit);
        }
        if let Some(limit) = self.attempt_timeout {
            builder = builder.attempt_timeout(limit);
        }
        if let Some(limit) = self.timeout {
            builder = builder.timeout(limit);
        }
        match self.retries {
            Some(retries) => builder.retry(RetryPolicy::default().attempts(retries + 1)),
            None => builder,
        }
    }
}

async fn embedded(builder: ElementsBuilder) -> Result<Connected, Failure> {
    let sandbox = Sandbox::start().await?;
    let elements = builder
        .base_url(sandbox.base_url())
        .token_url(sandbox.token_url())
        .allow_loopback_http()
        .credential(Credential::client_secret(sandbox.client_id(), sandbox.client_secret()))
        .build()?;
    let environment = format!("sandbox ({})", sandbox.base_url());
    Ok(Connected { elements, sandbox: Some(sandbox), environment })
}
