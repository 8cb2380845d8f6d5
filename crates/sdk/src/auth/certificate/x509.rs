//! As much of an X.509 certificate as it takes to find its public key (RFC 5280, section 4.1).

use super::der::{BIT_STRING, EXPLICIT_0, INTEGER, Reader, SEQUENCE};
use super::key::RSA;

/// The certificate alone, without what may follow it.
pub(super) fn trimmed(der: &[u8]) -> Option<&[u8]> {
    Reader::new(der).whole(SEQUENCE)
}

/// The `RSAPublicKey` of the certificate, or `None` inside for a key of another kind.
#[expect(clippy::option_option, reason = "a damaged certificate and one with another key are two things")]
pub(super) fn rsa_public_key(certificate: &[u8]) -> Option<Option<&[u8]>> {
    let mut body = Reader::new(certificate).inside(SEQUENCE)?.inside(SEQUENCE)?;
    body.optional(EXPLICIT_0); // the version
    body.expect(INTEGER)?; // the serial number
    for _signature_issuer_validity_subject in 0..4 {
        body.expect(SEQUENCE)?;
    }
    let mut info = body.inside(SEQUENCE)?;
    let (algorithm, _) = info.algorithm()?;
    // The first byte counts the unused bits at the end, of which a key has none.
    let key = info.expect(BIT_STRING)?.strip_prefix(&[0])?;
    Some((algorithm == RSA).then_some(key))
}
