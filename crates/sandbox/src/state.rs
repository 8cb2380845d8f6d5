//! Everything that one sandbox holds, shared by its handle and its connections.

pub(crate) mod counters;
pub(crate) mod directory;
mod object_text;
pub(crate) mod page;
pub(crate) mod request_log;
pub(crate) mod user_record;
pub(crate) mod user_store;

use std::collections::{BTreeSet, HashSet};

use crate::contract::Contract;
use crate::faults::active::ActiveFaults;
use crate::state::counters::CounterWatch;
use crate::state::request_log::RequestLog;
use crate::state::user_store::UserStore;
#[cfg(feature = "certificate")]
use crate::token::certificate::Certificate;
use crate::token::issued::Tokens;

/// The state of a sandbox. Each part has its own lock, which is never held across an await.
pub(crate) struct ServiceState {
    pub(crate) contract: &'static Contract,
    pub(crate) app: App,
    pub(crate) tokens: Tokens,
    pub(crate) users: UserStore,
    pub(crate) log: RequestLog,
    pub(crate) faults: ActiveFaults,
    pub(crate) counters: CounterWatch,
}

/// The app registration that the sandbox knows. No `Debug`: it holds the secret.
pub(crate) struct App {
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    #[cfg(feature = "certificate")]
    pub(crate) certificate: Option<Certificate>,
    pub(crate) scopes: BTreeSet<String>,
    /// The customers within its reach; `None`: all.
    pub(crate) customers: Option<HashSet<String>>,
}
