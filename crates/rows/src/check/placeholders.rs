//! What programs and people write in place of a value that was not there, or of an object.

use crate::text::{is_between_words, is_digits};

/// What a text is, if it stands in place of a value.
#[inline]
pub(crate) fn find(text: &str) -> Option<&'static str> {
    if !may_be_one(text) {
        None
    } else if is_placeholder(text) {
        Some("looks like a placeholder and is sent as it is")
    } else if is_object(text) {
        Some("is what a program writes in place of an object or a list, and is sent as it is")
    } else {
        None
    }
}

/// Whether a text may be one, judged by little: how it begins and ends, and whether it is the name of a type.
#[inline]
pub(crate) fn may_be_one(text: &str) -> bool {
    match text.as_bytes() {
        [
            b'n' | b'N',
            b'a' | b'A' | b'i' | b'I' | b'o' | b'O' | b'u' | b'U' | b'p' | b'P' | b'/' | b'.',
            ..,
        ]
        | [b'd' | b'D', b'b' | b'B', ..]
        | [b'p' | b'P', b'd' | b'D', ..]
        | [b'u' | b'U', b'n' | b'N', b'd' | b'D' | b'k' | b'K', ..]
        | [b'i' | b'I', b'n' | b'N', b'f' | b'F', ..]
        | [
            b'-' | b'+' | b'{' | b'\'' | b'"' | b'`' | b'(' | b'[' | b'<' | b'\\' | b'$' | b'@' | b'?' | b'%',
            ..,
        ]
        | [b'1', b'.', b'#', ..]
        | [b's', b':', ..]
        | [b'a' | b'A', b'r' | b'R', b'r' | b'R', b'a' | b'A', b'y' | b'Y']
        | [.., b')' | b']' | b'}' | b'>' | b'\''] => true,
        [first, ..] if !first.is_ascii() => true,
        bytes => bytes.len() >= MIN_TYPE_LENGTH && is_dotted(text),
    }
}

/// Texts that stand for a value that a person or a program did not have, in lower case.
const PLACEHOLDERS: [&str; 56] = [
    "n/a",
    "n.a.",
    "na.",
    "null",
    "(null)",
    "<null>",
    "[null]",
    "$null",
    "nan",
    "nat",
    "none",
    "(none)",
    "(nil)",
    "(empty)",
    "(blank)",
    "()",
    "{null}",
    "undef",
    "unknown",
    "(unknown)",
    "<unknown>",
    "pd.na",
    "pd.nat",
    "np.nan",
    "<none>",
    "nil",
    "<nil>",
    "<na>",
    "undefined",
    "(undefined)",
    "dbnull",
    "system.dbnull",
    "\\n",
    "[]",
    "{}",
    "?",
    "？",
    "infinity",
    "-infinity",
    "nonetype",
    "%!s(<nil>)",
    "%!v(<nil>)",
    "array",
    "inf",
    "-inf",
    "+inf",
    "-nan",
    "+nan",
    "nan(ind)",
    "-nan(ind)",
    "1.#qnan",
    "1.#snan",
    "1.#ind",
    "1.#inf",
    "-1.#ind",
    "-1.#inf",
];

/// Whether a text is a placeholder, or nothing but several, whatever quotes stand around it.
fn is_placeholder(text: &str) -> bool {
    let is_one = |text: &str| {
        let is_dashes = || text.chars().all(|character| matches!(character, '-' | '–' | '—'));
        let is_question = || text.chars().all(|character| matches!(character, '?' | '？'));
        is_dashes() || is_question() || PLACEHOLDERS.iter().any(|listed| listed.eq_ignore_ascii_case(text))
    };
    let text = without_quotes(text);
    let mut words = text.split(is_between_words).filter(|word| !word.is_empty()).peekable();
    // Nan is a province of Thailand.
    words.peek().is_some() && text != "Nan" && words.all(is_one)
}

/// Quotes that open and close.
const PAIRS: [(char, char); 6] = [('\'', '\''), ('"', '"'), ('`', '`'), ('‘', '’'), ('“', '”'), ('«', '»')];

/// A text without one pair of quotes around it.
fn without_quotes(text: &str) -> &str {
    let within =
        |(open, close): &(char, char)| text.strip_prefix(*open).and_then(|rest| rest.strip_suffix(*close));
    PAIRS.iter().find_map(within).unwrap_or(text)
}

/// What stands around the text of an object.
const BRACKETS: [(&str, &str); 14] = [
    ("#<", ">"),
    ("[object ", "]"),
    ("@{", "}"),
    ("{{", "}}"),
    ("${", "}"),
    ("['", "]"),
    ("[\"", "]"),
    ("[{", "}]"),
    ("{'", "}"),
    ("{\"", "}"),
    ("b'", "'"),
    ("('", ")"),
    ("[None", "]"),
    ("[null", "]"),
];

/// Whether a program wrote the name of a type, or the text of an object: `System.Object[]`, `[object Object]`,
/// `@{Street=…}`, `<object at 0x7f…>`, `[Ljava.lang.String;@1b6d`, or a variable of a template.
fn is_object(text: &str) -> bool {
    let is_between = |start: &str, end: &str| {
        text.len() >= start.len() + end.len() && text.starts_with(start) && text.ends_with(end)
    };
    BRACKETS.into_iter().any(|(start, end)| is_between(start, end))
        // More than one of these are tags.
        || (is_between("<", ">") && text.matches('>').count() == 1)
        || is_spaced_json(text)
        || is_serialized(text)
        || (is_between("%", "%") && !text.contains(' '))
        || is_java_array(text)
        || is_type(text)
        || is_call(text)
}

/// `{ "street": "Main St" }`, `[ "Main St" ]`.
fn is_spaced_json(text: &str) -> bool {
    let is_spaced = |open, close, more| {
        let inner = text.strip_prefix(open).and_then(|rest: &str| rest.strip_suffix(close));
        inner.is_some_and(|inner| {
            let inner = inner.trim();
            inner.starts_with(['"', '\'', '{', '[']) && inner.contains(more)
        })
    };
    is_spaced('{', '}', ':') || is_spaced('[', ']', '"')
}

/// A value as PHP keeps it: `s:7:"Main St";`.
fn is_serialized(text: &str) -> bool {
    let inner = text.strip_prefix("s:").and_then(|rest| rest.strip_suffix("\";"));
    let length = inner.and_then(|inner| inner.split_once(":\"")).map(|(length, _)| length);
    length.is_some_and(is_digits)
}

/// Whether a word within a text is the name of a type with what shows an object: `System.Object[]`, `[B@1b6d`.
pub(super) fn is_object_in_one_word(word: &str) -> bool {
    (word.contains(['[', '@', '<', '{']) && is_type(word)) || is_java_array(word)
}

/// `[Ljava.lang.String;@1b6d`, `[B@1b6d`.
fn is_java_array(text: &str) -> bool {
    text.starts_with("[Ljava.")
        || (text.starts_with('[') && text.get(2..3) == Some("@") && is_hash(&text[3..]))
}

fn is_hash(text: &str) -> bool {
    (1..=8).contains(&text.len()) && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// The shortest name of a type that is looked for: `System.X`.
const MIN_TYPE_LENGTH: usize = 8;

/// How names of types begin, in lower case, of which no place has a name that is followed by a dot without a space.
const ROOTS: [&str; 29] = [
    "system",
    "microsoft",
    "windows",
    "newtonsoft",
    "selected",
    "deserialized",
    "typename:",
    "java",
    "javax",
    "jakarta",
    "jdk",
    "kotlin",
    "scala",
    "groovy",
    "android",
    "androidx",
    "numpy",
    "pandas",
    "builtins",
    "datetime",
    "collections",
    "decimal",
    "optional",
    "optionalint",
    "optionallong",
    "optionaldouble",
    "org.apache",
    "com.google",
    "com.sun",
];

/// Whether a dot or an `@` stands in a text before any space.
fn is_dotted(text: &str) -> bool {
    let sign = text.bytes().enumerate().find(|(_, byte)| matches!(byte, b' ' | b'.' | b'@'));
    sign.is_some_and(|(place, byte)| place > 0 && byte != b' ')
}

/// Whether a text is the name of a type, with what may follow: `System.Object[]`, `java.util.ArrayList@1b6d`,
/// `Optional.empty`, `com.contoso.Address@1f`.
fn is_type(text: &str) -> bool {
    let end = text.find(|character: char| {
        !character.is_ascii_alphanumeric() && !matches!(character, '.' | '_' | '$' | ':')
    });
    let (name, rest) = text.split_at(end.unwrap_or(text.len()));
    let lower = name.to_ascii_lowercase();
    let is_known = ROOTS.iter().any(|root| {
        lower
            .strip_prefix(root)
            .is_some_and(|rest| rest.len() > 1 && (rest.starts_with('.') || root.ends_with(':')))
    });
    let is_followed = rest.is_empty() || rest.starts_with(['[', '`', '@', '(', '{', '<', '+']);
    let last = name.rsplit('.').next().unwrap_or_default();
    let is_class = last.starts_with(|first: char| first.is_ascii_uppercase());
    (is_known && is_followed) || (is_class && rest.strip_prefix('@').is_some_and(is_hash))
}

/// Whether a text is a word with brackets directly behind it, in which a quoted value, a named one or the place of an object
/// stands: `Decimal('1')`, `Address(street=…)`, `Optional[…]`, `HASH(0x55d0c8)`.
fn is_call(text: &str) -> bool {
    let Some(end) = text.find(['(', '[', '{']) else { return false };
    let (name, rest) = text.split_at(end);
    let is_name = !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'));
    let is_closed = rest.ends_with([')', ']', '}']);
    let inner = &rest[1..];
    let word = inner.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    let is_named = word > 0 && inner[word..].starts_with('=');
    is_name
        && is_closed
        && (is_named
            || inner.starts_with(['\'', '"'])
            || inner.starts_with("0x")
            || matches!(name, "Optional" | "Some" | "Just" | "ObjectId"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_for_a_value_is_found_in_either_case() {
        for text in PLACEHOLDERS {
            assert!(find(text).is_some(), "{text}");
            assert!(find(&text.to_uppercase()).is_some(), "{text}");
        }
        for text in [
            "-",
            "--",
            "—",
            "?",
            "???",
            "'NULL'",
            "‘null’",
            "“N/A”",
            "nan nan",
            "NULL, NULL",
            "None None",
            "null;null",
        ] {
            assert!(find(text).is_some_and(|found| found.starts_with("looks like a placeholder")), "{text}");
        }
    }

    #[test]
    fn objects_of_every_language_are_found() {
        let texts = [
            "System.Object[]",
            "System.String",
            "System.Collections.Generic.List`1[System.String]",
            "System.__ComObject",
            "Microsoft.ActiveDirectory.Management.ADPropertyValueCollection",
            "Microsoft.Graph.PowerShell.Models.MicrosoftGraphUser",
            "Selected.Microsoft.ActiveDirectory.Management.ADUser",
            "Deserialized.System.Collections.Hashtable",
            "Newtonsoft.Json.Linq.JObject",
            "java.lang.Object@1f",
            "[Ljava.lang.String;@1b6d3586",
            "[B@6d06d69c",
            "Optional.empty",
            "Optional[Main Street 5]",
            "com.contoso.hr.Address@1b6d3586",
            "Address@1b6d3586",
            "Address(street=Main Street, number=5)",
            "Address[street=Main Street]",
            "Address{street='Main Street', number=5}",
            "datetime.date(2026, 1, 2)",
            "Decimal('1067')",
            "Timestamp('2026-01-02 00:00:00')",
            "numpy.ndarray",
            "<class 'str'>",
            "<built-in function id>",
            "['Main Street', 'Rear']",
            "{'street': 'Main Street'}",
            "{\"street\": \"Main Street\"}",
            "b'Main Street'",
            "ObjectId(\"507f1f77bcf86cd799439011\")",
            "[object Object]",
            "@{Street=Main Street}",
            "{{street}}",
            "${street}",
            "<Street>",
            "%STREET%",
            "ARRAY(0x55d0c8a3)",
            "#<Address:0x000055d0>",
        ];
        for text in texts {
            assert!(find(text).is_some_and(|found| found.starts_with("is what a program writes")), "{text}");
        }
    }

    #[test]
    fn what_only_resembles_one_is_none() {
        let texts = [
            "Nan",
            "None Torinese",
            "Null Street",
            "Nullarbor",
            "N",
            "<",
            "Systemstr. 5",
            "(Hinterhaus)",
            "Haus (Hof)",
            "Haus(Hof)",
            "Undine",
            "Inferno",
            "Infanta",
            "Dbayeh",
            "St.Gallen",
            "St.-Gallen",
            "Sankt.Georgen",
            "D.C.",
            "E.17th",
            "P.O.Box 12",
            "Systems.",
            "www.example.com",
            "Java",
            "Optional",
            "Microsoft",
            "Microsoft Way 1",
            "U.S.",
            "Arraya",
            "Infinity Tower",
            "[5]",
            "(rear)",
            "'s-Gravenhage",
            "'t Harde",
            "L'Hospitalet",
            "Main St (Block A)",
            "A(1)",
            "No. 5",
            "Unit 5 [rear]",
            "O'",
            "5' Street'",
            "NA",
            "Na Příkopě",
            "Nullstr. 1",
            "Unter den Linden",
            "Undenheim",
            "-5",
            "+1",
        ];
        for text in texts {
            assert_eq!(find(text), None, "{text}");
        }
    }
}
