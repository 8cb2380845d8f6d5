//! Countries of rows, and what to say of those that the service does not have.

use std::collections::HashMap;

use avepoint_elements::OfficeField;

use crate::countries::{COUNTRIES, Country};

/// Countries as rows name them.
#[derive(Debug, Default)]
pub(crate) struct Countries {
    /// The last that was found, which is often the next row's.
    last: Option<(String, Country)>,
    /// Suggestions for texts that are none, since looking for the nearest name is slow and a wrong one repeats.
    unknown: HashMap<String, Option<&'static str>>,
}

/// How many suggestions are kept.
const MOST: usize = 1000;

impl Countries {
    /// The country of the last text that was found, if it is this one.
    pub(crate) fn last(&self, text: &str) -> Option<Country> {
        self.last.as_ref().filter(|(last, _)| last == text).map(|(_, country)| *country)
    }

    /// The country that a text means.
    ///
    /// # Errors
    /// What to say of a text that means none.
    pub(crate) fn find(&mut self, text: &str) -> Result<Country, String> {
        let country = COUNTRIES.find(text).ok_or_else(|| message(self.suggestion(text)))?;
        self.last = Some((text.to_owned(), country));
        Ok(country)
    }

    fn suggestion(&mut self, text: &str) -> Option<&'static str> {
        if let Some(suggestion) = self.unknown.get(text) {
            return *suggestion;
        }
        let longest = OfficeField::CountryRegion.contract().max_length.unwrap_or(usize::MAX);
        let suggestion = if text.len() <= longest { COUNTRIES.suggest(text) } else { None };
        if self.unknown.len() < MOST && text.len() <= longest {
            self.unknown.insert(text.to_owned(), suggestion);
        }
        suggestion
    }
}

fn message(suggestion: Option<&str>) -> String {
    match suggestion {
        Some(name) => format!("is not a country or region of the service's list; did you mean \"{name}\"?"),
        None => "is not a country or region of the service's list; give a name of that list, such as Angola, or an \
                 ISO 3166-1 code"
            .to_owned(),
    }
}
