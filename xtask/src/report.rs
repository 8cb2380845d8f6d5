//! The report of a plan in a browser: screenshots to look at, and no error in the browser's console.

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::problem::{Problem, Result};
use crate::{files, steps};

/// Names under which distributions have the browser.
const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// The widths of a telephone, a tablet and a desk, in CSS pixels, and how much of the page is shown.
const WIDTHS: [(u32, u32); 3] = [(390, 2_400), (820, 2_000), (1_280, 1_800)];

/// What a browser prints before a message of its console.
const CONSOLE: &str = "CONSOLE";

/// A user of the examples whom another writer changes between plan and run.
const OTHER_WRITER: &str = "office set --customer f3c95789-ace1-4954-8c5d-6baed2eac902 \
    --tenant cbf27734-ac10-4525-8b66-402800e03d2c --user f1260ebc-7d56-4b56-8714-dc919b27dbdf \
    --postal-code 04109 --country-region Germany --state Saxony --address";

/// Makes the reports of the examples, before and after they are applied, and takes screenshots of them.
pub fn run(root: &Path) -> Result<()> {
    let is_there = |browser: &&str| steps::succeeds(Command::new(browser).arg("--version"));
    let Some(browser) = BROWSERS.into_iter().find(is_there) else {
        println!("report: skipped, since there is no Chromium here");
        return Ok(());
    };
    steps::cargo(root, &["build", "--quiet", "--package", "avepoint-elements-cli"], &[])?;
    let folder = root.join("target/report");
    files::empty(&folder)?;
    make_reports(root, &folder)?;
    let mut shots = Vec::new();
    for page in ["plan", "report"] {
        for (width, height) in WIDTHS {
            for scheme in ["light", "dark"] {
                shots.push(screenshot(browser, &folder, page, (width, height), scheme)?);
            }
        }
        shots.push(print(browser, &folder, page)?);
    }
    for shot in shots {
        println!("report: {}", shot.display());
    }
    Ok(())
}

/// The pages before the plan of the examples is applied, and after.
fn make_reports(root: &Path, folder: &Path) -> Result<()> {
    let program = root.join("target/debug/elements");
    let users = root.join("examples/directory.ndjson");
    let service = Service::start(&program, &users)?;
    let elements = |arguments: &[&str], codes: &[i32]| {
        let mut command = Command::new(&program);
        command.args(arguments).current_dir(folder).envs(&service.variables).stdin(Stdio::null());
        let output = command.output().map_err(Problem::starting("elements"))?;
        if output.status.code().is_some_and(|code| codes.contains(&code)) {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        Err(Problem::new(format!("`elements {}` failed:\n{said}", arguments.join(" "))))
    };
    let (example, sheet) = (root.join("examples/hr.csv"), folder.join("hr.csv"));
    let rows = fs::read_to_string(&example).map_err(Problem::reading(&example))?;
    // One of the examples loses two fields.
    let cleared = ",dwayne.bell@ancien.clinique.example,,,,,,#CLEAR,#CLEAR,,,\n";
    fs::write(&sheet, rows + cleared).map_err(Problem::writing(&sheet))?;
    // Some rows of the sheet are wrong.
    elements(&["office", "plan", "hr.csv", "--out", "hr.plan"], &[1])?;
    elements(&["office", "show", "hr.plan", "--html", "plan.html"], &[0])?;
    elements(&OTHER_WRITER.split(' ').chain(["Markt 1"]).collect::<Vec<_>>(), &[0])?;
    elements(&["office", "apply", "hr.plan", "--yes", "--allow-clear"], &[1])?;
    elements(&["office", "verify", "hr.plan"], &[1])?;
    let results = ["--results", "hr.plan.applied.csv", "--verified", "hr.plan.verified.csv"];
    elements(&[&["office", "show", "hr.plan", "--html", "report.html"][..], &results].concat(), &[0])
}

/// The sandbox in a process of its own, which ends with this.
struct Service {
    process: Child,
    variables: HashMap<String, String>,
}

impl Service {
    fn start(program: &Path, users: &Path) -> Result<Self> {
        let mut command = Command::new(program);
        command.args(["sandbox", "--users"]).arg(users).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().map_err(Problem::starting("the sandbox"))?;
        let stdout = process.stdout.take();
        let mut service = Self { process, variables: HashMap::new() };
        for line in stdout.into_iter().flat_map(|stdout| BufReader::new(stdout).lines()).take(4) {
            let line = line.map_err(Problem::starting("the sandbox"))?;
            service
                .variables
                .extend(line.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned())));
        }
        Ok(service)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A screenshot of a page. A window cannot be as narrow as a telephone, so the page is framed.
fn screenshot(browser: &str, folder: &Path, page: &str, size: (u32, u32), scheme: &str) -> Result<PathBuf> {
    let (width, height) = size;
    let frame = folder.join("frame.html");
    let text = format!(
        "<!doctype html><html lang=en><title>{page}</title><meta charset=utf-8><body style='margin:0'>\
         <iframe src={page}.html style='border:0;width:{width}px;height:{height}px'></iframe>"
    );
    fs::write(&frame, text).map_err(Problem::writing(&frame))?;
    let shot = folder.join(format!("{page}-{width}-{scheme}.png"));
    // Blink counts dark as 0.
    let is_light = u8::from(scheme == "light");
    let arguments = [
        format!("--window-size={},{height}", width.max(500)),
        format!("--blink-settings=preferredColorScheme={is_light}"),
        format!("--screenshot={}", shot.display()),
        format!("file://{}", frame.display()),
    ];
    browse(browser, &arguments, &shot)?;
    Ok(shot)
}

/// A page on paper.
fn print(browser: &str, folder: &Path, page: &str) -> Result<PathBuf> {
    let shot = folder.join(format!("{page}.pdf"));
    let address = format!("file://{}", folder.join(format!("{page}.html")).display());
    let arguments =
        ["--no-pdf-header-footer".to_owned(), format!("--print-to-pdf={}", shot.display()), address];
    browse(browser, &arguments, &shot)?;
    Ok(shot)
}

fn browse(browser: &str, arguments: &[String], made: &Path) -> Result<()> {
    let mut command = Command::new(browser);
    // The pages are our own, and a container has no room for the browser's sandbox.
    command.args([
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--hide-scrollbars",
        "--enable-logging=stderr",
    ]);
    let output = command.args(arguments).output();
    let output = output.map_err(Problem::starting(browser))?;
    let said = String::from_utf8_lossy(&output.stderr);
    if let Some(message) = said.lines().find(|line| line.contains(CONSOLE)) {
        return Err(Problem::new(format!("the browser's console says: {message}")).in_file(made));
    }
    if output.status.success() && made.exists() {
        return Ok(());
    }
    Err(Problem::new(format!("{browser} made no picture:\n{said}")).in_file(made))
}
