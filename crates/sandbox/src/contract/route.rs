//! Matching a request's path against a path template of the contract.

use percent_encoding::percent_decode_str;

/// A path template, server path included, split into its segments.
#[derive(Debug)]
pub(crate) struct Route {
    segments: Vec<Segment>,
}

#[derive(Debug)]
enum Segment {
    Literal(String),
    Parameter(String),
}

/// A path parameter as it came: its name in the template and its text, percent-decoded once.
pub(crate) type Capture = (String, String);

impl Route {
    /// Reads a template such as `/users/{userId}/office-information`.
    ///
    /// A parameter must fill its segment: `{a}-{b}` has more than one reading and is refused.
    pub(crate) fn parse(template: &str) -> Result<Self, String> {
        let segments = split(template)
            .map(|segment| Segment::parse(segment).ok_or_else(|| unreadable(template, segment)))
            .collect::<Result<_, _>>()?;
        Ok(Self { segments })
    }

    /// The parameters of a path that has this route's shape.
    ///
    /// The path is split before it is decoded, so an encoded slash stays inside its segment, and dot
    /// segments are text like any other: whether a value is allowed is for the contract to say. An
    /// empty segment fills no parameter. Bytes that are not UTF-8 become U+FFFD.
    pub(crate) fn captures(&self, path: &str) -> Option<Vec<Capture>> {
        let raw: Vec<&str> = split(path).collect();
        if raw.len() != self.segments.len() {
            return None;
        }
        let mut captures = Vec::new();
        for (segment, raw) in self.segments.iter().zip(raw) {
            let text = percent_decode_str(raw).decode_utf8_lossy().into_owned();
            match segment {
                Segment::Literal(literal) if *literal == text => {}
                Segment::Parameter(name) if !text.is_empty() => captures.push((name.clone(), text)),
                _ => return None,
            }
        }
        Some(captures)
    }

    /// The names of the parameters, in the order of the path.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = &str> {
        self.segments.iter().filter_map(|segment| match segment {
            Segment::Parameter(name) => Some(name.as_str()),
            Segment::Literal(_) => None,
        })
    }
}

impl Segment {
    fn parse(text: &str) -> Option<Self> {
        let inner = text.strip_prefix('{').and_then(|t| t.strip_suffix('}'));
        match inner {
            Some(name) if !name.is_empty() && !has_brace(name) => Some(Self::Parameter(name.to_owned())),
            None if !has_brace(text) => Some(Self::Literal(text.to_owned())),
            _ => None,
        }
    }
}

fn split(path: &str) -> std::str::Split<'_, char> {
    path.strip_prefix('/').unwrap_or(path).split('/')
}

fn has_brace(text: &str) -> bool {
    text.contains(['{', '}'])
}

fn unreadable(template: &str, segment: &str) -> String {
    format!("path {template}: the segment `{segment}` mixes text and parameters")
}

#[cfg(test)]
mod tests {
    use super::Route;

    fn captured(path: &str) -> Option<Vec<String>> {
        let route = Route::parse("/base/users/{user}/office").unwrap();
        let captures = route.captures(path)?;
        Some(captures.into_iter().map(|(_, text)| text).collect())
    }

    #[test]
    fn a_segment_is_decoded_once_and_never_split() {
        for (raw, text) in [
            ("a%20b", "a b"),
            ("a%2Fb", "a/b"),
            ("a%252Fb", "a%2Fb"),
            ("..", ".."),
            ("%2E%2E", ".."),
            ("%FF", "\u{FFFD}"),
            ("%zz", "%zz"),
        ] {
            let path = format!("/base/users/{raw}/office");
            assert_eq!(captured(&path), Some(vec![text.to_owned()]), "{raw}");
        }
    }

    #[test]
    fn another_shape_is_another_route() {
        for path in [
            "/base/users//office",
            "/base/users/u/office/",
            "/base/users/u",
            "/users/u/office",
            "//base/users/u/office",
            "/base/users/u/Office",
            "/base/users/../u/office",
        ] {
            assert_eq!(captured(path), None, "{path}");
        }
    }

    #[test]
    fn a_template_that_mixes_text_and_parameters_is_refused() {
        for template in ["/a/{b}.{c}", "/a/x{b}", "/a/{}", "/a/{b"] {
            let message = Route::parse(template).unwrap_err();
            assert!(message.contains(template), "{message}");
        }
    }
}
