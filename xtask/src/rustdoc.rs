//! Text of the contract as documentation of the generated code.

use std::sync::LazyLock;

use proc_macro2::TokenStream;
use regex::Regex;

/// A text as doc comments, one a line.
pub(crate) fn docs(text: &str) -> TokenStream {
    let lines = text.trim_end().lines().map(|line| match line.trim_end() {
        "" => String::new(),
        line => format!(" {line}"),
    });
    lines.map(|line| quote::quote!(#[doc = #line])).collect()
}

/// A description behind a beginning of ours: on the same line, unless it begins with a block of code.
pub(crate) fn continued(beginning: &str, description: &str) -> String {
    let text = escaped(description);
    let gap = if text.starts_with("```") || text.starts_with("~~~") { "\n\n" } else { " " };
    format!("{beginning}{gap}{text}")
}

/// A description of the contract as rustdoc shows it: paragraphs, lists, emphasis and code stay, and what rustdoc
/// would take for a link to an item, for HTML or for code in Rust is text.
pub(crate) fn escaped(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut paragraph: Vec<String> = Vec::new();
    let mut fence: Option<&str> = None;
    for line in plain(text).lines() {
        let trimmed = line.trim();
        let marker = ["```", "~~~"].into_iter().find(|marker| trimmed.starts_with(marker));
        match (fence, marker) {
            (Some(open), _) if is_closing(trimmed, open) => {
                fence = None;
                lines.push(open.to_owned());
            }
            (Some(_), _) => lines.push(line.to_owned()),
            (None, Some(open)) => {
                end(&mut paragraph, &mut lines);
                lines.push(format!("{open}text"));
                fence = Some(open);
            }
            (None, None) if trimmed.is_empty() => {
                end(&mut paragraph, &mut lines);
                lines.push(String::new());
            }
            (None, None) => {
                // Four spaces would make code of it.
                let indentation = (line.len() - line.trim_start().len()).min(3);
                paragraph.push(format!("{}{trimmed}", &"   "[..indentation]));
            }
        }
    }
    end(&mut paragraph, &mut lines);
    lines.extend(fence.map(str::to_owned));
    lines.join("\n").trim_end().to_owned()
}

fn is_closing(line: &str, fence: &str) -> bool {
    line.starts_with(fence) && line.trim_start_matches(&fence[..1]).is_empty()
}

fn end(paragraph: &mut Vec<String>, lines: &mut Vec<String>) {
    if !paragraph.is_empty() {
        lines.push(inline(&std::mem::take(paragraph).join("\n")));
    }
}

/// The text without characters that no comment may hold: controls and marks of direction.
fn plain(text: &str) -> String {
    let unix = text.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n").replace('\t', " ");
    let hidden = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    unix.replace(hidden, "")
}

/// A paragraph, in which code between backticks stays as it is.
fn inline(paragraph: &str) -> String {
    let mut written = String::new();
    let mut rest = paragraph;
    while let Some(start) = rest.find('`') {
        let (before, ticked) = rest.split_at(start);
        written += &text(before);
        let ticks = ticked.len() - ticked.trim_start_matches('`').len();
        if let Some(end) = closing(&ticked[ticks..], ticks) {
            written += &ticked[..ticks + end + ticks];
            rest = &ticked[ticks + end + ticks..];
        } else {
            written += &"\\`".repeat(ticks);
            rest = &ticked[ticks..];
        }
    }
    written + &text(rest)
}

/// Where a run of exactly so many backticks begins.
fn closing(text: &str, ticks: usize) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = text[from..].find('`') {
        let run = text[from + at..].len() - text[from + at..].trim_start_matches('`').len();
        if run == ticks {
            return Some(from + at);
        }
        from += at + run;
    }
    None
}

/// Text outside of code: URLs become links, links to URLs stay, and every other bracket is itself.
fn text(text: &str) -> String {
    static LINK: LazyLock<Regex> = LazyLock::new(|| {
        let parts = [
            r"\[(?<label>[^\[\]<>`]+)\]\((?<target>https?://[^\s()<>\[\]`]+)\)",
            r"<(?<auto>https?://[^\s<>`]+)>",
            r"(?<bare>(?:https?://|www\.)[^\s<>()\[\]`\x22]+)",
            r"(?<special>[\[\]<>\\])",
        ];
        Regex::new(&parts.join("|")).expect("the expression is valid")
    });
    let replaced = LINK.replace_all(text, |found: &regex::Captures<'_>| {
        if found.name("label").is_some() {
            return found[0].to_owned();
        }
        if let Some(auto) = found.name("auto") {
            return format!("<{}>", auto.as_str());
        }
        if let Some(bare) = found.name("bare") {
            let url = bare.as_str().trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '_']);
            let after = &bare.as_str()[url.len()..];
            return if url.starts_with("www.") {
                format!("`{url}`{after}")
            } else {
                format!("<{url}>{after}")
            };
        }
        format!("\\{}", &found["special"])
    });
    replaced.into_owned()
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn what_rustdoc_would_misread_is_text() {
        for (written, shown) in [
            ("Plain, *emphasised* and `code [a] <b>`.", "Plain, *emphasised* and `code [a] <b>`."),
            ("An [index] and [text][ref].", r"An \[index\] and \[text\]\[ref\]."),
            ("[^1] and [^1]: a note", r"\[^1\] and \[^1\]: a note"),
            ("A [site](https://h.example/a).", "A [site](https://h.example/a)."),
            ("A [link](Type::item).", r"A \[link\](Type::item)."),
            (
                "See https://h.example/a, or <https://h.example>.",
                "See <https://h.example/a>, or <https://h.example>.",
            ),
            ("A <b>tag</b>, Vec<u8> and a < b.", r"A \<b\>tag\</b\>, Vec\<u8\> and a \< b."),
            ("One ` tick", r"One \` tick"),
            ("Two `` ticks ` one", r"Two \`\` ticks \` one"),
            ("``a ` b``", "``a ` b``"),
            (r"C:\path\[x]", r"C:\\path\\\[x\]"),
            ("a\r\nb\rc\u{2028}d\te", "a\nb\nc\nd e"),
            ("a\u{0}\u{202e}b", "ab"),
            ("A\n\n    let code = 1;", "A\n\n   let code = 1;"),
            ("```\nlet a = 1;\n```", "```text\nlet a = 1;\n```"),
            ("```rust\nlet a = 1;", "```text\nlet a = 1;\n```"),
            ("- one\n- two\n\n1. three", "- one\n- two\n\n1. three"),
        ] {
            assert_eq!(escaped(written), shown, "{written:?}");
        }
    }
}
