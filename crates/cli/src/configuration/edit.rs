//! Changes of a configuration: its comments and its order stay, and it is replaced as a whole.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::NamedTempFile;
use toml_edit::{Array, DocumentMut, Item, Table, Value, value};

use super::{ChangedKey, DEFAULT_PROFILE, PROFILES, read, text};
use crate::arguments::CommandLine;
use crate::failure::Failure;
use crate::os;
use crate::printer;
use crate::settings::keys::{self, Key, KeyKind};

/// Sets a key; the file is made if need be.
///
/// # Errors
/// The file cannot be used as it is, or would not be right afterwards; or the system fails.
pub(crate) fn set(path: &Path, changed: &ChangedKey, words: &[String]) -> Result<(), Failure> {
    let _lock = lock(path)?;
    let mut document = document(path)?;
    match changed {
        ChangedKey::DefaultProfile => {
            let name = one(DEFAULT_PROFILE, words)?;
            document[DEFAULT_PROFILE] = kept(document.get(DEFAULT_PROFILE), name.into());
        }
        ChangedKey::Setting { profile, key } => {
            let value = setting(key, words)?;
            let table = profile_table(&mut document, path, profile)?;
            table[key.name] = kept(table.get(key.name), value);
        }
        ChangedKey::Column { profile, column } => {
            let name = one(keys::COLUMNS, words)?;
            let table = profile_table(&mut document, path, profile)?;
            let columns = table_in(table, keys::COLUMNS, path)?;
            columns[column.name()] = kept(columns.get(column.name()), name.into());
        }
    }
    write(path, &document.to_string())
}

/// Removes a key. Says whether it was there.
pub(crate) fn unset(path: &Path, changed: &ChangedKey) -> Result<bool, Failure> {
    if text(path)?.is_none() {
        return Ok(false);
    }
    let _lock = lock(path)?;
    let mut document = document(path)?;
    let in_profile = |document: &mut DocumentMut, profile: &str, names: &[&str]| {
        let item = document.get_mut(PROFILES).and_then(|profiles| profiles.get_mut(profile));
        let (last, way) = names.split_last()?;
        let item = way.iter().try_fold(item?, |item, name| item.get_mut(name));
        item?.as_table_like_mut()?.remove(last)
    };
    let removed = match changed {
        ChangedKey::DefaultProfile => document.remove(DEFAULT_PROFILE),
        ChangedKey::Setting { profile, key } => in_profile(&mut document, profile, &[key.name]),
        ChangedKey::Column { profile, column } => {
            in_profile(&mut document, profile, &[keys::COLUMNS, column.name()])
        }
    };
    if removed.is_some() {
        write(path, &document.to_string())?;
    }
    Ok(removed.is_some())
}

/// The document as it is, where it has no mistake; an empty one where no file is.
fn document(path: &Path) -> Result<DocumentMut, Failure> {
    let text = text(path)?.unwrap_or_default();
    read::parse(&text, path)?;
    text.parse().map_err(|error: toml_edit::TomlError| Failure::usage(error.message()))
}

fn profile_table<'d>(
    document: &'d mut DocumentMut,
    path: &Path,
    profile: &str,
) -> Result<&'d mut Table, Failure> {
    let root = document.as_table_mut();
    if !root.contains_key(PROFILES) {
        let mut profiles = Table::new();
        // Without a line of its own: only its tables have one.
        profiles.set_implicit(true);
        root.insert(PROFILES, Item::Table(profiles));
    }
    let profiles = table_in(root, PROFILES, path)?;
    table_in(profiles, profile, path)
}

/// The table of a name, which is made if need be.
fn table_in<'t>(table: &'t mut Table, name: &str, path: &Path) -> Result<&'t mut Table, Failure> {
    let item = table.entry(name).or_insert_with(|| Item::Table(Table::new()));
    item.as_table_mut().ok_or_else(|| {
        Failure::usage(format!(
            "{} in {} stands between braces, which this command does not change; edit the file",
            printer::one_line(name),
            printer::path(path)
        ))
    })
}

/// A value with the space and the comment around the one whose place it takes.
fn kept(before: Option<&Item>, mut new: Value) -> Item {
    if let Some(before) = before.and_then(Item::as_value) {
        *new.decor_mut() = before.decor().clone();
    }
    value(new)
}

/// The only word of a value.
fn one(key: &str, words: &[String]) -> Result<String, Failure> {
    match words {
        [word] => Ok(word.clone()),
        _ => Err(Failure::usage(format!("{key} takes one value; put one that has spaces into quotes"))),
    }
}

/// The value of a setting as a profile writes it.
fn setting(key: &Key, words: &[String]) -> Result<Value, Failure> {
    if key.kind == KeyKind::Command {
        return command(key, words);
    }
    let text = one(key.name, words)?;
    read::check(key, &text).map_err(Failure::usage)?;
    Ok(match key.kind {
        KeyKind::Number => text.parse::<i64>().map_or_else(|_| text.into(), Value::from),
        KeyKind::Switch => (text == "true").into(),
        KeyKind::File => from_here(&text)?.into(),
        _ => text.into(),
    })
}

/// The name of a file as it is meant here, whatever the folder of the configuration.
fn from_here(name: &str) -> Result<String, Failure> {
    if name == "-" || name.starts_with("~/") {
        return Ok(name.to_owned());
    }
    let path = std::path::absolute(name)?.into_os_string().into_string();
    path.map_err(|_| Failure::usage("the name of this folder is not valid UTF-8, and cannot be written down"))
}

/// Several words are a program and its arguments; a single one is read as the flag reads it.
fn command(key: &Key, words: &[String]) -> Result<Value, Failure> {
    let line = match words {
        [word] => crate::arguments::command_line(word),
        _ => CommandLine::of(words.to_vec()).ok_or_else(|| format!("{} is allowed", key.kind.allowed())),
    };
    let line = line.map_err(|why| Failure::usage(format!("{}: {why}", key.name)))?;
    Ok(Value::Array(std::iter::once(line.program).chain(line.arguments).collect::<Array>()))
}

/// Replaces the file by one that only its owner may read, where what it would say has no mistake.
fn write(path: &Path, text: &str) -> Result<(), Failure> {
    read::parse(text, path)?;
    let replace = || -> io::Result<()> {
        let path = real_path(path);
        let mut file = NamedTempFile::new_in(folder(&path))?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(&path).map_err(|failed| failed.error)?;
        Ok(())
    };
    replace().map_err(|error| unwritable(path, &error))
}

/// Keeps other changes of the file waiting, from its reading to its replacement. Makes its folder if need be.
fn lock(path: &Path) -> Result<File, Failure> {
    let real_path = real_path(path);
    let folder = folder(&real_path);
    let made = os::owner_only(fs::DirBuilder::new().recursive(true)).create(folder);
    let lock = made.and_then(|()| os::folder_lock(folder)).map_err(|error| unwritable(path, &error))?;
    for _ in 0..LOCK_TRIES {
        match lock.try_lock() {
            Ok(()) => return Ok(lock),
            Err(TryLockError::WouldBlock) => std::thread::sleep(LOCK_WAIT),
            Err(TryLockError::Error(error)) => return Err(unwritable(path, &error)),
        }
    }
    Err(Failure::InUse(format!("another program changes the configuration {}", printer::path(path))))
}

/// How often, and how far apart, the lock is asked for: a change takes milliseconds.
const LOCK_TRIES: u32 = 200;
const LOCK_WAIT: Duration = Duration::from_millis(50);

/// The file itself, where the path leads to it by a link, which stays one.
fn real_path(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::usage(format!("the configuration {} cannot be written: {error}", printer::path(path)))
}
