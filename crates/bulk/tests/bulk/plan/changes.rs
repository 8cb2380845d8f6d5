//! What holds of every change, whatever the texts.

use avepoint_elements::{OfficeField, OfficeInformation};
use avepoint_elements_bulk::plan::{
    Change, Comparison, Current, Decision, Edit, Verification, Wanted, WantedOffice, are_equal, compare,
    decide, verify,
};
use proptest::prelude::*;
use proptest::sample::select;

/// Texts that are equal in many ways, and texts of any kind.
fn text() -> impl Strategy<Value = String> {
    let close =
        ["", " ", "a", "a ", "\u{e9}", "e\u{301}", "DE", "Germany", " deu", "N/A", "Namibia", "#KEEP", "\0"];
    prop_oneof![3 => select(close.map(str::to_owned).to_vec()), 1 => ".{0,12}", 1 => "\\PC{0,12}"]
}

fn reading() -> impl Strategy<Value = Current> {
    prop::array::uniform5(prop::option::of(text())).prop_map(|values| {
        let present =
            OfficeField::ALL.into_iter().zip(values).filter_map(|(field, text)| Some((field, text?)));
        present.fold(Current::default(), |current, (field, text)| current.with(field, text))
    })
}

fn wanted() -> impl Strategy<Value = WantedOffice> {
    let wanted = prop_oneof![
        2 => Just(Wanted::Keep),
        1 => Just(Wanted::Clear),
        3 => text().prop_map(Wanted::Set),
    ];
    prop::array::uniform5(wanted).prop_map(|wanted| {
        let all = OfficeField::ALL.into_iter().zip(wanted);
        all.fold(WantedOffice::default(), |office, (field, wanted)| office.with(field, wanted))
    })
}

/// What becomes of a field that an update leaves out.
#[derive(Clone, Copy, Debug)]
enum LeftOut {
    Kept,
    Blanked,
}

/// The service after an update.
fn applied(before: &Current, update: &OfficeInformation, left_out: LeftOut) -> Current {
    OfficeField::ALL.into_iter().fold(before.clone(), |after, field| match (update.get(field), left_out) {
        (Some(text), _) => after.with(field, text),
        (None, LeftOut::Kept) => after,
        (None, LeftOut::Blanked) => after.with(field, ""),
    })
}

fn sent(change: &Change, current: &Current) -> Option<OfficeInformation> {
    match decide(change, current) {
        Decision::Send(office) => Some(office),
        _ => None,
    }
}

fn service() -> impl Strategy<Value = LeftOut> {
    select(vec![LeftOut::Kept, LeftOut::Blanked])
}

proptest! {
    #[test]
    fn what_is_planned_is_sent_and_then_already_there(
        wanted in wanted(), before in reading(), left_out in service(),
    ) {
        match compare(&wanted, &before) {
            Comparison::Change(change) => {
                prop_assert!(matches!(verify(&change, &before), Verification::Pending(_)));
                let after = applied(&before, &sent(&change, &before).unwrap(), left_out);
                prop_assert_eq!(decide(&change, &after), Decision::Already);
                prop_assert_eq!(verify(&change, &after), Verification::Confirmed);
                prop_assert_eq!(compare(&wanted, &after), Comparison::Equal);
            }
            Comparison::Equal => {
                for field in OfficeField::ALL {
                    let wanted = wanted.get(field).value();
                    prop_assert!(wanted.is_none_or(|new| are_equal(field, Some(new), before.get(field))));
                }
            }
            Comparison::TooLong(_) => prop_assert!(false, "no text is that long"),
        }
    }

    #[test]
    fn a_plan_and_its_inverse_restore_every_planned_field_and_touch_no_other(
        wanted in wanted(), read in reading(), fresh in reading(), left_out in service(),
    ) {
        let Comparison::Change(change) = compare(&wanted, &read) else { return Ok(()) };
        // Other writers changed every field that is not planned.
        let mut before = read.clone();
        for field in OfficeField::ALL.into_iter().filter(|field| change.get(*field).is_none()) {
            before = before.with(field, fresh.get(field).unwrap_or_default());
        }
        let middle = applied(&before, &sent(&change, &before).unwrap(), left_out);
        let inverse = change.clone().inverted();
        let after = applied(&middle, &sent(&inverse, &middle).unwrap(), left_out);
        for field in OfficeField::ALL {
            prop_assert_eq!(after.get(field).unwrap_or_default(), before.get(field).unwrap_or_default());
            if change.get(field).is_none() {
                prop_assert_eq!(middle.get(field), before.get(field));
            }
        }
        prop_assert_eq!(inverse.inverted(), change);
    }

    #[test]
    fn a_field_that_holds_neither_value_is_a_conflict_and_nothing_is_sent(
        wanted in wanted(), read in reading(), found in text(), place in 0..5_usize,
    ) {
        let Comparison::Change(change) = compare(&wanted, &read) else { return Ok(()) };
        let field = OfficeField::ALL[place];
        let Some(Edit { old, new }) = change.get(field) else { return Ok(()) };
        let is = |value: &Option<String>| are_equal(field, value.as_deref(), Some(&found));
        prop_assume!(!is(old) && !is(new));
        let fresh = read.with(field, found.clone());
        let Decision::Conflict(conflicts) = decide(&change, &fresh) else { panic!("{change:?} {fresh:?}") };
        prop_assert_eq!(conflicts.len(), 1);
        prop_assert_eq!((&conflicts[0].old, &conflicts[0].new), (old, new));
        prop_assert_eq!((conflicts[0].field, conflicts[0].found.as_deref()), (field, Some(&*found)));
        prop_assert_eq!(verify(&change, &fresh), Verification::Differs(conflicts));
    }

    #[test]
    fn equality_is_an_equivalence(one in text(), other in text(), third in text(), place in 0..5_usize) {
        let equal = |one: &str, other: &str| are_equal(OfficeField::ALL[place], Some(one), Some(other));
        prop_assert!(equal(&one, &one));
        prop_assert_eq!(equal(&one, &other), equal(&other, &one));
        prop_assert!(!(equal(&one, &other) && equal(&other, &third)) || equal(&one, &third));
    }

    #[test]
    fn a_change_is_read_as_it_is_written(wanted in wanted(), read in reading()) {
        let Comparison::Change(change) = compare(&wanted, &read) else { return Ok(()) };
        let text = serde_json::to_string(&change).unwrap();
        prop_assert_eq!(serde_json::from_str::<Change>(&text).unwrap(), change);
    }
}

fn full() -> Current {
    let set = |office: Current, (field, text): (OfficeField, &str)| office.with(field, text);
    let values = [" 01067", "DE", "Saxony\u{a0}", "Theaterplatz 2", "Dresden"];
    OfficeField::ALL.into_iter().zip(values).fold(Current::default(), set)
}

fn set(field: OfficeField, text: &str) -> WantedOffice {
    WantedOffice::default().with(field, Wanted::Set(text.to_owned()))
}

fn change(wanted: &WantedOffice, read: &Current) -> Change {
    match compare(wanted, read) {
        Comparison::Change(change) => change,
        other => panic!("{other:?}"),
    }
}

#[test]
fn kept_values_travel_byte_for_byte() {
    let change = change(&set(OfficeField::Address, "Postplatz 1"), &full());
    let office = sent(&change, &full()).unwrap();
    assert_eq!((office.postal_code(), office.country_region()), (" 01067", "DE"));
    assert_eq!((office.state(), office.city()), ("Saxony\u{a0}", Some("Dresden")));
}

#[test]
fn an_absent_city_is_left_out_and_other_absent_fields_are_sent_empty_and_named() {
    let read = Current::default();
    let change = change(&set(OfficeField::Address, "x"), &read);
    let office = sent(&change, &read).unwrap();
    assert_eq!((office.postal_code(), office.state(), office.city()), ("", "", None));
    let kept: Vec<_> = change.kept_empty(&read).collect();
    assert_eq!(kept, [OfficeField::PostalCode, OfficeField::CountryRegion, OfficeField::State]);
}

#[test]
fn a_city_that_is_cleared_is_sent_empty() {
    let wanted = WantedOffice::default().with(OfficeField::City, Wanted::Clear);
    let change = change(&wanted, &full());
    assert_eq!(sent(&change, &full()).unwrap().city(), Some(""));
    assert_eq!(change.clears().collect::<Vec<_>>(), [OfficeField::City]);
    // Its inverse fills it again, and the inverse of a fill clears.
    assert_eq!(change.inverted().clears().count(), 0);
}

#[test]
fn a_kept_value_over_the_limit_is_a_result_of_its_own_and_only_where_something_is_to_be_sent() {
    let long = full().with(OfficeField::State, "x".repeat(129));
    let wanted = set(OfficeField::City, "Pirna");
    let Comparison::TooLong(planned) = compare(&wanted, &long) else { panic!("it cannot be kept") };
    let change = change(&wanted, &full());
    assert_eq!(decide(&change, &long), Decision::TooLong(planned.clone()));
    assert_eq!((planned[0].field, planned[0].length, planned[0].limit), (OfficeField::State, 129, 128));
    assert_eq!(decide(&change, &long.with(OfficeField::City, "Pirna")), Decision::Already);
}

#[test]
fn a_change_that_is_half_there_is_a_conflict_and_may_still_be_pending() {
    let wanted = set(OfficeField::City, "Pirna").with(OfficeField::Address, Wanted::Clear);
    let change = change(&wanted, &full());
    let half = full().with(OfficeField::City, "Pirna");
    let Decision::Conflict(conflicts) = decide(&change, &half) else { panic!("one field is new") };
    assert_eq!(conflicts.iter().map(|conflict| conflict.field).collect::<Vec<_>>(), [OfficeField::City]);
    assert!(matches!(verify(&change, &half), Verification::Pending(fields) if fields.len() == 1));
}
