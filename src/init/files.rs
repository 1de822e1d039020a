//! The files of a repository that pybump keeps: which, where, and with what content.
//!
//! Owns the embedded workflows and their names. Of manifest and templates only what is not there yet is wanted.

use std::borrow::Cow;

use super::look::Found;
use crate::config::{FILE, schema};
use crate::layout::{LINUX, MANIFEST, SEED};
use crate::model::Signers;

/// The JSON Schema of this version's `pybump.toml`, for editors.
pub const CONFIGURATION_SCHEMA: &str = "state/pybump.schema.json";
/// The pinned signers, which are the repository's own from then on.
pub const SIGNERS: &str = "state/signers.toml";
const README: &str = "state/README.md";

/// The workflows by the names under which they are installed: other workflows of the repository have names as plain as theirs.
pub const WORKFLOWS: [(&str, &str, &str); 4] = [
    (".github/workflows/pybump-bump.yml", include_str!("../../workflows/bump.yml"), "the scheduled job"),
    (".github/workflows/pybump-verify.yml", include_str!("../../workflows/verify.yml"), "checks every pull request"),
    (LIBRARY_WORKFLOW, include_str!("../../workflows/library.yml"), "brings it to official-images"),
    (".github/workflows/pybump-pages.yml", include_str!("../../workflows/pages.yml"), "publishes the report"),
];
/// The one that is of use only where a library file is kept.
pub(super) const LIBRARY_WORKFLOW: &str = ".github/workflows/pybump-library.yml";

/// A file that is to be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    /// From the repository's root, `/` between parts.
    pub path: &'static str,
    /// Its whole content.
    pub text: Cow<'static, str>,
    /// What it is for, in a few words.
    pub purpose: &'static str,
}

/// The files wanted in what was found, in the order in which they are written: each comes after those that it names.
pub(super) fn wanted(found: &Found) -> Vec<Wanted> {
    let wanted = |path, text: Cow<'static, str>, purpose| Wanted { path, text, purpose };
    let schema = serde_json::to_string_pretty(&schema()).expect("a schema is JSON") + "\n";
    let mut all = vec![
        wanted(README, include_str!("state-readme.md").into(), "what lies in state"),
        wanted(SIGNERS, Signers::EMBEDDED.into(), "who signs, on what evidence"),
        wanted(CONFIGURATION_SCHEMA, schema.into(), "the configuration's schema"),
    ];
    let seeds = SEED.into_iter().filter(|(path, _)| is_missing(path, found));
    all.extend(seeds.map(|(path, text)| {
        wanted(
            path,
            text.into(),
            if path == MANIFEST { "what each series is at" } else { "what Dockerfiles come from" },
        )
    }));
    all.push(wanted(FILE, include_str!("pybump.toml").into(), "the configuration"));
    all.extend(WORKFLOWS.map(|(path, text, purpose)| wanted(path, text.into(), purpose)));
    all
}

/// True of what a new repository starts with and this one has not, or has as a killed run of init left it. Who has a series or
/// a template of their own keeps their templates.
fn is_missing(path: &str, found: &Found) -> bool {
    let linux = SEED.iter().find(|(path, _)| *path == LINUX).map(|(_, text)| text.as_bytes());
    let own_templates = found.linux_template.is_some() && found.linux_template.as_deref() != linux;
    !found.is_tracking() && (path == MANIFEST || !own_templates)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workflows_start_this_version_of_pybump() {
        let action = format!("uses: pybump/pybump@v{} ", env!("CARGO_PKG_VERSION"));
        for (path, text, _) in WORKFLOWS {
            let used: Vec<_> = text.lines().filter(|line| line.contains("uses: pybump/pybump@")).collect();
            assert!(!used.is_empty() && used.iter().all(|line| line.contains(&action)), "{path}: {used:?}");
        }
    }
}
