//! What every manifest of a publishable package says, and that its `rust-version` is true of what it needs.

use std::path::Path;

use crate::problem::{Problem, Result};
use crate::workspace::{Package, Workspace};

/// Checks the manifests of all publishable packages.
pub(crate) fn check(root: &Path) -> Result<()> {
    verdict(&Workspace::with_dependencies(root)?)
}

fn verdict(workspace: &Workspace) -> Result<()> {
    let publishable = workspace.publishable();
    let complaints = publishable.iter().flat_map(|package| {
        let mut complaints = incomplete(package);
        complaints.extend(too_new(workspace, package));
        complaints
    });
    let complaints: Vec<String> = complaints.collect();
    if complaints.is_empty() {
        println!("manifests: {} publishable packages are complete", publishable.len());
        return Ok(());
    }
    Err(Problem::new(format!("manifests cannot be published as they are:\n  {}", complaints.join("\n  ")))
        .help("complete the manifests; for a dependency, take an older one or raise `rust-version`"))
}

/// What a manifest lacks.
fn incomplete(package: &Package) -> Vec<String> {
    let settings = &package.metadata["docs"]["rs"];
    let present = [
        ("description", package.description.is_some()),
        ("license", package.license.is_some()),
        ("readme", package.readme.is_some()),
        ("documentation", package.documentation.is_some()),
        ("rust-version", package.rust_version.is_some()),
        ("keywords (one to five)", (1..=5).contains(&package.keywords.len())),
        ("categories (one to five)", (1..=5).contains(&package.categories.len())),
        ("[package.metadata.docs.rs]", settings.is_object()),
    ];
    let lacking = present.into_iter().filter(|(_, present)| !present);
    lacking.map(|(what, _)| format!("{} has no {what}", package.name)).collect()
}

/// What a package needs that is for a newer Rust than it promises.
fn too_new(workspace: &Workspace, package: &Package) -> Vec<String> {
    let promised = package.rust_version.as_deref().unwrap_or_default();
    let needs = workspace.needs(package).into_iter().filter_map(|needed| {
        let wanted = needed.rust_version.as_deref()?;
        (numbers(wanted) > numbers(promised)).then(|| {
            format!("{} promises Rust {promised}, and {} needs {wanted}", package.name, needed.full_name())
        })
    });
    needs.collect()
}

/// The numbers of a version of Rust; one that is left out is 0.
fn numbers(version: &str) -> [u32; 3] {
    let mut numbers = version.split('.').map(|part| part.parse().unwrap_or(0));
    [(); 3].map(|()| numbers.next().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn package(name: &str, rust_version: &str, publish: bool) -> Value {
        json!({
            "id": name, "name": name, "version": "1.2.3", "rust_version": rust_version,
            "publish": if publish { Value::Null } else { json!([]) },
            "manifest_path": "/Cargo.toml", "description": "d", "license": "MIT", "readme": "README.md",
            "documentation": "https://docs.rs", "keywords": ["k"], "categories": ["c"],
            "features": {}, "targets": [], "metadata": { "docs": { "rs": {} } },
        })
    }

    /// A library that needs `near`, which needs `far`, in ways of these kinds.
    fn workspace(library: &Value, far: &str, kinds: [Option<&str>; 2]) -> Workspace {
        let edge = |to: &str, kind| json!({ "pkg": to, "dep_kinds": [{ "kind": kind }] });
        let json = json!({
            "packages": [library, package("near", "1.0", true), package("far", far, true)],
            "workspace_members": [library["id"]],
            "resolve": { "nodes": [
                { "id": "library", "deps": [edge("near", kinds[0])] },
                { "id": "near", "deps": [edge("far", kinds[1])] },
                { "id": "far", "deps": [] },
            ] },
        });
        Workspace::parse(json.to_string().as_bytes()).unwrap()
    }

    #[test]
    fn what_is_needed_indirectly_may_not_ask_for_a_newer_rust() {
        let library = package("library", "1.89", true);
        for (far, kinds, refused) in [
            ("1.89", [None, None], false),
            ("1.89.1", [None, None], true),
            ("1.100", [None, Some("build")], true),
            ("1.100", [Some("dev"), None], false),
        ] {
            let verdict = verdict(&workspace(&library, far, kinds));
            assert_eq!(verdict.is_err(), refused, "{far} {kinds:?}");
            if let Err(problem) = verdict {
                let message = problem.to_string();
                assert!(message.contains("library promises Rust 1.89, and far-1.2.3 needs"), "{message}");
            }
        }
    }

    #[test]
    fn everything_that_a_manifest_lacks_is_named() {
        let mut library = package("library", "1.89", true);
        for (key, nothing) in
            [("description", Value::Null), ("keywords", json!([])), ("metadata", Value::Null)]
        {
            library[key] = nothing;
        }
        let message = verdict(&workspace(&library, "1.0", [None, None])).unwrap_err().to_string();
        for what in ["no description", "no keywords", "no [package.metadata.docs.rs]"] {
            assert!(message.contains(&format!("library has {what}")), "{message}");
        }
    }

    #[test]
    fn what_is_not_published_may_lack_everything() {
        let mut library = package("library", "1.0", false);
        library["description"] = Value::Null;
        verdict(&workspace(&library, "1.89", [None, None])).unwrap();
    }
}
