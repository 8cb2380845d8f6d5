//! Text for a terminal, cut between words.

/// How far a line goes that continues another, beyond its own indentation.
const INDENT: usize = 2;

/// The text with line ends where a terminal of so many columns would cut a word. A word that is longer stays whole.
pub(crate) fn wrapped(text: &str, columns: usize) -> String {
    text.split('\n').map(|line| wrap(line, columns)).collect::<Vec<_>>().join("\n")
}

fn wrap(line: &str, columns: usize) -> String {
    if line.chars().count() <= columns {
        return line.to_owned();
    }
    let own = line.chars().take_while(|character| *character == ' ').count();
    let indent = " ".repeat(own + INDENT);
    let (mut text, mut used) = (String::new(), 0);
    for word in line.split_inclusive(' ') {
        let (all, shown) = (word.chars().count(), word.trim_end().chars().count());
        if used > own + INDENT && used + shown > columns {
            text.truncate(text.trim_end().len());
            text += "\n";
            text += &indent;
            used = indent.len();
        }
        text += word;
        used += all;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn a_line_is_cut_between_words_and_goes_on_indented() {
        let text = "error: the city is blank\n  lines 2, 3, 5, 8";
        assert_eq!(wrapped(text, 24), text);
        let expected = "error: the\n  city is\n  blank\n  lines 2,\n    3, 5, 8";
        assert_eq!(wrapped(text, 11), expected);
        assert_eq!(wrapped("  lines 2", 3), "  lines\n    2");
        assert_eq!(wrapped("", 1), "");
    }
}
