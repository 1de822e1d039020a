//! From a request to an answer: whose it is, which route it takes, whether that is allowed, and the record of it.
//!
//! One file an area of the API. A path or method that has no route answers as none of GitHub's does, and is recorded as
//! unknown.

mod access;
mod accounts;
mod contents;
mod diff;
mod history;
mod issues;
mod objects;
mod pull_rules;
mod pulls;
mod refs;
mod threads;

use serde_json::{Value, json};

use super::GitHub;
use super::call::{Answer, Body, Call, Refusal, Reply, Request, Routed};
use super::exchange::{Exchange, recorded};
use super::fault::{Arrival, GitHubFault};
use super::persons::Author;
use crate::model::Sha256;
use access::Access;
pub(super) use diff::FileChange;

type Handler = fn(&mut GitHub, &Request<'_>) -> Routed;

struct Route {
    access: Access,
    handler: Handler,
    /// Where GitHub's documentation has it, below `https://docs.github.com/rest/`.
    page: &'static str,
}

/// The message of an answer to an unknown route; nothing of GitHub's says so.
pub(super) const UNKNOWN: &str = "pybump's fake GitHub has no such route";

/// The route that the parts of a path below a repository's lead to.
fn route(method: &str, parts: &[&str]) -> Option<Route> {
    use Access::{Amend, Comment, Edit, Fork, Label, Open, Read, Report, Review, Write};
    let (access, handler, page): (Access, Handler, &'static str) = match (method, parts) {
        ("GET", []) => (Read, accounts::repository, "repos/repos#get-a-repository"),
        ("POST", ["forks"]) => (Fork, accounts::fork, "repos/forks#create-a-fork"),
        ("POST", ["merge-upstream"]) => {
            (Write, accounts::merge_upstream, "branches/branches#sync-a-fork-branch-with-the-upstream-repository")
        }
        ("GET", ["git", "ref", _, ..]) => (Read, refs::get, "git/refs#get-a-reference"),
        ("GET", ["git", "matching-refs", _, ..]) => (Read, refs::matching, "git/refs#list-matching-references"),
        ("POST", ["git", "refs"]) => (Write, refs::create, "git/refs#create-a-reference"),
        ("PATCH", ["git", "refs", _, ..]) => (Write, refs::update, "git/refs#update-a-reference"),
        ("DELETE", ["git", "refs", _, ..]) => (Write, refs::delete, "git/refs#delete-a-reference"),
        ("GET", ["git", "commits", _]) => (Read, objects::commit, "git/commits#get-a-commit-object"),
        ("GET", ["git", "trees", _, ..]) => (Read, objects::tree, "git/trees#get-a-tree"),
        ("GET", ["git", "blobs", _]) => (Read, objects::blob, "git/blobs#get-a-blob"),
        ("POST", ["git", "blobs"]) => (Write, objects::create_blob, "git/blobs#create-a-blob"),
        ("POST", ["git", "trees"]) => (Write, objects::create_tree, "git/trees#create-a-tree"),
        ("POST", ["git", "commits"]) => (Write, objects::create_commit, "git/commits#create-a-commit"),
        ("GET", ["compare", _, ..]) => (Read, history::compare, "commits/commits#compare-two-commits"),
        ("GET", ["commits"]) => (Read, history::list, "commits/commits#list-commits"),
        ("GET", ["commits", _, ..]) => (Read, history::get, "commits/commits#get-a-commit"),
        ("GET", ["contents", ..]) => (Read, contents::get, "repos/contents#get-repository-content"),
        ("GET", ["pulls"]) => (Read, pulls::list, "pulls/pulls#list-pull-requests"),
        ("POST", ["pulls"]) => (Open, pulls::create, "pulls/pulls#create-a-pull-request"),
        ("GET", ["pulls", _]) => (Read, pulls::get, "pulls/pulls#get-a-pull-request"),
        ("PATCH", ["pulls", _]) => (Edit, pulls::update, "pulls/pulls#update-a-pull-request"),
        ("GET", ["pulls", _, "commits"]) => (Read, pulls::commits, "pulls/pulls#list-commits-on-a-pull-request"),
        ("GET", ["pulls", _, "files"]) => (Read, pulls::files, "pulls/pulls#list-pull-requests-files"),
        ("GET", ["pulls", _, "requested_reviewers"]) => {
            (Read, threads::reviewers, "pulls/review-requests#get-all-requested-reviewers-for-a-pull-request")
        }
        ("POST", ["pulls", _, "requested_reviewers"]) => {
            (Review, threads::request_reviewers, "pulls/review-requests#request-reviewers-for-a-pull-request")
        }
        ("GET", ["issues"]) => (Read, issues::list, "issues/issues#list-repository-issues"),
        ("POST", ["issues"]) => (Report, issues::create, "issues/issues#create-an-issue"),
        ("GET", ["issues", _]) => (Read, issues::get, "issues/issues#get-an-issue"),
        ("PATCH", ["issues", _]) => (Amend, issues::update, "issues/issues#update-an-issue"),
        ("GET", ["issues", _, "labels"]) => (Read, threads::labels, "issues/labels#list-labels-for-an-issue"),
        ("POST", ["issues", _, "labels"]) => (Label, threads::add_labels, "issues/labels#add-labels-to-an-issue"),
        ("GET", ["issues", _, "comments"]) => (Read, threads::comments, "issues/comments#list-issue-comments"),
        ("POST", ["issues", _, "comments"]) => {
            (Comment, threads::add_comment, "issues/comments#create-an-issue-comment")
        }
        _ => return None,
    };
    Some(Route { access, handler, page })
}

impl GitHub {
    /// Works on a request that is not lost before, and records it.
    pub(crate) fn answer(&mut self, call: &Call, arrival: &Arrival) -> Answer {
        match arrival.fault {
            Some(GitHubFault::Race) if !call.path.ends_with("/comments") => drop(self.work(call)),
            Some(GitHubFault::Overtaken) => self.overtake(call),
            _ => {}
        }
        let (result, page, known) = self.work(call);
        let mut reply = result.unwrap_or_else(|refusal| {
            Reply::json(refusal.status, refusal.json(&format!("https://docs.github.com/rest/{page}")))
        });
        self.headers(call, arrival.index, &mut reply);
        let body = match reply.body {
            Body::Json(value) => value.to_string().into_bytes(),
            Body::Raw(bytes) => bytes,
            Body::Nothing => Vec::new(),
        };
        let mut answer = Answer { status: reply.status, headers: reply.headers, body };
        if call.method == "GET" && answer.status == 200 {
            let tag = format!("W/\"{}\"", Sha256::of(&answer.body));
            if call.if_none_match.as_ref() == Some(&tag) {
                (answer.status, answer.body) = (304, Vec::new());
            }
            answer.headers.push(("etag".to_owned(), tag));
            answer.headers.push(("cache-control".to_owned(), "private, max-age=60, s-maxage=60".to_owned()));
        }
        self.record(call, arrival, known, Some(&answer));
        answer
    }

    /// Records a request and what came of it, which may be nothing.
    pub(crate) fn record(&mut self, call: &Call, arrival: &Arrival, known: bool, answer: Option<&Answer>) {
        let account = call.token.as_ref().and_then(|token| self.accounts.iter().find(|a| a.token == *token));
        let exchange = Exchange {
            index: arrival.index,
            method: call.method.clone(),
            path: self.canonical(&call.path),
            query: call.query.clone(),
            authorized: call.token.is_some(),
            account: account.map(|account| account.login.clone()),
            headers: call.headers.clone(),
            request: recorded(&call.body),
            status: answer.map(|answer| answer.status),
            response_headers: answer.map(|answer| answer.headers.iter().cloned().collect()).unwrap_or_default(),
            response: answer.and_then(|answer| recorded(&answer.body)),
            fault: arrival.fault.as_ref().map(|fault| format!("{fault:?}")),
            known,
        };
        self.exchanges.push(exchange);
    }

    /// The record of a request is the latest; what the client got of it was this.
    pub(crate) fn amend(&mut self, index: usize, answer: Option<&Answer>) {
        if let Some(exchange) = self.exchanges.iter_mut().rev().find(|exchange| exchange.index == index) {
            exchange.status = answer.map(|answer| answer.status);
            exchange.response_headers =
                answer.map(|answer| answer.headers.iter().cloned().collect()).unwrap_or_default();
            exchange.response = answer.and_then(|answer| recorded(&answer.body));
        }
    }

    /// The result, the page that documents the route, and whether there is a route.
    fn work(&mut self, call: &Call) -> (Routed, &'static str, bool) {
        let account = match &call.token {
            None => None,
            Some(token) => match self.accounts.iter_mut().find(|account| account.token == *token) {
                Some(account) => {
                    account.spent += 1;
                    Some(account.clone())
                }
                None => {
                    return (
                        Err(Refusal::new(401, "Bad credentials").documented("https://docs.github.com/rest")),
                        "",
                        true,
                    );
                }
            },
        };
        let parts: Vec<String> = call.path.split('/').filter(|part| !part.is_empty()).map(decoded).collect();
        let words: Vec<&str> = parts.iter().map(String::as_str).collect();
        let body = if call.body.is_empty() { Ok(Value::Null) } else { serde_json::from_slice(&call.body) };
        let mut request = Request { call, account, repository: 0, rest: Vec::new(), body: Value::Null };
        let (found, rest, renamed) = match words.as_slice() {
            ["user"] if call.method == "GET" => {
                return (accounts::user(self, &request), "users/users#get-the-authenticated-user", true);
            }
            ["repos", owner, name, rest @ ..] => {
                let found = self.named(&format!("{owner}/{name}"));
                let renamed =
                    found.is_some_and(|found| !found.full_name().eq_ignore_ascii_case(&format!("{owner}/{name}")));
                (found.map(|found| found.id), rest, renamed)
            }
            ["repositories", id, rest @ ..] => {
                (id.parse().ok().filter(|id| self.repositories.contains_key(id)), rest, false)
            }
            _ => return (Err(Refusal::new(404, UNKNOWN)), "", false),
        };
        let Some(route) = route(&call.method, rest) else { return (Err(Refusal::new(404, UNKNOWN)), "", false) };
        let Some(id) = found else { return (Err(Refusal::not_found()), route.page, true) };
        request.repository = id;
        request.rest = rest.iter().map(|part| (*part).to_owned()).collect();
        if let Err(refusal) = self.allowed(&request, route.access) {
            return (Err(refusal), route.page, true);
        }
        if renamed {
            return (Ok(moved(call, id, rest)), route.page, true);
        }
        match body {
            Ok(body) if call.method == "GET" || body.is_object() || call.body.is_empty() || body.is_array() => {
                request.body = body;
                ((route.handler)(self, &request), route.page, true)
            }
            _ => (Err(Refusal::new(400, "Problems parsing JSON")), route.page, true),
        }
    }

    fn headers(&self, call: &Call, index: usize, reply: &mut Reply) {
        let account = call.token.as_ref().and_then(|token| self.accounts.iter().find(|a| a.token == *token));
        let (limit, spent) = account.map_or((60, 1), |account| (account.limit(), account.spent));
        let reset = self.clock.unwrap_or_else(jiff::Timestamp::now).as_second() + 3600;
        let mut add = |name: &str, value: String| reply.headers.push((name.to_owned(), value));
        add("x-github-request-id", format!("FA4E:{index:04X}:0:0:0"));
        add("x-github-media-type", "github.v3; format=json".to_owned());
        add("x-ratelimit-limit", limit.to_string());
        add("x-ratelimit-remaining", limit.saturating_sub(spent).to_string());
        add("x-ratelimit-used", spent.to_string());
        add("x-ratelimit-reset", reset.to_string());
        add("x-ratelimit-resource", "core".to_owned());
        if matches!(reply.body, Body::Json(_)) {
            reply.headers.push(("content-type".to_owned(), "application/json; charset=utf-8".to_owned()));
        }
    }

    /// Lets a person commit to the branch that a request is about.
    fn overtake(&mut self, call: &Call) {
        let Some((repository, rest)) = call.path.strip_prefix("/repos/").and_then(|path| path.split_once("/git/refs"))
        else {
            return;
        };
        let body: Value = serde_json::from_slice(&call.body).unwrap_or_default();
        let named = body["ref"].as_str().map(|name| name.trim_start_matches("refs/").to_owned());
        let name = named.unwrap_or_else(|| rest.split('/').map(decoded).collect::<Vec<_>>().join("/"));
        let Some(branch) = name.trim_start_matches('/').strip_prefix("heads/").map(str::to_owned) else { return };
        if self.has(repository) {
            let author = Author { name: "Somebody Else", email: "somebody@example.org" };
            self.push(repository, &branch, author, "Be faster", &[("overtaken", Some("by a person\n"))]);
        }
    }

    /// The path with the repository's full name, where it was asked for by its id.
    fn canonical(&self, path: &str) -> String {
        let split = path.strip_prefix("/repositories/").map(|path| path.split_once('/').unwrap_or((path, "")));
        let found = split.and_then(|(id, rest)| Some((self.repositories.get(&id.parse().ok()?)?, rest)));
        match found {
            Some((repository, rest)) => {
                format!("/repos/{}/{rest}", repository.full_name()).trim_end_matches('/').to_owned()
            }
            None => path.to_owned(),
        }
    }
}

fn moved(call: &Call, id: u64, rest: &[&str]) -> Reply {
    let path = rest.iter().fold(format!("/repositories/{id}"), |path, part| format!("{path}/{part}"));
    let query = if call.query.is_empty() { String::new() } else { format!("?{}", call.query) };
    let to = format!("{}{path}{query}", call.base);
    let page = "https://docs.github.com/rest/guides/best-practices-for-using-the-rest-api#follow-redirects";
    let body = json!({ "message": "Moved Permanently", "url": to, "documentation_url": page });
    Reply::json(if call.method == "GET" { 301 } else { 307 }, body).header("location", &to)
}

/// A part of a path without its escapes.
fn decoded(part: &str) -> String {
    let escaped = part.replace('+', "%2B").replace('&', "%26");
    let mut pairs = url::form_urlencoded::parse(escaped.as_bytes());
    let whole =
        pairs.next().map(|(key, value)| if value.is_empty() { key.into_owned() } else { format!("{key}={value}") });
    whole.unwrap_or_default()
}
