//! PFX files (PKCS#12, RFC 7292).
//!
//! Written for this crate, since the libraries for it bring 16 to 71 crates more. Only what is read is here:
//! the structure, and the choice among ciphers that other crates implement.

mod ciphers;
mod hash;
mod mac;
mod oid;
mod password;
mod pbe;

use super::der::{EXPLICIT_0, IMPLICIT_0, OBJECT_IDENTIFIER, OCTET_STRING, Reader, SEQUENCE};
use super::key::PrivateKey;
use super::{Contents, x509};
use crate::auth::secret::Secret;
use crate::error::{Error, Result};
use password::Password;
use zeroize::Zeroizing;

/// The most rounds of key derivation that are run: seconds of work. What is in use stays under a million.
const MAX_ITERATIONS: u32 = 10_000_000;

/// The certificates and keys of the file.
pub(super) fn read(der: &[u8], password: &Secret) -> Result<Contents> {
    let mut pfx = open(der).ok_or_else(|| not_a_pfx(der))?;
    let safes = data(&mut pfx).ok_or_else(damaged)?;
    let password = mac::check(pfx, safes, password)?;
    let mut contents = Contents::default();
    let mut safes = Reader::new(safes).inside(SEQUENCE).ok_or_else(damaged)?;
    while !safes.is_empty() {
        let bags = safe_contents(&mut safes, &password)?;
        read_bags(&bags, &password, &mut contents)?;
    }
    Ok(contents)
}

/// `PFX`: the version, which is 3, and what follows it.
fn open(der: &[u8]) -> Option<Reader<'_>> {
    let mut pfx = Reader::new(der).inside(SEQUENCE)?;
    (pfx.number()? == 3).then_some(pfx)
}

/// A `ContentInfo` that is plain data.
fn data<'a>(reader: &mut Reader<'a>) -> Option<&'a [u8]> {
    let mut info = reader.inside(SEQUENCE)?;
    let kind = info.expect(OBJECT_IDENTIFIER)?;
    let content = info.inside(EXPLICIT_0)?.expect(OCTET_STRING)?;
    (kind == oid::DATA).then_some(content)
}

/// The `SafeContents` of the next `ContentInfo`, decrypted where need be.
fn safe_contents(safes: &mut Reader<'_>, password: &Password) -> Result<Zeroizing<Vec<u8>>> {
    if let Some(plain) = data(&mut safes.clone()) {
        data(safes);
        return Ok(Zeroizing::new(plain.to_vec()));
    }
    let mut info = safes.inside(SEQUENCE).ok_or_else(damaged)?;
    if info.expect(OBJECT_IDENTIFIER).ok_or_else(damaged)? != oid::ENCRYPTED_DATA {
        return Err(unsupported());
    }
    let mut encrypted = encrypted_content(info).ok_or_else(damaged)?;
    let algorithm = encrypted.algorithm().ok_or_else(damaged)?;
    let ciphertext = encrypted.expect(IMPLICIT_0).ok_or_else(damaged)?;
    pbe::decrypt(algorithm, ciphertext, password)
}

/// `EncryptedContentInfo`, from the algorithm on.
fn encrypted_content(mut info: Reader<'_>) -> Option<Reader<'_>> {
    let mut data = info.inside(EXPLICIT_0)?.inside(SEQUENCE)?;
    data.number()?;
    let mut content = data.inside(SEQUENCE)?;
    content.expect(OBJECT_IDENTIFIER)?;
    Some(content)
}

fn read_bags(bags: &[u8], password: &Password, contents: &mut Contents) -> Result<()> {
    // Where no checksum vouches for the password, a wrong one may first show here.
    let mut bags = Reader::new(bags).inside(SEQUENCE).ok_or_else(wrong_password)?;
    while !bags.is_empty() {
        let mut bag = bags.inside(SEQUENCE).ok_or_else(wrong_password)?;
        let kind = bag.expect(OBJECT_IDENTIFIER).ok_or_else(damaged)?;
        let value = bag.inside(EXPLICIT_0).ok_or_else(damaged)?;
        read_bag(kind, value, password, contents)?;
    }
    Ok(())
}

fn read_bag(kind: &[u8], mut value: Reader<'_>, password: &Password, contents: &mut Contents) -> Result<()> {
    match kind {
        oid::KEY_BAG => {
            let key = value.whole(SEQUENCE).ok_or_else(damaged)?;
            contents.keys.push(PrivateKey::Pkcs8(Zeroizing::new(key.to_vec())));
        }
        oid::SHROUDED_KEY_BAG => {
            contents.keys.push(PrivateKey::Pkcs8(shrouded_key(value, password)?));
        }
        oid::CERTIFICATE_BAG => contents.certificates.extend(certificate(value).ok_or_else(damaged)?),
        _ => {}
    }
    Ok(())
}

/// `EncryptedPrivateKeyInfo` (RFC 5208, section 6).
fn shrouded_key(mut value: Reader<'_>, password: &Password) -> Result<Zeroizing<Vec<u8>>> {
    let mut info = value.inside(SEQUENCE).ok_or_else(damaged)?;
    let algorithm = info.algorithm().ok_or_else(damaged)?;
    let ciphertext = info.expect(OCTET_STRING).ok_or_else(damaged)?;
    pbe::decrypt(algorithm, ciphertext, password)
}

/// The certificate of a `CertBag`, or `None` inside for one that is not X.509.
#[expect(clippy::option_option, reason = "a damaged bag and one of another kind are two things")]
fn certificate(mut value: Reader<'_>) -> Option<Option<Vec<u8>>> {
    let mut bag = value.inside(SEQUENCE)?;
    if bag.expect(OBJECT_IDENTIFIER)? != oid::X509_CERTIFICATE {
        return Some(None);
    }
    let der = bag.inside(EXPLICIT_0)?.expect(OCTET_STRING)?;
    Some(Some(x509::trimmed(der)?.to_vec()))
}

fn not_a_pfx(der: &[u8]) -> Error {
    let is_pem = der.windows(11).any(|window| window == b"-----BEGIN ");
    Error::configuration(if is_pem {
        "the file is PEM text, not a PFX; give it as PEM"
    } else {
        "the file is not a PFX (PKCS#12) file, or is damaged; \
         export the certificate with its private key again"
    })
}

fn damaged() -> Error {
    Error::configuration(
        "the PFX is damaged or in a form that is not supported; export it again, \
         or give the certificate and its key as PEM (`openssl pkcs12 -in FILE -nodes` prints it)",
    )
}

fn unsupported() -> Error {
    Error::configuration(
        "the PFX is protected in a way that is not supported; export it again with AES-256 and SHA-256, \
         or give the certificate and its key as PEM (`openssl pkcs12 -in FILE -nodes` prints it)",
    )
}

fn wrong_password() -> Error {
    Error::configuration(
        "the password is not the PFX's, or the file is damaged; give the password it was exported with",
    )
}
