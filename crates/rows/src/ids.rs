//! When two ids are one.

use std::sync::LazyLock;

use avepoint_elements::UserId;
use memchr::memchr;

/// The length of a UUID's text, in bytes.
pub const UUID_LENGTH: usize = 36;

/// The canonical bytes of an id, by which it is compared: its own, but of one in the shape of a UUID in lower case, as the
/// service writes them in either. For these there has to be room.
pub fn canonical<'a>(id: &'a str, room: &'a mut [u8; UUID_LENGTH]) -> &'a [u8] {
    // Most ids have no capitals, and looking at all bytes for one is quicker than at the shape.
    let has_capitals = id.bytes().fold(false, |found, byte| found | byte.is_ascii_uppercase());
    if !has_capitals || !is_uuid(id) {
        return id.as_bytes();
    }
    room.copy_from_slice(id.as_bytes());
    room.make_ascii_lowercase();
    room
}

/// The [canonical] id, as a text of its own.
pub fn canonical_text(id: &str) -> String {
    if is_uuid(id) { id.to_ascii_lowercase() } else { id.to_owned() }
}

/// Whether two ids are one.
pub fn are_same(one: &str, other: &str) -> bool {
    canonical(one, &mut [0; UUID_LENGTH]) == canonical(other, &mut [0; UUID_LENGTH])
}

/// Why a text that the contract takes for an id is none, if so: an e-mail address or a user principal name.
pub fn why_no_id(text: &str) -> Option<&'static str> {
    memchr(b'@', text.as_bytes()).is_some().then_some(
        "holds @, as an e-mail address or a user principal name does, and neither is an id: the service knows a user by \
         the id that it gave; write that id",
    )
}

/// Whether an id has the shape of a UUID: 8-4-4-4-12 hexadecimal digits.
pub fn is_uuid(id: &str) -> bool {
    let Ok(mut digits) = <[u8; UUID_LENGTH]>::try_from(id.as_bytes()) else { return false };
    let hyphens = [8, 13, 18, 23];
    if hyphens.iter().any(|place| std::mem::replace(&mut digits[*place], b'0') != b'-') {
        return false;
    }
    // Without a way out in between, the scan takes many bytes at a time.
    digits.iter().fold(true, |digits, byte| digits & byte.is_ascii_hexdigit())
}

/// Whether an id has the shape of a UUID, and the contract takes such ids: then it need not be asked, which takes longer
/// than all else that is done with a row.
pub fn is_valid_uuid(id: &str) -> bool {
    is_uuid(id) && *UUIDS_MATCH
}

/// Whether ids in the shape of a UUID match the contract's pattern, asked of one with every digit that there is.
static UUIDS_MATCH: LazyLock<bool> =
    LazyLock::new(|| UserId::new("01234567-89ab-cdef-ABCD-EF0123456789").is_ok());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uuids_count_without_case_and_other_ids_with_it() {
        let lower = "7c18fd6f-0000-4000-8000-5725fa9edc3f";
        assert!(are_same(lower, &lower.to_uppercase()));
        for (one, other) in [("Anna", "anna"), (lower, &lower[1..]), (lower, &lower.replace("fd", "fg"))] {
            assert!(!are_same(one, other), "{one} {other}");
        }
        let shapes = ["7C18FD6F-0000-4000-8000_5725FA9EDC3F", "7C18FD6F-0000-4000-8000-5725FA9EDC3", "G"];
        assert!(
            shapes.iter().all(|id| !is_uuid(id) && canonical(id, &mut [0; UUID_LENGTH]) == id.as_bytes())
        );
    }
}
