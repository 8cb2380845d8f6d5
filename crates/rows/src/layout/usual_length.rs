//! How many cells the rows of a file have, by its beginning: a delimiter that ends every row is no cell too many.

use crate::format::csv::Records;
use crate::format::dialect::Dialect;
use crate::source::CHUNK;

/// How many rows are looked at.
const MAX_ROWS: usize = 1000;

/// How many cells a row has at least, where most of the others have no fewer; as many as the header (`width`) where there is
/// none.
pub(crate) fn of(start: &[u8], dialect: Dialect, width: usize) -> usize {
    let mut records = Records::new(start, dialect);
    let above = 1 + usize::from(dialect.has_separator_line);
    if (0..above).any(|_| !matches!(records.next(), Ok(Some(_)))) {
        return width;
    }
    let mut lengths = Vec::new();
    // What is wrong with a record is said where the rows are read.
    while let Ok(Some(record)) = records.next_row() {
        if lengths.len() == MAX_ROWS {
            break;
        }
        lengths.push(record.cells.len());
    }
    if start.len() >= CHUNK && lengths.len() < MAX_ROWS {
        // The beginning ends within the last of them.
        lengths.pop();
    }
    lengths.sort_unstable();
    // Of the others, more than half have as many: those from the middle on.
    let place = match lengths.len() {
        0 => return width,
        1 => 0,
        count => (count - 2) / 2,
    };
    lengths[place]
}

#[cfg(test)]
mod tests {
    use super::of;
    use crate::format::dialect::Dialect;

    #[test]
    fn most_of_the_other_rows_have_as_many() {
        let cases = [
            ("", 2),
            ("a,b,\n", 3),
            ("a,b,\na,b\n", 2),
            ("a,b,\na,b,\na,b\n", 2),
            ("a,b,\na,b,\na,b,\n", 3),
            ("a,b,\na,b,\na,b,\na,b\n", 3),
            ("a,b,,\na,b,\na,b,\na,b,\n", 3),
            ("a\na\na\n", 1),
        ];
        for (rows, expected) in cases {
            let file = format!("x,y\n{rows}");
            let dialect = Dialect::of(file.as_bytes()).unwrap();
            assert_eq!(of(file.as_bytes(), dialect, 2), expected, "{rows:?}");
        }
    }
}
