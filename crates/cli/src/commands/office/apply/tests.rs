//! What depends on a terminal: the answer to a question, and a place for progress.

use std::cell::RefCell;
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use avepoint_elements_sandbox::{Fault, Faults, Sandbox};
use clap::Parser;
use tempfile::{NamedTempFile, TempDir};

use super::run_with;
use crate::arguments::{Arguments, Command, Office};
use crate::failure::Failure;
use crate::interrupt::Interrupts;
use crate::printer::{OutputFormat, Printer};
use crate::progress_line::ProgressDisplay;
use crate::settings::{self, Apply};

/// A service, and three users in a file.
struct Scene {
    sandbox: Sandbox,
    folder: TempDir,
    secret: NamedTempFile,
}

impl Scene {
    async fn new() -> Self {
        let (sandbox, folder) = (Sandbox::start().await.unwrap(), tempfile::tempdir().unwrap());
        let header = "customer,tenant,user,postalCode,countryRegion,state,address,city\n";
        let rows = (0..3).map(|user| format!("c,t,u{user},01067,DE,Saxony,A,Dresden\n"));
        let text = rows.fold(header.to_owned(), |text, row| text + &row);
        fs::write(folder.path().join("offices.csv"), text).unwrap();
        let mut secret = NamedTempFile::new().unwrap();
        secret.write_all(sandbox.client_secret().as_bytes()).unwrap();
        Self { sandbox, folder, secret }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn settings(&self, flags: &[&str]) -> Apply {
        let (file, secret) = (self.path("offices.csv"), self.secret.path());
        let (base, token) = (self.sandbox.base_url(), self.sandbox.token_url());
        let line = [
            "elements",
            "office",
            "apply",
            file.to_str().unwrap(),
            "--base-url",
            &base,
            "--token-url",
            &token,
        ];
        let credential =
            ["--client-id", self.sandbox.client_id(), "--client-secret-file", secret.to_str().unwrap()];
        let arguments = Arguments::parse_from(line.iter().chain(&credential).chain(flags));
        let Command::Office(Office::Apply(apply)) = arguments.command else { panic!("{arguments:?}") };
        settings::apply(*apply, &settings::Layers::default()).unwrap()
    }

    /// Runs with this answer to its question.
    async fn run(
        &self,
        answer: Option<&str>,
        display: ProgressDisplay,
        flags: &[&str],
    ) -> Result<(), Failure> {
        let (settings, printer) = (self.settings(flags), Printer::new(OutputFormat::Json));
        run_with(answer.map(str::as_bytes), display, &settings, printer, &Interrupts::default()).await
    }

    /// How many requests there were, for tokens too, and whether there is a journal.
    fn traces(&self) -> (usize, usize, bool) {
        let journal = self.path("offices.csv.journal").exists();
        (self.sandbox.request_count(), self.sandbox.token_requests(), journal)
    }
}

thread_local! {
    static LINES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Keeps the lines of progress of this thread's test.
fn lines(apart: Duration) -> ProgressDisplay {
    ProgressDisplay::Lines { apart, write: |line| LINES.with_borrow_mut(|lines| lines.push(line.to_owned())) }
}

const HOUR: Duration = Duration::from_secs(3600);

#[tokio::test]
async fn without_a_clear_yes_nothing_is_sent_and_no_journal_made() {
    let scene = Scene::new().await;
    for answer in ["n\n", "\n", "", "no\n", "yesterday\n"] {
        let failure = scene.run(Some(answer), lines(HOUR), &[]).await.unwrap_err();
        assert_eq!(failure.code(), 2, "{answer:?}: {failure:?}");
        assert!(format!("{failure:?}").contains("was not answered with yes"), "{failure:?}");
        assert_eq!(scene.traces(), (0, 0, false), "{answer:?}");
    }
}

#[tokio::test]
async fn a_clear_yes_sends_every_row() {
    for answer in ["y\n", "yes\n", " YES\r\n"] {
        let scene = Scene::new().await;
        scene.run(Some(answer), lines(HOUR), &[]).await.unwrap();
        assert_eq!(scene.traces(), (3, 1, true), "{answer:?}");
    }
}

#[tokio::test]
async fn a_yes_that_was_given_beforehand_is_not_asked_for() {
    let scene = Scene::new().await;
    scene.run(Some("n\n"), lines(HOUR), &["--yes"]).await.unwrap();
    assert_eq!(scene.traces(), (3, 1, true));
}

#[tokio::test]
async fn without_a_terminal_progress_is_a_line_now_and_then_and_none_when_quiet() {
    for (apart, flags, is_shown) in [
        (Duration::ZERO, &["--yes"][..], true),
        (Duration::ZERO, &["--yes", "--quiet"], false),
        (HOUR, &["--yes"], false),
    ] {
        Scene::new().await.run(None, lines(apart), flags).await.unwrap();
        let lines = LINES.take();
        assert_eq!(!lines.is_empty(), is_shown, "{flags:?}: {lines:?}");
        assert!(lines.iter().all(|line| line.contains("of 3 rows")), "{lines:?}");
    }
    // Nor where there is a question first.
    Scene::new().await.run(Some("y\n"), lines(Duration::ZERO), &["--quiet"]).await.unwrap();
    assert_eq!(LINES.take(), [""; 0]);
}

/// Runs until a line of progress says something, and gives the line.
async fn line_with(scene: &Scene, part: &str) -> String {
    let said = async {
        loop {
            tokio::time::sleep(Duration::from_millis(50)).await;
            let found = LINES.with_borrow(|lines| lines.iter().find(|line| line.contains(part)).cloned());
            if let Some(line) = found {
                return line;
            }
        }
    };
    tokio::select! {
        line = said => line,
        outcome = scene.run(None, lines(Duration::ZERO), &["--yes", "--concurrency", "2"]) => {
            panic!("{outcome:?} without {part}: {:?}", LINES.take())
        }
        () = tokio::time::sleep(Duration::from_secs(20)) => panic!("not {part}: {:?}", LINES.take()),
    }
}

#[tokio::test]
async fn a_long_wait_that_the_service_asks_for_is_no_outage() {
    let scene = Scene::new().await;
    let busy = Fault::status(429).retry_after("90");
    scene.sandbox.set_faults(Faults::new().path("/users/u1/", busy)).unwrap();
    let line = line_with(&scene, "resuming in").await;
    assert!(line.starts_with("throttled, resuming in 1m"), "{line}");
    assert!(!line.contains("left"), "{line}");
    LINES.take();
}

#[tokio::test]
async fn rows_that_are_done_count_although_an_earlier_one_is_not() {
    let scene = Scene::new().await;
    let slow = Faults::new().path("/users/u0/", Fault::none().delay(HOUR));
    scene.sandbox.set_faults(slow).unwrap();
    line_with(&scene, "2 of 3 rows").await;
    LINES.take();
}
