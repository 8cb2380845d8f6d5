//! The database: who works where, and what came of each person.

use std::path::Path;

use avepoint_elements_bulk::Column;
use rusqlite::{Connection, params};
use serde_json::Value;

use crate::Result;

const SCHEMA: &str = "\
CREATE TABLE IF NOT EXISTS person (
    id INTEGER PRIMARY KEY, mail TEXT NOT NULL,
    postal_code TEXT, country TEXT, state TEXT, address TEXT, city TEXT
);
CREATE TABLE IF NOT EXISTS result (
    person INTEGER PRIMARY KEY REFERENCES person (id),
    result TEXT NOT NULL, error_kind TEXT, reason TEXT NOT NULL, outcome TEXT NOT NULL
);";

/// A person. What is null stays as the service has it.
pub struct Person {
    pub id: i64,
    mail: String,
    office: [Option<String>; OFFICE.len()],
}

const OFFICE: [Column; 5] =
    [Column::PostalCode, Column::CountryRegion, Column::State, Column::Address, Column::City];

impl Person {
    /// The values, by the columns of a file of users.
    pub fn values(&self) -> impl Iterator<Item = (Column, &str)> {
        let office = OFFICE.into_iter().zip(&self.office);
        let office = office.filter_map(|(column, value)| Some((column, value.as_deref()?)));
        std::iter::once((Column::Mail, self.mail.as_str())).chain(office)
    }
}

pub struct Database(Connection);

impl Database {
    /// Opens a database; a new one gets its tables.
    pub fn open(path: &Path) -> Result<Self> {
        let connection = Connection::open(path)?;
        connection.execute_batch(SCHEMA)?;
        Ok(Self(connection))
    }

    pub fn people(&self) -> Result<Vec<Person>> {
        let columns = "id, mail, postal_code, country, state, address, city";
        let mut people = self.0.prepare(&format!("SELECT {columns} FROM person ORDER BY id"))?;
        let people = people.query_map([], |row| {
            let office = [row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?];
            Ok(Person { id: row.get(0)?, mail: row.get(1)?, office })
        })?;
        Ok(people.collect::<rusqlite::Result<_>>()?)
    }

    /// Records what came of a person, in the place of what was recorded before.
    pub fn record(&self, person: i64, result: &str, outcome: &impl serde::Serialize) -> Result<()> {
        let outcome = serde_json::to_value(outcome)?;
        let text = |name: &str| outcome.get(name).and_then(Value::as_str);
        self.0.execute(
            "INSERT OR REPLACE INTO result VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                person,
                result,
                text("errorKind"),
                text("reason").unwrap_or_default(),
                outcome.to_string()
            ],
        )?;
        Ok(())
    }

    /// What came of each person: the number, the result and why.
    pub fn results(&self) -> Result<Vec<(i64, String, String)>> {
        let mut results = self.0.prepare("SELECT person, result, reason FROM result ORDER BY person")?;
        let results = results.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        Ok(results.collect::<rusqlite::Result<_>>()?)
    }

    /// For tests and by hand: runs SQL.
    pub fn execute(&self, sql: &str) -> Result<()> {
        Ok(self.0.execute_batch(sql)?)
    }
}
