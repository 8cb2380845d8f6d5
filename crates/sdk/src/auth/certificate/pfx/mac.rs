//! The checksum of a PFX file: it tells a wrong password before anything is decrypted.

use aws_lc_rs::hmac;

use super::hash::{KdfParameters, Purpose, derive};
use super::password::Password;
use super::{damaged, pbe, unsupported, wrong_password};
use crate::auth::certificate::der::{OCTET_STRING, Reader, SEQUENCE};
use crate::auth::secret::Secret;
use crate::error::Result;

struct Mac<'a> {
    algorithm: hmac::Algorithm,
    digest: &'a [u8],
    kdf: KdfParameters<'a>,
}

/// Checks `safes` against the checksum in what follows them in the file, and returns the password in the
/// form that fits. A file without a checksum passes.
pub(super) fn check(mut rest: Reader<'_>, safes: &[u8], password: &Secret) -> Result<Password> {
    if rest.is_empty() {
        return Ok(Password::new(password));
    }
    let mac = read(rest.inside(SEQUENCE).ok_or_else(damaged)?)?;
    let mut candidates = vec![Password::new(password)];
    if password.expose().is_empty() {
        candidates.push(Password::absent());
    }
    candidates.into_iter().find(|candidate| mac.fits(safes, candidate)).ok_or_else(wrong_password)
}

/// `MacData`: the digest with its algorithm, the salt, the rounds.
fn read(mut data: Reader<'_>) -> Result<Mac<'_>> {
    let mut info = data.inside(SEQUENCE).ok_or_else(damaged)?;
    let (hash, _) = info.algorithm().ok_or_else(damaged)?;
    let algorithm = super::hash::hmac(hash).ok_or_else(unsupported)?;
    let digest = info.expect(OCTET_STRING).ok_or_else(damaged)?;
    let salt = data.expect(OCTET_STRING).ok_or_else(damaged)?;
    let rounds = if data.is_empty() { 1 } else { data.number().ok_or_else(damaged)? };
    Ok(Mac { algorithm, digest, kdf: KdfParameters { salt, rounds: pbe::bounded(rounds)?.get() } })
}

impl Mac<'_> {
    fn fits(&self, safes: &[u8], password: &Password) -> bool {
        let hash = self.algorithm.digest_algorithm();
        let key = derive(hash, Purpose::Mac, password.wide(), self.kdf, hash.output_len());
        hmac::verify(&hmac::Key::new(self.algorithm, &key), safes, self.digest).is_ok()
    }
}
