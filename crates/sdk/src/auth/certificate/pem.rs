//! PEM text (RFC 7468): sections of base64 between a line that begins and a line that ends them.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

use super::key::PrivateKey;
use super::{Contents, x509};
use crate::error::{Error, Result};

const BEGIN: &str = "-----BEGIN ";
const DASHES: &str = "-----";

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

struct Section<'a> {
    label: &'a str,
    body: &'a str,
}

/// The certificates and keys of the text. Sections of other kinds are skipped.
pub(super) fn read(text: &str) -> Result<Contents> {
    let mut contents = Contents::default();
    let mut rest = text;
    while let Some((section, after)) = next_section(rest)? {
        section.read_into(&mut contents)?;
        rest = after;
    }
    Ok(contents)
}

fn next_section(text: &str) -> Result<Option<(Section<'_>, &str)>> {
    let Some((_, text)) = text.split_once(BEGIN) else { return Ok(None) };
    section(text).map(Some).ok_or_else(|| {
        Error::configuration("a PEM section has no end; the text is cut off: copy it again as a whole")
    })
}

fn section(text: &str) -> Option<(Section<'_>, &str)> {
    let (label, text) = text.split_once(DASHES)?;
    let (body, text) = text.split_once(&format!("-----END {label}-----"))?;
    Some((Section { label, body }, text))
}

impl Section<'_> {
    fn read_into(&self, contents: &mut Contents) -> Result<()> {
        match self.label {
            "CERTIFICATE" | "X509 CERTIFICATE" => contents.certificates.push(self.certificate()?),
            "ENCRYPTED PRIVATE KEY" => return Err(encrypted()),
            label if label.ends_with("PRIVATE KEY") => contents.keys.push(self.key()?),
            _ => {}
        }
        Ok(())
    }

    fn certificate(&self) -> Result<Vec<u8>> {
        let der = self.decode()?;
        x509::trimmed(&der).map(<[u8]>::to_vec).ok_or_else(|| self.damaged())
    }

    fn key(&self) -> Result<PrivateKey> {
        // The older way to encrypt a key says so in a header (RFC 1421, section 4.6.1.1).
        if self.body.contains("ENCRYPTED") {
            return Err(encrypted());
        }
        Ok(match self.label {
            "RSA PRIVATE KEY" => PrivateKey::Pkcs1(self.decode()?),
            "EC PRIVATE KEY" => PrivateKey::EllipticCurve,
            _ => PrivateKey::Pkcs8(self.decode()?),
        })
    }

    fn decode(&self) -> Result<Zeroizing<Vec<u8>>> {
        // No buffer may grow here: what it leaves behind would not be wiped.
        let mut digits = Zeroizing::new(Vec::with_capacity(self.body.len()));
        digits.extend(self.body.bytes().filter(|byte| !byte.is_ascii_whitespace()));
        let mut der = Zeroizing::new(vec![0; base64::decoded_len_estimate(digits.len())]);
        let length = BASE64.decode_slice(&*digits, &mut der).map_err(|_| self.damaged())?;
        der.truncate(length);
        Ok(der)
    }

    fn damaged(&self) -> Error {
        let what = if self.label.ends_with("KEY") { "private key" } else { "certificate" };
        Error::configuration(format!("the PEM section of the {what} is damaged; copy or export it again"))
    }
}

fn encrypted() -> Error {
    Error::configuration(
        "the private key is encrypted; decrypt it (`openssl pkey -in FILE -out DECRYPTED`), \
         or give a PFX file with its password",
    )
}
