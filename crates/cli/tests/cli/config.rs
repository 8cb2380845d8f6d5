//! The configuration file: what is read from it and from where, what is refused, and how it is changed.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use avepoint_elements_sandbox::Sandbox;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{VALUES, planning, run};

/// A home folder in which there is nothing but what a test puts there.
pub(crate) struct Home(pub(crate) TempDir);

impl Home {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn with(configuration: &str) -> Self {
        let home = Self::new();
        fs::create_dir_all(home.file().parent().unwrap()).unwrap();
        fs::write(home.file(), configuration).unwrap();
        home
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.0.path().join(".config/elements/config.toml")
    }

    fn text(&self) -> String {
        fs::read_to_string(self.file()).unwrap()
    }

    /// The program with this home and no other variable but the path to programs.
    pub(crate) fn elements(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_elements"));
        command
            .env_clear()
            .env("HOME", self.0.path())
            .env("PATH", "/usr/bin:/bin")
            .current_dir(self.0.path());
        command.args(arguments);
        command
    }

    /// Makes the profile of a sandbox the default one, whose secret a program prints.
    pub(crate) fn with_sandbox(sandbox: &Sandbox) -> Self {
        let home = Self::new();
        for (key, value) in [
            ("base-url", sandbox.base_url()),
            ("token-url", sandbox.token_url()),
            ("client-id", sandbox.client_id().to_owned()),
        ] {
            run(&mut home.elements(&["config", "set", "--profile", "test", key, &value]), 0);
        }
        let secret = ["client-secret-command", "printf", "%s\\nurl: example\\n", sandbox.client_secret()];
        run(home.elements(&["config", "set", "--profile", "test"]).args(secret), 0);
        run(&mut home.elements(&["config", "set", "default-profile", "test"]), 0);
        home
    }

    /// Where each setting comes from, by its name.
    fn sources(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Value {
        let mut command = self.elements(&["config", "show", "--output", "json"]);
        let (stdout, _) = run(command.args(arguments).envs(variables.iter().copied()), 0);
        let shown: Value = serde_json::from_str(&stdout).unwrap();
        let settings = shown["settings"].as_array().unwrap().iter();
        settings.map(|it| (it["setting"].as_str().unwrap().to_owned(), it["source"].clone())).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_home_comes_to_an_update_without_a_variable() {
    let sandbox = Sandbox::start().await.unwrap();
    let home = Home::with_sandbox(&sandbox);
    let mut set = home.elements(&["office", "set", "--customer", "c", "--tenant", "t", "--user", "u"]);
    let (_, stderr) = run(set.args(VALUES), 0);
    assert_eq!(sandbox.offices().len(), 1);
    assert!(!stderr.contains(sandbox.client_secret()), "{stderr}");
}

/// The way of the guide, from nothing to a change that is taken back.
#[tokio::test(flavor = "multi_thread")]
async fn an_empty_home_comes_to_a_plan_and_its_undo_without_a_variable() {
    let sandbox = planning::builder().start().await.unwrap();
    let home = Home::with_sandbox(&sandbox);
    fs::copy(planning::example("hr.csv"), home.0.path().join("hr.csv")).unwrap();
    let before = sandbox.offices();
    run(&mut home.elements(&["doctor", "hr.csv"]), 0);
    // Some rows of the example are wrong on purpose.
    run(&mut home.elements(&["office", "plan", "hr.csv", "--out", "hr.plan", "--quiet"]), 1);
    run(&mut home.elements(&["office", "show", "hr.plan"]), 0);
    run(&mut home.elements(&["office", "apply", "hr.plan", "--yes", "--allow-clear", "--quiet"]), 0);
    assert_ne!(sandbox.offices(), before);
    run(&mut home.elements(&["office", "verify", "hr.plan", "--quiet"]), 0);
    run(&mut home.elements(&["office", "undo", "hr.plan", "--out", "undo.plan"]), 0);
    run(&mut home.elements(&["office", "apply", "undo.plan", "--yes", "--quiet"]), 0);
    let (stdout, _) = run(&mut home.elements(&["doctor", "hr.plan"]), 0);
    assert!(stdout.contains("ok       journal: hr.plan.journal: "), "{stdout}");
}

#[test]
fn a_flag_comes_before_a_variable_and_a_variable_before_the_profile() {
    let home = Home::with("default-profile = \"a\"\n\n[profiles.a]\ntimeout = \"1m\"\nrate = \"5/s\"\n");
    let line = |line| json!(format!("{}:{line}", home.file().to_string_lossy()));
    let sources = home.sources(&[], &[]);
    assert_eq!((&sources["timeout"], &sources["rate"], &sources["profile"]), (&line(4), &line(5), &line(1)));
    assert_eq!(sources["environment"], "default");
    let variable = [("ELEMENTS_TIMEOUT", "2m")];
    assert_eq!(home.sources(&[], &variable)["timeout"], "ELEMENTS_TIMEOUT");
    assert_eq!(home.sources(&["--timeout", "3m"], &variable)["timeout"], "--timeout");
}

#[test]
fn what_a_run_is_given_each_time_has_a_key_and_counts() {
    let home = Home::with(
        "default-profile = \"a\"\n[profiles.a]\nconcurrency = 2\nmax-outage = \"20m\"\nstrict-countries = true\n",
    );
    let line = |line| json!(format!("{}:{line}", home.file().to_string_lossy()));
    let sources = home.sources(&[], &[]);
    assert_eq!(
        [&sources["concurrency"], &sources["max-outage"], &sources["strict-countries"]],
        [&line(3), &line(4), &line(5)]
    );
    let flags = ["--concurrency", "3", "--max-outage", "1m", "--strict-countries"];
    assert_eq!(home.sources(&flags, &[])["concurrency"], "--concurrency");
    let rows = "customer,tenant,user,postalCode,countryRegion,state,address,city\nc,t,u,1,Atlantis,S,A,C\n";
    fs::write(home.0.path().join("a.csv"), rows).unwrap();
    let (_, stderr) = run(&mut home.elements(&["office", "check", "a.csv"]), 2);
    assert!(stderr.contains("error: line 2, countryRegion"), "{stderr}");
}

#[test]
fn a_configuration_that_cannot_be_read_is_named() {
    let home = Home::with("");
    fs::write(home.file(), [0xff]).unwrap();
    let refused = || run(&mut home.elements(&["auth", "status"]), 2).1;
    assert!(refused().contains("config.toml is not valid UTF-8"));
    fs::write(home.file(), "#".repeat((1 << 20) + 1)).unwrap();
    assert!(refused().contains("config.toml is over a megabyte"));
    fs::remove_file(home.file()).unwrap();
    fs::create_dir(home.file()).unwrap();
    let stderr = refused();
    assert!(stderr.contains("config.toml is no ordinary file"), "{stderr}");
}

#[test]
fn a_column_without_a_value_is_left_out_for_people() {
    let home = Home::new();
    let shown = |arguments: &[&str]| {
        let mut show = home.elements(&[&["config", "show", "--timeout", "3m"], arguments].concat());
        run(show.env("ELEMENTS_TIMEOUT", "2m"), 0).0
    };
    assert!(shown(&[]).starts_with("setting      value       from       not used\n"), "{}", shown(&[]));
    assert!(shown(&["--output", "csv"]).starts_with("setting,value,source,notUsed\n"));
    let (stdout, _) = run(&mut home.elements(&["config", "show", "--timeout", "3m"]), 0);
    assert!(stdout.starts_with("setting      value       from\n"), "{stdout}");
}

#[test]
fn a_variable_that_is_not_used_or_takes_a_place_is_named() {
    let home = Home::with("[profiles.a]\nbase-url = \"https://a.example\"\n");
    // Nothing is sent: there is no credential.
    let noted = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut command = home.elements(&["auth", "status"]);
        run(command.args(arguments).envs(variables.iter().copied()), 2).1
    };
    let url = ("ELEMENTS_BASE_URL", "https://b.example");
    let stderr = noted(&["--environment", "us-government"], &[url]);
    assert!(stderr.contains("ELEMENTS_BASE_URL is not used: --environment takes its place"), "{stderr}");
    let stderr = noted(&["--profile", "a"], &[url]);
    assert!(
        stderr.contains("base-url (") && stderr.contains("ELEMENTS_BASE_URL takes its place"),
        "{stderr}"
    );
    let stderr = noted(&["--profile", "a"], &[("ELEMENTS_ENVIRONMENT", "commercial")]);
    assert!(
        stderr.contains("base-url (") && stderr.contains("ELEMENTS_ENVIRONMENT takes its place"),
        "{stderr}"
    );
    let stderr = noted(&["--timeout", "1m"], &[("ELEMENTS_TIMEOUT", "2m")]);
    assert!(stderr.contains("ELEMENTS_TIMEOUT is not used: --timeout takes its place"), "{stderr}");
    let stderr = noted(&["--profile", "a"], &[("ELEMENTS_PROFILE", "b")]);
    assert!(stderr.contains("ELEMENTS_PROFILE is not used: --profile takes its place"), "{stderr}");
    let stderr = noted(&["--timeout", "1m", "--profile", "a"], &[("ELEMENTS_TIMEOUT", "1m")]);
    assert!(!stderr.contains("note:"), "the same value, and a flag over a profile, need no word: {stderr}");
}

#[test]
fn what_is_not_used_stands_in_the_shown_settings_and_in_no_note() {
    let home = Home::with("[profiles.a]\n");
    let mut show = home.elements(&["config", "show", "--profile", "a", "--timeout", "1m"]);
    let (stdout, stderr) = run(show.env("ELEMENTS_PROFILE", "b").env("ELEMENTS_TIMEOUT", "2m"), 0);
    assert!(stdout.contains("ELEMENTS_PROFILE") && stdout.contains("ELEMENTS_TIMEOUT"), "{stdout}");
    assert_eq!(stderr, "");
}

/// The token URL of one service never gets the credential for another.
#[test]
fn an_environment_of_a_flag_leaves_the_token_url_of_a_variable() {
    let home = Home::new();
    let mut show = home.elements(&["config", "show", "--output", "json", "--environment", "fedramp"]);
    let (stdout, _) = run(show.env("ELEMENTS_TOKEN_URL", "https://b.example/token"), 0);
    let shown: Value = serde_json::from_str(&stdout).unwrap();
    let token = shown["settings"].as_array().unwrap().iter().find(|it| it["setting"] == "token-url").unwrap();
    assert_eq!(token["notUsed"], "ELEMENTS_TOKEN_URL: --environment takes its place");
}

#[test]
fn every_mistake_names_file_line_and_what_is_allowed() {
    for (configuration, line, said) in [
        ("[profiles.a]\nconcurrency = 0\n", 2, "concurrency is \"0\"; a whole number from 1 is allowed"),
        ("[profiles.a]\nmax-outage = \"20\"\n", 2, "max-outage is \"20\"; a time is a number with a unit"),
        ("[profiles.a]\nmax-outages = \"20m\"\n", 2, "did you mean \"max-outage\"?"),
        ("[profiles.a]\nstrict-countries = \"yes\"\n", 2, "strict-countries takes true or false"),
        ("[profiles.a]\nmax-failures = \"5 %\"\n", 2, "max-failures is \"5 %\"; "),
        ("[profiles.a]\nmax-changes = -1\n", 2, "max-changes is \"-1\"; "),
        ("[profiles.a]\nproxy = 1\n", 2, "proxy takes a URL in quotes"),
        ("[profiles.a]\nca-file = [\"a\"]\n", 2, "ca-file takes the name of a file in quotes"),
        ("[profiles.a]\nrate = 1.5\n", 2, "rate takes a text in quotes"),
        ("[profiles]\na = 1\n", 2, "a profile is a table, begun by [profiles.a]"),
        ("[profiles.a]\ncolumns = \"PLZ\"\n", 2, "columns takes names of columns, such as postalCode"),
        ("[profiles.a]\nrate = \"1/s\"\nrate = \"2/s\"\n", 3, "this is no TOML"),
        (
            "[profiles.a]\nclient_id = \"c\"\n",
            2,
            "unknown key \"client_id\" in the profile \"a\"; did you mean \"client-id\"?",
        ),
        ("[profiles.a]\ntenant = \"c\"\n", 2, "allowed are environment, base-url"),
        (
            "[profile.a]\nrate = \"1/s\"\n",
            1,
            "unknown key \"profile\" in the file; did you mean \"profiles\"?; allowed are default-profile, profiles",
        ),
        ("\n[profiles.a]\nenvironment = \"mars\"\n", 3, "environment is \"mars\"; allowed are commercial"),
        ("[profiles.a]\ntimeout = 10\n", 2, "timeout takes a text in quotes"),
        ("[profiles.a]\ntimeout = \"10\"\n", 2, "timeout is \"10\"; a time is a number with a unit"),
        ("[profiles.a]\nretries = 101\n", 2, "retries is \"101\"; a whole number from 0 to 100 is allowed"),
        ("[profiles.a]\nno-keep-alive = 1\n", 2, "no-keep-alive takes true or false"),
        ("[profiles.a]\nrate = \"\"\n", 2, "rate is empty; a text in quotes is allowed"),
        (
            "[profiles.a]\nclient-secret-command = \"pass show x\"\n",
            2,
            "client-secret-command takes an array of texts",
        ),
        (
            "[profiles.a]\nproxy = \"http://u:canary@p.example\"\n",
            2,
            "proxy must not hold a password; set HTTPS_PROXY",
        ),
        ("[profiles.a]\nclient-secret = \"canary\"\n", 2, "client-secret-command"),
        ("[profiles.a]\nPassword = \"canary\"\n", 2, "does not belong into this file"),
        ("[profiles.a]\nclient-id = \"canary\n", 2, "this is no TOML"),
        (
            "[profiles.a]\nenvironment = \"fedramp\"\nbase-url = \"https://b.example\"\n",
            3,
            "environment and base-url; one of them is allowed",
        ),
        ("[profiles.a]\ncertificate = \"a\"\nclient-secret-file = \"b\"\n", 2, "one of them is allowed"),
        ("[profiles.a.columns]\npostalcode = 1\n", 2, "takes the name of a column in quotes"),
        (
            "[profiles.a.columns]\nstreet = \"x\"\nuserr = \"x\"\n",
            3,
            "unknown key \"userr\" in columns; did you mean \"user\"?",
        ),
        (
            "default-profile = \"b\"\n[profiles.ab]\n",
            1,
            "no such profile; did you mean \"ab\"?; allowed are ab",
        ),
        ("default-profile = 1\n", 1, "takes the name of a profile in quotes"),
        ("profiles = 1\n", 1, "profiles takes tables"),
    ] {
        let home = Home::with(configuration);
        let (_, stderr) = run(&mut home.elements(&["auth", "status"]), 2);
        let place = format!("{}:{line}: ", home.file().to_string_lossy());
        assert!(stderr.contains(&place) && stderr.contains(said), "{configuration}\n{stderr}");
        assert!(!stderr.contains("canary"), "{stderr}");
    }
}

#[test]
fn all_mistakes_are_named_at_once_and_only_where_settings_are_read() {
    let home = Home::with("a = 1\n[profiles.a]\nb = 1\n");
    let (_, stderr) = run(&mut home.elements(&["auth", "status"]), 2);
    assert!(stderr.contains("config.toml:1: ") && stderr.contains("config.toml:3: "), "{stderr}");
    run(&mut home.elements(&["office", "template"]), 0);
}

#[test]
fn a_profile_that_is_not_there_is_named_with_those_that_are() {
    let home = Home::with("[profiles.contoso]\n[profiles.fabrikam]\n");
    let (_, stderr) = run(&mut home.elements(&["auth", "status", "--profile", "contosso"]), 2);
    assert!(stderr.contains("did you mean \"contoso\"?") && stderr.contains("contoso, fabrikam"), "{stderr}");
    let (_, stderr) = run(home.elements(&["auth", "status"]).env("ELEMENTS_PROFILE", "x"), 2);
    assert!(stderr.contains("ELEMENTS_PROFILE: there is no profile \"x\""), "{stderr}");
    let (_, stderr) =
        run(home.elements(&["auth", "status"]).env("ELEMENTS_CONFIG", "/nonexistent/c.toml"), 2);
    assert!(stderr.contains("/nonexistent/c.toml") && stderr.contains("ELEMENTS_CONFIG"), "{stderr}");
}

#[test]
fn a_change_keeps_comments_and_order() {
    let home = Home::with(
        "# mine\ndefault-profile = \"a\" # the first\n\n[profiles.a]\n# slow\nrate = \"5/s\" # a note\nclient-id = \"c\"\n",
    );
    run(&mut home.elements(&["config", "set", "rate", "6/s"]), 0);
    run(&mut home.elements(&["config", "set", "columns.postalCode", "PLZ"]), 0);
    run(&mut home.elements(&["config", "set", "client-secret-command", "pass", "show", "-x"]), 0);
    assert_eq!(
        home.text(),
        "# mine\ndefault-profile = \"a\" # the first\n\n[profiles.a]\n# slow\nrate = \"6/s\" # a note\nclient-id = \"c\"\n\
         client-secret-command = [\"pass\", \"show\", \"-x\"]\n\n[profiles.a.columns]\npostalCode = \"PLZ\"\n"
    );
    run(&mut home.elements(&["config", "unset", "columns.postalCode"]), 0);
    run(&mut home.elements(&["config", "unset", "rate"]), 0);
    let (_, stderr) = run(&mut home.elements(&["config", "unset", "rate"]), 2);
    assert!(stderr.contains("has no such key"), "{stderr}");
    assert!(!home.text().contains("6/s") && !home.text().contains("PLZ"), "{}", home.text());
}

#[test]
fn changes_at_the_same_time_are_all_kept() {
    let home = Home::new();
    let profiles: Vec<_> = (0..12).map(|number| format!("p{number}")).collect();
    let set =
        |profile| home.elements(&["config", "set", "--profile", profile, "client-id", "id"]).spawn().unwrap();
    let children: Vec<_> = profiles.iter().map(|profile| set(profile)).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let text = home.text();
    let missing: Vec<_> =
        profiles.iter().filter(|name| !text.contains(&format!("[profiles.{name}]"))).collect();
    assert!(missing.is_empty(), "{missing:?} of {text}");
}

#[test]
fn a_wrong_change_is_refused_and_leaves_the_file() {
    let before = "[profiles.a]\nbase-url = \"https://a.example\"\n";
    let home = Home::with(before);
    for (words, said) in [
        (&["rates", "1/s"][..], "did you mean \"rate\"?"),
        (&["rate", "fast"], "such as 50/s"),
        (&["client-secret", "canary"], "client-secret-command"),
        (&["environment", "fedramp"], "one of them is allowed"),
        (&["columns.street", "x", "y"], "one value"),
        (&["columns.x", "y"], "the columns are"),
        (&["default-profile", "b"], "no such profile"),
    ] {
        let (_, stderr) = run(home.elements(&["config", "set", "--profile", "a"]).args(words), 2);
        assert!(stderr.contains(said) && !stderr.contains("canary"), "{words:?}: {stderr}");
    }
    let (_, stderr) = run(&mut home.elements(&["config", "set", "rate", "1/s"]), 2);
    assert!(stderr.contains("--profile NAME"), "{stderr}");
    assert_eq!(home.text(), before);
}

/// The default profile is not changed in place of one that cannot be read.
#[cfg(unix)]
#[test]
fn a_profile_of_a_variable_that_is_not_text_is_refused_by_every_command() {
    use std::os::unix::ffi::OsStrExt;

    let before = "default-profile = \"a\"\n[profiles.a]\n";
    let home = Home::with(before);
    let name = std::ffi::OsStr::from_bytes(b"b\xff");
    for arguments in
        [&["config", "set", "rate", "1/s"][..], &["config", "unset", "rate"], &["auth", "status"]]
    {
        let (_, stderr) = run(home.elements(arguments).env("ELEMENTS_PROFILE", name), 2);
        assert!(stderr.contains("ELEMENTS_PROFILE is") && stderr.contains("not valid UTF-8"), "{stderr}");
    }
    assert_eq!(home.text(), before);
}

#[cfg(unix)]
#[test]
fn the_file_is_its_owners_and_one_that_others_may_write_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    run(&mut home.elements(&["config", "set", "--profile", "a", "rate", "1/s"]), 0);
    assert_eq!(fs::metadata(home.file()).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::metadata(home.file().parent().unwrap()).unwrap().permissions().mode() & 0o777, 0o700);
    for mode in [0o620, 0o602] {
        fs::set_permissions(home.file(), fs::Permissions::from_mode(mode)).unwrap();
        let (_, stderr) = run(&mut home.elements(&["auth", "status", "--profile", "a"]), 2);
        assert!(
            stderr.contains("config.toml")
                && (stderr.contains("may write to") || stderr.contains("chmod go-w")),
            "{stderr}"
        );
        run(&mut home.elements(&["config", "set", "--profile", "a", "rate", "2/s"]), 2);
    }
    fs::set_permissions(home.file(), fs::Permissions::from_mode(0o644)).unwrap();
    let (_, stderr) = run(&mut home.elements(&["auth", "status", "--profile", "a"]), 2);
    assert!(stderr.contains("no credential"), "{stderr}");
}

#[test]
fn the_place_and_the_profiles_are_shown() {
    let home = Home::with("default-profile = \"b\"\n[profiles.a]\n[profiles.b]\n");
    let (stdout, _) = run(&mut home.elements(&["config", "path"]), 0);
    assert_eq!(stdout.trim_end(), home.file().to_string_lossy());
    let (stdout, _) = run(home.elements(&["config", "path"]).env("ELEMENTS_CONFIG", "/etc/elements.toml"), 0);
    assert_eq!(stdout.trim_end(), "/etc/elements.toml");
    let (stdout, _) = run(&mut home.elements(&["config", "profiles", "--output", "csv"]), 0);
    assert_eq!(stdout, "profile,default\na,\nb,yes\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_has_guards_and_the_names_of_columns() {
    let sandbox = Sandbox::start().await.unwrap();
    let home = Home::with_sandbox(&sandbox);
    run(&mut home.elements(&["config", "set", "columns.postalCode", "PLZ"]), 0);
    // A guard of plans is no flag: it does not keep rows from being applied.
    run(&mut home.elements(&["config", "set", "max-changes", "1"]), 0);
    run(&mut home.elements(&["config", "set", "max-failures", "5%"]), 0);
    let rows =
        "customer,tenant,user,PLZ,countryRegion,state,address,city\nc,t,u,01067,Germany,Saxony,A,Dresden\n";
    fs::write(home.0.path().join("a.csv"), rows).unwrap();
    run(&mut home.elements(&["office", "apply", "a.csv", "--yes"]), 0);
    assert_eq!(sandbox.office_information("c", "t", "u").unwrap()["postalCode"], "01067");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_is_held_to_the_profiles_guard() {
    let sandbox = planning::builder().start().await.unwrap();
    let home = Home::with_sandbox(&sandbox);
    fs::copy(planning::example("hr.csv"), home.0.path().join("hr.csv")).unwrap();
    let sync = || home.elements(&["office", "sync", "hr.csv", "--out", "night.plan", "--yes", "--quiet"]);
    run(&mut home.elements(&["config", "set", "max-changes", "5%"]), 0);
    let (_, stderr) = run(&mut sync(), 2);
    assert!(stderr.contains("max-changes of the profile is 5%"), "{stderr}");
    run(&mut home.elements(&["config", "set", "max-changes", "3"]), 0);
    sync().output().unwrap();
    assert_eq!(sandbox.requests().iter().filter(|request| request.method == "PUT").count(), 3);
}

#[test]
fn no_secret_and_no_password_is_shown() {
    let home = Home::new();
    let variables = [
        ("ELEMENTS_CLIENT_SECRET", "canary"),
        ("ELEMENTS_ACCESS_TOKEN", "canary"),
        ("ELEMENTS_CERTIFICATE_PASSWORD", "canary"),
        ("ELEMENTS_BASE_URL", "https://u:canary@a.example"),
    ];
    for format in ["text", "json", "csv"] {
        let mut show = home.elements(&["config", "show", "--output", format]);
        let (stdout, stderr) = run(show.envs(variables), 0);
        assert!(stdout.contains("not shown") && !(stdout + &stderr).contains("canary"));
    }
}
