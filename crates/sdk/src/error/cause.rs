//! The cause of an error, kept as text.

use std::fmt;

use crate::shown::shown;

/// How much of a cause is kept, in bytes: a certificate's other names alone may fill pages.
const KEPT: usize = 1024;

/// What caused an error, and what caused that: one line, bounded, unable to steer a terminal.
pub(super) struct Cause(String);

impl Cause {
    pub(super) fn new(error: &(dyn std::error::Error + 'static)) -> Self {
        let chain = std::iter::successors(Some(error), |error| error.source());
        let texts: Vec<_> = chain.map(ToString::to_string).collect();
        Self(shown(&texts.join(": "), KEPT))
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0)
    }
}

impl std::error::Error for Cause {}
