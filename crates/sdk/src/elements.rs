//! The client as its users see it.

use std::fmt;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use avepoint_elements_client::{Client, ClientInfo, operations};

use crate::call::{Answer, Deadline, Patience, Policies};
use crate::{ElementsBuilder, OfficeInformation, Result, TokenSource, UserKey};

/// Client for the AvePoint Elements API.
///
/// Make one and keep it: it holds the connections, the token, the throttle and the budget of retries. A clone
/// is cheap and shares them all.
#[derive(Clone)]
pub struct Elements {
    pub(crate) client: Client,
    pub(crate) tokens: Arc<dyn TokenSource>,
    pub(crate) policies: Arc<Policies>,
    /// With it, waiting for the throttle takes nothing of a call's time.
    pub(crate) patience: Option<Arc<Patience>>,
}

impl Elements {
    /// Starts with the defaults.
    pub fn builder() -> ElementsBuilder {
        ElementsBuilder::default()
    }

    /// Replaces the office information of a user.
    ///
    /// The whole value is replaced, so sending it twice does no harm; without a city, the one that the user
    /// had may be blanked. It is for cloud users: users synchronised from a local directory have another
    /// operation, which is not covered yet.
    ///
    /// # Errors
    /// Any but a validation error; see [`Error`](crate::Error). Where [`Error::is_outcome_unknown`] is true,
    /// the update may have been applied.
    ///
    /// [`Error::is_outcome_unknown`]: crate::Error::is_outcome_unknown
    pub async fn update_office_information(
        &self,
        user: &UserKey,
        office: &OfficeInformation,
    ) -> Result<Receipt> {
        let operation = &operations::UPDATE_OFFICE_INFORMATION;
        let call = pin!(self.call(operation, |client| async move {
            let UserKey { customer, tenant, user } = user;
            let (customer, tenant, user) = (customer.contract(), tenant.contract(), user.contract());
            client.send_update_office_information(customer, tenant, user, office.contract()).await
        }));
        #[cfg(feature = "tracing")]
        let call = crate::call::traced(operation, user, call);
        call.await.map(|Answer { value: (), receipt }| receipt)
    }

    /// The same client, whose calls wait for their turn for as long as it takes.
    ///
    /// Once the service has said that it is too much, or where there is a [`max_rate`], calls stand in line. That
    /// costs other clients' calls the [`timeout`] of a call; here, the clock of a call stands still in the line. For
    /// those who have many calls to make, and more patience for all of them than for one. A wait beyond
    /// [`RetryPolicy::longest_wait`] still ends a call at once, and [`stop_waiting`](Self::stop_waiting) ends them all.
    ///
    /// [`max_rate`]: ElementsBuilder::max_rate
    /// [`timeout`]: ElementsBuilder::timeout
    /// [`RetryPolicy::longest_wait`]: crate::RetryPolicy::longest_wait
    #[must_use]
    pub fn patient(&self) -> Self {
        Self { patience: Some(Arc::new(Patience::new())), ..self.clone() }
    }

    /// Ends the patience of a [patient](Self::patient) client and its clones: their calls that stand in line end at
    /// once, and so do later ones that would have to: with the error of their last attempt, or, without one, with an
    /// error that [is throttled](crate::Error::is_throttled). Requests under way go on. Other clients, the one that this
    /// came from included, are not concerned.
    pub fn stop_waiting(&self) {
        if let Some(patience) = &self.patience {
            patience.end();
        }
    }

    /// The base URL of the API that requests go to, without a slash at its end.
    pub fn base_url(&self) -> &str {
        self.client.baseurl().trim_end_matches('/')
    }

    /// How long requests are held back because the service asked for it; none where they are not.
    ///
    /// Calls wait by themselves. This is for those who show progress, or plan ahead.
    pub fn held_back(&self) -> Option<Duration> {
        self.policies.throttle.pause_left()
    }

    /// Obtains an access token, or takes the one in use, and says what is known of it.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn authenticate(&self) -> Result<Authentication> {
        let Policies { clock, timeout, .. } = &*self.policies;
        let token = self.token(&Deadline::after(clock, *timeout)).await?;
        let now = clock.now();
        let time_left = token.expires().map(|expires| expires.saturating_duration_since(now));
        Ok(Authentication { scopes: token.scopes().to_vec(), time_left })
    }
}

impl fmt::Debug for Elements {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Elements").field("client", &self.client).finish_non_exhaustive()
    }
}

/// What the service said of an update that it did.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Receipt {
    /// The status of the reply: the contract's success.
    pub status: u16,
    /// The id that the service gave the request, where it gave one; at most 128 bytes of it.
    pub request_id: Option<String>,
    /// How many requests of the operation were sent, those for tokens left out.
    pub attempts: u32,
}

/// What is known of an access token; never the token.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Authentication {
    /// The permissions that the token endpoint granted; empty where it did not say.
    pub scopes: Vec<String>,
    /// How long it was still valid when this was asked, where that is known.
    pub time_left: Option<Duration>,
}
