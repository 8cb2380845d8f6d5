//! `nightly-sqlite plan|apply|verify|undo DATABASE PLAN [INVERSE]`; see the README.

use std::path::Path;
use std::process::ExitCode;

use avepoint_elements::{Credential, Elements};
use avepoint_elements_bulk::CountOrPercent;
use avepoint_elements_bulk::State;
use avepoint_elements_bulk::plan::Plan;
use nightly_sqlite::{Database, Result};

/// At most this share of the users may change in one night.
const MAX_PERCENT: f64 = 5.0;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&arguments).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Does what the arguments say. Says whether all is as it is to be.
async fn run(arguments: &[&str]) -> Result<bool> {
    match *arguments {
        ["plan", database, plan] => {
            let database = Database::open(Path::new(database))?;
            let plan = nightly_sqlite::plan(&client()?, &database, Path::new(plan)).await?;
            let changes = plan.counts().map_or(0, |counts| counts.changes());
            println!("{changes} users change; `elements office show {}` shows it", plan.path().display());
            Ok(true)
        }
        ["apply", database, plan] => {
            let (database, plan) = (Database::open(Path::new(database))?, Plan::open(Path::new(plan))?);
            nightly_sqlite::guard(&plan, CountOrPercent::percent(MAX_PERCENT)?)?;
            let summary = nightly_sqlite::apply(&client()?, &database, &plan, interrupted()).await?;
            for state in State::OF_PLANS {
                println!("{state:>13} {}", summary.count(state));
            }
            let good = summary.count(State::Done) + summary.count(State::Already);
            if let Some(stopped) = &summary.stopped {
                eprintln!("stopped: {stopped}; the same command goes on");
            }
            Ok(summary.stopped.is_none() && good == summary.rows())
        }
        ["verify", _, plan] => {
            let plan = Plan::open(Path::new(plan))?;
            let (confirmed, others) = nightly_sqlite::verify(&client()?, &plan).await?;
            println!("{confirmed} users have it, {others} do not");
            Ok(others == 0)
        }
        ["undo", _, plan, inverse] => {
            let plan = Plan::open(Path::new(plan))?;
            let inverse = nightly_sqlite::undo(&plan, Path::new(inverse))?;
            println!("{} takes it back; apply it as any plan", inverse.path().display());
            Ok(true)
        }
        _ => Err("usage: nightly-sqlite plan|apply|verify|undo DATABASE PLAN [INVERSE]".into()),
    }
}

/// The client, by the variables that `elements` and `elements sandbox` have, too.
fn client() -> Result<Elements> {
    let variable = |name: &str| std::env::var(name).map_err(|_| format!("set {name}"));
    let builder = Elements::builder()
        .base_url(variable("ELEMENTS_BASE_URL")?)
        .token_url(variable("ELEMENTS_TOKEN_URL")?)
        // For a sandbox on this machine; other hosts need https.
        .allow_loopback_http();
    let secret = variable("ELEMENTS_CLIENT_SECRET")?;
    Ok(builder.credential(Credential::client_secret(variable("ELEMENTS_CLIENT_ID")?, secret)).build()?)
}

/// Ends with Ctrl-C.
async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Without signals, the run goes on to its end.
        std::future::pending().await
    }
}
