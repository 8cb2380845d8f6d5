//! `man`: a manual page for each command.

use std::fs;
use std::path::{Path, PathBuf};

use avepoint_elements_bulk::check_folder;
use serde_json::{Value, json};

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::printer::{self, Printer, Report, counted};

pub(crate) fn run(folder: &Path, printer: Printer) -> Result<(), Failure> {
    check_folder(folder)?;
    fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(Arguments::tree(), folder)).map_err(
        |error| Failure::usage(format!("the pages cannot be written to {}: {error}", printer::path(folder))),
    )?;
    let pages = pages(folder)?;
    Ok(printer.print(&ManReport { folder: folder.to_owned(), pages })?)
}

/// How many pages of this program a folder has.
fn pages(folder: &Path) -> Result<u64, Failure> {
    let is_page = |name: &str| name.starts_with("elements") && name.ends_with(".1");
    let mut pages = 0;
    for entry in fs::read_dir(folder)? {
        pages += u64::from(entry?.file_name().to_str().is_some_and(is_page));
    }
    Ok(pages)
}

struct ManReport {
    folder: PathBuf,
    pages: u64,
}

impl Report for ManReport {
    fn text(&self) -> String {
        let folder = printer::path(&self.folder);
        format!("{} in {folder}; `man -l {folder}/elements.1` shows the first", counted(self.pages, "page"))
    }

    fn json(&self) -> Value {
        json!({ "folder": self.folder.to_string_lossy(), "pages": self.pages })
    }
}
