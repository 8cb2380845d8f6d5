//! Client secrets in the keyring of the system. Where there is none, that is an error, and nothing else is tried.

use crate::failure::Failure;
pub(crate) use system::{read, store};

fn failed(name: &str, why: &str) -> Failure {
    let name = crate::printer::one_line(name);
    Failure::usage(format!(
        "the keyring cannot be used for \"{name}\": {why}; a program (client-secret-command) or a file (client-secret-file) \
         can hold the secret, too"
    ))
}

#[cfg(feature = "keyring")]
mod system {
    use std::sync::mpsc;
    use std::time::Duration;

    use avepoint_elements::Secret;
    use keyring::v1::{Entry, Error, Result as KeyringResult};

    use super::failed;
    use crate::failure::Failure;
    use crate::printer::one_line;

    /// The name of this program among those that keep secrets.
    const SERVICE: &str = "avepoint-elements";
    /// Time to unlock it by hand.
    const MAX_TIME: Duration = Duration::from_secs(60);

    /// The secret that is kept under a name.
    ///
    /// # Errors
    /// This program or this system has no keyring, it is not unlocked within a minute, or it has no such entry.
    pub(crate) fn read(name: &str) -> Result<Secret, Failure> {
        with_entry(name, |entry| entry.get_password().map(Secret::from))
    }

    /// Keeps a secret under a name, in the place of the one before.
    pub(crate) fn store(name: &str, secret: Secret) -> Result<(), Failure> {
        with_entry(name, move |entry| entry.set_password(secret.expose()))
    }

    /// Works on an entry on a thread of its own: the keyring blocks, and asks at the desktop.
    fn with_entry<T: Send + 'static>(
        name: &str,
        work: impl FnOnce(&Entry) -> KeyringResult<T> + Send + 'static,
    ) -> Result<T, Failure> {
        let (sender, receiver) = mpsc::channel();
        let entry = name.to_owned();
        std::thread::spawn(move || {
            let done = Entry::new(SERVICE, &entry).and_then(|entry| work(&entry));
            // The receiver is gone where its time ended.
            let _ = sender.send(done);
        });
        match receiver.recv_timeout(MAX_TIME) {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(error)) => Err(failed(name, &said(&error))),
            Err(_) => Err(failed(
                name,
                "it did not answer within a minute; it may be locked, and ask at the desktop",
            )),
        }
    }

    /// What a keyring says, without what an entry may hold.
    fn said(error: &Error) -> String {
        match error {
            Error::NoEntry => "it has no such entry, which `elements auth store` makes".to_owned(),
            Error::NoDefaultStore => match Entry::store_status() {
                Err(cause) => format!("this system has none that answers ({})", one_line(&cause.to_string())),
                Ok(()) => "this system has none".to_owned(),
            },
            Error::BadEncoding(_) => "its entry is not valid UTF-8".to_owned(),
            other => one_line(&other.to_string()).into_owned(),
        }
    }
}

#[cfg(not(feature = "keyring"))]
mod system {
    use avepoint_elements::Secret;

    use super::failed;
    use crate::failure::Failure;

    const MISSING: &str = "this program was built without the feature `keyring`";

    pub(crate) fn read(name: &str) -> Result<Secret, Failure> {
        Err(failed(name, MISSING))
    }

    pub(crate) fn store(name: &str, secret: Secret) -> Result<(), Failure> {
        drop(secret);
        Err(failed(name, MISSING))
    }
}
