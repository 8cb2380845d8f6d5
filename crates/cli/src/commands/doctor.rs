//! `doctor`: what works and what does not, each with what to do. Nothing is changed.

mod account;
mod file;
mod findings;
mod network;

use crate::connection::Connected;
use crate::failure::{Failure, code};
use crate::printer::{self, Printer, counted};
use crate::settings::{Connection, Doctor, UsedSettings};
use findings::{Finding, Findings};

pub(crate) async fn run(settings: Doctor, printer: Printer) -> Result<(), Failure> {
    let mut findings = Findings::new(printer);
    let base_url = check_settings(settings.used, &mut findings).await?;
    if let Some(file) = &settings.file {
        for finding in file::check(file, base_url.as_deref()) {
            findings.add(finding)?;
        }
    }
    let failures = findings.end()?;
    if failures == 0 {
        return Ok(());
    }
    Err(Failure::Reported { code: code::FAILED, message: format!("{} found", counted(failures, "failure")) })
}

/// Everything about settings. Gives the base URL, if there is one.
async fn check_settings(
    used: Result<UsedSettings, Failure>,
    findings: &mut Findings,
) -> Result<Option<String>, Failure> {
    let used = match used {
        Ok(used) => used,
        Err(failure) => {
            findings.add(Finding::failure("configuration", failure.message()))?;
            return Ok(None);
        }
    };
    findings.add(configuration(&used))?;
    match &used.connection {
        Ok(connection) => check_service(connection, findings).await,
        Err(failure) => findings.add(unusable(failure)).map(|()| None),
    }
}

fn configuration(UsedSettings { file, profile, .. }: &UsedSettings) -> Finding {
    let is_there = file.exists();
    let file = printer::path(file);
    let text = match profile {
        Some(profile) => format!("profile {profile} of {file}"),
        None if is_there => format!("no profile of {file} is used"),
        None => format!("{file} is not there, so no profile is used"),
    };
    Finding::ok("configuration", text)
}

/// Settings from which nothing can be made.
fn unusable(failure: &Failure) -> Finding {
    Finding::failure("settings", failure.message())
        .with_advice("`elements config show` says where each setting comes from")
}

/// Everything that needs a client. Gives the base URL, if there is one.
async fn check_service(connection: &Connection, findings: &mut Findings) -> Result<Option<String>, Failure> {
    let connected = match connection.open().await {
        Ok(connected) => connected,
        Err(failure) => {
            findings.add(unusable(&failure))?;
            return Ok(None);
        }
    };
    let Connected { elements, environment, certificate, .. } = &connected;
    let base_url = elements.base_url().to_owned();
    let service =
        if environment.contains(&base_url) { base_url.clone() } else { format!("{environment}, {base_url}") };
    findings.add(Finding::ok("service", service))?;
    findings.add(network::proxy(connection, elements.proxy()))?;
    findings.add(network::authorities(connection))?;
    findings.add(account::credential(connection))?;
    if let Some(certificate) = certificate {
        findings.add(account::certificate_end(certificate))?;
    }
    account::check(elements, certificate.is_some(), findings).await?;
    Ok(Some(base_url))
}
