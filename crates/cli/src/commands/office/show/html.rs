//! A plan as a page for people: one file that needs nothing else, and holds no script.

mod collect;
mod difference;
mod page;
mod user_results;

use std::fs;
use std::path::{Path, PathBuf};

use avepoint_elements_bulk::NewFile;
use avepoint_elements_bulk::plan::{Plan, Sha256Sum};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::failure::Failure;
use crate::printer::{self, Report, columns};
use crate::settings::{Show, ShowPages};
use collect::{Collection, Customer};
use page::Page;
use user_results::UserResults;

/// Writes the pages.
pub(super) fn write(plan: &Plan, settings: &Show, pages: &ShowPages) -> Result<Written, Failure> {
    let applied = pages.results.as_deref().map(UserResults::read).transpose()?;
    let verified = pages.verified.as_deref().map(UserResults::read).transpose()?;
    let collection = Collection::of(plan, &settings.selection, applied, verified)?;
    let mut written = Written::default();
    if let Some(path) = &pages.html {
        written.html = Some(write_page(path, &Page::of_all(plan, &collection))?);
    }
    if let Some(folder) = &pages.per_customer {
        fs::create_dir_all(folder).map_err(|error| {
            Failure::usage(format!("the folder {} cannot be made: {error}", printer::path(folder)))
        })?;
        for customer in collection.customers() {
            let page = Page::of_customer(plan, &collection, customer);
            written.customers.push(write_page(&folder.join(name(customer)), &page)?);
        }
    }
    Ok(written)
}

fn write_page(path: &Path, page: &Page<'_>) -> Result<PathBuf, Failure> {
    let mut file = NewFile::create("report", path)?;
    file.add(page.html().as_bytes())?;
    Ok(file.finish()?)
}

/// The name of a customer's page. It says nothing of the customer to those who do not know the id.
fn name(customer: &Customer) -> String {
    let sum: [u8; 32] = Sha256::digest(customer.id.as_bytes()).into();
    format!("{}.html", Sha256Sum::from(sum))
}

/// The pages that were written.
#[derive(Debug, Default)]
pub(super) struct Written {
    html: Option<PathBuf>,
    customers: Vec<PathBuf>,
}

impl Report for Written {
    fn text(&self) -> String {
        let html = self.html.iter().map(|path| ("report", printer::path(path)));
        let customers = self.customers.iter().map(|path| ("customer", printer::path(path)));
        columns(html.chain(customers))
    }

    fn json(&self) -> Value {
        let name = |path: &PathBuf| path.to_string_lossy().into_owned();
        json!({
            "html": self.html.as_ref().map(name),
            "customers": self.customers.iter().map(name).collect::<Vec<_>>(),
        })
    }
}
