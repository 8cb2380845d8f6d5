//! Everything that one sandbox holds, shared by its handle and its connections.

use std::collections::{BTreeSet, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

#[cfg(feature = "certificate")]
use crate::certificate::Certificate;
use crate::contract::Contract;
use crate::counters::Tally;
use crate::injector::Injector;
use crate::log::RequestLog;
use crate::offices::{Offices, UserKey};
use crate::tokens::Tokens;

/// The state of a sandbox. Each part has its own lock, which is never held across an await.
pub(crate) struct State {
    pub(crate) contract: &'static Contract,
    pub(crate) app: App,
    pub(crate) tokens: Tokens,
    /// The users that exist; `None`: all.
    pub(crate) users: Option<HashSet<UserKey>>,
    pub(crate) offices: Offices,
    pub(crate) log: RequestLog,
    pub(crate) faults: Injector,
    pub(crate) tally: Tally,
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

/// Locks, also after a panic elsewhere: no update here leaves a value half done.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
