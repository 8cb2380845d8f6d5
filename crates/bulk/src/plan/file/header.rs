//! The first line of a plan.

use std::collections::BTreeMap;
use std::time::SystemTime;

use avepoint_elements_rows::PLAN_SIGNATURE;
use serde::{Deserialize, Serialize};

use super::FORMAT;
use crate::plan::Sha256Sum;
use crate::{base_url, times};

/// How many bytes show whether they begin a plan.
pub(super) const HEADER_PROBE_LENGTH: usize = PLAN_SIGNATURE.len();

/// What a plan is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct PlanHeader {
    #[serde(rename = "elements_plan")]
    format: u32,
    /// The base URL of the API whose users were read.
    pub base_url: String,
    /// When planning began, in UTC.
    pub time: String,
    /// What was planned, where it was a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<PlanInput>,
    /// The rules by which the input was read, for people: by name, such as `blank`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rules: BTreeMap<String, String>,
    /// The SHA-256 of the users that the sandbox was filled from, where the plan was made in a rehearsal. It is for
    /// a sandbox with the same users alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sandbox: Option<Sha256Sum>,
    /// The SHA-256 of the plan that this one takes back. Its clears restore what was empty, and need no consent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inverse_of: Option<Sha256Sum>,
    /// Whether a sync writes it: then its lines are changes that may have been sent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) sync: bool,
}

/// The file that was planned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::exhaustive_structs, reason = "what tells one file from another")]
pub struct PlanInput {
    /// Its name, without its folder.
    pub name: String,
    /// The SHA-256 of its bytes.
    pub sha256: Sha256Sum,
}

impl PlanHeader {
    /// The header of a plan for a service. Slashes at the end of its base URL mean nothing.
    pub fn new(base_url: &str, at: SystemTime) -> Self {
        Self {
            format: FORMAT,
            base_url: base_url::trimmed(base_url).to_owned(),
            time: times::text(at).to_string(),
            input: None,
            rules: BTreeMap::new(),
            sandbox: None,
            inverse_of: None,
            sync: false,
        }
    }

    /// As that of a plan that a sync writes.
    pub(super) fn of_sync(&self) -> Self {
        Self { sync: true, ..self.clone() }
    }

    /// Whether both are of the same rows, read by the same rules, for the same service. A sandbox has another URL each time.
    pub fn is_of_same_rows(&self, other: &Self) -> bool {
        let rows = |header: &Self| (header.input.clone(), header.rules.clone(), header.sandbox);
        rows(self) == rows(other) && (self.sandbox.is_some() || self.is_for(&other.base_url))
    }

    /// Whether the plan is for the service of a base URL.
    pub fn is_for(&self, base_url: &str) -> bool {
        base_url::trimmed(base_url) == base_url::trimmed(&self.base_url)
    }
}

/// What a header says in every format.
#[derive(Deserialize)]
pub(super) struct AnyHeader {
    #[serde(rename = "elements_plan")]
    pub(super) format: u32,
}

/// Whether the first bytes of a file are those of a plan, in whatever format.
pub(super) fn begins(bytes: &[u8]) -> bool {
    bytes.starts_with(PLAN_SIGNATURE)
}

/// Whether what a file holds so far may become a plan, in whatever format.
pub(super) fn may_begin(bytes: &[u8]) -> bool {
    begins(bytes) || PLAN_SIGNATURE.starts_with(bytes)
}
