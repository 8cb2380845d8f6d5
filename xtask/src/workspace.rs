//! What cargo knows of this workspace's packages and of all that they depend on.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use crate::problem::{Problem, Result};

/// The answer of `cargo metadata`, as far as the tasks ask.
#[derive(Debug, Deserialize)]
pub struct Workspace {
    packages: Vec<Package>,
    #[serde(rename = "workspace_members")]
    members: Vec<String>,
    #[serde(default)]
    resolve: Option<Resolve>,
}

/// A package: of this workspace, or one that it depends on.
#[derive(Debug, Deserialize)]
pub struct Package {
    /// Cargo's name for exactly this package.
    pub id: String,
    /// The name.
    pub name: String,
    /// The version.
    pub version: String,
    /// The oldest compiler that it is for, where it says.
    pub rust_version: Option<String>,
    /// The registries that it may be published to: none at all, or any where it does not say.
    pub publish: Option<Vec<String>>,
    /// The path of its `Cargo.toml`.
    pub manifest_path: PathBuf,
    /// What it is, in a line.
    pub description: Option<String>,
    /// The licence, as an SPDX expression.
    pub license: Option<String>,
    /// The path of its README.
    pub readme: Option<String>,
    /// Where its documentation is.
    pub documentation: Option<String>,
    /// Words by which it is found.
    pub keywords: Vec<String>,
    /// The categories of the registry.
    pub categories: Vec<String>,
    /// Its features, with what each turns on.
    pub features: BTreeMap<String, Vec<String>>,
    /// Its libraries, programs, tests and so on.
    pub targets: Vec<Target>,
    /// Settings of other tools.
    #[serde(default)]
    pub metadata: Value,
}

/// Something that cargo builds from a package.
#[derive(Debug, Deserialize)]
pub struct Target {
    /// Its name.
    pub name: String,
    /// What it is: `lib`, `bin`, `test` and so on.
    pub kind: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Debug, Deserialize)]
struct Node {
    id: String,
    deps: Vec<Dependency>,
}

#[derive(Debug, Deserialize)]
struct Dependency {
    pkg: String,
    dep_kinds: Vec<DependencyKind>,
}

#[derive(Debug, Deserialize)]
struct DependencyKind {
    /// `dev` or `build`; none for one that the code itself uses.
    kind: Option<String>,
}

impl Workspace {
    /// The packages of the workspace, and nothing of what they depend on.
    ///
    /// # Errors
    /// A manifest that cargo refuses.
    pub fn alone(root: &Path) -> Result<Self> {
        Self::asked(root, &["--no-deps"])
    }

    /// The packages of the workspace and all that they depend on, on any platform and with every feature.
    ///
    /// # Errors
    /// A manifest that cargo refuses, or packages that cannot be fetched.
    pub fn with_dependencies(root: &Path) -> Result<Self> {
        Self::asked(root, &["--all-features", "--locked"])
    }

    fn asked(root: &Path, more: &[&str]) -> Result<Self> {
        let output = crate::cargo(root).args(["metadata", "--format-version", "1"]).args(more).output();
        let output = output.map_err(|error| Problem::new(format!("cannot start cargo: {error}")))?;
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
    pub fn publishable(&self) -> Vec<&Package> {
        let members = self.packages.iter().filter(|package| self.members.contains(&package.id));
        let mut publishable: Vec<_> = members.filter(|package| package.is_publishable()).collect();
        publishable.sort_by(|a, b| a.name.cmp(&b.name));
        publishable
    }

    /// All that a package needs to be built, directly or not; what only its tests need is left out.
    pub fn needs(&self, package: &Package) -> Vec<&Package> {
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
        let nodes = self.resolve.iter().flat_map(|resolve| &resolve.nodes);
        let own = nodes.filter(move |node| node.id == id).flat_map(|node| &node.deps);
        let needed = |dependency: &&Dependency| {
            dependency.dep_kinds.iter().any(|kind| kind.kind.as_deref() != Some("dev"))
        };
        own.filter(needed).map(|dependency| dependency.pkg.as_str())
    }
}

impl Package {
    fn is_publishable(&self) -> bool {
        self.publish.as_ref().is_none_or(|registries| !registries.is_empty())
    }

    /// Whether it has a target of a kind, such as `lib` or `bin`.
    pub fn has(&self, kind: &str) -> bool {
        self.targets.iter().any(|target| target.kind.iter().any(|has| has == kind))
    }

    /// Name and version as the registry joins them.
    pub fn full_name(&self) -> String {
        format!("{}-{}", self.name, self.version)
    }

    /// The folder of its manifest.
    pub fn folder(&self) -> &Path {
        self.manifest_path.parent().unwrap_or(Path::new(""))
    }

    /// Its features, but for `default`.
    pub fn own_features(&self) -> Vec<&str> {
        self.features.keys().map(String::as_str).filter(|feature| *feature != "default").collect()
    }
}
