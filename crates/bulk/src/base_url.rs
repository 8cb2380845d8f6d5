//! What tells one service from another.

/// A base URL as it counts: slashes at its end mean nothing.
pub(crate) fn trimmed(base_url: &str) -> &str {
    base_url.trim_end_matches('/')
}
