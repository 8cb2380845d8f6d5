//! Countries of rows, and what to say of those that the service does not have.

use std::collections::HashMap;

use avepoint_elements::OfficeField;

use crate::countries::{COUNTRIES, Country};

/// Countries as rows name them.
#[derive(Debug, Default)]
pub(crate) struct CountryCache {
    /// The last that was found, which is often the next row's.
    last: Option<(String, Country)>,
    /// Suggestions for texts that are none, since a wrong name repeats.
    unknown: HashMap<String, Vec<&'static str>>,
}

/// How many suggestions are kept.
const MAX_SUGGESTIONS: usize = 1000;

impl CountryCache {
    /// The country of the last text that was found, if it is this one.
    pub(crate) fn last(&self, text: &str) -> Option<Country> {
        self.last.as_ref().filter(|(last, _)| last == text).map(|(_, country)| *country)
    }

    /// The country that a text means.
    ///
    /// # Errors
    /// What to say of a text that means none.
    pub(crate) fn find(&mut self, text: &str) -> Result<Country, String> {
        let country = COUNTRIES.find(text).ok_or_else(|| message(&self.suggestions(text)))?;
        self.last = Some((text.to_owned(), country));
        Ok(country)
    }

    fn suggestions(&mut self, text: &str) -> Vec<&'static str> {
        if let Some(suggestions) = self.unknown.get(text) {
            return suggestions.clone();
        }
        let longest = OfficeField::CountryRegion.contract().max_length.unwrap_or(usize::MAX);
        if text.len() > longest {
            return Vec::new();
        }
        let suggestions = COUNTRIES.suggest(text);
        if self.unknown.len() < MAX_SUGGESTIONS {
            self.unknown.insert(text.to_owned(), suggestions.clone());
        }
        suggestions
    }
}

fn message(suggestions: &[&str]) -> String {
    if suggestions.is_empty() {
        return "is not a country or region of the service's list; give a name of that list, such as Angola, or an ISO 3166-1 \
                code"
            .to_owned();
    }
    let suggestions: Vec<_> = suggestions.iter().map(|name| format!("\"{name}\"")).collect();
    format!("is not a country or region of the service's list; did you mean {}?", suggestions.join(" or "))
}
