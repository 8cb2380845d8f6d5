//! A reader of DER (X.690), as far as certificates, keys and PFX files need it.
//!
//! `None` stands for "damaged, or not what is expected here". It neither copies nor recurses. Lengths beyond
//! their shortest form are let through, indefinite ones are not.

pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(super) const UTC_TIME: u8 = 0x17;
pub(super) const GENERALIZED_TIME: u8 = 0x18;
pub(super) const SEQUENCE: u8 = 0x30;
/// `[0]` around another element.
pub(super) const EXPLICIT_0: u8 = 0xA0;
/// `[0]` in place of the tag of a string of bytes.
pub(super) const IMPLICIT_0: u8 = 0x80;

/// The low bits of a tag whose number stands in the bytes that follow.
const LONG_TAG: u8 = 0x1F;

/// The elements that are still to be read.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn new(der: &'a [u8]) -> Self {
        Self(der)
    }

    pub(super) fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// The next element's tag and content.
    pub(super) fn any(&mut self) -> Option<(u8, &'a [u8])> {
        let (&tag, rest) = self.0.split_first()?;
        if tag & LONG_TAG == LONG_TAG {
            return None;
        }
        let (length, rest) = split_length(rest)?;
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((tag, content))
    }

    /// The content of the next element, which must have this tag.
    pub(super) fn expect(&mut self, tag: u8) -> Option<&'a [u8]> {
        self.any().filter(|(found, _)| *found == tag).map(|(_, content)| content)
    }

    /// The elements inside the next one, which must have this tag.
    pub(super) fn inside(&mut self, tag: u8) -> Option<Self> {
        self.expect(tag).map(Self)
    }

    /// The content of the next element if it has this tag; nothing is read if it has another.
    pub(super) fn optional(&mut self, tag: u8) -> Option<&'a [u8]> {
        let mut ahead = *self;
        let content = ahead.expect(tag)?;
        *self = ahead;
        Some(content)
    }

    /// The next element as a whole, with its tag and length; it must have this tag.
    pub(super) fn whole(&mut self, tag: u8) -> Option<&'a [u8]> {
        let before = self.0;
        self.expect(tag)?;
        before.get(..before.len() - self.0.len())
    }

    /// The next element as a number that is not negative.
    pub(super) fn number(&mut self) -> Option<u32> {
        let content = self.expect(INTEGER)?;
        let negative = content.first()? & 0x80 != 0;
        (!negative).then(|| big_endian(content)).flatten()
    }

    /// An `AlgorithmIdentifier`: the algorithm, and its parameters, where there are any.
    pub(super) fn algorithm(&mut self) -> Option<(&'a [u8], Self)> {
        let mut identifier = self.inside(SEQUENCE)?;
        Some((identifier.expect(OBJECT_IDENTIFIER)?, identifier))
    }
}

fn split_length(der: &[u8]) -> Option<(usize, &[u8])> {
    let (&first, rest) = der.split_first()?;
    if first & 0x80 == 0 {
        return Some((usize::from(first), rest));
    }
    let count = usize::from(first & 0x7F);
    if count == 0 {
        return None;
    }
    let (digits, rest) = rest.split_at_checked(count)?;
    Some((usize::try_from(big_endian(digits)?).ok()?, rest))
}

fn big_endian(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0_u32, |number, &digit| {
        let shifted = number.checked_mul(256)?;
        shifted.checked_add(u32::from(digit))
    })
}
