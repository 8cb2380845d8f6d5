//! The documentation's own sample, through every layer.

use avepoint_elements::{OfficeField, operations};
use avepoint_elements_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::{client_of_sandbox, office, user};

/// The sample of the documentation, as the contract has it.
fn documented(name: &str) -> Value {
    let contract: Value = serde_saphyr::from_str(avepoint_elements_client::CONTRACT).unwrap();
    let put = &contract["paths"][operations::UPDATE_OFFICE_INFORMATION.path]["put"];
    put["requestBody"]["content"]["application/json"]["examples"][name]["value"].clone()
}

#[tokio::test]
async fn the_wire_request_equals_the_documents_sample() {
    let sandbox = Sandbox::start().await.unwrap();
    client_of_sandbox(&sandbox).update_office_information(&user(), &office()).await.unwrap();
    let requests = sandbox.requests();
    let [request] = requests.as_slice() else { panic!("{requests:?}") };
    assert_eq!(request.method, "PUT");
    assert_eq!(
        request.target,
        "/partner/external/v3/um/customers/966f35cc-0000-4000-8000-25cdbcf82a07/tenants/\
         0c7715b3-0000-4000-8000-f3634dcfacec/users/7c18fd6f-0000-4000-8000-5725fa9edc3f/office-information"
    );
    assert_eq!(serde_json::from_slice::<Value>(&request.body).unwrap(), documented("document"));
    let user_agent = concat!("avepoint-elements/", env!("CARGO_PKG_VERSION"));
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.header("user-agent"), Some(user_agent));
    assert_eq!(request.header("api-version"), None);
    assert_eq!(request.header("referer"), None);
}

#[tokio::test]
async fn what_the_service_holds_is_what_was_sent() {
    let sandbox = Sandbox::start().await.unwrap();
    let elements = client_of_sandbox(&sandbox);
    let receipt = elements.update_office_information(&user(), &office()).await.unwrap();
    assert_eq!(held(&sandbox), Some(documented("document")));
    assert!(receipt.request_id.is_some());
}

#[tokio::test]
async fn a_city_is_sent_when_given_and_left_out_when_not() {
    let sandbox = Sandbox::start().await.unwrap();
    let elements = client_of_sandbox(&sandbox);
    let with = |city: &str| {
        let builder =
            avepoint_elements::OfficeInformation::builder().postal_code("01067").country_region("Germany");
        builder.state("Saxony").address("Theaterplatz 2").city(city.to_owned())
    };
    elements.update_office_information(&user(), &with("Dresden").build().unwrap()).await.unwrap();
    assert_eq!(held(&sandbox), Some(documented("city")));
    elements.update_office_information(&user(), &with("  ").build().unwrap()).await.unwrap();
    assert_eq!(held(&sandbox).unwrap().get("city"), None);
    let cleared = with("Dresden").clear(OfficeField::City).build().unwrap();
    elements.update_office_information(&user(), &cleared).await.unwrap();
    assert_eq!(held(&sandbox).unwrap()["city"], json!(""));
}

fn held(sandbox: &Sandbox) -> Option<Value> {
    let user = user();
    sandbox.office_information(user.customer.as_str(), user.tenant.as_str(), user.user.as_str())
}
