//! What init found and what to do next, in words.
//!
//! Owns the wording. Names from git are shown escaped.

use super::StepReport;
use crate::init::{ConfigurationFound, FileState, Found, InitPlan, Origin};
use crate::layout::SEED;
use crate::model::Series;

/// What was found, a line each.
pub(super) fn found(found: &Found) -> Vec<String> {
    vec![repository(found), images(found), upkeep(found)]
}

fn repository(found: &Found) -> String {
    let Some(clone) = &found.clone else { return "no git repository".to_owned() };
    let origin = match &clone.origin {
        Origin::None => "no remote named origin".to_owned(),
        Origin::Named(name) => format!("origin {name}, as its address says; whether that is a fork is not asked"),
        Origin::Elsewhere => "an origin whose address names no OWNER/NAME".to_owned(),
    };
    let branch = match &clone.branch {
        Some(branch) if clone.has_commit => format!("on branch {}", branch.escape_debug()),
        Some(branch) => format!("on branch {}, without a commit", branch.escape_debug()),
        None => "with a detached HEAD".to_owned(),
    };
    let default = match &clone.default_branch {
        Some(default) if clone.branch.as_ref() != Some(default) => {
            format!(", default branch {}", default.escape_debug())
        }
        _ => String::new(),
    };
    format!("a git clone {branch}{default}; {origin}")
}

fn images(found: &Found) -> String {
    let templates = match (&found.linux_template, found.windows_template) {
        (Some(_), true) => "templates for Linux and Windows",
        (Some(_), false) => "a template for Linux",
        (None, _) => "no templates",
    };
    match &found.tracked {
        None if found.is_empty => "nothing else: a new image repository, in the layout of docker-library".to_owned(),
        None => format!("no versions.json and {templates}: a new image repository, in the layout of docker-library"),
        Some(tracked) if tracked.is_empty() => {
            format!("a versions.json without series, {templates}: a new image repository")
        }
        Some(tracked) => {
            let series: Vec<_> = tracked.iter().map(|(key, version)| format!("{key} at {version}")).collect();
            format!("the layout of docker-library: versions.json with {}; {templates}", series.join(", "))
        }
    }
}

fn upkeep(found: &Found) -> String {
    let configuration = match found.configuration {
        ConfigurationFound::None => "no pybump.toml",
        ConfigurationFound::Read(_) => "a pybump.toml",
        ConfigurationFound::Unreadable(_) => "a pybump.toml that cannot be read",
    };
    let workflows = match found.workflows.len() {
        0 => "no workflows".to_owned(),
        _ => format!(
            "workflows {}",
            found.workflows.iter().map(|name| name.escape_debug().to_string()).collect::<Vec<_>>().join(", ")
        ),
    };
    let script = if found.library_script { ", a generate-stackbrew-library.sh" } else { "" };
    format!("{configuration}, {workflows}{script}")
}

/// What of an own configuration keeps the files of `state` from counting, and what the workflows take for granted.
pub(super) fn notes(found: &Found) -> Vec<String> {
    let mut notes = Vec::new();
    match &found.configuration {
        ConfigurationFound::None => {}
        ConfigurationFound::Unreadable(why) => {
            notes.push(format!("{why}: mend it, or have it replaced with pybump init --force pybump.toml"));
        }
        ConfigurationFound::Read(config) => {
            let unset = [
                (config.signers.is_none(), "signers = \"state/signers.toml\""),
                (config.ledger.is_none(), "ledger = \"state/ledger\""),
                (!config.notify.issue, "[notify] issue = true"),
            ];
            let unset: Vec<_> = unset.into_iter().filter_map(|(unset, line)| unset.then_some(line)).collect();
            if !unset.is_empty() {
                notes.push(format!("your pybump.toml leaves out what a new one would say: {}", unset.join("; ")));
            }
        }
    }
    let clone = found.clone.as_ref();
    let branch = clone.and_then(|clone| clone.default_branch.as_deref().or(clone.branch.as_deref()));
    if let Some(branch) = branch.filter(|branch| !matches!(*branch, "main" | "master")) {
        notes.push(format!(
            "the workflows that start on a push know the default branches main and master: if yours is {}, say so in \
             their `branches`",
            branch.escape_debug()
        ));
    }
    notes
}

/// How to replace a file that differs, if there is one: one at a time, for `--force` alone replaces own pins as well.
pub(super) fn replacing(plan: &InitPlan) -> Option<String> {
    let is_own = |path| SEED.iter().any(|(seed, _)| *seed == path);
    let differs = plan.files.iter().find(|file| file.state == FileState::Differs && !is_own(file.path))?;
    Some(format!(
        "what differs may be your own work; to replace a file all the same: pybump init --force {}",
        differs.path
    ))
}

/// What is still to be done before pybump runs by itself; `wrote` if there is something to commit that init wrote.
pub(super) fn next(found: &Found, wrote: bool) -> Vec<StepReport> {
    let step = |command: &str, what: &str| StepReport { command: Some(command.to_owned()), what: what.to_owned() };
    let clone = found.clone.as_ref();
    let (tracking, no_origin) = (found.is_tracking(), clone.is_none_or(|clone| clone.origin == Origin::None));
    let update = format!("pybump update {}", Series::seed());
    let detached = clone.is_some_and(|clone| clone.branch.is_none());
    let (files, commit) = if tracking {
        (".github pybump.toml state", "Let pybump keep the images")
    } else {
        ("-A", "Add Python images")
    };
    let commit = format!("git add {files} && git commit -m \"{commit}\"");
    let settings = |what: &str| StepReport { command: None, what: what.to_owned() };
    let remote = "git remote add origin https://github.com/OWNER/NAME.git";
    let steps = [
        (clone.is_none(), step("git init", "make it a git repository")),
        (detached, step("git switch -c images", "HEAD is detached, and only a branch can be pushed")),
        (!tracking, step(&update, "verify the newest release of a series, and write its Dockerfiles")),
        (tracking, step("pybump check", "what each series is at, where it should be, and why")),
        (wrote || !tracking, step(&commit, "workflows, configuration and images")),
        (no_origin, step(remote, "an empty repository of yours on GitHub")),
        (wrote || !tracking || no_origin, step("git push -u origin HEAD", "from here on the workflows run")),
        (true, step("pybump run", "the scheduled job by hand, with PYBUMP_GITHUB_TOKEN set; --dry-run needs none")),
        (true, settings(TOKEN)),
        (true, settings(PAGES)),
    ];
    steps.into_iter().filter_map(|(needed, step)| needed.then_some(step)).collect()
}

const TOKEN: &str = "On GitHub, Settings, Actions, General: allow GitHub Actions to create pull requests; or give the \
                     secret PYBUMP_GITHUB_TOKEN. pybump-bump.yml says what each token can do.";
const PAGES: &str = "On GitHub, Settings, Pages, Source: GitHub Actions. Until then pybump-pages.yml, which publishes the \
                     report, fails.";
