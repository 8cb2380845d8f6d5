//! Whatever a file holds.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::journal::framing::Line;
use crate::journal::index::Index;
use crate::journal::record::Written;

proptest! {
    #[test]
    fn no_bytes_break_the_reader(bytes in vec(any::<u8>(), 0..300), behind_a_header in any::<bool>()) {
        let mut header = Vec::new();
        framing::push(&mut header, None, &Header::new(URL, "host", SystemTime::UNIX_EPOCH, false, None));
        let _ = scan::scan(&*if behind_a_header { [header, bytes].concat() } else { bytes });
    }

    #[test]
    fn records_are_read_as_written(
        (number, office_text, status) in (any::<usize>(), "[0-9a-f]{32}", any::<Option<u16>>()),
        (attempts, id, host) in (any::<u32>(), any::<Option<String>>(), any::<String>()),
        millis in 0..253_402_300_800_000u64,
    ) {
        let at = SystemTime::UNIX_EPOCH + Duration::from_millis(millis);
        let id = id.filter(|id| id.len() <= 128);
        let outcome =
            Outcome { status, attempts, request_id: id, at, host: host.into(), ..Outcome::new(State::Refused, "") };
        let (user, office) = (hash(number), office(&office_text));
        let mut line = Vec::new();
        framing::push(&mut line, Some(7), &Written::outcome(&user, &office, &outcome));
        prop_assert_eq!(line.iter().position(|byte| *byte == b'\n'), Some(line.len() - 1));
        let read = record::read(&Line::parse(line.strip_suffix(b"\n").unwrap()).unwrap());
        prop_assert_eq!(read, Some((user, Recorded { office, outcome })));
    }

    #[test]
    fn the_index_finds_each_users_newest_record(users in vec(0..60usize, 0..300)) {
        let mut index = Index::new();
        let mut newest = std::collections::HashMap::new();
        for (place, number) in users.into_iter().enumerate() {
            index.insert(&hash(number), place as u64, State::Done);
            newest.insert(number, place as u64);
        }
        index.finish();
        for number in 0..60 {
            prop_assert_eq!(index.offset(&hash(number)), newest.get(&number).copied());
        }
        prop_assert_eq!(index.count(State::Done), newest.len() as u64);
    }
}

#[test]
fn an_id_that_is_too_long_is_cut_between_characters() {
    let outcome = Outcome { request_id: Some("é".repeat(100) + "x"), ..outcome(State::Failed) };
    for shift in ["", "x"] {
        let outcome = Outcome {
            request_id: outcome.request_id.clone().map(|id| shift.to_owned() + &id),
            ..outcome.clone()
        };
        let (user, office) = (hash(1), office("1"));
        let id = Written::outcome(&user, &office, &outcome).request_id.unwrap();
        assert_eq!(id.len(), 128 - shift.len());
    }
}

#[tokio::test]
async fn users_whom_others_lack_are_counted_once_however_often_the_others_are_named() {
    let (folder, _) = written(2).await;
    let snapshot = Snapshot::read(&folder.path()).unwrap();
    assert_eq!(snapshot.count_others(&[hash(0), hash(0), hash(0), hash(7)]), 1);
}
