//! What hangs on an issue or a pull request: labels, comments, and whose review is asked for.

use serde_json::{Value, json};

use super::issues;
use super::pulls::named;
use crate::demo::github::account::Permission;
use crate::demo::github::call::{Refusal, Reply, Request, Routed};
use crate::demo::github::{GitHub, bodies};

pub(super) fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(|text| text.as_str().map(str::to_owned)).collect()
}

/// Refuses names that no label can have.
pub(super) fn valid_labels(names: &[String]) -> Result<(), Refusal> {
    match names.iter().find(|name| name.is_empty() || name.chars().count() > 50) {
        Some(name) => {
            let error = json!({ "resource": "Label", "code": "invalid", "field": "name", "value": name });
            Err(Refusal::invalid(error))
        }
        None => Ok(()),
    }
}

pub(super) fn labels(github: &mut GitHub, request: &Request<'_>) -> Routed {
    let there = github.by_id(request.repository);
    let thread = there.thread(issues::named(there, request)?).expect("it was named just now");
    Ok(request.page(thread.labels.iter().map(|name| bodies::label(&request.call.base, there, name)).collect()))
}

/// A label that the repository does not have is made on the way.
pub(super) fn add_labels(github: &mut GitHub, request: &Request<'_>) -> Routed {
    let number = issues::named(github.by_id(request.repository), request)?;
    let names = texts(if request.body.is_array() { &request.body } else { &request.body["labels"] });
    valid_labels(&names)?;
    github.label_thread(request.repository, number, &names);
    labels(github, request)
}

pub(super) fn comments(github: &mut GitHub, request: &Request<'_>) -> Routed {
    let there = github.by_id(request.repository);
    let number = issues::named(there, request)?;
    let thread = there.thread(number).expect("it was named just now");
    let shown = thread.comments.iter();
    let shown = shown.map(|comment| bodies::comment(github, &request.call.base, there, number, comment));
    Ok(request.page(shown.collect()))
}

pub(super) fn add_comment(github: &mut GitHub, request: &Request<'_>) -> Routed {
    let number = issues::named(github.by_id(request.repository), request)?;
    let Some(text) = request.text("body").filter(|text| !text.trim().is_empty()) else {
        let error = json!({ "resource": "IssueComment", "code": "missing_field", "field": "body" });
        return Err(Refusal::invalid(error));
    };
    super::pull_rules::fits(text)?;
    let name = github.by_id(request.repository).full_name();
    github.comment(&name, number, request.login(), text);
    let there = github.by_id(request.repository);
    let comment = there.thread(number).and_then(|thread| thread.comments.last()).expect("it was added just now");
    let body = bodies::comment(github, &request.call.base, there, number, comment);
    let url = body["url"].as_str().unwrap_or_default().to_owned();
    Ok(Reply::json(201, body).header("location", &url))
}

pub(super) fn reviewers(github: &mut GitHub, request: &Request<'_>) -> Routed {
    let pull = named(github, request)?;
    let users: Vec<Value> =
        pull.reviewers.iter().map(|login| bodies::user(github, &request.call.base, login)).collect();
    Ok(Reply::json(200, json!({ "users": users, "teams": [] })))
}

pub(super) fn request_reviewers(github: &mut GitHub, request: &Request<'_>) -> Routed {
    let pull = named(github, request)?;
    let (number, author) = (pull.number, pull.author.clone());
    let there = github.by_id(request.repository);
    let (people, teams) = (texts(&request.body["reviewers"]), texts(&request.body["team_reviewers"]));
    if people.iter().any(|login| login.eq_ignore_ascii_case(&author)) {
        return Err(Refusal::new(422, "Review cannot be requested from pull request author."));
    }
    if !teams.is_empty() || people.iter().any(|login| there.permission(login) < Permission::Read) {
        let message = format!(
            "Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a \
             collaborator of the {} repository.",
            there.full_name()
        );
        return Err(Refusal::new(422, &message));
    }
    github.pull_mut(request.repository, number).reviewers.extend(people);
    let there = github.by_id(request.repository);
    let body = bodies::pull_in_list(github, &request.call.base, there, &there.pulls[&number]);
    Ok(Reply::json(201, body))
}
