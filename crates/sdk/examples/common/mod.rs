//! Where the examples go: to the service that the environment names, or to a sandbox in this process.

#![allow(dead_code, reason = "no example uses all of it")]

use std::error::Error;

use avepoint_elements::{OfficeInformation, Secret, UserKey};
use avepoint_elements_sandbox::Sandbox;

pub(crate) type Result<T, E = Box<dyn Error>> = std::result::Result<T, E>;

/// A service, a client of it, and a user to update.
pub(crate) struct Service {
    pub(crate) base_url: String,
    pub(crate) token_url: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: Secret,
    pub(crate) user: UserKey,
    /// The sandbox, if that is the service. It stops when it is dropped.
    pub(crate) sandbox: Option<Sandbox>,
}

impl Service {
    /// The service that the environment names; without `ELEMENTS_BASE_URL`, a sandbox.
    pub(crate) async fn from_environment() -> Result<Self> {
        match Self::named()? {
            Some(service) => Ok(service),
            None => Self::of(Sandbox::start().await?),
        }
    }

    /// The service that the environment names.
    ///
    /// Its user is named as well: an example replaces what that user has.
    pub(crate) fn named() -> Result<Option<Self>> {
        let Some(base_url) = variable("ELEMENTS_BASE_URL") else { return Ok(None) };
        let customer = required("ELEMENTS_CUSTOMER")?.parse()?;
        let tenant = required("ELEMENTS_TENANT")?.parse()?;
        Ok(Some(Self {
            base_url,
            token_url: required("ELEMENTS_TOKEN_URL")?,
            client_id: variable("ELEMENTS_CLIENT_ID").unwrap_or_default(),
            client_secret: variable("ELEMENTS_CLIENT_SECRET").unwrap_or_default().into(),
            user: UserKey::new(customer, tenant, required("ELEMENTS_USER")?.parse()?),
            sandbox: None,
        }))
    }

    /// This sandbox, which knows every user.
    pub(crate) fn of(sandbox: Sandbox) -> Result<Self> {
        let customer = "966f35cc-0000-4000-8000-25cdbcf82a07".parse()?;
        let tenant = "0c7715b3-0000-4000-8000-f3634dcfacec".parse()?;
        Ok(Self {
            base_url: sandbox.base_url(),
            token_url: sandbox.token_url(),
            client_id: sandbox.client_id().to_owned(),
            client_secret: sandbox.client_secret().into(),
            user: UserKey::new(customer, tenant, "7c18fd6f-0000-4000-8000-5725fa9edc3f".parse()?),
            sandbox: Some(sandbox),
        })
    }
}

/// An office to move to.
pub(crate) fn dresden() -> avepoint_elements::Result<OfficeInformation> {
    OfficeInformation::builder()
        .postal_code("01067")
        .country_region("Germany")
        .state("Saxony")
        .address("Theaterplatz 2")
        .city("Dresden")
        .build()
}

/// A variable; an empty one counts as unset.
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|text| !text.is_empty())
}

pub(crate) fn required(name: &str) -> Result<String> {
    variable(name).ok_or_else(|| format!("{name} is not set").into())
}
