//! A private key, the password of its file and what it signed are shown as little.

use avepoint_elements::{Certificate, Secret};

use super::*;

/// The same certificate and key twice, made to be thrown away.
const PEM: &str = include_str!("../../crates/sdk/tests/fixtures/pkcs1.pem");
const PFX: &[u8] = include_bytes!("../../crates/sdk/tests/fixtures/aes.pfx");
const PASSWORD: &str = "throw-away";
/// A line of the key, of the part that is not public.
const LINE: &str = "6XrkjtTdVxKhZx9X6BednQKBgH/xY9bOW+PryBqXloL3il+HBJUiFWFRKV+TudTw";
/// Some of its bytes, as `Debug` shows bytes.
const BYTES: &str = "161, 103, 31, 87, 232, 23, 157, 157, 2, 129, 128, 127, 241, 99, 214, 206";

const GIVEN: [&str; 5] = [PASSWORD, LINE, BYTES, TOKEN, ADDRESS];

fn certificates() -> [Certificate; 2] {
    assert!(PEM.contains(LINE), "the canary is in the file");
    [Certificate::from_pem(PEM).unwrap(), Certificate::from_pfx(PFX, &PASSWORD.into()).unwrap()]
}

/// The assertion that a token endpoint was sent.
fn assertion(request: &str) -> &str {
    let (_, form) = request.split_once("client_assertion=").unwrap();
    form.split('&').next().unwrap()
}

#[tokio::test]
async fn whatever_happens_key_password_and_assertion_are_shown_nowhere() {
    listen();
    let grant = format!(r#"{{"access_token":"{TOKEN}","expires_in":3600}}"#);
    let head = |status| format!("HTTP/1.1 {status} Status\r\n\r\n").into_bytes();
    let mut replies = vec![Reply::answer(200, &[], grant.as_bytes()), Reply::Reset(Vec::new())];
    // What repeats the request repeats the assertion.
    replies.extend([200, 203, 307, 400, 401, 403, 500, 503].map(|status| Reply::Echo(head(status))));
    for reply in replies {
        for certificate in certificates() {
            let tokens = RawServer::start(reply.clone()).await;
            let server = RawServer::answering(500, &[], b"<html>").await;
            let credential = Credential::certificate("client", certificate.clone());
            let builder = builder_for(&server.url()).token_url(tokens.url()).retry(RetryPolicy::none());
            let builder = builder.credential(credential.clone());
            let panic = panic_of(&(certificate, credential, builder.clone()));
            let shown = shown(&builder.build().unwrap()).await + &panic + &logged_of_requests();
            let request = tokens.requests().remove(0);
            let signature = assertion(&request).rsplit('.').next().unwrap();
            assert!(signature.len() > 300, "{request}");
            let (first, last) = (&signature[..40], &signature[signature.len() - 40..]);
            assert_without(&[&GIVEN[..], &[assertion(&request), first, last]].concat(), &shown);
        }
    }
}

#[test]
fn a_certificate_that_cannot_be_read_shows_nothing_of_what_was_given() {
    listen();
    let wrong = "canary-password-51d0";
    let unreadable = [
        Certificate::from_pfx(PFX, &Secret::from(wrong)),
        Certificate::from_pfx(&PFX[..PFX.len() / 2], &PASSWORD.into()),
        Certificate::from_pfx(PEM.as_bytes(), &PASSWORD.into()),
        Certificate::from_pem(PEM.replace("-----END RSA", "-----END")),
        Certificate::from_pem(PEM.replace(LINE, &LINE.replace('/', "?"))),
        Certificate::from_pem(PEM.replace(LINE, &LINE.to_lowercase())),
        Certificate::from_pem(PEM.replace("RSA PRIVATE", "ENCRYPTED PRIVATE")),
        Certificate::from_pem(PEM.replace("BEGIN CERTIFICATE", "BEGIN SOMETHING")),
    ];
    for result in unreadable {
        let error = result.unwrap_err();
        let shown = format!("{error} {error:?} {}", panic_of(&error));
        let changed = [&LINE[..24], &LINE[30..]];
        assert_without(&[&GIVEN[..], &[wrong], &changed].concat(), &shown);
    }
    assert_without(&[&GIVEN[..], &[wrong]].concat(), &logged());
}

#[test]
fn a_key_that_is_shown_would_be_found() {
    for hidden in [
        format!("key: {LINE}"),
        format!("key={}", LINE.replace('/', "%2f").replace('+', "%2b")),
        format!("key: [{BYTES}]"),
        "dGhyb3ctYXdheQ==".to_owned(),
    ] {
        assert!(std::panic::catch_unwind(|| assert_without(&GIVEN, &hidden)).is_err(), "{hidden}");
    }
}
