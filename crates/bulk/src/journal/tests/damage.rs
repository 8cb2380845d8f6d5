//! Journals that were cut, zeroed or changed.

use super::*;

#[tokio::test]
async fn cut_anywhere_in_its_last_record_a_journal_keeps_all_before_it_and_goes_on() {
    let (place, whole) = written(3).await;
    let start = whole[..whole.len() - 1].iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
    for cut in start..whole.len() {
        fs::write(place.path(), &whole[..cut]).unwrap();
        let journal = place.open();
        let lost = (cut - start) as u64;
        assert_eq!(
            journal.mended().map(|mended| (mended.line, mended.bytes)),
            (lost > 0).then_some((4, lost))
        );
        assert!(is_done(&journal, 0) && is_done(&journal, 1) && !is_done(&journal, 2));
        done(&journal, 2);
        journal.close().await.unwrap();
        let journal = place.open();
        assert!(journal.mended().is_none() && (0..3).all(|number| is_done(&journal, number)));
    }
}

#[tokio::test]
async fn zeros_at_the_end_are_cut_off_with_what_broke_off_behind_them() {
    let (place, whole) = written(2).await;
    let zeros = vec![0; 300_000];
    for tail in [&b"\0\0\0"[..], &zeros, b"\0\0half a record", b"0123\0\0abc\nrest\n"] {
        fs::write(place.path(), [&whole, tail].concat()).unwrap();
        let journal = place.open();
        assert_eq!(journal.mended().unwrap().bytes, tail.len() as u64);
        assert!(is_done(&journal, 1));
        drop(journal);
        assert_eq!(fs::read(place.path()).unwrap(), whole);
    }
}

#[tokio::test]
async fn a_changed_byte_before_the_last_record_is_an_error_that_names_its_line() {
    let (place, whole) = written(3).await;
    let ends: Vec<usize> = (0..whole.len()).filter(|place| whole[*place] == b'\n').collect();
    for at in ends[0] + 1..=ends[1] {
        for byte in [0, b'\n', whole[at] ^ 1] {
            let mut changed = whole.clone();
            changed[at] = byte;
            if changed == whole {
                continue;
            }
            fs::write(place.path(), &changed).unwrap();
            let error = place.error();
            assert!(error.is_damaged(), "{at}: {error}");
            assert!(error.to_string().starts_with("line 2 of the journal "), "{at}: {error}");
            assert!(error.to_string().contains("--fresh"));
            assert_eq!(fs::read(place.path()).unwrap(), changed);
        }
    }
}

#[tokio::test]
async fn a_last_record_that_is_whole_and_changed_is_an_error_too() {
    let (place, whole) = written(3).await;
    let start = whole[..whole.len() - 1].iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
    for at in start..whole.len() - 1 {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        fs::write(place.path(), &changed).unwrap();
        let error = place.error();
        assert!(error.to_string().starts_with("line 4 of the journal "), "{at}: {error}");
    }
}

#[tokio::test]
async fn what_is_no_journal_is_left_alone() {
    for bytes in [&b"user,office\n1,2\n"[..], b"user,office", b"12345678", b"\n", b"{\"format\":1}\n"] {
        let place = Place::new();
        fs::write(place.path(), bytes).unwrap();
        assert!(place.error().is_damaged());
        assert_eq!(fs::read(place.path()).unwrap(), bytes);
    }
}

#[tokio::test]
async fn an_empty_file_and_half_a_header_are_like_a_new_journal() {
    let (place, whole) = written(0).await;
    for begun in [&b""[..], b"\0\0\0\0", &whole[..30], &whole[..whole.len() - 1]] {
        fs::write(place.path(), begun).unwrap();
        let journal = place.open();
        done(&journal, 1);
        journal.close().await.unwrap();
        assert!(is_done(&place.open(), 1));
    }
}

#[tokio::test]
async fn a_newer_format_is_not_read() {
    let place = Place::new();
    let mut line = Vec::new();
    let header = serde_json::json!({"format": header::FORMAT + 1, "something": "new"});
    line::push(&mut line, |out| line::push_json(out, &header));
    fs::write(place.path(), line).unwrap();
    assert!(place.error().is_newer_format());
}

#[tokio::test]
async fn more_than_one_bad_line_without_zeros_is_not_what_a_crash_leaves() {
    let (place, whole) = written(2).await;
    fs::write(place.path(), [&whole, &b"bad\nbad\n"[..]].concat()).unwrap();
    assert!(place.error().to_string().starts_with("line 4 of the journal "));
}
