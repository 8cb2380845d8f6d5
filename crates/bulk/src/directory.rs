//! Users by the keys that people have: addresses and employee numbers in place of ids.

mod key;

pub use key::Key;
