//! What the end-to-end tests share. The samples of the README and of the guide are compiled here, and run.
//!
//! Where a new test goes: what one crate promises alone stands in that crate; what several promise together
//! stands in `e2e/`, in the file of its subject; what a reviewer of generated code must see is a snapshot.

#[doc = include_str!("../../README.md")]
mod readme {}

/// The guide in `docs/`, one module a page.
mod guide {
    #[doc = include_str!("../../docs/access.md")]
    mod access {}
    #[doc = include_str!("../../docs/apply.md")]
    mod apply {}
    #[doc = include_str!("../../docs/certificates.md")]
    mod certificates {}
    #[doc = include_str!("../../docs/contract.md")]
    mod contract {}
    #[doc = include_str!("../../docs/errors.md")]
    mod errors {}
    #[doc = include_str!("../../docs/file.md")]
    mod file {}
    #[doc = include_str!("../../docs/first-update.md")]
    mod first_update {}
    #[doc = include_str!("../../docs/logs.md")]
    mod logs {}
    #[doc = include_str!("../../docs/network.md")]
    mod network {}
    #[doc = include_str!("../../docs/reading.md")]
    mod reading {}
    #[doc = include_str!("../../docs/testing.md")]
    mod testing {}
    #[doc = include_str!("../../docs/upgrading.md")]
    mod upgrading {}
}

pub use test_support::raw;
