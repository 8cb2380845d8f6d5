//! The password, in the two forms that PFX files use.

use zeroize::Zeroizing;

use crate::auth::secret::Secret;

pub(super) struct Password {
    /// As PKCS#5 takes it: UTF-8.
    text: Secret,
    /// As PKCS#12 takes it: UTF-16, big end first, with a zero at the end.
    wide: Zeroizing<Vec<u8>>,
}

impl Password {
    pub(super) fn new(text: &Secret) -> Self {
        let units = text.expose().encode_utf16().chain([0]);
        // Room enough from the start: a buffer that grows leaves copies behind.
        let mut wide = Zeroizing::new(Vec::with_capacity(2 * text.expose().len() + 2));
        for unit in units {
            wide.extend_from_slice(&unit.to_be_bytes());
        }
        Self { text: text.clone(), wide }
    }

    /// No password at all, which some programs tell from an empty one.
    pub(super) fn absent() -> Self {
        Self { text: Secret::from(""), wide: Zeroizing::default() }
    }

    pub(super) fn text(&self) -> &[u8] {
        self.text.expose().as_bytes()
    }

    pub(super) fn wide(&self) -> &[u8] {
        &self.wide
    }
}
