//! Reading certificates: what is taken, what each refusal says, and that no input breaks it.

use std::sync::LazyLock;

use avepoint_elements::{Certificate, Error, Secret};
use proptest::prelude::*;
use rcgen::{CertificateParams, KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256, RsaKeySize};

const PASSWORD: &str = "throw-away";
/// As `openssl x509 -fingerprint -sha1` shows it.
const THUMBPRINT: &str = "F90B470523337DF7FAD8C7998112AE9CD22EC5BE";

const AES: &[u8] = include_bytes!("../fixtures/aes.pfx");
const RC2: &[u8] = include_bytes!("../fixtures/rc2.pfx");
const TRIPLE_DES: &[u8] = include_bytes!("../fixtures/triple-des.pfx");
const NO_MAC: &[u8] = include_bytes!("../fixtures/no-mac.pfx");
const PLAIN: &[u8] = include_bytes!("../fixtures/plain.pfx");
const NO_KEY: &[u8] = include_bytes!("../fixtures/no-key.pfx");
const PKCS1: &str = include_str!("../fixtures/pkcs1.pem");
const WEAK: &str = include_str!("../fixtures/weak.pem");

/// The sections of a PEM file.
struct Pem {
    key: String,
    certificate: String,
}

impl Pem {
    fn new(key: &KeyPair) -> Self {
        let certificate = CertificateParams::new(Vec::new()).unwrap().self_signed(key).unwrap();
        Self { key: key.serialize_pem(), certificate: certificate.pem() }
    }
}

fn rsa() -> Pem {
    Pem::new(&KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap())
}

/// Making an RSA key takes long.
static ONE: LazyLock<Pem> = LazyLock::new(rsa);
static ANOTHER: LazyLock<Pem> = LazyLock::new(rsa);
static ELLIPTIC: LazyLock<Pem> =
    LazyLock::new(|| Pem::new(&KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap()));

fn from_pem(sections: &[&str]) -> Result<Certificate, Error> {
    Certificate::from_pem(sections.concat())
}

fn from_pfx(pfx: &[u8]) -> Result<Certificate, Error> {
    Certificate::from_pfx(pfx, &PASSWORD.into())
}

/// Asserts that it is refused as a setting, with these words.
#[track_caller]
fn assert_refused(result: Result<Certificate, Error>, words: &str) {
    let error = result.unwrap_err();
    assert!(error.is_configuration());
    let message = error.to_string();
    assert!(message.contains(words), "{message}");
    assert!(!format!("{message}{error:?}").contains(PASSWORD));
}

#[test]
fn key_and_certificate_come_in_any_order() {
    let first = from_pem(&[&ONE.key, &ONE.certificate]).unwrap();
    let second = from_pem(&[&ONE.certificate, &ONE.key]).unwrap();
    assert_eq!(first.thumbprint(), second.thumbprint());
}

#[test]
fn a_chain_may_follow_the_certificate() {
    let chain = from_pem(&[&ONE.certificate, &ANOTHER.certificate, &ONE.key]).unwrap();
    let alone = from_pem(&[&ONE.certificate, &ONE.key]).unwrap();
    assert_eq!(chain.thumbprint(), alone.thumbprint());
}

#[test]
fn words_around_sections_and_line_ends_of_windows_do_no_harm() {
    let text = ["\u{feff}Bag Attributes\n", &ONE.certificate, "Key Attributes: <No Attributes>\n", &ONE.key];
    from_pem(&[&text.concat().replace('\n', "\r\n")]).unwrap();
}

#[test]
fn keys_in_pkcs1_form_are_read() {
    assert_eq!(from_pem(&[PKCS1]).unwrap().thumbprint(), THUMBPRINT);
}

#[test]
fn pem_without_a_certificate_or_a_key_is_refused() {
    assert_refused(from_pem(&[]), "no certificate");
    assert_refused(from_pem(&["client secret"]), "no certificate");
    assert_refused(from_pem(&[&ONE.key]), "no certificate");
    assert_refused(from_pem(&[&ONE.certificate]), "no private key");
}

#[test]
fn several_keys_are_refused() {
    assert_refused(from_pem(&[&ONE.certificate, &ONE.key, &ANOTHER.key]), "2 private keys");
}

#[test]
fn encrypted_keys_are_refused_with_the_way_to_decrypt_them() {
    let pkcs8 = ONE.key.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
    assert_refused(from_pem(&[&ONE.certificate, &pkcs8]), "openssl pkey -in");
    let header = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n";
    let older = ONE.key.replace("-----BEGIN PRIVATE KEY-----\n", header);
    let older = older.replace("END PRIVATE", "END RSA PRIVATE");
    assert_refused(from_pem(&[&ONE.certificate, &older]), "openssl pkey -in");
}

#[test]
fn elliptic_curve_keys_are_refused() {
    assert_refused(from_pem(&[&ELLIPTIC.certificate, &ELLIPTIC.key]), "elliptic-curve");
    let older = ELLIPTIC.key.replace("PRIVATE KEY", "EC PRIVATE KEY");
    assert_refused(from_pem(&[&ELLIPTIC.certificate, &older]), "elliptic-curve");
}

#[test]
fn short_keys_are_refused() {
    assert_refused(from_pem(&[WEAK]), "shorter than 2048 bits");
}

#[test]
fn a_key_of_another_certificate_is_refused() {
    assert_refused(from_pem(&[&ONE.certificate, &ANOTHER.key]), "does not belong");
    assert_refused(from_pem(&[&ELLIPTIC.certificate, &ONE.key]), "does not belong");
    assert_refused(from_pem(&[&ANOTHER.certificate, &ONE.certificate, &ONE.key]), "the first one counts");
}

#[test]
fn damaged_sections_are_refused() {
    let cut = &ONE.key[..ONE.key.len() / 2];
    assert_refused(from_pem(&[&ONE.certificate, cut]), "cut off");
    let broken = ONE.key.replace("MII", "M?I");
    assert_refused(from_pem(&[&ONE.certificate, &broken]), "private key is damaged");
    let swapped = ONE.certificate.replace("CERTIFICATE", "PRIVATE KEY");
    assert_refused(from_pem(&[&ONE.certificate, &swapped]), "private key is damaged");
}

#[test]
fn files_beyond_the_limit_are_refused() {
    assert_refused(Certificate::from_pem(" ".repeat((1 << 20) + 1)), "longer than 1 MiB");
    assert_refused(from_pfx(&vec![0; (1 << 20) + 1]), "longer than 1 MiB");
}

#[test]
fn pfx_files_new_and_old_are_read() {
    for pfx in [AES, RC2, TRIPLE_DES, NO_MAC, PLAIN] {
        assert_eq!(from_pfx(pfx).unwrap().thumbprint(), THUMBPRINT);
    }
}

#[test]
fn a_wrong_password_is_called_that() {
    for pfx in [AES, RC2, TRIPLE_DES, NO_MAC] {
        for password in ["", "Throw-away", "p\u{e4}ssw\u{f6}rd \u{1f511}"] {
            assert_refused(Certificate::from_pfx(pfx, &Secret::from(password)), "the password is not");
        }
    }
}

#[test]
fn a_pfx_without_a_key_is_refused() {
    assert_refused(from_pfx(NO_KEY), "no private key");
}

#[test]
fn what_is_not_a_pfx_is_refused() {
    assert_refused(from_pfx(b""), "not a PFX");
    assert_refused(from_pfx(b"<!doctype html>"), "not a PFX");
    assert_refused(from_pfx(ONE.certificate.as_bytes()), "give it as PEM");
}

#[test]
fn no_cut_of_a_pfx_is_taken() {
    for pfx in [AES, RC2, NO_MAC, PLAIN] {
        for length in 0..pfx.len() {
            assert!(from_pfx(&pfx[..length]).unwrap_err().is_configuration());
        }
    }
}

/// Where a checksum stands before it, damage does not get far; where there is none, it does.
#[test]
fn no_flipped_bit_breaks_the_pfx_reader() {
    for pfx in [AES, RC2, NO_MAC, PLAIN] {
        for index in 0..pfx.len() {
            let mut flipped = pfx.to_vec();
            flipped[index] ^= 1 << (index % 8);
            if let Err(error) = from_pfx(&flipped) {
                assert!(error.is_configuration());
            }
        }
    }
}

proptest! {
    #[test]
    fn no_bytes_break_the_pfx_reader(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        from_pfx(&bytes).unwrap_err();
    }

    #[test]
    fn no_text_breaks_the_pem_reader(text in "(-----(BEGIN|END) (RSA |EC )?(CERTIFICATE|PRIVATE KEY)-----|[A-Za-z0-9+/=\n]{0,9}){0,12}") {
        Certificate::from_pem(text).unwrap_err();
    }

    #[test]
    fn no_changed_byte_breaks_the_pem_reader(index in 0..PKCS1.len(), byte in 0..128_u8) {
        let mut text = PKCS1.as_bytes().to_vec();
        text[index] = byte;
        // Changed or not, what is shown is not the key.
        let shown = format!("{:?}", Certificate::from_pem(String::from_utf8(text).unwrap()));
        prop_assert!(!shown.contains("MII"));
    }
}
