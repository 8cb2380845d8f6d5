//! What is said to a command that there is not: where to read on, never a command that changes users.

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};

/// Commands that change users, which no message suggests for a word that is none.
const WRITING: [&str; 3] = ["apply", "set", "sync"];

const PLAN: &str = "`elements office plan FILE` says what would change, and changes nothing";
const CHECK: &str = "`elements office check FILE` says what is wrong with a file, and sends nothing";
const UNDO: &str =
    "`elements office undo PLAN --out FILE` makes the plan that takes a plan back, and sends nothing";
const USERS: &str = "`elements users get` reads a user, `elements users list` lists the users of a tenant";
const CUSTOMERS: &str = "`elements customers list` lists customers and their tenants";
const CREDENTIAL: &str = "`elements auth status` says whether the credential is granted what it needs";

/// Words that people type, and what helps them.
const HINTS: [(&[&str], &[&str]); 7] = [
    (&["plan", "diff", "compare", "preview", "dry-run"], &[PLAN]),
    (&["csv", "xlsx", "file", "validate", "lint"], &[CHECK, PLAN]),
    (
        &[
            "apply", "set", "update", "change", "replace", "put", "write", "send", "upload", "import",
            "sync", "run",
        ],
        &[CHECK, PLAN],
    ),
    (&["undo", "revert", "rollback", "restore"], &[UNDO]),
    (&["get", "read", "list", "ls", "user", "users", "find", "lookup", "search", "query"], &[USERS]),
    (&["customer", "customers", "tenant", "tenants"], &[CUSTOMERS]),
    (&["login", "whoami", "token", "tokens", "credential", "credentials", "auth"], &[CREDENTIAL]),
];

/// Commands that read, and stand under `office`.
const OF_OFFICE: [&str; 6] = ["check", "export", "show", "status", "template", "verify"];

/// Says of an unknown command what is meant most likely.
pub(crate) fn add_hints(error: &mut clap::Error) {
    if error.kind() != ErrorKind::InvalidSubcommand {
        return;
    }
    let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand) else { return };
    let mut hints = hints(&word.to_lowercase());
    if let Some(ContextValue::Strings(similar)) = error.get(ContextKind::SuggestedSubcommand) {
        let is_writing = similar.iter().any(|name| WRITING.contains(&&**name));
        if hints.is_empty() && !is_writing {
            return;
        }
        if hints.is_empty() {
            hints = [CHECK, PLAN].map(str::to_owned).to_vec();
        }
        error.remove(ContextKind::SuggestedSubcommand);
    }
    if !hints.is_empty() {
        let hints = hints.into_iter().map(StyledStr::from).collect();
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(hints));
    }
}

fn hints(word: &str) -> Vec<String> {
    if OF_OFFICE.contains(&word) {
        return vec![format!("`elements office {word} --help` explains the command of this name")];
    }
    let known = HINTS.iter().filter(|(words, _)| words.contains(&word));
    known.flat_map(|(_, hints)| hints.iter().map(ToString::to_string)).collect()
}
