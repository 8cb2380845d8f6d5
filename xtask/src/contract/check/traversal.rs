//! Whether a pattern keeps a value inside of one segment of a path, decided on the pattern's automaton.

use std::collections::BTreeSet;

use regex_automata::dfa::{Automaton, dense};
use regex_automata::util::primitives::StateID;
use regex_automata::util::{start, syntax};
use regex_automata::{Anchored, MatchKind};
use regex_syntax::hir::Look;

/// Characters at which URLs are split, cut or decoded; white space and control characters are dropped by some.
fn is_forbidden(byte: u8) -> bool {
    b"/\\?#%".contains(&byte) || byte <= b' ' || byte == 0x7f || byte >= 0x80
}

/// What a text that matches the pattern could do to a path.
pub(super) fn flaw(pattern: &str) -> Option<String> {
    // Classes such as `\w` hold ASCII alone in ECMA-262.
    let mut parser = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build();
    let Ok(hir) = parser.parse(pattern) else {
        return Some("has parts that cannot be checked, such as look-around".to_owned());
    };
    let anchored = |looks: regex_syntax::hir::LookSet, look| looks.contains(look);
    if !anchored(hir.properties().look_set_prefix(), Look::Start)
        || !anchored(hir.properties().look_set_suffix(), Look::End)
    {
        return Some("may match a part of the text: it does not begin with `^` and end with `$`".to_owned());
    }
    let config = dense::Config::new().match_kind(MatchKind::All).dfa_size_limit(Some(1 << 24));
    let syntax = syntax::Config::new().unicode(false).utf8(false);
    let built = dense::Builder::new().configure(config).syntax(syntax).build(pattern);
    let Ok(automaton) = built else { return Some("is too large to be checked".to_owned()) };
    let start = automaton.start_state(&start::Config::new().anchored(Anchored::Yes)).ok()?;
    let taken = |text: &str| {
        let end = text.bytes().fold(start, |state, byte| automaton.next_state(state, byte));
        automaton.is_match_state(automaton.next_eoi_state(end))
    };
    if let Some(text) = ["", ".", ".."].into_iter().find(|text| taken(text)) {
        return Some(format!("allows the text `{text}`"));
    }
    forbidden(&automaton, start).map(|byte| match byte {
        b'/' | b'\\' | b'?' | b'#' | b'%' => format!("allows `{}`", char::from(byte)),
        0x80.. => "allows characters that are not ASCII".to_owned(),
        _ => "allows white space or control characters".to_owned(),
    })
}

/// A forbidden byte on a way from the start to a match.
fn forbidden(automaton: &impl Automaton, start: StateID) -> Option<u8> {
    let matches = |state: &StateID| automaton.is_match_state(automaton.next_eoi_state(*state));
    let bytes = (0..=u8::MAX).filter(|byte| is_forbidden(*byte));
    let mut steps =
        reached(automaton, start).into_iter().flat_map(|state| bytes.clone().map(move |byte| (state, byte)));
    let leads_to_match = |(state, byte): &(StateID, u8)| {
        let next = automaton.next_state(*state, *byte);
        is_alive(automaton, next) && reached(automaton, next).iter().any(matches)
    };
    steps.find(leads_to_match).map(|(_, byte)| byte)
}

/// The states on all ways that begin here.
fn reached(automaton: &impl Automaton, start: StateID) -> Vec<StateID> {
    let (mut seen, mut open, mut reached) = (BTreeSet::from([start]), vec![start], Vec::new());
    while let Some(state) = open.pop() {
        reached.push(state);
        let next = (0..=u8::MAX).map(|byte| automaton.next_state(state, byte));
        open.extend(next.filter(|next| is_alive(automaton, *next) && seen.insert(*next)));
    }
    reached
}

fn is_alive(automaton: &impl Automaton, state: StateID) -> bool {
    !automaton.is_dead_state(state) && !automaton.is_quit_state(state)
}

#[cfg(test)]
mod tests {
    use super::flaw;

    #[test]
    fn patterns_that_keep_a_value_in_its_segment_are_taken() {
        for pattern in [
            "^[A-Za-z0-9-]+$",
            "^[a-z]{2,8}$",
            r"^[.]*[A-Za-z0-9-][.A-Za-z0-9-]*$",
            "^(a|b)[0-9]$",
            r"^\w+-\d{4}$",
            r#"^[.]*[!"$&'()*+,0-9:;<=>@A-Z\[\]^_`a-z{|}~-][!"$&'()*+,.0-9:;<=>@A-Z\[\]^_`a-z{|}~-]*$"#,
        ] {
            assert_eq!(flaw(pattern), None, "{pattern}");
        }
    }

    #[test]
    fn each_flaw_of_a_pattern_is_named() {
        for (pattern, expected) in [
            ("[a-z]+", "part of the text"),
            ("^[a-z]+", "part of the text"),
            ("^a|b$", "part of the text"),
            ("^.+$", "allows"),
            ("^[a-z.]+$", "allows the text `.`"),
            ("^a?$", "allows the text ``"),
            ("^[a-z]*$", "allows the text ``"),
            (r"^\.\.$", "allows the text `..`"),
            ("^a/b$", "allows `/`"),
            (r"^a\\b$", r"allows `\`"),
            ("^a[?]$", "allows `?`"),
            ("^x#$", "allows `#`"),
            ("^%2F$", "allows `%`"),
            (r"^a\sb$", "allows"),
            (r"^a\tb$", "white space"),
            ("^[^/]+$", "allows"),
            (r"^ü$", "not ASCII"),
            ("^(?!a)b$", "cannot be checked"),
        ] {
            let found = flaw(pattern);
            assert!(found.as_ref().is_some_and(|flaw| flaw.contains(expected)), "{pattern}: {found:?}");
        }
    }
}
