//! The issues about alarms that no pull request can express: the ledger contradicted, an artifact that changed while it was
//! proposed.
//!
//! Owns which issues there should be, and when one is settled. Their words are the wording's, their keeping the kept issue's.

use super::{Image, ImageDone};
use crate::config::BranchName;
use crate::model::{Artifact, PythonVersion, Sha256, TrackedKey};
use crate::publish::issue::{Standing, WantedIssue};
use crate::publish::notify::NOTICE;
use crate::publish::rolling::{Action, Done, Leave, RollingError};
use crate::publish::wording;
use crate::resolve::{Alarm, Outcome};

/// What came of the branches.
type Branches = [(BranchName, Result<Done, RollingError>)];

/// The issues that there should be.
pub(super) fn wanted(image: &Image<'_>, branches: &Branches) -> Vec<WantedIssue> {
    let contradicted = image.plan.series.iter().filter_map(|series| match &series.outcome {
        Outcome::Contradicted(contradiction) => {
            let (title, body) = wording::contradiction(series.key, contradiction);
            let id = format!("alarm {} {}", series.key, contradiction.artifact());
            let content = contradiction.content();
            Some(WantedIssue { id, content, title, body, labels: labels(image), ..WantedIssue::default() })
        }
        Outcome::Alarm(alarm) => {
            let why = unproposed(image, series.key, alarm, branches)?;
            let (title, body) = wording::unproposed(series.key, alarm, &why);
            let id = format!("alarm {} {}", series.key, alarm.now.artifact());
            let content = format!("{} {why}", alarm.content());
            Some(WantedIssue { id, content, title, body, labels: labels(image), ..WantedIssue::default() })
        }
        _ => None,
    });
    let rerolled = rerolls(branches).map(|reroll| {
        let Reroll { branch, number, file, proposed, now } = reroll;
        let (title, body) = wording::reroll(number, file, proposed, now);
        let content = format!("{file} {proposed} {now}");
        let id = format!("reroll {branch} {file}");
        WantedIssue { id, content, title, body, labels: labels(image), ..WantedIssue::default() }
    });
    contradicted.chain(rerolled).collect()
}

/// Why no pull request puts `alarm` before a person, if none does.
fn unproposed(image: &Image<'_>, key: TrackedKey, alarm: &Alarm, branches: &Branches) -> Option<String> {
    if let Some(doubt) = &alarm.doubt {
        return Some(doubt.clone());
    }
    let name = image.alarm_branch(key);
    let done = branches.iter().find(|(branch, _)| *branch == name)?.1.as_ref().ok()?;
    let nothing = done.pull.is_none() && matches!(done.action, Action::Nothing);
    nothing.then(|| "the ledger has nothing to take over of it".to_owned())
}

/// How it stands with what the issue `id` is about, which is not wanted any more. Foreign text.
pub(super) fn standing(image: &Image<'_>, branches: &Branches, id: &str) -> Standing {
    let plan = image.plan;
    let words: Vec<_> = id.split(' ').collect();
    match words.as_slice() {
        ["alarm", key, file] => of_series(image, key, file),
        ["reroll", branch, file] => match branches.iter().find(|(name, _)| name.as_str() == *branch) {
            Some((_, Err(_))) => Standing::Unknown(format!("{branch} could not be looked at")),
            Some((_, Ok(Done { action: Action::Left(Leave::Unsettled { why, .. }), .. }))) => {
                Standing::Unknown(why.clone())
            }
            Some((_, Ok(_))) | None if plan.incomplete => Standing::Unknown("not every source answered".to_owned()),
            Some((_, Ok(_))) | None => {
                Standing::Settled(format!("Closed by pybump: {} is not proposed with another digest.", shown(file)))
            }
        },
        [NOTICE] => Standing::Elsewhere,
        _ => Standing::Unknown("it is not known what it is about".to_owned()),
    }
}

fn of_series(image: &Image<'_>, key: &str, file: &str) -> Standing {
    let unknown = |why: &str| Standing::Unknown(why.to_owned());
    let Ok(key) = key.parse::<TrackedKey>() else { return unknown("it is not known which series it is about") };
    let entries = &image.layout.manifest().entries;
    let series = image.plan.series.iter().find(|series| series.key == key);
    let (Some(series), Some(entry)) = (series, entries.get(&key)) else {
        if entries.contains_key(&key) {
            return unknown("the series was not looked at");
        }
        return Standing::Settled(format!("Closed by pybump: {key} is not tracked any more."));
    };
    let Some(artifact) = artifact_of(file) else { return unknown("it is not known which file it is about") };
    if artifact.version < entry.version {
        let at = &entry.version;
        return Standing::Settled(format!("Closed by pybump: {key} is at {at} now, which {artifact} is no part of."));
    }
    let again = || {
        Standing::Settled(format!("Closed by pybump: ledger, manifest and upstream say the same of {artifact} again."))
    };
    match &series.outcome {
        Outcome::Current | Outcome::Update(_) if image.plan.incomplete => unknown("not every source answered"),
        Outcome::Current if series.artifacts.iter().any(|seen| *seen.artifact() == artifact) => again(),
        Outcome::Update(change) if change.artifacts().any(|taken| *taken.artifact() == artifact) => Standing::Settled(
            format!("Closed by pybump: {artifact} is proposed as upstream has it; the ledger says nothing else of it."),
        ),
        Outcome::Current | Outcome::Update(_) => {
            Standing::Unknown(format!("no evidence beside {artifact} was seen to hold"))
        }
        Outcome::Waiting(pending) => Standing::Unknown(format!("the series waits: {}", pending.wait)),
        Outcome::Held { hold, .. } => Standing::Unknown(format!("the series is held: {hold}")),
        Outcome::Alarm(_) | Outcome::Contradicted(_) => unknown("there is another alarm"),
    }
}

/// The artifact that goes by this name, if one does.
fn artifact_of(file: &str) -> Option<Artifact> {
    let source = file.strip_prefix("Python-").and_then(|rest| rest.strip_suffix(".tar.xz"));
    let version = source.or_else(|| file.strip_prefix("python-")?.strip_suffix("-amd64.exe"))?;
    let version: PythonVersion = version.parse().ok()?;
    let artifacts = [Artifact::source(&version), Artifact::windows(&version)];
    artifacts.into_iter().find(|artifact| artifact.file_name() == file)
}

/// An artifact that changed while it was proposed.
struct Reroll<'a> {
    branch: &'a BranchName,
    number: u64,
    file: &'a str,
    proposed: &'a Sha256,
    now: &'a Sha256,
}

fn rerolls(branches: &Branches) -> impl Iterator<Item = Reroll<'_>> {
    branches.iter().filter_map(|(branch, done)| match &done.as_ref().ok()?.action {
        Action::Left(Leave::Rerolled { pull, file, proposed, now }) => {
            Some(Reroll { branch, number: pull.number, file, proposed, now })
        }
        _ => None,
    })
}

fn labels(image: &Image<'_>) -> Vec<String> {
    image.config.labels.iter().chain([&image.config.alarm_label]).cloned().collect()
}

/// A file's name out of an issue's body, as far as it is one.
fn shown(file: &str) -> String {
    let plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    file.chars().filter(plain).take(80).collect()
}

impl ImageDone {
    /// True if an artifact changed while it was proposed.
    pub fn rerolled(&self) -> bool {
        rerolls(&self.branches).next().is_some()
    }
}
