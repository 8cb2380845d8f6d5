//! What a key means, and what several keys of a row mean together.

use avepoint_elements_bulk::directory::{
    Key, KeyMistake, KeySet, LeadingZeros, Resolution, RowKeys, UserEntry,
};
use avepoint_elements_bulk::plan::PlanState;

use crate::directory::{ids, mail, number, principal, resolved, user};

fn both<'a>(mail: &'a str, employee_id: &'a str) -> RowKeys<'a> {
    RowKeys { mail, employee_id, ..RowKeys::default() }
}

fn keys(keys: &[Key]) -> KeySet {
    keys.iter().copied().collect()
}

#[test]
fn a_user_is_found_by_each_key_and_by_several_that_agree() {
    let anna = UserEntry { user_principal_name: "anna@f.example", ..user("u1", "Anna.A@F.example", "0042") };
    let rows = [mail("anna.a@f.example")];
    assert_eq!(ids(&resolved(&rows, &[anna])), ["u1"]);
    for row in [principal("ANNA@f.example"), number("0042"), both(" anna.a@f.example", "0042 ")] {
        assert_eq!(ids(&resolved(&[row], &[anna, user("u2", "", "")])), ["u1"]);
    }
    let Resolution::Resolved(found) = &resolved(&[both("anna.a@f.example", "0042")], &[anna])[0] else {
        panic!()
    };
    assert_eq!((found.by, found.is_listed), (keys(&[Key::Mail, Key::EmployeeId]), true));
    assert_eq!((&*found.customer_name, &*found.tenant_name), ("Fabrikam", "Production"));
}

#[test]
fn keys_of_different_users_disagree_and_say_which() {
    let users = [user("u1", "anna@f.example", "1"), user("u2", "ben@f.example", "2")];
    let rows = [both("anna@f.example", "2"), both("anna@f.example", "3")];
    let resolved = resolved(&rows, &users);
    let mail_and_number = keys(&[Key::Mail, Key::EmployeeId]);
    assert_eq!(
        resolved[0],
        Resolution::KeysDisagree { seen: mail_and_number, unseen: keys(&[]), leading_zeros: None }
    );
    assert_eq!(
        resolved[1],
        Resolution::KeysDisagree {
            seen: keys(&[Key::Mail]),
            unseen: keys(&[Key::EmployeeId]),
            leading_zeros: None
        }
    );
    assert!(resolved[0].to_string().starts_with("mail and employeeId belong to different users"));
    assert!(resolved[1].to_string().contains("the row's mail, but not its employeeId"));
}

#[test]
fn twins_are_ambiguous_until_another_key_tells_them_apart() {
    let twins = [user("u1", "shared@f.example", "1"), user("u2", "shared@f.example", "2")];
    let rows = [mail("shared@f.example"), both("shared@f.example", "2")];
    let resolved = resolved(&rows, &twins);
    assert_eq!((&resolved[0], ids(&resolved)), (&Resolution::Ambiguous, vec!["", "u2"]));
    // The same user shown twice is no twin.
    let again = crate::directory::resolved(&rows[..1], &[twins[0], twins[0]]);
    assert_eq!(ids(&again), ["u1"]);
}

#[test]
fn a_match_that_only_leading_zeros_prevent_is_named_and_not_made() {
    let resolved =
        resolved(&[number("42"), number("007"), number("8")], &[user("u1", "", "0042"), user("u2", "", "7")]);
    assert_eq!(resolved[0], Resolution::NotFound { leading_zeros: Some(LeadingZeros::Of(2)) });
    assert_eq!(resolved[1], Resolution::NotFound { leading_zeros: Some(LeadingZeros::Of(0)) });
    assert_eq!(resolved[2], Resolution::NotFound { leading_zeros: None });
    assert!(resolved[0].to_string().contains("2 leading zeros"));
    let disagreeing =
        crate::directory::resolved(&[both("anna@f.example", "42")], &[user("u1", "anna@f.example", "042")]);
    assert!(disagreeing[0].to_string().contains("with 1 leading zero:"), "{}", disagreeing[0]);
}

#[test]
fn where_several_numbers_differ_in_leading_zeros_none_is_singled_out_and_an_exact_one_has_no_hint() {
    let users = [user("u1", "anna@f.example", "000037"), user("u2", "", "00037"), user("u3", "", "37")];
    let several = resolved(&[number("037")], &users[..2]);
    assert_eq!(several[0], Resolution::NotFound { leading_zeros: Some(LeadingZeros::Several) });
    assert!(several[0].to_string().contains("Several users have this employeeId"), "{}", several[0]);
    let exact = resolved(&[both("anna@f.example", "37")], &users);
    let seen = keys(&[Key::Mail, Key::EmployeeId]);
    assert_eq!(exact[0], Resolution::KeysDisagree { seen, unseen: keys(&[]), leading_zeros: None });
}

#[test]
fn what_is_more_than_an_address_is_a_mistake_before_anybody_is_looked_for() {
    for text in [
        "Anna <anna@f.example>",
        "mailto:anna@f.example",
        "SMTP:a@f.example",
        "a@f.example;b@f.example",
        "a @f.example",
    ] {
        assert_eq!(mail(text).mistake(), Some(KeyMistake::NotOneAddress), "{text}");
        assert_eq!(principal(text).mistake(), Some(KeyMistake::NotOneAddress), "{text}");
    }
    for text in [" anna@f.example ", "smtp@f.example", "o'brien+x@f.example", "zoë@f.example"] {
        assert_eq!(mail(text).mistake(), None, "{text}");
    }
}

#[test]
fn blank_keys_match_nothing() {
    let nothing = user("u1", "", " ");
    let resolved = resolved(
        &[both("", " "), both("anna@f.example", " ")],
        &[nothing, user("u2", "anna@f.example", "9")],
    );
    assert_eq!(resolved[0], Resolution::Invalid(KeyMistake::NoKey));
    assert_eq!(ids(&resolved), ["", "u2"]);
}

#[test]
fn a_guest_is_found_by_the_mail_address_or_the_whole_principal_name() {
    let guest = UserEntry {
        user_principal_name: "anna_gmail.example#EXT#@f.onmicrosoft.example",
        ..user("u1", "anna@gmail.example", "")
    };
    let rows = [mail("anna@gmail.example"), principal("anna@gmail.example")];
    assert_eq!(ids(&resolved(&rows, &[guest])), ["u1", ""]);
    assert_eq!(ids(&resolved(&[principal(guest.user_principal_name)], &[guest])), ["u1"]);
}

#[test]
fn rows_that_come_to_one_user_are_duplicates_by_whatever_keys() {
    let users = [user("u1", "anna@f.example", "1"), user("u2", "ben@f.example", "2")];
    let by_id = RowKeys { user: "u1", ..RowKeys::default() };
    let resolved = resolved(&[mail("anna@f.example"), number("2"), number("1"), by_id], &users);
    let lines: Vec<_> = resolved
        .iter()
        .map(|resolution| match resolution {
            Resolution::Duplicate { line } => *line,
            _ => 0,
        })
        .collect();
    assert_eq!((lines, ids(&resolved)), (vec![4, 0, 2, 2], vec!["", "u2", "", ""]));
    assert!(resolved[0].to_string().contains("line 4"));
}

#[test]
fn an_id_with_an_at_sign_is_a_mistake_that_names_the_right_column() {
    let rows = ["anna@f.example", "a/b", "u1"].map(|user| RowKeys { user, ..RowKeys::default() });
    let resolved = resolved(&rows, &[]);
    assert_eq!(resolved[0], Resolution::Invalid(KeyMistake::AddressAsId));
    assert_eq!(resolved[1], Resolution::Invalid(KeyMistake::NoId));
    assert_eq!(ids(&resolved), ["", "", "u1"]);
    assert!(resolved[0].to_string().contains("userPrincipalName or mail"));
    assert_eq!(resolved[0].state(), Some(PlanState::Invalid));
}

#[test]
fn a_reading_is_compared_with_the_keys_of_a_row_that_names_its_user_by_id() {
    let row = RowKeys { user: "U1", ..both("Anna@f.example", "042") };
    let reading = UserEntry { user_principal_name: "x@f.example", ..user("U1", "anna@F.example", "042") };
    assert!(row.disagreeing(&reading).is_empty());
    assert_eq!(row.disagreeing(&user("U1", "", "42")), keys(&[Key::Mail, Key::EmployeeId]));
    assert_eq!(row.disagreeing(&user("u1", "anna@f.example", "042")), keys(&[Key::User]));
}
