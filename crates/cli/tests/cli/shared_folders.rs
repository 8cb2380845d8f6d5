//! Files that another user prepared: what is no ordinary file of ours is neither waited for, followed nor replaced.

use std::fs;
use std::os::unix::fs::{FileTypeExt, PermissionsExt, chown, symlink};
use std::path::Path;
use std::process::{Command, Stdio};

use avepoint_elements_sandbox::Sandbox;

use crate::apply::{Folder, count};
use crate::planning::builder;
use crate::{at, elements, run};

fn mkfifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_leads_nowhere_is_not_followed() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::with_users(3));
    for name in ["offices.csv.journal", "offices.results.csv"] {
        symlink(folder.path("planted"), folder.path(name)).unwrap();
        let (_, stderr) = run(at(folder.apply("offices.csv").arg("--yes"), &sandbox), 2);
        assert!(stderr.contains(name) && stderr.contains("leads nowhere"), "{stderr}");
        assert!(!folder.path("planted").exists());
        fs::remove_file(folder.path(name)).unwrap();
    }
    assert_eq!(sandbox.request_count(), 0);
    symlink(folder.path("planted"), folder.path("offices.results.csv.partial")).unwrap();
    run(at(folder.apply("offices.csv").arg("--yes"), &sandbox), 0);
    assert!(!folder.path("planted").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_to_an_ordinary_file_of_ours_is_followed() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::with_users(3));
    fs::create_dir(folder.path("kept")).unwrap();
    for (name, file) in [("offices.csv.journal", "kept/journal"), ("offices.results.csv", "kept/results.csv")]
    {
        fs::write(folder.path(file), "").unwrap();
        symlink(folder.path(file), folder.path(name)).unwrap();
    }
    for (requests, state) in [(3, "done"), (3, "unchanged")] {
        run(at(folder.apply("offices.csv").arg("--yes"), &sandbox), 0);
        assert_eq!(sandbox.request_count(), requests);
        assert_eq!(count(&folder.read("kept/results.csv"), state), 3);
    }
    assert!(folder.path("offices.results.csv").is_symlink() && folder.path("kept/results.csv.old").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_ordinary_file_is_neither_waited_for_nor_replaced() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::with_users(3));
    let pipe = folder.path("pipe");
    mkfifo(&pipe);
    mkfifo(&folder.path("r.csv.partial"));
    mkfifo(&folder.path("o.csv.old"));
    let (partial, older) = (folder.path("r.csv"), folder.path("o.csv"));
    let mut cases = vec![("--results", &*partial), ("--results", &*older)];
    let devices = ["/dev/stdout", "/dev/stdin", "/dev/null", "/dev/fd/1", "/proc/self/fd/1", "/dev/new"];
    for place in devices.map(Path::new).into_iter().chain([&*pipe]) {
        cases.extend(["--journal", "--results"].map(|flag| (flag, place)));
    }
    for (flag, place) in cases {
        let mut apply = folder.apply("offices.csv");
        let (_, stderr) = run(at(apply.arg("--yes").arg(flag).arg(place), &sandbox), 2);
        assert!(stderr.contains("ordinary file") && stderr.contains(flag), "{flag} {place:?}: {stderr}");
    }
    assert_eq!(sandbox.request_count(), 0);
    assert!(
        fs::symlink_metadata("/dev/stdout").unwrap().is_symlink() && !Path::new("/dev/stdout.old").exists()
    );
    assert!(fs::metadata(&pipe).unwrap().file_type().is_fifo());
    let mut status = elements();
    let status =
        status.args(["office", "status"]).arg(folder.path("offices.csv")).arg("--journal").arg(&pipe);
    assert!(run(status, 2).1.contains("no ordinary file"));
}

#[test]
fn users_of_a_rehearsal_come_from_an_ordinary_file() {
    let folder = Folder::with_users(1);
    let pipe = folder.path("pipe");
    mkfifo(&pipe);
    for file in [&*pipe, Path::new("/dev/zero"), Path::new("/dev/null")] {
        let mut apply = folder.apply("offices.csv");
        let (_, stderr) = run(apply.args(["--yes", "--sandbox", "--sandbox-users"]).arg(file), 2);
        assert!(stderr.contains("no ordinary file"), "{file:?}: {stderr}");
        let (_, stderr) = run(elements().args(["sandbox", "--users"]).arg(file), 2);
        assert!(stderr.contains("no ordinary file"), "{file:?}: {stderr}");
    }
}

#[test]
fn completions_neither_wait_for_a_pipe_nor_replace_it() {
    let folder = Folder::with_users(1);
    let pipe = folder.path("fish/completions/elements.fish");
    fs::create_dir_all(folder.path("fish/completions")).unwrap();
    mkfifo(&pipe);
    let mut install = elements();
    install.args(["completions", "fish", "--install"]).env("XDG_CONFIG_HOME", folder.path(""));
    let (_, stderr) = run(&mut install, 2);
    assert!(stderr.contains("was not written by this command"), "{stderr}");
    assert!(fs::metadata(&pipe).unwrap().file_type().is_fifo());
}

#[tokio::test(flavor = "multi_thread")]
async fn results_that_a_page_shows_come_from_an_ordinary_file() {
    let rows = "mail,city\nanneliese.kruger@contoso.example,Dresden\n";
    let (sandbox, folder) = (builder().start().await.unwrap(), Folder::with("hr.csv", rows));
    let mut plan = elements();
    plan.args(["office", "plan"]).arg(folder.path("hr.csv")).arg("--out").arg(folder.path("h.plan"));
    run(at(plan.stdin(Stdio::null()), &sandbox), 0);
    let pipe = folder.path("pipe");
    mkfifo(&pipe);
    for file in [&*pipe, Path::new("/dev/zero"), Path::new("/dev/null"), &folder.path("")] {
        for flag in ["--results", "--verified"] {
            let mut show = elements();
            show.args(["office", "show"]).arg(folder.path("h.plan")).arg("--html").arg(folder.path("h.html"));
            let (_, stderr) = run(show.arg(flag).arg(file), 2);
            assert!(stderr.contains("no ordinary file"), "{flag} {file:?}: {stderr}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn beside_standard_input_no_file_is_made_whatever_it_is_called() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::with_users(3));
    for name in ["/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"] {
        let mut apply = elements();
        at(apply.args(["office", "apply", name, "--yes"]), &sandbox).current_dir(folder.path(""));
        let stdin = || Stdio::from(fs::File::open(folder.path("offices.csv")).unwrap());
        let (_, stderr) = run(apply.stdin(stdin()), 2);
        assert!(stderr.contains("no place for a journal beside it"), "{stderr}");
        run(apply.args(["--fresh", "--journal"]).arg(folder.path("journal")).stdin(stdin()), 0);
        assert_eq!(count(&folder.read("rows.results.csv"), "done"), 3);
    }
    assert!(!Path::new("/dev/stdin.journal").exists() && !Path::new("/dev/stdin.results").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_ordinary_file_among_the_files_of_a_plan_is_refused_before_any_request() {
    let rows = "mail,city\nanneliese.kruger@contoso.example,Dresden\n";
    let (sandbox, folder) = (builder().start().await.unwrap(), Folder::with("hr.csv", rows));
    let results = "h.plan.planned.csv";
    let names =
        ["h.plan.partial", "h.plan.old", results, "h.plan.planned.csv.partial", "h.plan.planned.csv.old"];
    let names = names.map(|name| folder.path(name));
    let refused = |part: &str| {
        let mut plan = elements();
        plan.args(["office", "plan"]).arg(folder.path("hr.csv")).arg("--out").arg(folder.path("h.plan"));
        let (_, stderr) = run(at(plan.stdin(Stdio::null()), &sandbox), 2);
        assert!(stderr.contains(part) && stderr.contains("nothing was sent"), "{stderr}");
        assert_eq!(fs::read_dir(folder.path("")).unwrap().count(), 2, "{stderr}");
    };
    for name in &names {
        mkfifo(name);
        refused("no ordinary file");
        fs::remove_file(name).unwrap();
        fs::create_dir(name).unwrap();
        refused("no ordinary file");
        fs::remove_dir(name).unwrap();
    }
    symlink("nowhere", folder.path(results)).unwrap();
    refused("leads nowhere");
    fs::remove_file(folder.path(results)).unwrap();
    fs::set_permissions(folder.path(""), fs::Permissions::from_mode(0o1777)).unwrap();
    for name in &names {
        fs::write(name, "").unwrap();
        if give_away(name) {
            refused("belongs to another user");
        }
        fs::remove_file(name).unwrap();
    }
    assert_eq!(sandbox.request_count() + sandbox.token_requests(), 0);
}

/// Gives a file to another user, where the tests run as root.
fn give_away(path: &Path) -> bool {
    let given = std::os::unix::fs::lchown(path, Some(65_534), None);
    given.is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn where_others_may_write_what_belongs_to_others_is_refused() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::with_users(3));
    let shared = |mode| fs::set_permissions(folder.path(""), fs::Permissions::from_mode(mode)).unwrap();
    let apply = |code| run(at(folder.apply("offices.csv").args(["--yes"]), &sandbox), code).1;
    apply(0);
    let names = ["offices.csv.journal", "offices.results.csv"].map(|name| folder.path(name));
    if !give_away(&names[0]) {
        // Without the right to give files away, only the library's tests cover the rule.
        return;
    }
    for name in &names {
        assert!(give_away(name));
        for mode in [0o1777, 0o777, 0o775, 0o1770] {
            shared(mode);
            let stderr = apply(2);
            assert!(stderr.contains("belongs to another user (id 65534)"), "{mode:o}: {stderr}");
        }
        // In a folder of one's own, such as a volume to which a container comes back as another user, it is believed.
        for mode in [0o755, 0o2775] {
            shared(mode);
            apply(0);
        }
        shared(0o777);
        assert!(give_away(&folder.path("")) && give_away(&names[0]));
        apply(0);
        chown(folder.path(""), Some(0), None).unwrap();
        for name in &names {
            chown(name, Some(0), None).unwrap();
        }
    }
    // A link of theirs leads nowhere that is believed, although the file there is ours.
    fs::write(folder.path("precious.csv"), "precious").unwrap();
    for name in ["l.journal", "l.csv"].map(|name| folder.path(name)) {
        symlink(folder.path("precious.csv"), &name).unwrap();
        assert!(give_away(&name));
        let flag = if name.ends_with("l.csv") { "--results" } else { "--journal" };
        let mut apply = folder.apply("offices.csv");
        let (_, stderr) = run(at(apply.arg("--yes").arg(flag).arg(&name), &sandbox), 2);
        assert!(stderr.contains("belongs to another user"), "{stderr}");
    }
    assert_eq!((folder.read("precious.csv"), sandbox.request_count()), ("precious".to_owned(), 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_authorities_and_pages_have_nothing_to_do_with_what_another_user_prepared() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::with_users(1));
    fs::write(folder.path("secret"), sandbox.client_secret()).unwrap();
    fs::set_permissions(folder.path("secret"), fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(folder.path("authorities"), "").unwrap();
    fs::create_dir(folder.path("pages")).unwrap();
    fs::create_dir(folder.path("ours")).unwrap();
    symlink("ours", folder.path("link")).unwrap();
    let asked = |code, flag: &str, name: &str| {
        let mut status = elements();
        at(status.args(["auth", "status", flag]).arg(folder.path(name)), &sandbox);
        let secret = if flag == "--client-secret-file" { "" } else { sandbox.client_secret() };
        run(status.env("ELEMENTS_CLIENT_SECRET", secret), code).1
    };
    let written = |code, name: &str| run(elements().args(["man", "--dir"]).arg(folder.path(name)), code).1;
    asked(0, "--client-secret-file", "secret");
    if !["secret", "authorities", "pages", "link"].iter().all(|name| give_away(&folder.path(name))) {
        return;
    }
    fs::set_permissions(folder.path(""), fs::Permissions::from_mode(0o1777)).unwrap();
    for refused in [
        asked(2, "--client-secret-file", "secret"),
        asked(2, "--ca-file", "authorities"),
        written(2, "pages"),
        written(2, "link"),
        written(2, "link/below"),
    ] {
        assert!(refused.contains("belongs to another user (id 65534)"), "{refused}");
    }
    assert_eq!(fs::read_dir(folder.path("ours")).unwrap().count(), 0);
    // In a folder of our own it is as with every other file.
    fs::set_permissions(folder.path(""), fs::Permissions::from_mode(0o755)).unwrap();
    asked(0, "--client-secret-file", "secret");
    written(0, "pages");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_of_another_user_is_not_followed_on_the_way_either() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::with_users(3));
    fs::create_dir(folder.path("theirs")).unwrap();
    symlink("theirs", folder.path("ours")).unwrap();
    symlink("ours", folder.path("planted")).unwrap();
    symlink("planted", folder.path("by-way-of-it")).unwrap();
    let journal = |code, link: &str| {
        let journal = folder.path(link).join("j");
        let mut apply = folder.apply("offices.csv");
        let (_, stderr) = run(at(apply.arg("--yes").arg("--journal").arg(&journal), &sandbox), code);
        stderr
    };
    journal(0, "by-way-of-it");
    if !give_away(&folder.path("planted")) {
        return;
    }
    for mode in [0o1777, 0o775] {
        fs::set_permissions(folder.path(""), fs::Permissions::from_mode(mode)).unwrap();
        fs::remove_file(folder.path("theirs/j")).unwrap_or_default();
        for link in ["planted", "by-way-of-it", "ours/../planted"] {
            let stderr = journal(2, link);
            assert!(stderr.contains("planted belongs to another user"), "{stderr}");
        }
        assert_eq!(fs::read_dir(folder.path("theirs")).unwrap().count(), 0);
        journal(0, "ours");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_the_folder_of_a_group_files_of_its_members_are_believed_and_their_links_are_not() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::with_users(3));
    fs::create_dir(folder.path("private")).unwrap();
    fs::write(folder.path("private/list.csv"), "precious").unwrap();
    fs::set_permissions(folder.path(""), fs::Permissions::from_mode(0o2775)).unwrap();
    let apply = |flags: &[&str], code| {
        let mut apply = folder.apply("offices.csv");
        run(at(apply.arg("--yes").args(flags).current_dir(folder.path("")), &sandbox), code).1
    };
    let (results, way) = (folder.path("offices.results.csv"), folder.path("way"));
    symlink("private/list.csv", &results).unwrap();
    symlink("private", &way).unwrap();
    if !give_away(&results) || !give_away(&way) {
        return;
    }
    for flags in [&[][..], &["--results", "way/list.csv"], &["--results", "r.csv", "--journal", "way/j"]] {
        let stderr = apply(flags, 2);
        assert!(stderr.contains("belongs to another user (id 65534)"), "{flags:?}: {stderr}");
    }
    assert_eq!((folder.read("private/list.csv"), sandbox.request_count()), ("precious".to_owned(), 0));
    assert_eq!(fs::read_dir(folder.path("private")).unwrap().count(), 1);
    // Root's links, as Kubernetes makes those of a volume, and links of this user are followed.
    std::os::unix::fs::lchown(&way, Some(0), None).unwrap();
    apply(&["--results", "way/list.csv", "--journal", "way/j"], 0);
    assert_eq!(count(&folder.read("private/list.csv"), "done"), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journal_that_every_user_may_write_to_is_refused_and_left_as_it_is() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::with_users(3));
    let apply = |code| run(at(folder.apply("offices.csv").arg("--yes"), &sandbox), code).1;
    apply(0);
    let journal = folder.path("offices.csv.journal");
    for (folder_mode, mode) in [(0o1777, 0o666), (0o777, 0o777), (0o755, 0o602)] {
        fs::set_permissions(folder.path(""), fs::Permissions::from_mode(folder_mode)).unwrap();
        fs::set_permissions(&journal, fs::Permissions::from_mode(mode)).unwrap();
        let stderr = apply(2);
        assert!(stderr.contains("every user may write to"), "{stderr}");
        assert_eq!(fs::metadata(&journal).unwrap().permissions().mode() & 0o777, mode);
    }
    // Kubernetes gives the files of a volume to a group.
    fs::set_permissions(&journal, fs::Permissions::from_mode(0o660)).unwrap();
    apply(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rehearsal_of_the_plan_refuses_the_journal_that_the_run_would() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::with_users(3));
    symlink(folder.path("planted"), folder.path("offices.csv.journal")).unwrap();
    let (_, stderr) = run(at(folder.apply("offices.csv").arg("--dry-run"), &sandbox), 2);
    assert!(stderr.contains("leads nowhere"), "{stderr}");
    let mut status = elements();
    let (_, stderr) = run(status.args(["office", "status"]).arg(folder.path("offices.csv")), 2);
    assert!(stderr.contains("leads nowhere"), "{stderr}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_refused_leaves_the_journals_as_they_were() {
    let (sandbox, folder) = (Sandbox::start().await.unwrap(), Folder::with_users(3));
    let apply = |code, flag: &[&str]| {
        run(at(folder.apply("offices.csv").args(["--yes", "--quiet"]).args(flag), &sandbox), code)
    };
    let results = folder.path("offices.results.csv");
    symlink(folder.path("planted"), &results).unwrap();
    for flag in [&[][..], &["--fresh"]] {
        apply(2, flag);
        assert!(!folder.path("offices.csv.journal").exists());
    }
    fs::remove_file(&results).unwrap();
    apply(0, &[]);
    let journal = folder.read("offices.csv.journal");
    fs::remove_file(&results).unwrap();
    symlink(folder.path("planted"), &results).unwrap();
    for flag in [&[][..], &["--fresh"]] {
        apply(2, flag);
        assert_eq!(folder.read("offices.csv.journal"), journal);
        assert!(!folder.path("offices.csv.journal.old").exists());
    }
}

#[test]
fn a_named_pipe_is_no_input_and_what_shells_make_of_a_command_is_one() {
    let folder = Folder::with_users(3);
    mkfifo(&folder.path("pipe"));
    symlink("pipe", folder.path("link")).unwrap();
    for name in ["pipe", "link"] {
        for command in ["check", "apply"] {
            let mut office = elements();
            office.args(["office", command]).arg(folder.path(name)).env("ELEMENTS_ACCESS_TOKEN", "t");
            let (_, stderr) = run(&mut office, 2);
            assert!(stderr.contains("named pipe"), "{command}: {stderr}");
        }
    }
    let script = r#"exec "$1" office check /dev/fd/63 63< <(sleep 0.2; cat "$2")"#;
    let mut shell = Command::new("bash");
    shell.args(["-c", script, "sh", env!("CARGO_BIN_EXE_elements")]).arg(folder.path("offices.csv"));
    let (stdout, _) = run(&mut shell, 0);
    assert!(stdout.contains("valid      3"), "{stdout}");
}

#[test]
fn a_stream_that_is_waited_for_is_named() {
    let folder = Folder::with_users(3);
    let mut check = elements();
    let mut child = check
        .args(["office", "check", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(child.stderr.take().unwrap()), &mut line)
        .unwrap();
    assert!(line.contains("waiting for the end of standard input"), "{line}");
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), folder.read("offices.csv").as_bytes())
        .unwrap();
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_stream_is_read_up_to_its_limit() {
    let folder = Folder::with_users(3);
    let length = fs::metadata(folder.path("offices.csv")).unwrap().len();
    let check = |limit: u64, code| {
        let mut check = elements();
        check.args(["office", "check", "-", "--max-input", &format!("{limit}B")]);
        run(check.stdin(fs::File::open(folder.path("offices.csv")).unwrap()), code).1
    };
    check(length, 0);
    let stderr = check(length - 1, 2);
    assert!(
        stderr.contains(&format!("more than {} bytes", length - 1)) && stderr.contains("--max-input"),
        "{stderr}"
    );
    let mut endless = elements();
    let (_, stderr) = run(endless.args(["office", "check", "/dev/zero", "--max-input", "1MiB"]), 2);
    assert!(stderr.contains("--max-input"), "{stderr}");
    run(elements().args(["office", "check", "--max-input", "1B"]).arg(folder.path("offices.csv")), 0);
    let (help, _) = run(elements().args(["office", "check", "--help"]), 0);
    assert!(help.contains("[default: 4GiB]"), "{help}");
}
