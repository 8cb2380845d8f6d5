//! Plans: what is decided from readings, and what a plan's file promises.
//!
//! What is said of a change goes into `changes`, of its file into `file`, of what is wrong with a file into `damage`,
//! of a plan's numbers into `numbers`.

mod changes;
mod damage;
mod file;
mod numbers;

use std::path::Path;
use std::time::UNIX_EPOCH;

use avepoint_elements::{OfficeField, UserKey};
use avepoint_elements_bulk::plan::{Change, Edit, Plan, PlanHeader, PlanWriter, PlannedUser};

const BASE_URL: &str = "https://elements.example/partner";

fn header() -> PlanHeader {
    PlanHeader::new(BASE_URL, UNIX_EPOCH)
}

fn user(tenant: &str, user: &str) -> UserKey {
    UserKey::new("c1".parse().unwrap(), tenant.parse().unwrap(), user.parse().unwrap())
}

fn edit(old: Option<&str>, new: Option<&str>) -> Edit {
    Edit { old: old.map(str::to_owned), new: new.map(str::to_owned) }
}

fn moves(line: u64, id: &str, city: &str) -> PlannedUser {
    let change = Change::default().with(OfficeField::City, edit(Some(" Dresden"), Some(city)));
    PlannedUser::new(line, user("t1", id), change)
}

/// A plan of these users.
fn write(path: &Path, users: &[PlannedUser]) -> Plan {
    let mut writer = PlanWriter::create(path, &header()).unwrap();
    for user in users {
        writer.change(user).unwrap();
    }
    writer.finish().unwrap()
}

fn read(plan: &Plan) -> Vec<PlannedUser> {
    plan.users().map(Result::unwrap).collect()
}
