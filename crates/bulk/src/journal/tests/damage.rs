//! Journals that were cut, zeroed or changed.

use super::*;

#[tokio::test]
async fn cut_anywhere_in_its_last_record_a_journal_keeps_all_before_it_and_goes_on() {
    let (folder, whole) = written(3).await;
    let start = whole[..whole.len() - 1].iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
    for cut in start..whole.len() {
        fs::write(folder.path(), &whole[..cut]).unwrap();
        let journal = folder.open();
        let lost = (cut - start) as u64;
        assert_eq!(journal.torn_tail().map(|tail| (tail.line, tail.bytes)), (lost > 0).then_some((4, lost)));
        assert!(is_done(&journal, 0) && is_done(&journal, 1) && !is_done(&journal, 2));
        done(&journal, 2);
        journal.close().await.unwrap();
        let journal = folder.open();
        assert!(journal.torn_tail().is_none() && (0..3).all(|number| is_done(&journal, number)));
    }
}

#[tokio::test]
async fn zeros_at_the_end_are_cut_off_with_what_broke_off_behind_them() {
    let (folder, whole) = written(2).await;
    let zeros = vec![0; 300_000];
    for tail in [&b"\0\0\0"[..], &zeros, b"\0\0half a record", b"0123\0\0abc\nrest\n"] {
        fs::write(folder.path(), [&whole, tail].concat()).unwrap();
        let journal = folder.open();
        assert_eq!(journal.torn_tail().unwrap().bytes, tail.len() as u64);
        assert!(is_done(&journal, 1));
        drop(journal);
        assert_eq!(fs::read(folder.path()).unwrap(), whole);
    }
}

#[tokio::test]
async fn a_changed_byte_before_the_last_record_is_an_error_that_names_its_line() {
    let (folder, whole) = written(3).await;
    let ends: Vec<usize> = (0..whole.len()).filter(|index| whole[*index] == b'\n').collect();
    for at in ends[0] + 1..=ends[1] {
        for byte in [0, b'\n', whole[at] ^ 1] {
            let mut changed = whole.clone();
            changed[at] = byte;
            if changed == whole {
                continue;
            }
            fs::write(folder.path(), &changed).unwrap();
            let error = folder.error();
            assert!(error.is_damaged(), "{at}: {error}");
            assert!(error.to_string().starts_with("line 2 of the journal "), "{at}: {error}");
            assert!(error.to_string().contains("begin a fresh journal"));
            assert_eq!(fs::read(folder.path()).unwrap(), changed);
        }
    }
}

#[tokio::test]
async fn a_last_record_that_is_whole_and_changed_is_an_error_too() {
    let (folder, whole) = written(3).await;
    let start = whole[..whole.len() - 1].iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
    for at in start..whole.len() - 1 {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        fs::write(folder.path(), &changed).unwrap();
        let error = folder.error();
        assert!(error.to_string().starts_with("line 4 of the journal "), "{at}: {error}");
    }
}

#[tokio::test]
async fn whatever_bit_of_a_last_record_is_flipped_is_damage_its_line_end_included() {
    let (folder, whole) = written(3).await;
    let start = whole[..whole.len() - 1].iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
    for bit in start * 8..whole.len() * 8 {
        let mut changed = whole.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        fs::write(folder.path(), &changed).unwrap();
        let error = folder.error();
        assert!(error.to_string().starts_with("line 4 of the journal "), "{}: {error}", bit / 8);
        assert_eq!(fs::read(folder.path()).unwrap(), changed);
    }
    // So is a line end that was damaged before a crash cut the next record off.
    let mut changed = whole[..whole.len() - 9].to_vec();
    changed[start - 1] ^= 1;
    fs::write(folder.path(), &changed).unwrap();
    assert!(folder.error().to_string().starts_with("line 3 of the journal "));
}

#[tokio::test]
async fn a_last_record_that_was_cut_or_zeroed_to_its_end_is_torn() {
    let (folder, whole) = written(3).await;
    let start = whole[..whole.len() - 1].iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
    for at in start..whole.len() {
        let zeros = [&whole[..at], &vec![0; whole.len() - at]].concat();
        // A line end alone is no block of a disk.
        let zeros = Some(zeros).filter(|_| at + 1 < whole.len());
        for torn in zeros.into_iter().chain([whole[..at].to_vec()]) {
            fs::write(folder.path(), &torn).unwrap();
            let journal = folder.open();
            assert_eq!(journal.torn_tail().is_some(), torn.len() > start, "{at}");
            assert!(is_done(&journal, 1) && !is_done(&journal, 2));
            drop(journal);
            assert_eq!(fs::read(folder.path()).unwrap(), whole[..start]);
        }
    }
}

#[tokio::test]
async fn a_line_end_that_became_zero_is_damage_unless_a_block_of_the_disk_begins_there() {
    for length in 0..512 {
        let folder = JournalFolder::new();
        let url = format!("{URL}/{}x", "y".repeat(length));
        let journal = Journal::open(&folder.path(), &url).unwrap();
        done(&journal, 1);
        journal.close().await.unwrap();
        let mut changed = fs::read(folder.path()).unwrap();
        let end = changed.len() - 1;
        changed[end] = 0;
        fs::write(folder.path(), &changed).unwrap();
        match Journal::open(&folder.path(), &url) {
            Ok(journal) => assert!(end.is_multiple_of(512) && journal.torn_tail().is_some(), "{end}"),
            Err(error) => assert!(!end.is_multiple_of(512) && error.is_damaged(), "{end}: {error}"),
        }
    }
}

#[tokio::test]
async fn lines_that_were_swapped_doubled_or_removed_are_damage() {
    let (folder, whole) = written(4).await;
    let lines: Vec<&[u8]> = whole.split_inclusive(|byte| *byte == b'\n').collect();
    let [header, one, two, three, four] = lines[..] else { panic!("{lines:?}") };
    let all = [header, one, two, three, four];
    for (line, lines) in [
        (2, vec![header, two, one, three, four]),
        (4, vec![header, one, two, four, three]),
        (3, vec![header, one, one, two, three, four]),
        (6, vec![header, one, two, three, four, four]),
        (2, vec![header, two, three, four]),
        (4, vec![header, one, two, four]),
        (2, vec![header, header, one, two, three, four]),
    ] {
        fs::write(folder.path(), lines.concat()).unwrap();
        let error = folder.error();
        assert!(error.is_damaged(), "{error}");
        assert!(error.to_string().starts_with(&format!("line {line} of the journal ")), "{error}");
    }
    fs::write(folder.path(), all.concat()).unwrap();
    folder.open();
}

#[tokio::test]
async fn what_is_no_journal_is_left_alone() {
    for bytes in [&b"user,office\n1,2\n"[..], b"user,office", b"12345678", b"\n", b"{\"format\":1}\n"] {
        let folder = JournalFolder::new();
        fs::write(folder.path(), bytes).unwrap();
        assert!(folder.error().is_damaged());
        assert_eq!(fs::read(folder.path()).unwrap(), bytes);
    }
}

#[tokio::test]
async fn an_empty_file_and_half_a_header_are_like_a_new_journal() {
    let (folder, whole) = written(0).await;
    for begun in [&b""[..], b"\0\0\0\0", &whole[..30], &whole[..whole.len() - 1]] {
        fs::write(folder.path(), begun).unwrap();
        let journal = folder.open();
        done(&journal, 1);
        journal.close().await.unwrap();
        assert!(is_done(&folder.open(), 1));
    }
}

#[tokio::test]
async fn a_newer_format_is_not_read() {
    let folder = JournalFolder::new();
    let mut line = Vec::new();
    let header = serde_json::json!({"format": record::FORMAT_OF_PLANS + 1, "something": "new"});
    framing::push(&mut line, None, &header);
    fs::write(folder.path(), line).unwrap();
    assert!(folder.error().is_newer_format());
}

#[tokio::test]
async fn more_than_one_bad_line_without_zeros_is_not_what_a_crash_leaves() {
    let (folder, whole) = written(2).await;
    fs::write(folder.path(), [&whole, &b"bad\nbad\n"[..]].concat()).unwrap();
    assert!(folder.error().to_string().starts_with("line 4 of the journal "));
}
