//! Counts what a plan would change, before it does.

use std::collections::BTreeMap;
use std::time::SystemTime;

use avepoint_elements::OfficeField;
use avepoint_elements_bulk::plan::{Plan, PlanCounts, PlannedUser};
use avepoint_elements_bulk::{Snapshot, State, UserHash};
use serde_json::{Value, json};

use super::super::plan::report::unusual_tenant;
use crate::failure::Failure;
use crate::printer::{MAX_NAMED, Report, are, columns, counted, one_line};
use crate::settings::Apply;

/// How many users of a plan are read and perhaps changed, and whose.
#[derive(Default)]
pub(super) struct PlanPreview {
    pub(super) users: u64,
    /// Done by the run that is gone on with.
    pub(super) done: u64,
    /// Done by an earlier run that came to its end, and when the last of them was.
    applied_before: u64,
    applied_at: Option<SystemTime>,
    /// Neither done nor to be changed, because of the limit.
    beyond: u64,
    /// Of each tenant, by the ids of customer and tenant, what people call it and how many users change.
    tenants: BTreeMap<(String, String), (String, u64)>,
    /// How many users have a field that becomes empty.
    cleared: BTreeMap<OfficeField, u64>,
    /// What is remarkable about the plan.
    unusual: Vec<String>,
    environment: String,
}

impl PlanPreview {
    /// Goes over the users of a plan.
    pub(super) fn of(
        plan: &Plan,
        settings: &Apply,
        journal: Option<&Snapshot>,
        environment: &str,
    ) -> Result<Self, Failure> {
        let mut preview = Self { environment: environment.to_owned(), ..Self::default() };
        let limit = settings.limit.unwrap_or(u64::MAX);
        for planned in plan.users() {
            let planned = planned?;
            let is_here = settings.shard.is_none_or(|shard| shard.has_row_of(Some(&planned.user)));
            if is_here {
                preview.add(&planned, journal, limit)?;
            }
        }
        preview.unusual =
            plan.counts().into_iter().flat_map(PlanCounts::unusual).map(unusual_tenant).collect();
        Ok(preview)
    }

    fn add(&mut self, planned: &PlannedUser, journal: Option<&Snapshot>, limit: u64) -> Result<(), Failure> {
        if let Some(journal) = journal
            && journal.is_passed_over(&UserHash::of(&planned.user))?
        {
            self.done += 1;
            return Ok(());
        }
        if self.users == limit {
            self.beyond += 1;
            return Ok(());
        }
        self.users += 1;
        if let Some(journal) = journal {
            self.look_up(planned, journal)?;
        }
        let PlannedUser { user, names, change, .. } = planned;
        let ids = (user.customer.to_string(), user.tenant.to_string());
        let called = |name: &Option<String>, id: &str| name.clone().unwrap_or_else(|| id.to_owned());
        let tenant = self.tenants.entry(ids).or_insert_with_key(|(customer, tenant)| {
            (format!("{}, {}", called(&names.customer, customer), called(&names.tenant, tenant)), 0)
        });
        tenant.1 += 1;
        for field in change.clears().chain(planned.clears_unseen()) {
            *self.cleared.entry(field).or_default() += 1;
        }
        Ok(())
    }

    /// Takes note of a user whom an earlier run has changed.
    fn look_up(&mut self, planned: &PlannedUser, journal: &Snapshot) -> Result<(), Failure> {
        let newest = journal.newest(&UserHash::of(&planned.user))?.map(|newest| newest.outcome);
        if let Some(outcome) = newest.filter(|outcome| outcome.state == State::Done) {
            self.applied_before += 1;
            self.applied_at = self.applied_at.max(Some(outcome.at));
        }
        Ok(())
    }

    /// As in `28 users, last at 2026-11-27T00:12:00Z; …`.
    fn applied_before(&self) -> Option<String> {
        let at = humantime::format_rfc3339_seconds(self.applied_at?);
        Some(format!(
            "{}, last at {at}; one that was taken back since changes again",
            counted(self.applied_before, "user")
        ))
    }

    /// The question before users are changed; none where there is nothing to change.
    pub(super) fn question(&self) -> Option<String> {
        (self.users > 0).then(|| {
            let tenants = self.named_tenants().into_iter().map(|(name, users)| format!("  {name}: {users}"));
            let cleared = self.cleared().map(|text| format!("emptied: {text}"));
            let unusual = self.unusual.iter().map(|text| format!("unusual: {text}"));
            let before = self.applied_before().map(|text| format!("applied before: {text}"));
            let lines: Vec<_> = tenants.chain(before).chain(cleared).chain(unusual).collect();
            format!(
                "{}\nChange the office information of {}{}, in {}?",
                lines.join("\n"),
                counted(self.users, "user"),
                self.left_out(),
                one_line(&self.environment)
            )
        })
    }

    /// The first tenants with how many users change, and how many tenants more there are.
    fn named_tenants(&self) -> Vec<(String, String)> {
        let named = self.tenants.values().take(MAX_NAMED);
        let named = named.map(|(name, users)| (one_line(name).into_owned(), counted(*users, "user")));
        let others = self.tenants.values().skip(MAX_NAMED).map(|(_, users)| users).sum();
        let more = self.tenants.len().saturating_sub(MAX_NAMED) as u64;
        let rest = (more > 0).then(|| (format!("{} more", counted(more, "tenant")), counted(others, "user")));
        named.chain(rest).collect()
    }

    /// As in `city of 3 users, state of 1 user`.
    fn cleared(&self) -> Option<String> {
        let fields =
            self.cleared.iter().map(|(field, users)| format!("{field} of {}", counted(*users, "user")));
        (!self.cleared.is_empty()).then(|| fields.collect::<Vec<_>>().join(", "))
    }

    /// Which users are not changed, in brackets.
    fn left_out(&self) -> String {
        let parts = [(self.done, "done already"), (self.beyond, "beyond --limit")];
        let parts = parts.into_iter().filter(|(users, _)| *users > 0);
        let parts: Vec<_> = parts.map(|(users, why)| format!("{users} {} {why}", are(users))).collect();
        if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) }
    }
}

/// `--dry-run`: everything but reading users and sending.
impl Report for PlanPreview {
    fn text(&self) -> String {
        let numbers =
            [("to be read", self.users), ("done already", self.done), ("beyond --limit", self.beyond)];
        let numbers = numbers.into_iter().filter(|(name, users)| *users > 0 || *name == "to be read");
        let numbers = numbers.map(|(name, users)| (name, users.to_string()));
        let cleared = self.cleared().map(|text| ("emptied", text));
        let before = self.applied_before().map(|text| ("applied before", text));
        let unusual = self.unusual.iter().map(|text| ("unusual", text.clone()));
        let tenants = self.named_tenants();
        let tenants = tenants.iter().map(|(name, users)| (name.as_str(), users.clone()));
        format!(
            "nothing was sent to {}\n{}",
            one_line(&self.environment),
            columns(numbers.chain(before).chain(cleared).chain(unusual).chain(tenants))
        )
    }

    fn json(&self) -> Value {
        let tenant = |((customer, tenant), (name, users)): (&(String, String), &(String, u64))| json!({ "customer": customer, "tenant": tenant, "name": name, "users": users });
        let cleared =
            self.cleared.iter().map(|(field, users)| (field.contract().name.to_owned(), (*users).into()));
        json!({
            "environment": self.environment,
            "toBeRead": self.users,
            "done": self.done,
            "appliedBefore": self.applied_before,
            "beyondLimit": self.beyond,
            "tenants": self.tenants.iter().map(tenant).collect::<Vec<_>>(),
            "emptied": Value::Object(cleared.collect()),
            "unusual": self.unusual,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use avepoint_elements::UserKey;
    use avepoint_elements_bulk::plan::{Change, Edit, Names, PlanHeader, PlanWriter};
    use clap::Parser;

    use super::*;
    use crate::arguments::{Arguments, Command, Office};
    use crate::settings;

    fn settings(flags: &[&str]) -> Apply {
        let line = ["elements", "office", "apply", "hr.plan", "--sandbox"];
        let arguments = Arguments::parse_from(line.iter().chain(flags));
        let Command::Office(Office::Apply(apply)) = arguments.command else { panic!("{arguments:?}") };
        settings::apply(*apply, &settings::Layers::default()).unwrap()
    }

    /// All 20 users of a tenant, and one of another, whose city is emptied.
    fn plan(folder: &std::path::Path) -> Plan {
        let header = PlanHeader::new("https://elements.example", UNIX_EPOCH);
        let mut writer = PlanWriter::create(&folder.join("hr.plan"), &header).unwrap();
        for number in 0..21 {
            let (tenant, new) = if number < 20 { ("production", "Pirna") } else { ("te\u{1b}st", "") };
            let id = |text: String| text.parse().unwrap();
            let user = UserKey::new(
                "c1".parse().unwrap(),
                format!("t{}", tenant.len()).parse().unwrap(),
                id(format!("u{number}")),
            );
            let edit = Edit { old: Some("Dresden".to_owned()), new: Some(new.to_owned()) };
            let change = Change::default().with(OfficeField::City, edit);
            let mut planned = PlannedUser::new(number + 2, user, change);
            planned.names = Names::new(Some("Fabrikam"), Some(tenant), None);
            writer.change(&planned).unwrap();
        }
        writer.finish().unwrap()
    }

    #[test]
    fn the_question_names_customers_and_tenants_what_is_emptied_and_what_is_unusual() {
        let folder = tempfile::tempdir().unwrap();
        let plan = plan(folder.path());
        let question =
            |flags: &[&str]| PlanPreview::of(&plan, &settings(flags), None, "commercial").unwrap().question();
        let expected = "  Fabrikam, production: 20 users\n  Fabrikam, te\\u{1b}st: 1 user\nemptied: city of 1 user\n\
                        unusual: 20 of the 20 users that the file names of Fabrikam, production change\n\
                        Change the office information of 21 users, in commercial?";
        assert_eq!(question(&[]).as_deref(), Some(expected));
        let limited = question(&["--limit", "5"]).unwrap();
        assert!(limited.starts_with("  Fabrikam, production: 5 users\nunusual"), "{limited}");
        assert!(limited.contains("of 5 users (16 are beyond --limit), in"), "{limited}");
        assert_eq!(question(&["--limit", "0"]), None);
    }
}
