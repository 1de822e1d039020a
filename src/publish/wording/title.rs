//! The title of the image repository's pull request.

use super::escape::line;
use super::image::ImageFacts;
use crate::model::TrackedKey;
use crate::publish::SeriesCommit;
use crate::resolve::{Change, ComponentChange};

/// GitHub's limit for titles, in characters.
pub(super) const TITLE: usize = 256;

/// A title is shortened to whole steps from here on: GitHub's lists show about as much.
const READABLE: usize = 120;

/// The subject of the only commit; else the steps, as many as are read at a glance.
pub(super) fn title(facts: &ImageFacts<'_>) -> String {
    match facts.commits {
        [commit] => line(&commit.subject, TITLE),
        commits => {
            let steps: Vec<_> = commits.iter().map(|commit| step(facts, commit)).collect();
            line(&format!("Update {}", listed(&steps)), TITLE)
        }
    }
}

/// `steps`, comma-joined, ending in `and N more` where not all fit.
fn listed(steps: &[String]) -> String {
    let mut text = String::new();
    for (index, step) in steps.iter().enumerate() {
        let joined = if index == 0 { step.clone() } else { format!("{text}, {step}") };
        if index > 0 && joined.chars().count() > READABLE {
            return format!("{text} and {} more", steps.len() - index);
        }
        text = joined;
    }
    text
}

/// `3.14 to 3.14.6`, or what else is new in the series.
fn step(facts: &ImageFacts<'_>, commit: &SeriesCommit) -> String {
    match facts.change(commit.key) {
        Some(change) => match new_things(change) {
            things if things.is_empty() => commit.key.to_string(),
            things => format!("{} to {}", commit.key, things),
        },
        None => from_subject(&commit.subject, commit.key),
    }
}

fn new_things(change: &Change) -> String {
    if change.from.as_ref() != Some(&change.to) {
        return change.to.to_string();
    }
    let component = |component: &ComponentChange| match component {
        ComponentChange::Package { name, to, .. } => format!("{name} {to}"),
        ComponentChange::GetPip { to, .. } => format!("get-pip {}", &to.commit.as_str()[..8]),
    };
    change.components.iter().map(component).collect::<Vec<_>>().join(", ")
}

/// What a commit of an earlier run says of the series.
fn from_subject(subject: &str, key: TrackedKey) -> String {
    let step = subject.strip_prefix("Update ").unwrap_or(subject);
    let step = step.split_once(", ").map_or(step, |(first, _)| first);
    if step.is_empty() { key.to_string() } else { line(step, 60) }
}
