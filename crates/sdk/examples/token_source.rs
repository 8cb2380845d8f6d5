//! Access tokens from a source of one's own: a file that another program keeps current.
//!
//! `cargo run --example token_source` goes to a sandbox in this process and plays the other program as well.
//! To go elsewhere, set the variables that `one_update` names but for client id and secret, and
//! `ELEMENTS_TOKEN_FILE` to the name of the file.

mod common;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use avepoint_elements::{
    AccessToken, BoxFuture, Credential, Elements, Error, Permissions, Receipt, Result, Secret, TokenSource,
};
pub(crate) use common::Service;
use tempfile::NamedTempFile;

/// The token in a file, read again only when the service has refused the one that was read before.
struct TokenFile {
    path: PathBuf,
    kept: Mutex<Option<AccessToken>>,
}

impl TokenFile {
    fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), kept: Mutex::default() }
    }

    fn kept(&self) -> MutexGuard<'_, Option<AccessToken>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read(&self) -> Result<AccessToken> {
        let text = std::fs::read_to_string(&self.path)
            .map_err(|error| Error::authentication("the token file cannot be read").with_source(error))?;
        AccessToken::new(Secret::from(text))
    }
}

impl TokenSource for TokenFile {
    // Called before every request. The other program's token has all permissions that this one needs.
    fn token(&self, _: Permissions) -> BoxFuture<'_, Result<AccessToken>> {
        Box::pin(async {
            if let Some(token) = &*self.kept() {
                return Ok(token.clone());
            }
            let token = self.read()?;
            *self.kept() = Some(token.clone());
            Ok(token)
        })
    }

    // Called when the service answered 401; the client then asks for a token again, once a call.
    fn invalidate(&self, _: &AccessToken) {
        *self.kept() = None;
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> common::Result<()> {
    let service = Service::from_environment().await?;
    for receipt in run(&service).await? {
        println!("user {} was updated: {} attempt(s)", service.user.user, receipt.attempts);
    }
    Ok(())
}

/// Updates the user. In the sandbox, does so again after the token was revoked and the file holds another.
pub(crate) async fn run(service: &Service) -> common::Result<Vec<Receipt>> {
    let Some(sandbox) = &service.sandbox else {
        let elements = client(service, Path::new(&common::required("ELEMENTS_TOKEN_FILE")?))?;
        return Ok(vec![update(&elements, service).await?]);
    };
    let file = NamedTempFile::new()?;
    replace(&file, &sandbox.issue_token())?;
    let elements = client(service, file.path())?;
    let first = update(&elements, service).await?;
    sandbox.revoke_tokens();
    replace(&file, &sandbox.issue_token())?;
    Ok(vec![first, update(&elements, service).await?])
}

fn client(service: &Service, token: &Path) -> Result<Elements> {
    Elements::builder()
        .base_url(&service.base_url)
        .allow_loopback_http()
        .credential(Credential::source(TokenFile::new(token)))
        .build()
}

async fn update(elements: &Elements, service: &Service) -> Result<Receipt> {
    elements.update_office_information(&service.user, &common::dresden()?).await
}

/// What the other program does.
fn replace(file: &NamedTempFile, token: &str) -> std::io::Result<()> {
    let mut file = file.reopen()?;
    file.set_len(0)?;
    writeln!(file, "{token}")
}
