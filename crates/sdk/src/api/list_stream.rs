//! A list, entry by entry: without repeats, and with an end.

use std::collections::HashSet;
use std::collections::hash_map::RandomState;
use std::fmt;
use std::future::poll_fn;
use std::hash::BuildHasher;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::vec;

use avepoint_elements_client::BoxFuture;
use futures_core::Stream;

use crate::api::listing::{Listed, Listing, Page, PageRequest};
use crate::error::Result;

/// The most pages of which the half or more brought nothing new. Pages shift while they are listed when users come and
/// go, which repeats a few entries; a service that ignores the number of the page repeats them all.
const MAX_WASTED_PAGES: u32 = 3;

/// The most entries of a list: a service that brings ever new ones would fill the memory.
const MAX_ENTRIES: u64 = 10_000_000;

/// The entries of a list, one after the other.
///
/// Pages are asked for one by one, as the entries are taken. Entries whose id came before are dropped; those without an
/// id are handed out. It ends on an empty page, when as many entries have come as the service counts, when pages keep
/// bringing nothing new, after 10,000,000 entries, or after an error. [`summary`](Self::summary) tells whether the list is complete.
///
/// After an error that may pass, it goes on where it was if it is [resumed](Self::resume).
///
/// It keeps a hash of each id, about 16 bytes an entry. Should two ids share one, which happens in one of 10⁹ lists of a
/// hundred thousand, the second counts as a repeat, and the list as incomplete.
#[must_use = "nothing is sent before an entry is asked for"]
pub struct ListStream<T: Listed> {
    state: StreamState<T>,
    page: vec::IntoIter<T>,
    seen: Seen,
    summary: ListSummary,
}

enum StreamState<T: Listed> {
    /// The next page is to be asked for.
    Next(Result<Arc<PageRequest<T>>>, u32),
    Fetching(Arc<PageRequest<T>>, u32, BoxFuture<'static, Result<Page<T>>>),
    /// The page of this number did not come.
    Failed(Arc<PageRequest<T>>, u32),
    Ended,
}

impl<T: Listed> Listing<T> {
    /// All entries, one after the other.
    pub fn stream(&self) -> ListStream<T> {
        let state = StreamState::Next(self.request().map(Arc::new), 1);
        ListStream {
            state,
            page: Vec::new().into_iter(),
            seen: Seen::default(),
            summary: ListSummary::default(),
        }
    }
}

impl<T: Listed> ListStream<T> {
    /// The next entry; none at the end. Nothing is lost when it is cancelled.
    pub async fn next(&mut self) -> Option<Result<T>> {
        poll_fn(|context| self.poll_entry(context)).await
    }

    /// Goes on after an error of the service: the next entry is one of the page that did not come. Without such an error,
    /// nothing happens.
    pub fn resume(&mut self) {
        self.state = match std::mem::replace(&mut self.state, StreamState::Ended) {
            StreamState::Failed(request, number) => StreamState::Next(Ok(request), number),
            other => other,
        };
    }

    /// What came so far, and at the end whether it is all.
    pub fn summary(&self) -> &ListSummary {
        &self.summary
    }

    fn poll_entry(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        loop {
            if let Some(entry) = self.page.next() {
                return Poll::Ready(Some(Ok(entry)));
            }
            self.state = match std::mem::replace(&mut self.state, StreamState::Ended) {
                ended @ (StreamState::Ended | StreamState::Failed(..)) => {
                    self.state = ended;
                    return Poll::Ready(None);
                }
                StreamState::Next(Err(error), _) => return Poll::Ready(Some(Err(error))),
                StreamState::Next(Ok(request), number) => {
                    let asked = request.clone();
                    let page = Box::pin(async move { asked.page(number).await });
                    StreamState::Fetching(request, number, page)
                }
                StreamState::Fetching(request, number, mut page) => match page.as_mut().poll(context) {
                    Poll::Pending => {
                        self.state = StreamState::Fetching(request, number, page);
                        return Poll::Pending;
                    }
                    Poll::Ready(Err(error)) => {
                        self.state = StreamState::Failed(request, number);
                        return Poll::Ready(Some(Err(error)));
                    }
                    Poll::Ready(Ok(page)) => {
                        if self.accept(page) {
                            StreamState::Next(Ok(request), number + 1)
                        } else {
                            StreamState::Ended
                        }
                    }
                },
            };
        }
    }

    /// Takes a page; whether another is to be asked for.
    fn accept(&mut self, mut page: Page<T>) -> bool {
        let came = page.entries.len();
        let summary = &mut self.summary;
        page.entries.retain(|entry| match entry.id() {
            None => {
                summary.without_id += 1;
                true
            }
            Some(id) => {
                let is_new = self.seen.insert(id);
                *if is_new { &mut summary.distinct } else { &mut summary.repeated } += 1;
                is_new
            }
        });
        let useful = page.entries.iter().filter(|entry| entry.id().is_some()).count();
        self.page = page.entries.into_iter();
        self.summary.end_page(page.total_count, came, useful)
    }
}

impl<T: Listed> Stream for ListStream<T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        self.poll_entry(context)
    }
}

impl<T: Listed> fmt::Debug for ListStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListStream").field("summary", &self.summary).finish_non_exhaustive()
    }
}

/// The ids that came, as hashes.
#[derive(Default)]
struct Seen {
    hasher: RandomState,
    hashes: HashSet<u64>,
}

impl Seen {
    /// Whether it is new.
    fn insert(&mut self, id: &str) -> bool {
        self.hashes.insert(self.hasher.hash_one(id))
    }
}

/// What a list came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListSummary {
    /// Entries with different ids.
    pub distinct: u64,
    /// The number of entries on all pages, as the service counted them on the last page; none where it did not say.
    pub total_count: Option<u64>,
    /// Entries that were dropped, since their id had come before.
    pub repeated: u64,
    /// Entries without an id.
    pub without_id: u64,
    /// The pages that came.
    pub pages: u32,
    /// Whether the service counted differently on two pages.
    pub count_changed: bool,
    /// Whether there is no further page to ask for.
    pub ended: bool,
    /// Pages of which the half or more brought nothing new.
    wasted_pages: u32,
}

impl ListSummary {
    /// Whether these are all entries: the list came to its end, every page counted the same, and as many different
    /// entries came.
    ///
    /// "Not in the list" proves nothing where this is false.
    pub fn is_complete(&self) -> bool {
        self.ended && !self.count_changed && self.without_id == 0 && self.total_count == Some(self.distinct)
    }

    /// Takes note of a page of which `useful` entries are new and have an id; whether another is to be asked for.
    fn end_page(&mut self, total_count: Option<u64>, came: usize, useful: usize) -> bool {
        self.count_changed |= self.pages > 0 && self.total_count != total_count;
        self.total_count = total_count;
        self.pages += 1;
        self.wasted_pages += u32::from(useful * 2 <= came);
        let all_came = total_count.is_some_and(|total| self.distinct + self.without_id >= total);
        self.ended = came == 0 || all_came || self.wasted_pages >= MAX_WASTED_PAGES;
        !self.ended && !self.is_full()
    }

    /// Whether as many entries came as are ever taken.
    fn is_full(&self) -> bool {
        self.distinct + self.without_id >= MAX_ENTRIES
    }
}

/// One sentence for people.
impl fmt::Display for ListSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { distinct, total_count, without_id, pages, .. } = self;
        if self.is_complete() {
            return write!(f, "the list is complete: {distinct} on {pages} pages");
        }
        write!(f, "the list is incomplete: {distinct} different entries came on {pages} pages")?;
        match total_count {
            None => f.write_str(", and the service does not say how many there are"),
            Some(_) if self.count_changed => {
                f.write_str(", and the service counted differently on two pages")
            }
            Some(total) => write!(f, ", and the service counts {total}"),
        }?;
        if *without_id > 0 {
            write!(f, "; {without_id} came without an id")?;
        }
        if !self.ended && self.is_full() {
            write!(f, "; it ended early, since {MAX_ENTRIES} entries are the most that are listed")?;
        } else if !self.ended {
            f.write_str("; it ended early")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pages as (total, entries, new ones with an id), until no more is asked for.
    fn listed(pages: impl IntoIterator<Item = (Option<u64>, usize, usize)>) -> ListSummary {
        let mut summary = ListSummary::default();
        for (total, came, useful) in pages {
            summary.distinct += useful as u64;
            if !summary.end_page(total, came, useful) {
                break;
            }
        }
        summary
    }

    #[test]
    fn a_list_is_complete_when_every_page_counts_what_came() {
        let cases = [
            ("three pages", vec![(Some(250), 100, 100), (Some(250), 100, 100), (Some(250), 50, 50)], 3, true),
            ("nothing there", vec![(Some(0), 0, 0)], 1, true),
            ("an empty page before the end", vec![(Some(250), 100, 100), (Some(250), 0, 0)], 2, false),
            (
                "one more than counted",
                vec![(Some(249), 100, 100), (Some(249), 100, 100), (Some(249), 50, 50)],
                3,
                false,
            ),
            ("a count that changes", vec![(Some(101), 100, 100), (Some(102), 2, 2)], 2, false),
            ("a count on one page only", vec![(None, 100, 100), (Some(150), 50, 50)], 2, false),
            ("no count", vec![(None, 100, 100), (None, 50, 50), (None, 0, 0)], 3, false),
            ("pages that are shorter than asked", vec![(Some(3), 1, 1); 3], 3, true),
        ];
        for (what, pages, asked, complete) in cases {
            let summary = listed(pages);
            assert!(summary.ended, "{what}");
            assert_eq!((summary.pages, summary.is_complete()), (asked, complete), "{what}: {summary}");
        }
    }

    #[test]
    fn pages_that_bring_nothing_new_end_the_list() {
        let same = std::iter::once((Some(1000), 100, 100)).chain(std::iter::repeat((Some(1000), 100, 0)));
        assert_eq!(listed(same).pages, 4);
        let nearly_the_same = std::iter::repeat((None, 100, 1));
        assert_eq!(listed(nearly_the_same).pages, 3);
        let without_ids = std::iter::repeat((None, 1, 0));
        assert_eq!(listed(without_ids).pages, 3);
    }

    #[test]
    fn a_list_without_an_end_is_ended_and_incomplete() {
        let summary = listed((1..).map(|page| (Some(page * 100_000 + 1), 100_000, 100_000)));
        assert_eq!((summary.distinct, summary.ended, summary.is_complete()), (MAX_ENTRIES, false, false));
        assert!(summary.to_string().contains("10000000 entries are the most"), "{summary}");
    }

    #[test]
    fn a_list_that_shifts_a_little_goes_on() {
        let mut pages = vec![(Some(1000), 100, 100)];
        pages.extend(vec![(Some(1000), 100, 99); 9]);
        pages.push((Some(1000), 9, 9));
        let summary = listed(pages);
        assert_eq!((summary.pages, summary.is_complete()), (11, true));
    }
}
