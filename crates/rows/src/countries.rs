//! Countries and regions by the service's own names.

mod aliases;

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use rust_iso3166::ALL;

/// The service's names where they are not those of ISO 3166-1, by code. From the service's list, July 2026.
const OWN_NAMES: [(&str, &str); 22] = [
    ("BO", "Bolivia, Plurinational State of"),
    ("CD", "Congo, the Democratic Republic of the"),
    ("CV", "Cape Verde"),
    ("CZ", "Czech Republic"),
    ("FM", "Micronesia, Federated States of"),
    ("GB", "United Kingdom"),
    ("IR", "Iran, Islamic Republic of"),
    ("KP", "Korea, Democratic People's Republic of"),
    ("KR", "Korea, Republic of"),
    ("MD", "Moldova, Republic of"),
    ("MK", "Macedonia, the Former Yugoslav Republic of"),
    ("NL", "Netherlands"),
    ("PS", "Palestine, State of"),
    ("SZ", "Swaziland"),
    ("TR", "Turkey"),
    ("TW", "Taiwan, Province of China"),
    ("TZ", "Tanzania, United Republic of"),
    ("US", "United States"),
    ("VA", "Holy See (Vatican City State)"),
    ("VE", "Venezuela, Bolivarian Republic of"),
    ("VG", "Virgin Islands, British"),
    ("VI", "Virgin Islands, U.S."),
];

/// A country or region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Country {
    /// The service's own name.
    pub name: &'static str,
    /// The two letters of ISO 3166-1.
    pub code: &'static str,
}

/// The fewest letters of a name that is suggested, and of a text for which one is.
const MIN_LENGTH: usize = 5;

/// The fewest letters of a text in which two may be wrong.
const LONG: usize = 12;

/// The service's list, and what its names are also called.
#[derive(Debug)]
pub struct Countries {
    /// By the service's name as it is.
    own: HashMap<&'static str, Country>,
    /// By everything, [folded](fold).
    folded: HashMap<String, Country>,
    /// What may be suggested: the folded names, and those that two countries or more share, such as Korea and Congo.
    suggested: Vec<(Outline, String, Country)>,
}

/// What of a folded text tells most others from it, at a fraction of the cost of an edit distance.
#[derive(Clone, Copy, Debug)]
struct Outline {
    /// How many letters it has.
    length: usize,
    /// The letters that occur in it, each as one of 64 bits.
    letters: u64,
}

impl Outline {
    fn of(text: &str) -> Self {
        let bits = text.chars().map(|letter| 1 << (u32::from(letter) % u64::BITS));
        Self { length: text.chars().count(), letters: bits.fold(0, |all, bit: u64| all | bit) }
    }

    /// Whether texts with these outlines can be `most` edits apart: one edit changes the length by one at most, and adds
    /// one letter at most and takes one away.
    fn may_be_within(self, most: usize, other: Self) -> bool {
        let differing = (self.letters ^ other.letters).count_ones() as usize;
        self.length.abs_diff(other.length) <= most && differing <= 2 * most
    }
}

/// The country that a text means, as [`Countries::find`] does; a value of it is the service's own
/// [name](Country::name).
///
/// ```
/// use avepoint_elements_rows::country;
///
/// assert_eq!(country("Deutschland").map(|country| country.name), Some("Germany"));
/// assert_eq!(country("DE"), country("Germany"));
/// assert_eq!(country("Atlantis"), None);
/// ```
pub fn country(text: &str) -> Option<Country> {
    COUNTRIES.find(text)
}

/// The one list.
pub static COUNTRIES: LazyLock<Countries> = LazyLock::new(Countries::new);

impl Countries {
    fn new() -> Self {
        let own: HashMap<_, _> = all().map(|country| (country.name, country)).collect();
        let mut list = Self { own, folded: HashMap::new(), suggested: Vec::new() };
        // What comes first stays: the service's names before all others.
        for country in all() {
            list.add(country.name, country);
        }
        for (country, code) in all().zip(ALL) {
            list.add(code.alpha2, country);
            list.add(code.alpha3, country);
            list.add(code.name, country);
        }
        for (alias, code) in aliases::ALIASES {
            if let Some(country) = all().find(|country| country.code == *code) {
                list.add(alias, country);
            }
        }
        let shared = list.add_turned();
        let names = list.folded.iter().map(|(name, country)| (name.clone(), *country)).chain(shared);
        let outlined = names.map(|(name, country)| (Outline::of(&name), name, country));
        // Short names are codes, to which most short texts are near.
        list.suggested = outlined.filter(|(outline, ..)| outline.length >= MIN_LENGTH).collect();
        list
    }

    fn add(&mut self, name: &str, country: Country) {
        self.folded.entry(fold(name)).or_insert(country);
    }

    /// Adds `Republic of Korea` for `Korea, Republic of`, and `Bolivia` where only one name begins so. Gives what begins
    /// several.
    fn add_turned(&mut self) -> Vec<(String, Country)> {
        let mut shared = Vec::new();
        let split = |country: Country| country.name.split_once(", ").map(|parts| (country, parts));
        for (country, (short, rest)) in all().filter_map(split) {
            self.add(&format!("{rest} {short}"), country);
            let begin_so = all().filter_map(split).filter(|(_, (other, _))| *other == short).count();
            if begin_so == 1 && !self.folded.contains_key(&fold(short)) {
                self.add(short, country);
            } else {
                shared.push((fold(short), country));
            }
        }
        shared
    }

    /// The country that a text means: by name, without regard to case, accents, punctuation and white space, by a
    /// code of two or three letters, or by a common alias.
    pub fn find(&self, text: &str) -> Option<Country> {
        if let Some(country) = self.own.get(text) {
            return Some(*country);
        }
        let folded = fold(text);
        let without_article = folded.strip_prefix("the").unwrap_or(&folded);
        self.folded.get(&folded).or_else(|| self.folded.get(without_article)).copied()
    }

    /// The country whose name differs from an unknown text by a slip: one letter that is wrong, missing, too many or
    /// exchanged with its neighbour, or two in a long name. Where that is so for two, both; for more, none. What another
    /// language calls a country is further away.
    ///
    /// A name that the text begins counts as near if another is (`Dominican` may be either of two), and so does one that
    /// two countries share (`Korea`).
    pub fn suggest(&self, text: &str) -> Vec<&'static str> {
        let text = fold(text);
        let outline = Outline::of(&text);
        let most = if outline.length < LONG { 1 } else { 2 };
        if outline.length < MIN_LENGTH {
            return Vec::new();
        }
        let near = self.suggested.iter().filter(|(other, ..)| other.may_be_within(most, outline));
        let near = near.map(|(_, name, country)| (strsim::damerau_levenshtein(name, &text), country));
        let near: Vec<_> = near.filter(|(distance, _)| *distance <= most).collect();
        let Some(nearest) = near.iter().map(|(distance, _)| *distance).min() else { return Vec::new() };
        let nearest =
            near.into_iter().filter(|(distance, _)| *distance == nearest).map(|(_, country)| country.name);
        let begun = self.suggested.iter().filter(|(_, name, _)| name.starts_with(&text));
        let names: BTreeSet<_> = nearest.chain(begun.map(|(.., country)| country.name)).collect();
        if names.len() > MAX_SUGGESTED { Vec::new() } else { names.into_iter().collect() }
    }
}

/// How many countries are suggested at most.
const MAX_SUGGESTED: usize = 2;

/// The service's list.
fn all() -> impl Iterator<Item = Country> {
    ALL.iter().map(|country| {
        let own = OWN_NAMES.iter().find(|(code, _)| *code == country.alpha2);
        Country { name: own.map_or(country.name, |(_, name)| name), code: country.alpha2 }
    })
}

/// A name with its letters and digits alone, in lower case and without accents.
fn fold(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    for character in name.chars().flat_map(char::to_lowercase) {
        match character {
            '&' => folded.push_str("and"),
            _ if character.is_alphanumeric() => folded.push(without_accent(character)),
            _ => {}
        }
    }
    folded
}

/// The letter below an accent, for the letters of the names that are known; of a sigma at the end, any other's.
fn without_accent(letter: char) -> char {
    match letter {
        'à'..='å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'è'..='ë' | 'ē' | 'ė' | 'ę' | 'ě' | 'ệ' => 'e',
        'ì'..='ï' | 'ī' | 'ı' => 'i',
        'ñ' | 'ń' | 'ň' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ő' => 'o',
        'ś' | 'ş' | 'š' | 'ș' => 's',
        'ù'..='ü' | 'ū' | 'ů' | 'ű' => 'u',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        'ά' => 'α',
        'ί' | 'ϊ' | 'ΐ' => 'ι',
        'ύ' | 'ϋ' | 'ΰ' => 'υ',
        'ς' => 'σ',
        'й' => 'и',
        'ї' => 'і',
        'أ' | 'إ' | 'آ' => 'ا',
        _ => letter,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use avepoint_elements::OfficeField;

    use super::*;

    fn name(text: &str) -> Option<&'static str> {
        COUNTRIES.find(text).map(|country| country.name)
    }

    #[test]
    fn the_list_is_the_services() {
        let names: HashSet<_> = all().map(|country| country.name).collect();
        let longest = OfficeField::CountryRegion.contract().max_length.unwrap();
        assert_eq!(names.len(), 249);
        assert_eq!(names.iter().filter(|name| name.contains(',')).count(), 16);
        assert_eq!(names.iter().filter(|name| !name.is_ascii()).count(), 5);
        assert!(names.iter().all(|name| name.chars().count() <= longest));
        for (code, name) in OWN_NAMES {
            let country = rust_iso3166::from_alpha2(code).unwrap();
            assert_ne!(country.name, name, "{code} needs no name of its own");
        }
    }

    #[test]
    fn every_name_and_code_means_its_country() {
        for (country, code) in all().zip(ALL) {
            for text in [country.name, code.name, code.alpha2, code.alpha3, &code.alpha2.to_lowercase()] {
                assert_eq!(COUNTRIES.find(text), Some(country), "{text}");
            }
            assert_eq!(name(&country.name.to_uppercase()), Some(country.name));
            assert_eq!(name(&country.name.replace(' ', "\u{a0} ")), Some(country.name));
        }
    }

    #[test]
    fn what_people_write_becomes_the_services_name() {
        let cases = [
            ("AO", "Angola"),
            ("USA", "United States"),
            ("U.S.A.", "United States"),
            ("the United States of America", "United States"),
            ("UK", "United Kingdom"),
            ("England", "United Kingdom"),
            ("Great Britain", "United Kingdom"),
            ("Czechia", "Czech Republic"),
            ("Türkiye", "Turkey"),
            ("Tu\u{308}rkiye", "Turkey"),
            ("Turkiye", "Turkey"),
            ("Russia", "Russian Federation"),
            ("South Korea", "Korea, Republic of"),
            ("Republic of Korea", "Korea, Republic of"),
            ("Vietnam", "Viet Nam"),
            ("Taiwan", "Taiwan, Province of China"),
            ("Holland", "Netherlands"),
            ("The Netherlands", "Netherlands"),
            ("Ivory Coast", "Côte d'Ivoire"),
            ("Cote d’Ivoire", "Côte d'Ivoire"),
            ("Bolivia", "Bolivia, Plurinational State of"),
            ("British Virgin Islands", "Virgin Islands, British"),
            ("US Virgin Islands", "Virgin Islands, U.S."),
            ("Congo", "Congo"),
            ("DR Congo", "Congo, the Democratic Republic of the"),
            ("Trinidad & Tobago", "Trinidad and Tobago"),
            ("Curacao", "Curaçao"),
            ("Eswatini", "Swaziland"),
            ("Vatican", "Holy See (Vatican City State)"),
            ("Deutschland", "Germany"),
            ("ÖSTERREICH", "Austria"),
            ("O\u{308}sterreich", "Austria"),
            ("Schweiz", "Switzerland"),
            ("España", "Spain"),
            ("Espana", "Spain"),
            ("Polska", "Poland"),
            ("Nederland", "Netherlands"),
            ("België", "Belgium"),
            ("Suomi", "Finland"),
            ("Brasil", "Brazil"),
            ("México", "Mexico"),
            ("Česko", "Czech Republic"),
            ("România", "Romania"),
        ];
        for (text, expected) in cases {
            assert_eq!(name(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn countries_are_known_by_what_they_call_themselves_in_their_own_script() {
        let cases = [
            ("Россия", "RU"),
            ("РОССИЙСКАЯ ФЕДЕРАЦИЯ", "RU"),
            ("УКРАЇНА", "UA"),
            ("Украі\u{308}на", "UA"),
            ("Беларусь", "BY"),
            ("Қазақстан", "KZ"),
            ("Србија", "RS"),
            ("日本", "JP"),
            ("日本国", "JP"),
            ("中国", "CN"),
            ("中國", "CN"),
            ("中华人民共和国", "CN"),
            ("台灣", "TW"),
            ("香港", "HK"),
            ("대한민국", "KR"),
            ("한국", "KR"),
            ("ΕΛΛΑΔΑ", "GR"),
            ("Ελλα\u{301}δα", "GR"),
            ("Κύπρος", "CY"),
            ("ישראל", "IL"),
            ("भारत", "IN"),
            ("ไทย", "TH"),
            ("ประเทศไทย", "TH"),
            ("مصر", "EG"),
            ("السعودية", "SA"),
            ("المملكة العربية السعودية", "SA"),
            ("الإمارات العربية المتحدة", "AE"),
            ("الامارات", "AE"),
            ("الأردن", "JO"),
            ("ایران", "IR"),
            ("საქართველო", "GE"),
            ("Հայաստան", "AM"),
            ("Việt Nam", "VN"),
            ("Moçambique", "MZ"),
        ];
        for (text, code) in cases {
            assert_eq!(COUNTRIES.find(text).map(|country| country.code), Some(code), "{text}");
        }
    }

    #[test]
    fn what_could_be_two_countries_is_none() {
        for text in ["", "Korea", "Virgin Islands", "XX", "the", "Atlantis", "عمان", "A O"] {
            assert!(name(text).is_none_or(|name| text == "A O" && name == "Angola"), "{text}");
        }
    }

    #[test]
    fn a_misspelt_name_gets_the_nearest() {
        let cases = [
            ("Angloa", &["Angola"][..]),
            ("Germny", &["Germany"]),
            ("Untied States", &["United States"]),
            ("Swizerland", &["Switzerland"]),
            ("Switezrlnad", &[]),
            ("Liechtenstine", &["Liechtenstein"]),
            ("Hollnd", &["Netherlands"]),
            ("Swasiland", &["Swaziland"]),
            ("Atlantis", &[]),
            ("Q", &[]),
            ("Bali", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(COUNTRIES.suggest(text), expected, "{text}");
        }
    }

    #[test]
    fn a_text_that_is_near_to_two_countries_gets_both_and_to_more_none() {
        let congo = ["Congo", "Congo, the Democratic Republic of the"];
        let cases = [
            ("Kongo", &congo[..]),
            ("Dominican", &["Dominica", "Dominican Republic"]),
            ("Korea", &["Korea, Democratic People's Republic of", "Korea, Republic of"]),
            ("Nigera", &["Niger", "Nigeria"]),
            ("Austrlia", &["Australia", "Austria"]),
            ("Irland", &["Iceland", "Ireland"]),
            ("Saint", &[]),
            ("Bosnia", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(COUNTRIES.suggest(text), expected, "{text}");
        }
    }

    #[test]
    fn what_another_language_calls_a_country_suggests_no_other() {
        for text in
            ["Alemania", "Duitsland", "Irak", "Allemagne", "Austrija", "Slovénie", "Niederlande", "Polonia"]
        {
            let suggested = COUNTRIES.suggest(text);
            let right = [("Slovénie", "Slovenia"), ("Austrija", "Austria")];
            assert!(suggested.iter().all(|name| right.contains(&(text, name))), "{text}: {suggested:?}");
        }
    }

    #[test]
    fn an_outline_passes_every_slip_and_one_name_of_twenty_five() {
        let names = &COUNTRIES.suggested;
        for (outline, name, _) in names {
            let letters: Vec<_> = name.chars().collect();
            for place in 0..letters.len() {
                let (before, behind) = (&letters[..place], &letters[place + 1..]);
                for slip in [&[][..], &['q'], &['q', letters[place]]] {
                    let slipped: String = [before, slip, behind].concat().into_iter().collect();
                    assert!(outline.may_be_within(1, Outline::of(&slipped)), "{name} {slipped}");
                    let twice = format!("{slipped}w");
                    assert!(outline.may_be_within(2, Outline::of(&twice)), "{name} {twice}");
                }
            }
        }
        let passed =
            |outline: &Outline| names.iter().filter(|(other, ..)| other.may_be_within(2, *outline)).count();
        let all: usize = names.iter().map(|(outline, ..)| passed(outline)).sum();
        assert!(all * 25 < names.len() * names.len(), "{all} of the square of {}", names.len());
    }

    #[test]
    fn every_alias_is_of_a_country_and_needed() {
        let mut folded = HashSet::new();
        for (alias, code) in aliases::ALIASES {
            assert!(folded.insert(fold(alias)), "{alias} is there twice");
            assert!(rust_iso3166::from_alpha2(code).is_some(), "{alias}");
            assert_eq!(COUNTRIES.find(alias).unwrap().code, *code, "{alias}");
        }
    }
}
