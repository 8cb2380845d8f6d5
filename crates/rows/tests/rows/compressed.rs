//! Inputs that are compressed with gzip.
#![expect(clippy::unwrap_used, reason = "what is made here can be made")]

use std::fs;
use std::io::Write;

use avepoint_elements_rows::{Format, InputOptions, Source, Table};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::{HEADER, rows, table};

const ROW: &str = "c,t,u1,2121,Angola,Luanda,Dande,Lobito\n";

fn compressed(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn what_is_compressed_is_known_by_its_content_and_read_as_what_is_in_it() {
    let csv = format!("{HEADER}{ROW}");
    let plain = rows(&mut table(csv.as_bytes()).unwrap());
    let members = [compressed(HEADER.as_bytes()), compressed(ROW.as_bytes())].concat();
    for bytes in [compressed(csv.as_bytes()), members] {
        assert_eq!(rows(&mut table(&bytes).unwrap()), plain);
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("offices.JSONL.gz");
    fs::write(&path, compressed(b"")).unwrap();
    let table = Table::open(Source::file(&path).unwrap(), InputOptions::default()).unwrap();
    assert_eq!(table.format(), Format::Ndjson, "the ending before .gz counts");
}

#[test]
fn what_unpacks_to_more_than_the_limit_is_refused() {
    let bomb = compressed(&vec![b'x'; 1 << 20]);
    assert!(bomb.len() < 2000);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("offices.csv.gz");
    fs::write(&path, &bomb).unwrap();
    let error = Table::open(Source::file_or_stream(&path, (1 << 20) - 1).unwrap(), InputOptions::default())
        .unwrap_err();
    assert!(error.is_over_limit(), "{error}");
    assert!(error.to_string().starts_with("the input unpacks to more than 1048575 bytes"), "{error}");
}

#[test]
fn what_was_cut_or_damaged_is_refused() {
    let whole = compressed(format!("{HEADER}{}", ROW.repeat(100)).as_bytes());
    let mut damaged = whole.clone();
    let last = damaged.len() - 5;
    damaged[last] ^= 1;
    for bytes in [&whole[..whole.len() - 1], &whole[..20], &damaged] {
        let error = table(bytes).unwrap_err().to_string();
        assert!(error.contains("compressed with gzip and damaged or cut off"), "{error}");
    }
}

#[test]
fn one_that_changes_after_it_was_opened_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("offices.csv.gz");
    fs::write(&path, compressed(format!("{HEADER}{ROW}").as_bytes())).unwrap();
    let table = Table::open(Source::file(&path).unwrap(), InputOptions::default()).unwrap();
    assert!(table.check_unchanged().is_ok());
    fs::write(&path, compressed(format!("{HEADER}{ROW}{ROW}").as_bytes())).unwrap();
    assert!(table.check_unchanged().is_err());
}
