//! Issues: listed, shown, opened and changed. A pull request is an issue too, and is found here as one.

use serde_json::{Value, json};

use super::pull_rules::fits;
use super::pulls;
use super::threads::{texts, valid_labels};
use crate::demo::github::account::Permission;
use crate::demo::github::call::{Refusal, Reply, Request, Routed};
use crate::demo::github::repository::Repository;
use crate::demo::github::{GitHub, bodies};

/// What GitHub says where issues are switched off.
pub(super) fn disabled() -> Refusal {
    Refusal::new(410, "Issues has been disabled in this repository.")
}

/// The number that the path names, if it is an issue's or a pull request's.
pub(super) fn named(there: &Repository, request: &Request<'_>) -> Result<u64, Refusal> {
    let number = request.rest[1].parse().map_err(|_| Refusal::not_found())?;
    match there.thread(number) {
        Some(thread) if thread.is_pull || there.has_issues => Ok(number),
        Some(_) => Err(disabled()),
        None => Err(Refusal::not_found()),
    }
}

fn shown(github: &GitHub, base: &str, there: &Repository, number: u64) -> Value {
    match there.pulls.get(&number) {
        Some(pull) => bodies::pull_as_issue(github, base, there, pull),
        None => bodies::issue(github, base, there, &there.issues[&number]),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "all routes have one shape")]
pub(super) fn list(github: &mut GitHub, request: &Request<'_>) -> Routed {
    let there = github.by_id(request.repository);
    let pulls = there.pulls.values().map(|pull| (pull.number, pull.open, pull.updated_at));
    // Where issues are switched off, pull requests are listed still.
    let issues = there.issues.values().filter(|_| there.has_issues);
    let issues = issues.map(|issue| (issue.number, issue.open, issue.updated_at));
    let state = request.query("state").unwrap_or_else(|| "open".to_owned());
    let wanted = request.query("labels").unwrap_or_default();
    let wanted: Vec<&str> = wanted.split(',').filter(|name| !name.is_empty()).collect();
    let creator = request.query("creator");
    let fits = |number: u64| {
        let thread = there.thread(number).expect("it was listed just now");
        let carries = |name: &&str| thread.labels.iter().any(|label| label.eq_ignore_ascii_case(name));
        wanted.iter().all(carries) && creator.as_ref().is_none_or(|creator| thread.author.eq_ignore_ascii_case(creator))
    };
    let of_state = |open: bool| state == "all" || (state == "open") == open;
    let mut found: Vec<_> = pulls.chain(issues).filter(|(number, open, _)| of_state(*open) && fits(*number)).collect();
    let by_update = request.query("sort").as_deref() == Some("updated");
    found.sort_by_key(|(number, _, updated)| (by_update.then_some(*updated), *number));
    if request.query("direction").as_deref() != Some("asc") {
        found.reverse();
    }
    let base = &request.call.base;
    Ok(request.page(found.into_iter().map(|(number, ..)| shown(github, base, there, number)).collect()))
}

pub(super) fn get(github: &mut GitHub, request: &Request<'_>) -> Routed {
    let there = github.by_id(request.repository);
    let number = named(there, request)?;
    Ok(Reply::json(200, shown(github, &request.call.base, there, number)))
}

/// True if the labels that the request names are set, and not dropped without a word.
fn may_label(github: &GitHub, request: &Request<'_>) -> bool {
    github.by_id(request.repository).permission(request.login()) >= Permission::Write
}

pub(super) fn create(github: &mut GitHub, request: &Request<'_>) -> Routed {
    let id = request.repository;
    if !github.by_id(id).has_issues {
        return Err(disabled());
    }
    let (title, text) = (request.text("title").unwrap_or_default(), request.text("body").unwrap_or_default());
    title_fits(title)?;
    fits(text)?;
    let mut labels = texts(&request.body["labels"]);
    valid_labels(&labels)?;
    if !may_label(github, request) {
        labels.clear();
    }
    let number = github.new_issue(id, request.login(), title, text, &labels);
    let body = shown(github, &request.call.base, github.by_id(id), number);
    let url = body["url"].as_str().unwrap_or_default().to_owned();
    Ok(Reply::json(201, body).header("location", &url))
}

fn title_fits(title: &str) -> Result<(), Refusal> {
    if title.trim().is_empty() {
        return Err(Refusal::invalid(json!({ "resource": "Issue", "code": "missing_field", "field": "title" })));
    }
    if title.chars().count() > 256 {
        let message = "title is too long (maximum is 256 characters)";
        let error = json!({ "resource": "Issue", "code": "custom", "field": "title", "message": message });
        return Err(Refusal::invalid(error));
    }
    Ok(())
}

pub(super) fn update(github: &mut GitHub, request: &Request<'_>) -> Routed {
    let id = request.repository;
    let number = named(github.by_id(id), request)?;
    if github.by_id(id).pulls.contains_key(&number) {
        pulls::update(github, request)?;
        return get(github, request);
    }
    if let Some(title) = request.text("title") {
        title_fits(title)?;
    }
    if let Some(text) = request.text("body") {
        fits(text)?;
    }
    let labels = request.body["labels"].is_array().then(|| texts(&request.body["labels"]));
    valid_labels(labels.as_deref().unwrap_or_default())?;
    let (now, may_label) = (github.now(), may_label(github, request));
    let issue = github.issue_mut(id, number);
    match (request.text("state"), issue.open) {
        (Some("open"), false) => issue.reopen(now),
        (Some("closed"), true) => {
            issue.close(request.login(), request.text("state_reason").unwrap_or("completed"), now);
        }
        _ => {}
    }
    if let Some(title) = request.text("title") {
        title.clone_into(&mut issue.title);
    }
    if let Some(text) = request.text("body") {
        issue.body = Some(text.to_owned()).filter(|text| !text.is_empty());
    }
    issue.updated_at = now;
    if let Some(labels) = labels.filter(|_| may_label) {
        issue.labels.clear();
        github.label_thread(id, number, &labels);
    }
    get(github, request)
}
