//! Text that is wiped from memory when dropped and never shown.

use std::fmt;

use zeroize::Zeroizing;

/// A secret text: a client secret, a password or an access token.
///
/// It is zeroized when dropped, as far as this crate owns the memory: the copies that the HTTP library and
/// the operating system make are theirs. `Debug` shows nothing of it.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// The text itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}
