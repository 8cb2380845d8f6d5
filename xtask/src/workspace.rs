//! What cargo knows of this workspace's packages and of all that they depend on.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use crate::problem::{Problem, Result};

/// The answer of `cargo metadata`, as far as the tasks ask.
#[derive(Debug, Deserialize)]
pub(crate) struct Workspace {
    packages: Vec<Package>,
    #[serde(rename = "workspace_members")]
    members: Vec<String>,
    /// What each package depends on.
    #[serde(default)]
    resolve: Value,
}

/// A package: of this workspace, or one that it depends on.
#[derive(Debug, Deserialize)]
pub(crate) struct Package {
    /// Cargo's name for exactly this package.
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) version: String,
    /// The oldest compiler that it is for, where it says.
    pub(crate) rust_version: Option<String>,
    /// The registries that it may be published to: none at all, or any where it does not say.
    pub(crate) publish: Option<Vec<String>>,
    pub(crate) manifest_path: PathBuf,
    /// What it is, in a line.
    pub(crate) description: Option<String>,
    /// The licence, as an SPDX expression.
    pub(crate) license: Option<String>,
    /// The path of its README.
    pub(crate) readme: Option<String>,
    /// Where its documentation is.
    pub(crate) documentation: Option<String>,
    /// Words by which it is found.
    pub(crate) keywords: Vec<String>,
    /// The categories of the registry.
    pub(crate) categories: Vec<String>,
    /// Its features, with what each turns on.
    pub(crate) features: BTreeMap<String, Vec<String>>,
    /// Its libraries, programs, tests and so on.
    pub(crate) targets: Vec<Target>,
    /// Settings of other tools.
    #[serde(default)]
    pub(crate) metadata: Value,
}

/// Something that cargo builds from a package.
#[derive(Debug, Deserialize)]
pub(crate) struct Target {
    /// What it is: `lib`, `bin`, `test` and so on.
    pub(crate) kind: Vec<String>,
}

impl Workspace {
    /// The packages of the workspace, and nothing of what they depend on.
    pub(crate) fn alone(root: &Path) -> Result<Self> {
        Self::asked(root, &["--no-deps"])
    }

    /// The packages of the workspace and all that they depend on, on any platform and with every feature.
    pub(crate) fn with_dependencies(root: &Path) -> Result<Self> {
        Self::asked(root, &["--all-features", "--locked"])
    }

    fn asked(root: &Path, more: &[&str]) -> Result<Self> {
        let output = crate::cargo(root).args(["metadata", "--format-version", "1"]).args(more).output();
        let output = output.map_err(Problem::starting("cargo"))?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            return Err(Problem::new(format!("`cargo metadata` failed:\n{said}")));
        }
        Self::parse(&output.stdout)
    }

    /// Reads the answer of `cargo metadata`.
    pub(crate) fn parse(json: &[u8]) -> Result<Self> {
        serde_json::from_slice(json).map_err(|error| {
            Problem::new(format!("`cargo metadata` says something else than before: {error}"))
        })
    }

    /// The packages of the workspace that may be published, by name.
    pub(crate) fn publishable(&self) -> Vec<&Package> {
        let members = self.packages.iter().filter(|package| self.members.contains(&package.id));
        let mut publishable: Vec<_> = members.filter(|package| package.is_publishable()).collect();
        publishable.sort_by(|a, b| a.name.cmp(&b.name));
        publishable
    }

    /// All that a package needs to be built, directly or not; what only its tests need is left out.
    pub(crate) fn needs(&self, package: &Package) -> Vec<&Package> {
        let mut found: Vec<&str> = Vec::new();
        let mut open = vec![package.id.as_str()];
        while let Some(id) = open.pop() {
            for needed in self.direct_needs(id) {
                if !found.contains(&needed) {
                    found.push(needed);
                    open.push(needed);
                }
            }
        }
        self.packages.iter().filter(|package| found.contains(&package.id.as_str())).collect()
    }

    fn direct_needs(&self, id: &str) -> impl Iterator<Item = &str> {
        let nodes = elements(&self.resolve["nodes"]).filter(move |node| node["id"] == id);
        // Of what the code itself uses, the kind is null.
        let needed = |kinds: &Value| elements(kinds).any(|kind| kind["kind"] != "dev");
        let needs = nodes.flat_map(|node| elements(&node["deps"]));
        needs.filter(move |need| needed(&need["dep_kinds"])).filter_map(|need| need["pkg"].as_str())
    }
}

fn elements(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

impl Package {
    fn is_publishable(&self) -> bool {
        self.publish.as_ref().is_none_or(|registries| !registries.is_empty())
    }

    /// Whether it has a target of a kind, such as `lib` or `bin`.
    pub(crate) fn has(&self, kind: &str) -> bool {
        self.targets.iter().any(|target| target.kind.iter().any(|has| has == kind))
    }

    /// Name and version as the registry joins them.
    pub(crate) fn full_name(&self) -> String {
        format!("{}-{}", self.name, self.version)
    }

    /// The folder of its manifest.
    pub(crate) fn folder(&self) -> &Path {
        self.manifest_path.parent().unwrap_or(Path::new(""))
    }

    /// Its features, but for `default`.
    pub(crate) fn own_features(&self) -> Vec<&str> {
        self.features.keys().map(String::as_str).filter(|feature| *feature != "default").collect()
    }
}
