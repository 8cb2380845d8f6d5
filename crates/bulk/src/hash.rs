//! What stands for a user and for a value where neither may be shown: in the journal, in shards, and in results.
//!
//! All are the first 16 bytes of a SHA-256, so they are the same on every machine and in every version of this
//! crate.

use std::fmt;

use avepoint_elements::{OfficeField, OfficeInformation, UserKey};
use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};

use crate::base_url;
use crate::ids::{UUID_LENGTH, canonical};
use crate::plan::PlannedUser;

/// Defines a hash that is written as 32 hexadecimal digits.
macro_rules! hash {
    ($(#[$docs:meta])* $name:ident) => {
        $(#[$docs])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 16]);

        impl $name {
            /// The bytes.
            pub const fn bytes(&self) -> &[u8; 16] {
                &self.0
            }

            /// A hash from its 32 hexadecimal digits, if it is one.
            pub fn parse(text: &str) -> Option<Self> {
                let right = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
                let number = right.then(|| u128::from_str_radix(text, 16).ok())??;
                Some(Self(number.to_be_bytes()))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&format!("{:032x}", u128::from_be_bytes(self.0)))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }
    };
}

hash!(
    /// Stands for a user of a tenant of a customer.
    ///
    /// Ids in the shape of a UUID count without regard to case, as the service writes them in either.
    UserHash
);

hash!(
    /// Stands for office information, or for a change of it.
    OfficeHash
);

hash!(
    /// Stands for an update that a service did: for its base URL, the user and the office information.
    ///
    /// Results carry it. A run believes a row that says `done` only if the proof fits the row's values and the run's
    /// service. It keeps mistakes away, not forgers: it can be calculated from the row.
    Proof
);

impl UserHash {
    /// The hash of a user.
    pub fn of(user: &UserKey) -> Self {
        let mut hash = Hash::new("user");
        for id in [user.customer.as_str(), user.tenant.as_str(), user.user.as_str()] {
            hash.part(canonical(id, &mut [0; UUID_LENGTH]));
        }
        Self(hash.end())
    }
}

impl OfficeHash {
    /// The hash of office information.
    pub fn of(office: &OfficeInformation) -> Self {
        let mut hash = Hash::new("office");
        for field in OfficeField::ALL {
            // A field that is left out is not one that is cleared.
            hash.optional(office.get(field));
        }
        Self(hash.end())
    }

    /// The hash of what a plan changes about a user.
    pub fn of_change(planned: &PlannedUser) -> Self {
        let mut hash = Hash::new("change");
        for (field, edit) in planned.change.edits() {
            hash.part(field.contract().name.as_bytes());
            hash.optional(edit.old.as_deref());
            hash.optional(edit.new.as_deref());
        }
        if let Some(local) = &planned.local {
            for (_, text) in local.fields() {
                hash.part(text.as_bytes());
            }
        }
        Self(hash.end())
    }
}

impl Proof {
    /// The proof that a service did an update. Slashes at the end of its base URL do not count.
    pub fn of(base_url: &str, user: &UserHash, office: &OfficeHash) -> Self {
        ProofHasher::new(base_url).prove(user, office)
    }
}

/// Makes the proofs of one service.
#[derive(Clone)]
pub(crate) struct ProofHasher(Hash);

impl ProofHasher {
    pub(crate) fn new(base_url: &str) -> Self {
        let mut hash = Hash::new("proof");
        hash.part(base_url::trimmed(base_url).as_bytes());
        Self(hash)
    }

    pub(crate) fn prove(&self, user: &UserHash, office: &OfficeHash) -> Proof {
        let mut hash = self.0.clone();
        hash.part(user.bytes());
        hash.part(office.bytes());
        Proof(hash.end())
    }
}

/// A hash of several parts, each with its length before it: no two lists of parts look alike.
#[derive(Clone)]
struct Hash(Sha256);

impl Hash {
    fn new(domain: &str) -> Self {
        let mut hash = Self(Sha256::new());
        hash.part(domain.as_bytes());
        hash
    }

    fn part(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
    }

    fn optional(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.part(text.as_bytes()),
            None => self.0.update(u64::MAX.to_be_bytes()),
        }
    }

    fn end(self) -> [u8; 16] {
        first_16(self.0)
    }
}

/// The bytes of a SHA-256 that are enough to tell what it is of.
pub(crate) fn first_16(hash: Sha256) -> [u8; 16] {
    let mut first = [0; 16];
    first.copy_from_slice(&hash.finalize()[..16]);
    first
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn user(id: &str) -> UserKey {
        UserKey::new("c1".parse().unwrap(), "t1".parse().unwrap(), id.parse().unwrap())
    }

    fn office() -> avepoint_elements::OfficeInformationBuilder<'static> {
        OfficeInformation::builder()
            .postal_code("2121")
            .country_region("Angola")
            .state("Luanda")
            .address("Dande")
    }

    #[test]
    fn the_hashes_are_the_same_in_every_version() {
        // Taken with Python's hashlib, each part after its length in eight bytes.
        assert_eq!(UserHash::of(&user("u1")).to_string(), "29f7bccc4b125325af1432e5e5468dd3");
        assert_eq!(
            OfficeHash::of(&office().build().unwrap()).to_string(),
            "0577fb325549654ea3c207ca90b16aed"
        );
    }

    #[test]
    fn a_proof_is_of_one_service_one_user_and_one_value() {
        let (user_1, user_2) = (UserHash::of(&user("u1")), UserHash::of(&user("u2")));
        let (dande, bengo) = (office().build().unwrap(), office().address("Bengo").build().unwrap());
        let (dande, bengo) = (OfficeHash::of(&dande), OfficeHash::of(&bengo));
        let proof = Proof::of("https://elements.example/api", &user_1, &dande);
        // Taken with Python's hashlib, as above.
        assert_eq!(proof.to_string(), "3a79c2fc0af116e33d1bd18888f0a3eb");
        assert_eq!(Proof::of("https://elements.example/api//", &user_1, &dande), proof);
        assert_ne!(Proof::of("https://elements.example", &user_1, &dande), proof);
        assert_ne!(Proof::of("https://elements.example/api", &user_2, &dande), proof);
        assert_ne!(Proof::of("https://elements.example/api", &user_1, &bengo), proof);
    }

    #[test]
    fn uuids_count_without_case_and_other_ids_with_it() {
        let hash = |id: &str| UserHash::of(&user(id));
        let lower = "7c18fd6f-0000-4000-8000-5725fa9edc3f";
        assert_eq!(hash(lower), hash(&lower.to_uppercase()));
        assert_ne!(hash("Anna"), hash("anna"));
    }

    #[test]
    fn what_is_cleared_is_not_what_is_left_out() {
        let cleared = office().clear(OfficeField::City).build().unwrap();
        assert_ne!(OfficeHash::of(&cleared), OfficeHash::of(&office().build().unwrap()));
    }

    #[test]
    fn text_moved_from_one_field_to_the_next_is_another_value() {
        let one = office().state("ab").address("c").build().unwrap();
        let other = office().state("a").address("bc").build().unwrap();
        assert_ne!(OfficeHash::of(&one), OfficeHash::of(&other));
    }

    #[test]
    fn a_hash_is_read_as_it_is_written_and_nothing_else_is() {
        let hash = UserHash::of(&user("u1"));
        assert_eq!(UserHash::parse(&hash.to_string()), Some(hash));
        for text in ["", "0", "+0000000000000000000000000000000", &"0".repeat(33), &"g".repeat(32)] {
            assert_eq!(UserHash::parse(text), None, "{text}");
        }
    }
}
