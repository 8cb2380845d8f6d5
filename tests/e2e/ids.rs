//! Ids stay one segment of the path, or are refused before any socket opens.

use std::sync::{Arc, Mutex};

use avepoint_elements::{CustomerId, TenantId, UserId};
use avepoint_elements_client::{Client, Hooks, OperationInfo, types};
use proptest::prelude::*;
use reqwest::{Request, Url};
use tokio::net::TcpListener;

/// What would reach another route, or no route at all.
const TRAVERSAL: [&str; 16] = [
    "",
    ".",
    "..",
    "...",
    "/",
    "a/b",
    "../x",
    "..\\x",
    "\\",
    "a?b",
    "a#b",
    "%2e%2e",
    "%2F",
    " ",
    "a b",
    "a\r\nx: y",
];

#[tokio::test]
async fn traversal_is_refused_before_any_socket_opens() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/partner", listener.local_addr().unwrap());
    let client = Client::new(&url, reqwest::Client::builder().no_proxy().build().unwrap()).unwrap();
    for text in TRAVERSAL {
        assert!(CustomerId::new(text).unwrap_err().is_validation(), "{text:?}");
        assert!(TenantId::new(text).unwrap_err().is_validation(), "{text:?}");
        assert!(UserId::new(text).unwrap_err().is_validation(), "{text:?}");
        let call = client.update_office_information().customer_id("c").tenant_id("t").user_id(text);
        let error = call.body_map(complete).send().await.unwrap_err();
        assert!(matches!(error, avepoint_elements_client::Error::InvalidRequest(_)), "{text:?}: {error}");
    }
    let no_connection =
        std::future::poll_fn(|context| std::task::Poll::Ready(listener.poll_accept(context).is_pending()));
    assert!(no_connection.await, "a connection was opened");
}

#[tokio::test]
async fn the_longest_ids_reach_the_service() {
    let sandbox = avepoint_elements_sandbox::Sandbox::start().await.unwrap();
    // Each character takes three in a URL.
    let id = "\"".repeat(UserId::MAX_LENGTH);
    let user = avepoint_elements::UserKey::new(
        CustomerId::new(&id).unwrap(),
        TenantId::new(&id).unwrap(),
        UserId::new(&id).unwrap(),
    );
    let elements = crate::client_of_sandbox(&sandbox);
    let outcome = elements.update_office_information(&user, &crate::office()).await;
    assert!(!matches!(&outcome, Err(error) if error.is_configuration()), "{outcome:?}");
    assert_eq!(sandbox.requests().len(), 1);
}

fn complete(builder: types::builder::OfficeInformation) -> types::builder::OfficeInformation {
    builder.postal_code("x").country_region("x").state("x").address("x")
}

/// Takes note of the URL and lets nothing out.
#[derive(Clone, Default)]
struct Capture(Arc<Mutex<Option<Url>>>);

impl Hooks for Capture {
    fn before(&self, request: &mut Request, _: &OperationInfo) -> Result<(), String> {
        *self.0.lock().unwrap() = Some(request.url().clone());
        Err("captured".to_owned())
    }
}

/// The URL to which an update of a user would go.
fn url_for(user: &types::UserId) -> Url {
    let capture = Capture::default();
    let client = Client::new("https://elements.example/partner", reqwest::Client::new()).unwrap();
    let client = client.with_hooks(capture.clone());
    let call = client.update_office_information().customer_id("c").tenant_id("t").user_id(user.clone());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(call.body_map(complete).send()).unwrap_err();
    capture.0.lock().unwrap().take().unwrap()
}

fn decoded(segment: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = segment.bytes();
    while let Some(byte) = rest.next() {
        let hex = |byte: Option<u8>| char::from(byte.unwrap()).to_digit(16).unwrap();
        bytes.push(match byte {
            b'%' => u8::try_from(hex(rest.next()) * 16 + hex(rest.next())).unwrap(),
            byte => byte,
        });
    }
    String::from_utf8(bytes).unwrap()
}

proptest! {
    #[test]
    fn an_accepted_id_is_one_segment_of_the_path_and_nothing_else(
        text in prop_oneof!["[ -~]{0,12}", "[.%/\\\\#?a]{1,6}", any::<String>()],
    ) {
        let sdk = UserId::new(&text);
        let generated = text.parse::<types::UserId>();
        prop_assert_eq!(sdk.is_ok(), generated.is_ok(), "SDK and contract must agree on {:?}", &text);
        if let Ok(id) = generated {
            let url = url_for(&id);
            let segments: Vec<_> = url.path_segments().unwrap().map(decoded).collect();
            let expected = [
                "partner", "external", "v3", "um", "customers", "c", "tenants", "t", "users", &text,
                "office-information",
            ];
            prop_assert_eq!(segments, expected);
            prop_assert_eq!((url.query(), url.fragment()), (None, None));
        }
    }
}
