//! Check and update up to the plan: look, resolve, and hold the series whose Dockerfiles have drifted.

use std::collections::BTreeMap;

use anyhow::{Result, bail};

use super::output::Output;
use super::setup::{Process, Setup};
use super::status::{Misuse, Status};
use crate::config::Config;
use crate::layout::{Difference, DockerLibrary, LayoutError, Rendered, Rendering, entry_after};
use crate::ledger::Ledger;
use crate::model::TrackedKey;
use crate::observe::observe;
use crate::resolve::{Change, Context, Hold, Observations, Outcome, Plan, SeriesPlan, resolve};

/// The keys meant by the arguments: those, or all tracked ones. A key that is not tracked must be meant to be new.
pub fn selected(layout: &DockerLibrary, keys: &[TrackedKey]) -> Vec<TrackedKey> {
    let mut selected: Vec<_> =
        if keys.is_empty() { layout.manifest().entries.keys().copied().collect() } else { keys.to_vec() };
    selected.sort_unstable();
    selected.dedup();
    selected
}

/// The keys meant by the arguments of a command that needs them tracked.
pub fn tracked(layout: &DockerLibrary, keys: &[TrackedKey]) -> Result<Vec<TrackedKey>> {
    let entries = &layout.manifest().entries;
    if let Some(unknown) = keys.iter().find(|key| !entries.contains_key(key)) {
        let known: Vec<_> = entries.keys().map(ToString::to_string).collect();
        return Err(Misuse(format!("{unknown} is not a key of versions.json; it has {}", known.join(", "))).into());
    }
    Ok(selected(layout, keys))
}

/// The ledger beside `layout`'s manifest, where `config` names its folder. What is wrong with it and concerns none of `keys`
/// is a warning; a damaged file of one of them holds that series.
pub fn ledger(
    config: &Config,
    layout: &DockerLibrary,
    keys: &[TrackedKey],
    output: &mut Output,
) -> Result<Option<Ledger>> {
    let Some(folder) = &config.ledger else { return Ok(None) };
    let ledger = Ledger::read(layout.root(), folder)?;
    let selected = selected(layout, keys);
    for (_, fault) in ledger.faults().filter(|(series, _)| selected.iter().all(|key| key.series != *series)) {
        output.warn(&fault.to_string());
    }
    for stray in ledger.strays() {
        output.warn(&format!("{} is no series' ledger, and what it says does not count", stray.display()));
    }
    Ok(Some(ledger))
}

/// Looks outside and resolves.
pub async fn plan(
    setup: &Setup,
    layout: &DockerLibrary,
    ledger: Option<&Ledger>,
    keys: &[TrackedKey],
    without_windows: bool,
    process: &Process,
    output: &Output,
) -> Result<Plan> {
    let spinner = output.spinner("asking python.org and GitHub");
    let manifest = layout.manifest();
    let observations = observe(&setup.outside, manifest, ledger, &selected(layout, keys)).await;
    drop(spinner);
    if let Some(why) = unreachable(&observations) {
        bail!(
            "{why}; nothing is known of any series and nothing was written: check the network, HTTPS_PROXY, or name a mirror with --mirror"
        );
    }
    let Setup { config, outside, .. } = setup;
    let context = Context { manifest, ledger, config, signers: &outside.signers, now: process.now, without_windows };
    Ok(resolve(&context, observations))
}

/// Why nothing at all was seen, if that is so.
fn unreachable(observations: &Observations) -> Option<String> {
    let index = observations.index.absence()?;
    let tags: Option<Vec<_>> = observations.series.values().map(|series| series.tags.absence()).collect();
    tags?.first().map(|tags| format!("{index}; {tags}"))
}

/// Renders what `plan` changes, each series on its own. A series that does not render, before or after, or whose
/// Dockerfiles are not what manifest and templates give, becomes held in the plan; the latter not with `force`.
/// Differences elsewhere are warnings. The status is that of the rendering alone.
pub fn renderings(
    plan: &mut Plan,
    layout: &DockerLibrary,
    force: bool,
    output: &mut Output,
) -> (Vec<Rendering>, Status) {
    let tracked: Vec<_> = layout.manifest().entries.keys().copied().collect();
    let mut renderings = Vec::new();
    let mut before: BTreeMap<_, _> = match layout.render(layout.text(), &tracked) {
        Ok(rendered) => rendered.into_iter().collect(),
        Err(error) => {
            output.error(&error.to_string());
            for series in plan.series.iter_mut().filter(|series| matches!(series.outcome, Outcome::Update(_))) {
                hold(series, Hold::Unrenderable { error: error.to_string() });
            }
            return (renderings, Status::Failed);
        }
    };
    for series in &mut plan.series {
        let (key, before) = (series.key, before.remove(&series.key));
        match &series.outcome {
            Outcome::Update(change) => match rendering(key, change, before, layout, force) {
                Ok(rendered) => renderings.push(Rendering { key, rendered }),
                Err(reason) => hold(series, *reason),
            },
            _ => warn_of_drift(key, before, layout, output),
        }
    }
    (renderings, Status::Done)
}

/// The Dockerfiles of `key` after `change`, or why they are not to be written.
fn rendering(
    key: TrackedKey,
    change: &Change,
    before: Option<Result<Rendered, LayoutError>>,
    layout: &DockerLibrary,
    force: bool,
) -> Result<Rendered, Box<Hold>> {
    let unrenderable = |error: LayoutError| Box::new(Hold::Unrenderable { error: error.to_string() });
    let text = layout.with_entry(key, &entry_after(layout.text(), key, change)).map_err(unrenderable)?;
    let after = layout.render(&text, &[key]).map_err(unrenderable)?.pop();
    let rendered = after.map_or_else(|| Ok(Rendered::new()), |(_, rendered)| rendered).map_err(unrenderable)?;
    if force {
        return Ok(rendered);
    }
    let before = before.transpose().map_err(|error| {
        let error = format!("{error}; --force goes on, for they render after the update");
        Box::new(Hold::Unrenderable { error })
    })?;
    let Some(before) = before else { return Ok(rendered) };
    let differences = layout.differences(key, &before, Some(&rendered)).map_err(unrenderable)?;
    if differences.is_empty() { Ok(rendered) } else { Err(Box::new(Hold::Drift { files: listed(&differences) })) }
}

fn hold(series: &mut SeriesPlan, hold: Hold) {
    series.outcome = Outcome::Held { hold, since: None };
}

/// The first few differences in words, and how many more there are.
fn listed(differences: &[Difference]) -> String {
    const SHOWN: usize = 3;
    let mut words: Vec<_> = differences.iter().take(SHOWN).map(ToString::to_string).collect();
    if let Some(more) = differences.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        words.push(format!("and {more} more"));
    }
    words.join(", ")
}

fn warn_of_drift(
    key: TrackedKey,
    before: Option<Result<Rendered, LayoutError>>,
    layout: &DockerLibrary,
    output: &mut Output,
) {
    let differences = match before {
        None => return,
        Some(before) => before.and_then(|before| layout.differences(key, &before, None)),
    };
    match differences {
        Err(error) => output.warn(&format!("{key} does not render: {error}")),
        Ok(differences) if differences.is_empty() => {}
        Ok(differences) => output.warn(&format!("{}; `pybump render {key}` would mend it", listed(&differences))),
    }
}
