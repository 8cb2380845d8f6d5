//! Users by the keys that people have: addresses and employee numbers in place of ids.
//!
//! The index holds the keys of the rows, and the lists of users stream past it. Rows bound the memory, not users:
//!
//! 1. A [`KeyIndex`] takes the keys of every row.
//! 2. With the [`Customers`], if it [needs](KeyIndex::needs_customers) them, it becomes a [`Search`], which names the
//!    tenants whose users are to be listed.
//! 3. Each entry of each list is [shown](Search::entry) to the search, which is told how the list [ended](Search::end).
//! 4. The search [ends](Search::finish) with a [`Resolution`] for each row.
//!
//! [`resolve`](fn@resolve) does all but the first of these with the lists of the service. A [`DirectoryFile`] takes the
//! place of lists, and [`list_rest`] lists the tenants that it says nothing of.
//!
//! ```
//! use avepoint_elements_bulk::directory::{Customers, UserEntry, KeyIndex, LeadingZeros, ListEnd, Resolution, RowKeys};
//!
//! let mut index = KeyIndex::new(Some("c1"), Some("t1"));
//! let anna = RowKeys { line: 2, mail: "Anna@fabrikam.example", ..RowKeys::default() };
//! index.add(&anna)?;
//! index.add(&RowKeys { line: 3, employee_id: "42", ..RowKeys::default() })?;
//!
//! let customers = Customers::complete([("c1", "Fabrikam", vec![("t1", "Fabrikam production")])]);
//! let mut search = index.search(Some(&customers));
//! for tenant in search.tenants() {
//!     search.entry(tenant, &UserEntry { mail: "anna@fabrikam.example", ..UserEntry::of("u1") });
//!     search.entry(tenant, &UserEntry { employee_id: "0042", ..UserEntry::of("u2") });
//!     search.end(tenant, ListEnd::Complete);
//! }
//! let resolved = search.finish();
//! let Resolution::Resolved(found) = resolved.of(0) else { panic!("the mail address is Anna's") };
//! assert_eq!(found.user.user.as_str(), "u1");
//! // A match that only leading zeros prevent is named, not made.
//! let Resolution::NotFound { leading_zeros } = resolved.of(1) else { panic!("42 is not 0042") };
//! assert_eq!(leading_zeros, Some(LeadingZeros::Of(2)));
//! # Ok::<(), avepoint_elements_bulk::directory::TooManyLines>(())
//! ```

mod chunked;
mod customer_list;
mod customers;
mod file;
mod folded;
mod found;
mod index;
mod key;
mod list_breaker;
mod listing;
pub(crate) mod lists;
mod named_tenants;
mod resolution;
mod resolve;
mod row;
mod search;

pub use customer_list::list_customers;
pub use customers::{CustomerEntry, Customers, TenantEntry};
pub use file::DirectoryFile;
pub use index::{KeyIndex, TooManyLines};
pub use key::{Key, KeySet};
pub use listing::{ListError, ListOptions, ListWait};
pub use named_tenants::TenantNumber;
pub use resolution::{Found, LeadingZeros, Resolution, TenantProblem};
pub(crate) use resolve::list_again;
pub use resolve::{ListProgress, list_rest, resolve};
pub use row::{KeyMistake, RowCells, RowKeys, RowKeysBuf, UserEntry};
pub use search::{ListEnd, Resolved, Search};
