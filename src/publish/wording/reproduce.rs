//! The commands by which anyone checks a pull request.

use super::Branch;
use super::escape::shell;
use super::image::ImageFacts;
use crate::resolve::{Change, ComponentChange};
use crate::sources::python_org::artifact_url;

/// How the tree and the digests of the image repository's pull request are reproduced. `digests` is for how many series
/// there is room to name the digests one by one.
pub(super) fn image(facts: &ImageFacts<'_>, digests: usize) -> String {
    let keys = facts.commits.iter().map(|commit| commit.key.to_string());
    let arguments: Vec<_> = keys.chain(facts.options.iter().map(|option| shell(option))).collect();
    let tree = facts.branch.tree;
    let mut text = format!(
        "### Reproduce\n\nThe tree, as long as upstream has nothing newer for these series:\n\n```sh\n{}pybump update \
         {} --commit\ngit rev-parse 'HEAD^{{tree}}'\n# {tree}\n```\n\n{}",
        checkout(&facts.branch),
        arguments.join(" "),
        branch(&facts.branch),
    );
    text.push_str(&evidence(facts, digests));
    text
}

/// How the tree of the pull request about signers is reproduced. `with_keys` if the branch has new files, which may be fewer
/// than the update keeps.
pub(super) fn signers(branch: &Branch<'_>, with_keys: bool) -> String {
    let Branch { name, tree, base, .. } = branch;
    let add = if with_keys {
        format!("git fetch --quiet origin {name}\ngit diff --name-only {base}...FETCH_HEAD | xargs git add\n")
    } else {
        String::new()
    };
    let same = if with_keys { "pages and keys.openpgp.org" } else { "the pages" };
    format!(
        "### Reproduce\n\nThe tree, as long as {same} say the same:\n\n```sh\n{}pybump signers --update\n{add}git commit \
         --all --message signers\ngit rev-parse 'HEAD^{{tree}}'\n# {tree}\n```\n\nThe branch:\n\n```sh\ngit fetch origin \
         {name}\ngit diff {base}...FETCH_HEAD\ngit rev-parse 'FETCH_HEAD^{{tree}}'\n# {tree}\n```\n",
        checkout(branch),
    )
}

/// A clone at the base.
fn checkout(branch: &Branch<'_>) -> String {
    let Branch { repository, base, .. } = branch;
    format!("git clone {}.git\ncd {}\ngit checkout --quiet {base}\n", branch.page(), repository.name)
}

/// What the branch holds, at any later time as well.
fn branch(branch: &Branch<'_>) -> String {
    let Branch { name, tree, .. } = branch;
    format!(
        "The branch: the same tree, and every Dockerfile as manifest and templates give it:\n\n```sh\ngit fetch origin \
         {name}\ngit rev-parse 'FETCH_HEAD^{{tree}}'\n# {tree}\ngit checkout --quiet FETCH_HEAD && pybump render \
         --check\n```\n\n"
    )
}

fn evidence(facts: &ImageFacts<'_>, digests: usize) -> String {
    let changes: Vec<_> = facts.commits.iter().filter_map(|commit| facts.change(commit.key)).collect();
    let mut lines: Vec<_> = changes
        .iter()
        .filter(|change| change.adds_digests)
        .map(|change| format!("pybump verify {}", change.to))
        .collect();
    lines.extend(changes.iter().take(digests).flat_map(|change| digest_lines(change)));
    if digests < facts.commits.len() {
        lines.push("# there was no room for all digests; versions.json has them".to_owned());
    }
    if lines.is_empty() {
        return String::new();
    }
    format!("The evidence, and the digests without pybump:\n\n```sh\n{}\n```\n", lines.join("\n"))
}

fn digest_lines(change: &Change) -> Vec<String> {
    let line = |url: &str, sha256: &dyn std::fmt::Display| format!("curl -fsSL {} | sha256sum\n# {sha256}", shell(url));
    let artifacts = change.artifacts().filter(|_| change.adds_digests);
    let artifacts = artifacts.map(|artifact| line(artifact_url(artifact.artifact()).as_str(), &artifact.sha256()));
    let scripts = change.components.iter().filter_map(|component| match component {
        ComponentChange::GetPip { to, .. } => Some(line(to.url.as_str(), &to.sha256)),
        ComponentChange::Package { .. } => None,
    });
    artifacts.chain(scripts).collect()
}
