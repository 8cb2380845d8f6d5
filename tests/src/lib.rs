//! What the end-to-end tests share. The samples of the README are compiled here.
//!
//! Where a new test goes: what one crate promises alone stands in that crate; what several promise together
//! stands in `e2e/`, in the file of its subject; what a reviewer of generated code must see is a snapshot.

#[doc = include_str!("../../README.md")]
mod readme {}

pub mod raw;
