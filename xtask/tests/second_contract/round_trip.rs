//! The client and the mocks that were generated from the made-up contract, with each other.

use avepoint_elements_client::types::{
    Book, BookPage, KeptText, Kind, NewBook, PageSize, Pages, Reader, ReaderIds, ReaderPage, ReaderSelection, Title,
};
use avepoint_elements_client::{Client, Error, limits, operations, schemas};
use avepoint_elements_httpmock::{MockServerExt, StrictExt};
use httpmock::MockServer;
use serde_json::{Value, json};

fn client_of(server: &MockServer) -> Client {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    Client::new(&server.base_url(), http).unwrap()
}

fn pages(number: i32) -> Pages {
    number.try_into().unwrap()
}

fn book() -> Book {
    serde_json::from_value(json!({ "title": "Along the Kwanza", "type": "travel", "pages": 212 })).unwrap()
}

fn page() -> BookPage {
    serde_json::from_value(json!({ "data": [book()], "metadata": { "pageIndex": 2 } })).unwrap()
}

#[tokio::test]
async fn a_reply_has_its_type() {
    let server = MockServer::start_async().await;
    server.get_book(|when, then| {
        when.shelf_id("s1").book_id("b1".to_owned());
        then.ok(&book());
    });
    let unexpected = server.fail_on_unexpected_requests();
    let reply = client_of(&server).get_book().shelf_id("s1").book_id("b1").send().await.unwrap();
    assert_eq!(reply.status().as_u16(), operations::GET_BOOK.success);
    assert_eq!(reply.into_inner(), book());
    drop(unexpected);
}

#[tokio::test]
async fn an_optional_parameter_is_sent_when_given_and_left_out_when_not() {
    let server = MockServer::start_async().await;
    let first = server.list_books(|when, then| {
        when.type_(Kind::Travel).without_page_index().without_page_size().without_title_part();
        then.ok(&page());
    });
    let title: Title = "Kwanza & Zaire".parse().unwrap();
    let second = server.list_books(|when, then| {
        when.type_("travel").page_size(10).title_part(&title);
        then.ok(&page());
    });
    let unexpected = server.fail_on_unexpected_requests();
    let client = client_of(&server);
    let reply = client.list_books().shelf_id("s1").type_(Kind::Travel).send().await.unwrap();
    assert_eq!(reply.into_inner(), page());
    let request = client.list_books().shelf_id("s1").type_(Kind::Travel);
    request.page_size(10).title_part(title).send().await.unwrap();
    first.assert_calls(1);
    second.assert_calls(1);
    drop(unexpected);
}

#[tokio::test]
async fn a_post_that_only_reads_sends_its_numbers_and_its_list() {
    let server = MockServer::start_async().await;
    let ids: ReaderIds = vec!["ana".parse().unwrap(), "rui".parse().unwrap()].try_into().unwrap();
    let selection: ReaderSelection =
        ReaderSelection::builder().reader_ids(Some(ids.clone())).try_into().unwrap();
    let page: ReaderPage =
        serde_json::from_value(json!({ "data": [{ "id": "ana" }], "metadata": { "pageIndex": 2 } })).unwrap();
    server.list_readers(|when, then| {
        let when = when.page_index(2).page_size(PageSize::try_from(100).unwrap());
        when.body(&selection).into_inner().json_body(json!({ "readerIds": ["ana", "rui"] }));
        then.ok(&page);
    });
    let unexpected = server.fail_on_unexpected_requests();
    let client = client_of(&server);
    let request = client.list_readers().page_index(2).page_size(100).body(selection.clone());
    assert_eq!(request.send().await.unwrap().into_inner(), page);
    drop(unexpected);
    assert!(operations::LIST_READERS.reads() && operations::GET_READER.reads());
    assert!(!operations::ADD_BOOK.reads() && !operations::REMOVE_BOOK.reads());
}

#[test]
fn a_number_is_checked_when_it_is_made() {
    for (number, refusal) in [(0_i32, "less than 1"), (101, "greater than 100"), (-1, "less than 1")] {
        assert_eq!(PageSize::try_from(number).unwrap_err().to_string(), refusal);
        assert_eq!(number.to_string().parse::<PageSize>().unwrap_err().to_string(), refusal);
        serde_json::from_value::<PageSize>(json!(number)).unwrap_err();
    }
    assert_eq!(PageSize::try_from(u64::MAX).unwrap_err().to_string(), "greater than 100");
    assert_eq!("ten".parse::<PageSize>().unwrap_err().to_string(), "not a whole number");
    for number in [1, 100] {
        assert_eq!(PageSize::try_from(number).unwrap().get(), number);
    }
}

#[tokio::test]
async fn a_number_that_is_out_of_bounds_is_not_sent() {
    let server = MockServer::start_async().await;
    let client = client_of(&server);
    let request = client.list_readers().page_size(101).body(ReaderSelection::builder());
    assert!(matches!(request.send().await, Err(Error::InvalidRequest(_))));
}

#[test]
fn a_list_is_checked_when_it_is_made() {
    let list = |count: usize| ReaderIds::try_from(vec!["ana".parse().unwrap(); count]);
    assert_eq!(list(0).unwrap_err().to_string(), "fewer than 1 element");
    assert_eq!(list(101).unwrap_err().to_string(), "more than 100 elements");
    assert_eq!((list(1).unwrap().len(), list(100).unwrap().len()), (1, 100));
}

#[tokio::test]
async fn what_is_made_comes_back() {
    let server = MockServer::start_async().await;
    let new = NewBook::builder().title("Along the Kwanza").type_(Kind::Travel).subtitle(None).pages(Some(pages(212)));
    let new: NewBook = new.try_into().unwrap();
    server.add_book(|when, then| {
        let body = json!({ "title": "Along the Kwanza", "type": "travel", "subtitle": null, "pages": 212 });
        when.body(&new).into_inner().json_body(body);
        then.created(&book());
    });
    let reply = client_of(&server).add_book().shelf_id("s1").body(new.clone()).send().await.unwrap();
    assert_eq!(reply.status().as_u16(), operations::ADD_BOOK.success);
    assert_eq!(reply.into_inner(), book());
}

#[tokio::test]
async fn an_operation_without_a_reply_stays_without() {
    let server = MockServer::start_async().await;
    server.remove_book(|_, then| {
        then.no_content();
    });
    let client = client_of(&server);
    let reply = client.remove_book().shelf_id("s1").book_id("b1").send().await.unwrap();
    assert_eq!(reply.status().as_u16(), operations::REMOVE_BOOK.success);
    let () = reply.into_inner();
}

#[tokio::test]
async fn a_refusal_keeps_its_status() {
    let server = MockServer::start_async().await;
    server.get_reader(|_, then| {
        then.not_found(json!({}));
    });
    match client_of(&server).get_reader().reader_id("ana").send().await {
        Err(Error::ErrorResponse(reply)) => assert_eq!(reply.status().as_u16(), 404),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_second_tag_is_read_leniently() {
    let server = MockServer::start_async().await;
    let reader = json!({ "id": "ana", "lastVisit": "yesterday", "aliases": ["Ana"], "unknown": {} });
    let body = reader.clone();
    server.get_reader(|_, then| {
        then.into_inner().status(200).json_body(body);
    });
    let reply = client_of(&server).get_reader().reader_id("ana").send().await.unwrap().into_inner();
    assert_eq!(reply, serde_json::from_value::<Reader>(reader).unwrap());
    assert_eq!(reply.last_visit.as_deref(), Some("yesterday"));
}

/// A reader with one more field.
fn reader_with(field: &str, value: &Value) -> Reader {
    serde_json::from_value(json!({ "id": "ana", field: value })).unwrap()
}

#[test]
fn an_optional_field_of_a_reply_takes_what_it_can_and_is_none_otherwise() {
    let bare: Reader = serde_json::from_value(json!({ "id": "ana" })).unwrap();
    let kinds = [json!(null), json!("text"), json!(7), json!(7.5), json!(true), json!([]), json!(["a"]), json!({})];
    let takes = [
        ("lastVisit", vec![json!("text")]),
        ("name", vec![json!("text")]),
        ("title", vec![json!("text")]),
        ("visits", vec![json!(7)]),
        ("lastPage", vec![json!(7)]),
        ("member", vec![json!(true)]),
        ("favourite", vec![]),
        ("marks", vec![json!(["a"])]),
        ("aliases", vec![json!([]), json!(["a"])]),
        ("status", vec![json!(7), json!([])]),
        ("page", vec![]),
    ];
    for (field, taken) in takes {
        for kind in &kinds {
            let reader = reader_with(field, kind);
            if taken.contains(kind) {
                assert_eq!(serde_json::to_value(&reader).unwrap()[field], *kind, "{field}");
            } else {
                assert_eq!(reader, bare, "{field}: {kind}");
            }
        }
    }
    assert!(reader_with("favourite", &json!("travel")).favourite.is_some());
    assert!(reader_with("favourite", &json!("poems")).favourite.is_none());
}

#[test]
fn a_field_that_is_written_back_tells_nothing_from_a_value_of_another_type() {
    assert_eq!(reader_with("street", &json!("Rua")).street, Some(KeptText::Text("Rua".to_owned())));
    assert_eq!(reader_with("street", &json!("")).street, Some(KeptText::Text(String::new())));
    assert_eq!(reader_with("street", &json!(null)).street, None);
    assert_eq!(reader_with("unknown", &json!(null)).street, None);
    for other in [json!(7), json!(7.5), json!(false), json!(["Rua"]), json!({ "a": 1 })] {
        assert_eq!(reader_with("street", &other).street, Some(KeptText::Unreadable), "{other}");
    }
}

#[test]
fn a_required_field_of_a_reply_is_not_read_leniently() {
    for reply in [json!({}), json!({ "id": 7 }), json!({ "id": null }), json!([]), json!(null), json!("id")] {
        serde_json::from_value::<Reader>(reply).unwrap_err();
    }
    for reply in [json!({}), json!({ "data": null }), json!({ "data": [{}] }), json!({ "error": "x" })] {
        serde_json::from_value::<ReaderPage>(reply).unwrap_err();
    }
}

#[test]
fn bounds_are_not_enforced_in_what_only_replies_have() {
    let long = "a".repeat(1000);
    let many: Vec<String> = vec![long.clone(); 101];
    let reader = json!({
        "id": "Not A Reader ID", "name": long, "title": long, "aliases": many, "others": many, "lastPage": 1_000_000,
    });
    let read: Reader = serde_json::from_value(reader.clone()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), reader);
}

#[test]
fn limits_and_schemas_agree() {
    let schema = |name: &str| {
        let (_, schema) = schemas::all().into_iter().find(|(known, _)| *known == name).unwrap();
        Value::from(schema)
    };
    assert_eq!(schema("Title")["maxLength"], limits::TITLE_MAX_LENGTH);
    assert_eq!(schema("NewBook")["properties"]["subtitle"]["type"], json!(["string", "null"]));
    assert_eq!(schema("ShelfId")["minLength"], limits::SHELF_ID_MIN_LENGTH);
    assert_eq!(schema("PageIndex")["maximum"], limits::PAGE_INDEX_MAXIMUM);
    assert_eq!(schema("PageSize")["minimum"], limits::PAGE_SIZE_MINIMUM);
    assert_eq!(schema("ReaderIds")["maxItems"], limits::READER_IDS_MAX_ITEMS);
    assert_eq!(schema("Aliases")["maxItems"], limits::ALIASES_MAX_ITEMS);
    assert_eq!(schema("Kind")["enum"], json!(["travel", "history"]));
}
