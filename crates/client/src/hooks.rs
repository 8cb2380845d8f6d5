//! The seam: how a client is made, and where an embedder reaches into its requests.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use progenitor_client::ClientHooks;
use reqwest::{Request, Response};

use crate::base_url::{BaseUrl, InvalidBaseUrl};
use crate::{Client, ClientInfo, Error, OperationInfo};

/// A boxed future that may move between threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Hooks as a client holds them.
pub type SharedHooks = Arc<dyn Hooks>;

/// What an embedder does to every request of a [`Client`].
///
/// Both methods do nothing of their own unless implemented.
///
/// ```
/// use avepoint_elements_client::{Client, Hooks, OperationInfo};
/// use reqwest::{Request, header::{AUTHORIZATION, HeaderValue}};
///
/// /// Adds an access token to every request.
/// struct Token(HeaderValue);
///
/// impl Hooks for Token {
///     fn before(&self, request: &mut Request, _: &OperationInfo) -> Result<(), String> {
///         request.headers_mut().insert(AUTHORIZATION, self.0.clone());
///         Ok(())
///     }
/// }
///
/// # fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let mut token = HeaderValue::from_static("Bearer secret");
/// token.set_sensitive(true);
/// let client = Client::new("https://elements.example/partner", reqwest::Client::new())?;
/// let client = client.with_hooks(Token(token));
/// # Ok(())
/// # }
/// ```
pub trait Hooks: Send + Sync {
    /// Changes a request before it goes out.
    ///
    /// # Errors
    /// The reason why it must not go out; the caller gets it as [`Error::Custom`].
    fn before(&self, request: &mut Request, operation: &OperationInfo) -> Result<(), String> {
        let _ = (request, operation);
        Ok(())
    }

    /// Executes a request, or wraps what executes it.
    fn execute<'a>(
        &'a self,
        http: &'a reqwest::Client,
        request: Request,
        operation: &'a OperationInfo,
    ) -> BoxFuture<'a, reqwest::Result<Response>> {
        let _ = operation;
        Box::pin(http.execute(request))
    }
}

struct NoHooks;

impl Hooks for NoHooks {}

impl Client {
    /// A client for the API at `base_url`, which sends by `http`.
    ///
    /// Timeouts, redirects, proxies and certificates are as `http` has them.
    ///
    /// # Errors
    /// A base URL that is not absolute, not http or https, or that holds a query, a fragment or a password.
    pub fn new(base_url: &str, http: reqwest::Client) -> Result<Self, InvalidBaseUrl> {
        Ok(Self { baseurl: Arc::new(BaseUrl::new(base_url)?), client: http, inner: Arc::new(NoHooks) })
    }

    /// The same client, sharing its connections, with other hooks.
    #[must_use]
    pub fn with_hooks(&self, hooks: impl Hooks + 'static) -> Self {
        Self { baseurl: self.baseurl.clone(), client: self.client.clone(), inner: Arc::new(hooks) }
    }
}

/// Shows the base URL; hooks may hold secrets.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base_url", &self.baseurl.as_str()).finish_non_exhaustive()
    }
}

impl ClientHooks<SharedHooks> for Client {
    async fn pre<E>(&self, request: &mut Request, operation: &OperationInfo) -> Result<(), Error<E>> {
        self.inner.before(request, operation).map_err(Error::Custom)
    }

    async fn exec(&self, request: Request, operation: &OperationInfo) -> reqwest::Result<Response> {
        self.inner.execute(self.client(), request, operation).await
    }
}
