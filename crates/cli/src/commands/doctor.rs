//! `doctor`: what works and what does not, each with what to do. Nothing is changed.

mod account;
mod check_results;
mod file;
mod network;

use crate::connection::Connected;
use crate::failure::{Failure, code};
use crate::printer::{self, Printer, counted};
use crate::settings::{Connection, Doctor, UsedSettings};
use check_results::{CheckResult, CheckResults};

pub(crate) async fn run(settings: Doctor, printer: Printer) -> Result<(), Failure> {
    let mut results = CheckResults::new(printer);
    let base_url = check_settings(settings.used, &mut results).await?;
    if let Some(file) = &settings.file {
        for result in file::check(file, base_url.as_deref()) {
            results.add(result)?;
        }
    }
    let failures = results.end()?;
    if failures == 0 {
        return Ok(());
    }
    Err(Failure::Reported { code: code::FAILED, message: format!("{} found", counted(failures, "failure")) })
}

/// Everything about settings. Gives the base URL, if there is one.
async fn check_settings(
    used: Result<UsedSettings, Failure>,
    results: &mut CheckResults,
) -> Result<Option<String>, Failure> {
    let used = match used {
        Ok(used) => used,
        Err(failure) => {
            results.add(CheckResult::failure("configuration", failure.message()))?;
            return Ok(None);
        }
    };
    results.add(configuration(&used))?;
    match &used.connection {
        Ok(connection) => check_service(connection, results).await,
        Err(failure) => results.add(unusable(failure)).map(|()| None),
    }
}

fn configuration(UsedSettings { file, profile, .. }: &UsedSettings) -> CheckResult {
    let is_there = file.exists();
    let file = printer::path(file);
    let text = match profile {
        Some(profile) => format!("profile {profile} of {file}"),
        None if is_there => format!("no profile of {file} is used"),
        None => format!("{file} is not there, so no profile is used"),
    };
    CheckResult::ok("configuration", text)
}

/// Settings from which nothing can be made.
fn unusable(failure: &Failure) -> CheckResult {
    CheckResult::failure("settings", failure.message())
        .with_advice("`elements config show` says where each setting comes from")
}

/// Everything that needs a client. Gives the base URL, if there is one.
async fn check_service(
    connection: &Connection,
    results: &mut CheckResults,
) -> Result<Option<String>, Failure> {
    let connected = match connection.open().await {
        Ok(connected) => connected,
        Err(failure) => {
            results.add(unusable(&failure))?;
            return Ok(None);
        }
    };
    let Connected { elements, environment, certificate, .. } = &connected;
    let base_url = elements.base_url().to_owned();
    let service =
        if environment.contains(&base_url) { base_url.clone() } else { format!("{environment}, {base_url}") };
    results.add(CheckResult::ok("service", service))?;
    results.add(network::proxy(connection, elements.proxy()))?;
    results.add(network::authorities(connection))?;
    results.add(account::credential(connection))?;
    if let Some(certificate) = certificate {
        results.add(account::certificate_end(certificate))?;
    }
    account::check(elements, certificate.is_some(), results).await?;
    Ok(Some(base_url))
}
