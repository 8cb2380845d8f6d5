//! A user of a plan as a line.

use std::borrow::Cow;

use avepoint_elements::{Error, UserKey};
use serde::{Deserialize, Serialize};

use crate::directory::Key;
use crate::plan::{Change, LocalFields, Names, PlannedUser, field_named};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct UserLine<'a> {
    line: u64,
    by: Cow<'a, [Key]>,
    #[serde(borrow)]
    customer: Cow<'a, str>,
    #[serde(borrow)]
    tenant: Cow<'a, str>,
    #[serde(borrow)]
    user: Cow<'a, str>,
    names: Cow<'a, Names>,
    kind: LineKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    local: Option<Cow<'a, LocalFields>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    kept_empty: Vec<Cow<'a, str>>,
    change: Cow<'a, Change>,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum LineKind {
    Cloud,
    Local,
}

/// A user as a line, without its end.
pub(super) fn write(planned: &PlannedUser) -> serde_json::Result<Vec<u8>> {
    let PlannedUser { line, by, user, names, local, kept_empty, change } = planned;
    serde_json::to_vec(&UserLine {
        line: *line,
        by: Cow::Borrowed(by),
        customer: user.customer.as_str().into(),
        tenant: user.tenant.as_str().into(),
        user: user.user.as_str().into(),
        names: Cow::Borrowed(names),
        kind: if local.is_some() { LineKind::Local } else { LineKind::Cloud },
        local: local.as_ref().map(Cow::Borrowed),
        kept_empty: kept_empty.iter().map(|field| field.contract().name.into()).collect(),
        change: Cow::Borrowed(change),
    })
}

/// A user from a line.
pub(super) fn read(bytes: &[u8]) -> Result<PlannedUser, Mistake> {
    let line: UserLine<'_> = serde_json::from_slice(bytes).map_err(Mistake::Json)?;
    let has_local = line.local.is_some();
    if has_local != (line.kind == LineKind::Local) {
        return Err(Mistake::Meaning("its kind does not fit its fields"));
    }
    // Of a local user, the fields that no reading returns may be all that changes.
    if line.change.is_empty() && !has_local {
        return Err(Mistake::Meaning("nothing changes"));
    }
    let user = UserKey::new(
        line.customer.parse().map_err(Mistake::Id)?,
        line.tenant.parse().map_err(Mistake::Id)?,
        line.user.parse().map_err(Mistake::Id)?,
    );
    let field = |name: &Cow<'_, str>| field_named(name).ok_or(Mistake::Meaning("it names an unknown field"));
    Ok(PlannedUser {
        line: line.line,
        by: line.by.into_owned(),
        user,
        names: line.names.into_owned(),
        local: line.local.map(Cow::into_owned),
        kept_empty: line.kept_empty.iter().map(field).collect::<Result<_, _>>()?,
        change: line.change.into_owned(),
    })
}

/// Why a line is no user.
pub(super) enum Mistake {
    Json(serde_json::Error),
    Id(Error),
    Meaning(&'static str),
}

/// Without a value: it may be anything.
impl std::fmt::Display for Mistake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Json(error) => write!(f, "it is not what a plan holds at column {}", error.column()),
            Self::Id(error) => write!(f, "{error}"),
            Self::Meaning(text) => f.write_str(text),
        }
    }
}
