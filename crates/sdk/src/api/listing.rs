//! Lists of the service: what is asked for, and its pages.

use std::borrow::Borrow;
use std::fmt;

use avepoint_elements_client::types::{PageIndex, PageMetadata, PageSize};
use avepoint_elements_client::{Client, Operation, limits};

use crate::call::subject::Subject;
use crate::call::{Pipeline, RawResponse};
use crate::error::{Error, Result};

/// As many as the contract allows: a list costs the fewest requests.
const DEFAULT_PAGE_SIZE: u32 = 100;

/// What a page holds.
pub(crate) type Entries<T> = (Vec<T>, Option<PageMetadata>);

/// What lists are made of: [`ListedUser`](crate::ListedUser) and [`Customer`](crate::Customer).
///
/// The module is private: nothing else can implement it.
pub trait Listed: Sized + Send + Unpin + 'static {
    const OPERATION: &'static Operation;
    type Id: Clone + Send + Sync + 'static;
    /// What the list is a list of.
    type Scope: Clone + Send + Sync + 'static;
    type Selection: Default + Send + Sync + 'static;
    type Reply: Send;

    fn id(&self) -> Option<&str>;
    fn subject(scope: &Self::Scope) -> Subject<'_>;
    /// A selection of ids; none where the contract refuses their number.
    fn selection(ids: &[Self::Id]) -> Option<Self::Selection>;
    fn send(
        client: Client,
        request: &PageRequest<Self>,
        page: PageIndex,
    ) -> impl Future<Output = RawResponse<Self::Reply>> + Send;
    fn entries(reply: Self::Reply) -> Entries<Self>;
}

/// A list of the service that is about to be asked for.
///
/// Its settings are checked when it is asked for: a mistake is an error of [`page`](Self::page), or the first item of
/// [`stream`](Self::stream), and nothing is sent.
#[derive(Clone)]
#[must_use = "nothing is sent before `page` or `stream`"]
pub struct Listing<T: Listed> {
    pipeline: Pipeline,
    scope: T::Scope,
    page_size: u32,
    only: Option<Vec<T::Id>>,
}

impl<T: Listed> fmt::Debug for Listing<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Listing");
        debug.field("operation", &T::OPERATION.id).field("page_size", &self.page_size);
        debug.field("only", &self.only.as_ref().map(Vec::len)).finish_non_exhaustive()
    }
}

impl<T: Listed> Listing<T> {
    pub(crate) fn new(pipeline: Pipeline, scope: T::Scope) -> Self {
        Self { pipeline, scope, page_size: DEFAULT_PAGE_SIZE, only: None }
    }

    /// The number of entries on a page, from 1 to 100. Default: 100.
    pub fn page_size(mut self, entries: u32) -> Self {
        self.page_size = entries;
        self
    }

    /// Only the entries with these ids: 1 to 100.
    ///
    /// No id at all is a mistake: the service takes an empty list for none, and would list everything.
    pub fn only<I: Borrow<T::Id>>(mut self, ids: impl IntoIterator<Item = I>) -> Self {
        self.only = Some(ids.into_iter().map(|id| id.borrow().clone()).collect());
        self
    }

    /// Asks for a page, from 1.
    ///
    /// # Errors
    /// See [`Error`]. A listing leaves no outcome unknown.
    pub async fn page(&self, number: u32) -> Result<Page<T>> {
        self.request()?.page(number).await
    }

    pub(super) fn request(&self) -> Result<PageRequest<T>> {
        let size = self.page_size.try_into().map_err(|_| {
            let (least, most) = (limits::PAGE_SIZE_MINIMUM, limits::PAGE_SIZE_MAXIMUM);
            Error::invalid(format!(
                "a page of {} entries is not possible; ask for {least} to {most}",
                self.page_size
            ))
        })?;
        let selection = self.only.as_deref().map(|ids| T::selection(ids).ok_or_else(|| unusable(ids.len())));
        let selection = selection.transpose()?.unwrap_or_default();
        Ok(PageRequest { pipeline: self.pipeline.clone(), scope: self.scope.clone(), size, selection })
    }
}

fn unusable(ids: usize) -> Error {
    let most = limits::USER_IDS_MAX_ITEMS;
    Error::invalid(match ids {
        0 => "no id is given to select, which the service would take for all; leave the selection out to list all".into(),
        _ => format!("{ids} ids are given to select; at most {most} are possible at a time"),
    })
}

/// The request for a page, but for its number.
pub struct PageRequest<T: Listed> {
    pipeline: Pipeline,
    pub(crate) scope: T::Scope,
    pub(crate) size: PageSize,
    pub(crate) selection: T::Selection,
}

impl<T: Listed> PageRequest<T> {
    pub(crate) async fn page(&self, number: u32) -> Result<Page<T>> {
        let page: PageIndex = number.try_into().map_err(|_| {
            let most = i32::MAX;
            Error::invalid(format!("there is no page {number}; pages are counted from 1 to {most}"))
        })?;
        let subject = T::subject(&self.scope).page(page.get());
        let answer = self.pipeline.call(T::OPERATION, subject, |client| T::send(client, self, page)).await?;
        let (entries, metadata) = T::entries(answer.value);
        let total_count = metadata.and_then(|metadata| metadata.total_count?.try_into().ok());
        Ok(Page { entries, total_count })
    }
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Page<T> {
    /// The entries on this page.
    pub entries: Vec<T>,
    /// The number of entries on all pages, as the service counts them; none where it does not say.
    pub total_count: Option<u64>,
}

impl<T> IntoIterator for Page<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}
