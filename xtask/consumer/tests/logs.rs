//! Events of a call. Alone in its process: other threads' calls would decide, too, whether an event is looked at.
#![cfg(any(feature = "default", feature = "all"))]

use avepoint_elements::{Credential, Elements, OfficeInformation, UserKey};
use avepoint_elements_sandbox::{Fault, Faults, Sandbox};

fn user() -> UserKey {
    serde_json::from_str(r#"{"customer":"c1","tenant":"t1","user":"u1"}"#).unwrap()
}

fn office() -> OfficeInformation {
    let office = OfficeInformation::builder().postal_code("2121").country_region("Angola").state("Luanda");
    office.address("Dande").city(Some("Caxito".to_owned())).build().unwrap()
}

/// What a service logs, as text.
#[tokio::test]
async fn a_retry_is_an_event_of_a_stable_name() {
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);
    impl std::io::Write for Log {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_writer(move || writer.clone()).finish();
    let _guard = tracing_subscriber::util::SubscriberInitExt::set_default(subscriber);
    let faults = Faults::new().script([Fault::status(503).retry_after("0")]);
    let sandbox = Sandbox::builder().faults(faults).start().await.unwrap();
    let builder = Elements::builder().base_url(sandbox.base_url()).allow_loopback_http();
    let elements = builder.credential(Credential::access_token(sandbox.issue_token())).build().unwrap();
    elements.update_office_information(&user(), &office()).await.unwrap();
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for part in
        ["INFO", "avepoint_elements", "error.type=\"server\"", "http.response.status_code=503", "wait_ms="]
    {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
}
