//! Formulas that are texts: `="01067"`, by which people keep a spreadsheet from making a number of a code.

use std::borrow::Cow;

use super::trimmed;

/// The text of such a formula, or a text as it is.
pub(super) fn unwrapped(text: &str) -> Cow<'_, str> {
    let Some(inner) = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')) else {
        return Cow::Borrowed(text);
    };
    if !inner.contains('"') {
        Cow::Borrowed(trimmed(inner))
    } else if inner.split("\"\"").any(|part| part.contains('"')) {
        // A quote that is not doubled ends the text, so this formula has more parts.
        Cow::Borrowed(text)
    } else {
        Cow::Owned(trimmed(&inner.replace("\"\"", "\"")).to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::unwrapped;

    #[test]
    fn a_formula_that_is_a_text_is_unwrapped_and_others_are_not() {
        let cases = [
            ("=\"01067\"", "01067"),
            ("=\" u1 \"", "u1"),
            ("=\"\"", ""),
            ("=\"the \"\"old\"\" town\"", "the \"old\" town"),
            ("=\"a\"&\"b\"", "=\"a\"&\"b\""),
            ("=\"a\"\"", "=\"a\"\""),
            ("=\"", "=\""),
            ("=A1", "=A1"),
            ("01067", "01067"),
        ];
        for (text, expected) in cases {
            assert_eq!(unwrapped(text), expected, "{text}");
        }
    }
}
