//! One series of the image repository's pull request: its row, and what it rests on.

use std::fmt::Write as _;

use super::escape::code;
use super::image::{prose_item, reason};
use crate::layout::Edit;
use crate::model::{PythonVersion, Stage};
use crate::publish::SeriesCommit;
use crate::report::instant;
use crate::resolve::{Change, ComponentChange, Outcome, SeriesPlan};
use crate::sources::python_org::artifact_url;
use crate::verify::VerifiedArtifact;
use crate::verify::sigstore::SigstoreEvidence;

/// A series on the branch.
#[derive(Debug, Clone, Copy)]
pub(super) struct Carried<'a> {
    pub(super) commit: &'a SeriesCommit,
    /// What the run found about it.
    pub(super) series: Option<&'a SeriesPlan>,
    /// The change that the commit makes; nothing where an earlier run made it, and this one found something else.
    pub(super) change: Option<&'a Change>,
}

impl Carried<'_> {
    /// `3.14.5 → 3.14.6`; plain characters only.
    pub(super) fn step(&self) -> String {
        match self.change {
            None => "see its commit".to_owned(),
            Some(Change { from: None, to, .. }) => format!("new: {to}"),
            Some(Change { from: Some(from), to, .. }) if from == to => format!("{to} stays"),
            Some(Change { from: Some(from), to, .. }) => format!("{from} → {to}"),
        }
    }

    /// What changes, for the table.
    pub(super) fn what(&self) -> String {
        let mut parts = Vec::new();
        if let Some(change) = self.change {
            if change.adds_digests {
                parts.push(match change.windows {
                    Some(_) => "source, Windows installer".to_owned(),
                    None => "source".to_owned(),
                });
            }
            parts.extend(change.components.iter().map(component_words));
        }
        parts.push(self.files().words());
        if let Some(dropped) = self.change.map(|change| &change.dropped).filter(|dropped| !dropped.is_empty()) {
            parts.push(format!("**drops {}**", count(dropped.len(), "variant", "variants")));
        }
        parts.join(", ")
    }

    /// Who vouches for it, for the table.
    pub(super) fn evidence(&self) -> String {
        match self.change {
            None => "see its commit".to_owned(),
            Some(change) if !change.adds_digests => "no digest changes".to_owned(),
            Some(change) => {
                let read = change.artifacts().all(|artifact| artifact.bytes().is_some());
                let signer = code(&change.source.signed_by().to_string());
                format!("signed by {signer}, {}", if read { "bytes hashed" } else { "**bytes not downloaded**" })
            }
        }
    }

    /// Everything about the series; `list` is whether the files are named one by one.
    pub(super) fn section(&self, list: bool) -> String {
        let mut text = String::new();
        if let Some(change) = self.change {
            links(&mut text, change);
            artifacts(&mut text, change);
            components(&mut text, &change.components);
            if !change.dropped.is_empty() {
                let dropped: Vec<_> = change.dropped.iter().map(|variant| code(variant.as_str())).collect();
                text.push_str(&format!("Variants dropped: {}\n\n", dropped.join(", ")));
            }
        } else {
            text.push_str(&format!("{}\n\n", self.unsettled()));
        }
        let notes = self.series.map_or(&[] as &[_], |series| &series.notes);
        let mut items: Vec<_> = notes.iter().map(|note| format!("- {}\n", prose_item(note))).collect();
        let pending = self.series.and_then(|series| series.pending.as_ref());
        items.extend(pending.map(|pending| format!("- meanwhile a newer release waits{}\n", reason(pending))));
        if !items.is_empty() {
            text.push_str(&format!("{}\n", items.concat()));
        }
        text.push_str(&self.files().section(list));
        text
    }

    /// Why there is a commit without a change.
    fn unsettled(&self) -> String {
        let now = match self.series.map(|series| &series.outcome) {
            Some(Outcome::Waiting(pending)) => format!("this one waits{}", reason(pending)),
            Some(Outcome::Held { hold, .. }) => {
                format!("this one holds it: {}", super::escape::prose(&hold.to_string()))
            }
            Some(Outcome::Alarm(_)) => "this one found an alarm, which has a pull request of its own".to_owned(),
            Some(Outcome::Contradicted(_)) => "this one found an alarm, which has an issue of its own".to_owned(),
            Some(Outcome::Current | Outcome::Update(_)) | None => "this one did not look at it".to_owned(),
        };
        format!("An earlier run made the commit; {now}.")
    }

    fn files(&self) -> Files<'_> {
        Files { commit: self.commit }
    }
}

fn component_words(change: &ComponentChange) -> String {
    match change {
        ComponentChange::Package { name, from: Some(from), to } => format!("{name} {from} → {to}"),
        ComponentChange::Package { name, from: None, to } => format!("{name} {to}"),
        ComponentChange::GetPip { .. } => "get-pip".to_owned(),
    }
}

fn links(text: &mut String, change: &Change) {
    let Change { from, to, .. } = change;
    let repository = "https://github.com/python/cpython";
    let mut links = vec![
        format!("[changelog]({})", changelog(to)),
        format!("[tag {tag}]({repository}/releases/tag/{tag})", tag = to.tag()),
    ];
    if let Some(from) = from.as_ref().filter(|from| *from != to) {
        links.push(format!("[{from}...{to}]({repository}/compare/{}...{})", from.tag(), to.tag()));
    }
    links.push(format!("[files](https://www.python.org/ftp/python/{}/)", to.base()));
    text.push_str(&format!("{}\n\n", links.join(" · ")));
}

/// Where the changes of a release are told: finals and release candidates keep their documentation for good, alphas and
/// betas are told of in the documentation of their series alone (python/release-tools, `run_release.py`).
pub(super) fn changelog(version: &PythonVersion) -> String {
    let heading = version.base().to_string().replace('.', "-");
    let series = version.series();
    let (folder, suffix) = match version.prerelease().map(|pre| (pre.stage, pre.number)) {
        None => (format!("release/{version}"), "final".to_owned()),
        Some((Stage::Candidate, number)) => (format!("release/{version}"), format!("release-candidate-{number}")),
        Some((Stage::Alpha, number)) => (series.to_string(), format!("alpha-{number}")),
        Some((Stage::Beta, number)) => (series.to_string(), format!("beta-{number}")),
    };
    format!("https://docs.python.org/{folder}/whatsnew/changelog.html#python-{heading}-{suffix}")
}

fn artifacts(text: &mut String, change: &Change) {
    if !change.adds_digests {
        text.push_str("Its artifacts stay the same, and so do their digests.\n\n");
        return;
    }
    text.push_str("| Artifact | |\n|---|---|\n");
    change.artifacts().for_each(|artifact| artifact_rows(text, artifact));
    text.push('\n');
}

/// The rows of one artifact, in a table of two columns.
pub(super) fn artifact_rows(text: &mut String, artifact: &VerifiedArtifact) {
    let size = match artifact.bytes() {
        Some(size) => format!("{} bytes, downloaded and hashed", grouped(size)),
        None => "not downloaded: its bytes were not hashed".to_owned(),
    };
    let bound = match artifact.bound_by() {
        bound if bound.is_empty() => "nothing but the signature".to_owned(),
        bound => bound.join(", "),
    };
    let name = artifact.artifact().file_name();
    let rows = [
        (format!("**[{name}]({})**", artifact_url(artifact.artifact())), size),
        ("SHA-256".to_owned(), code(&artifact.sha256().to_string())),
        ("Signer".to_owned(), code(&artifact.signed_by().to_string())),
    ];
    let issuer = artifact.sigstore().map(|sigstore| ("Issuer".to_owned(), code(&sigstore.signer().issuer)));
    let signed_at = instant(artifact.signed_at());
    let more = [
        (
            "Signed".to_owned(),
            artifact.sigstore().map_or(signed_at.clone(), |it| format!("{signed_at}, log entry {}", log_entry(it))),
        ),
        ("Name bound by".to_owned(), bound),
    ];
    for (name, value) in rows.into_iter().chain(issuer).chain(more) {
        writeln!(text, "| {name} | {value} |").expect("writing to a string does not fail");
    }
}

/// The index in the transparency log, linked to where it can be looked at.
fn log_entry(evidence: &SigstoreEvidence) -> String {
    let index = evidence.log_index();
    format!("[{index}](https://search.sigstore.dev/?logIndex={index})")
}

fn components(text: &mut String, changes: &[ComponentChange]) {
    if changes.is_empty() {
        return;
    }
    text.push_str("| Component | Before | After |\n|---|---|---|\n");
    for change in changes {
        let row = match change {
            ComponentChange::Package { name, from, to } => {
                let from = from.as_ref().map_or("–".to_owned(), ToString::to_string);
                let page = format!("https://pypi.org/project/{name}/{to}/");
                format!("| {name} | {from} | [{to}]({page}) |\n")
            }
            ComponentChange::GetPip { from, to } => {
                let page = "https://github.com/pypa/get-pip";
                let short = |commit: &crate::model::CommitSha| commit.as_str()[..12].to_owned();
                let after = format!("[`{}`]({page}/commit/{})", short(&to.commit), to.commit);
                let digest = format!("SHA-256 `{}`, signed by nobody", to.sha256);
                match from {
                    None => format!("| get-pip | – | {after}<br>{digest} |\n"),
                    Some(from) => {
                        let compare = format!("[what changed]({page}/compare/{from}...{})", to.commit);
                        format!("| get-pip | `{}` | {after}, {compare}<br>{digest} |\n", short(from))
                    }
                }
            }
        };
        text.push_str(&row);
    }
    text.push('\n');
}

/// The files that a commit touches.
struct Files<'a> {
    commit: &'a SeriesCommit,
}

impl Files<'_> {
    fn paths(&self) -> impl Iterator<Item = (&std::path::Path, bool)> {
        self.commit.edits.iter().map(|edit| match edit {
            Edit::Write { path, .. } => (path.as_path(), false),
            Edit::Remove { path } => (path.as_path(), true),
        })
    }

    /// `9 Dockerfiles`
    fn words(&self) -> String {
        let dockerfiles = self.paths().filter(|(path, _)| path.file_name().is_some_and(|name| name == "Dockerfile"));
        match dockerfiles.count() {
            0 => count(self.commit.edits.len(), "file", "files"),
            number => count(number, "Dockerfile", "Dockerfiles"),
        }
    }

    fn section(&self, list: bool) -> String {
        let files = count(self.commit.edits.len(), "file", "files");
        if !list {
            return format!("{files} touched ({}): there was no room to list them, the commit does.\n", self.words());
        }
        let items = self.paths().map(|(path, removed)| {
            format!("- {}{}\n", code(&path.to_string_lossy()), if removed { ", removed" } else { "" })
        });
        let items: String = items.collect();
        format!("<details>\n<summary>{files} touched, {}</summary>\n\n{items}\n</details>\n", self.words())
    }
}

/// `1 file`, `2 files`
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// `24,006,976`
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
