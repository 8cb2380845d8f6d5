//! Names of files by default, and the files that have them.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::{fs, io};

use avepoint_elements_rows::Format;

use crate::shard::Shard;

/// The journal of an input: `offices.csv.journal`, or `offices.csv.shard-2-of-8.journal`.
pub fn journal_name(input: &Path, shard: Option<Shard>) -> PathBuf {
    with_suffix(input, &format!("{}.journal", shard_part(shard)))
}

/// The journals beside an input or a plan, by name: that of one machine, those of shards, and those that were set aside.
///
/// # Errors
/// The folder cannot be read.
pub fn journals_beside(input: &Path) -> io::Result<Vec<PathBuf>> {
    let start = format!("{}.", input.file_name().unwrap_or_default().to_string_lossy());
    let folder = input.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut journals = Vec::new();
    for entry in fs::read_dir(folder.unwrap_or(".".as_ref()))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.strip_prefix(&start).is_some_and(is_journal) {
            journals.push(path.clone());
        }
    }
    journals.sort();
    Ok(journals)
}

/// As in `journal`, `shard-2-of-8.journal` and `journal.old.2`.
fn is_journal(rest: &str) -> bool {
    rest.split('.').any(|part| part == "journal")
        && rest.split('.').all(|part| {
            matches!(part, "journal" | "old") || part.starts_with("shard-") || part.parse::<u32>().is_ok()
        })
}

/// The shards whose journals are beside an input or a plan, in their order.
///
/// # Errors
/// The folder cannot be read.
pub fn shards_beside(input: &Path) -> io::Result<Vec<Shard>> {
    let journals = journals_beside(input)?;
    let mut shards: Vec<_> = journals.iter().filter_map(|journal| shard_of_journal(input, journal)).collect();
    shards.sort_by_key(|shard: &Shard| (shard.count(), shard.number()));
    Ok(shards)
}

/// The shard whose journal this is, by its name; none of another journal, or of one that was set aside.
pub fn shard_of_journal(input: &Path, journal: &Path) -> Option<Shard> {
    let name = journal.file_name()?.to_str()?;
    let (_, part) = name.strip_suffix(".journal")?.rsplit_once(".shard-")?;
    let shard = part.replacen("-of-", "/", 1).parse().ok()?;
    (journal_name(input, Some(shard)).file_name() == journal.file_name()).then_some(shard)
}

/// The text that an input holds by its name: `offices.csv` of `offices.csv.gz` and of `offices.xlsx`.
pub fn text_name(input: &Path) -> PathBuf {
    let extension =
        |path: &Path| path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
    let unpacked = match extension(input).as_deref() {
        Some("gz") => input.with_extension(""),
        _ => input.to_owned(),
    };
    match extension(&unpacked).as_deref() {
        Some("xlsx" | "xlsm" | "xlsb" | "xls") => unpacked.with_extension("csv"),
        _ => unpacked,
    }
}

/// The results of an input: `offices.results.csv`, or `offices.shard-2-of-8.results.csv`; those of a workbook are CSV.
pub fn results_name(input: &Path, shard: Option<Shard>) -> PathBuf {
    let input = text_name(input);
    let mut suffix = OsString::from(format!("{}.results", shard_part(shard)));
    if let Some(extension) = input.extension() {
        suffix.push(".");
        suffix.push(extension);
    }
    let mut name = input.file_stem().unwrap_or_default().to_owned();
    name.push(suffix);
    input.with_file_name(name)
}

/// The plan of an input: `hr.csv.plan`.
pub fn plan_name(input: &Path) -> PathBuf {
    with_suffix(input, ".plan")
}

/// What came of the rows of a plan's input: `hr.plan.planned.csv`.
pub fn planned_name(plan: &Path, format: Format) -> PathBuf {
    with_suffix(plan, &format!(".planned.{format}"))
}

/// What came of the rows of a sync: `night.plan.synced.csv`.
pub fn synced_name(plan: &Path, format: Format) -> PathBuf {
    with_suffix(plan, &format!(".synced.{format}"))
}

/// What came of the users of a plan that is applied: `hr.plan.applied.csv`, or `hr.plan.shard-2-of-8.applied.csv`.
pub fn applied_name(plan: &Path, shard: Option<Shard>) -> PathBuf {
    with_suffix(plan, &format!("{}.applied.csv", shard_part(shard)))
}

/// What came of the users of a plan that is verified: `hr.plan.verified.csv`.
pub fn verified_name(plan: &Path, shard: Option<Shard>) -> PathBuf {
    with_suffix(plan, &format!("{}.verified.csv", shard_part(shard)))
}

/// Where results are written until they are complete: `offices.results.csv.partial`.
pub fn partial_name(results: &Path) -> PathBuf {
    with_suffix(results, ".partial")
}

/// Where the results of an earlier run are kept: `offices.results.csv.old`.
pub fn older_name(results: &Path) -> PathBuf {
    aside_name(results, 1)
}

/// What a journal that was set aside is called: `.old`, from the second on `.old.2` and so on.
pub(crate) fn aside_name(journal: &Path, number: u32) -> PathBuf {
    let suffix = if number == 1 { ".old".to_owned() } else { format!(".old.{number}") };
    with_suffix(journal, &suffix)
}

fn shard_part(shard: Option<Shard>) -> String {
    shard.map(|shard| format!(".shard-{}-of-{}", shard.number(), shard.count())).unwrap_or_default()
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_beside_the_input_and_carry_the_shard() {
        let (input, shard) = (Path::new("in/offices.csv"), Some("2/8".parse().unwrap()));
        let names = [
            (journal_name(input, None), "in/offices.csv.journal"),
            (journal_name(input, shard), "in/offices.csv.shard-2-of-8.journal"),
            (results_name(input, None), "in/offices.results.csv"),
            (results_name(input, shard), "in/offices.shard-2-of-8.results.csv"),
            (results_name(Path::new("offices"), None), "offices.results"),
            (results_name(Path::new("in/offices.xlsx"), None), "in/offices.results.csv"),
            (results_name(Path::new("in/offices.XLSX.gz"), shard), "in/offices.shard-2-of-8.results.csv"),
            (results_name(Path::new("offices.ndjson.gz"), None), "offices.results.ndjson"),
            (plan_name(input), "in/offices.csv.plan"),
            (planned_name(Path::new("hr.plan"), Format::Ndjson), "hr.plan.planned.ndjson"),
            (synced_name(Path::new("hr.plan"), Format::Csv), "hr.plan.synced.csv"),
            (applied_name(Path::new("hr.plan"), shard), "hr.plan.shard-2-of-8.applied.csv"),
            (verified_name(Path::new("hr.plan"), None), "hr.plan.verified.csv"),
            (partial_name(Path::new("r.csv")), "r.csv.partial"),
            (aside_name(Path::new("a.journal"), 1), "a.journal.old"),
            (aside_name(Path::new("a.journal"), 2), "a.journal.old.2"),
        ];
        for (name, expected) in names {
            assert_eq!(name, Path::new(expected));
        }
    }
}
