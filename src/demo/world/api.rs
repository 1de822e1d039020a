//! The fake GitHub over HTTP: requests in, answers out, and what goes wrong in between.

use std::collections::BTreeMap;
use std::convert::Infallible;

use axum::body::Body;
use axum::extract::Request as HttpRequest;
use axum::response::Response;
use bytes::Bytes;
use futures::stream;
use http::request::Parts;
use http::{HeaderMap, header};

use super::line::Line;
use super::server::{Request, Shared, build, cut_short};
use crate::demo::github::{Answer, Call, GitHubFault, Moment};

/// The largest body that is read, in bytes: GitHub's limit for a blob with room for base64.
const LARGEST: usize = 150 * 1024 * 1024;

/// The headers that are kept in the record of an exchange.
const RECORDED: [&str; 5] = ["accept", "content-type", "if-none-match", "user-agent", "x-github-api-version"];

/// What stands before the API's paths.
pub(super) const PREFIX: &str = "/api";

pub(super) async fn answer(shared: &Shared, line: &Line, request: HttpRequest) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, LARGEST).await else {
        return build(Response::builder().status(413), Body::empty());
    };
    let call = call(&parts, &body);
    let arrival = shared.world().github.arrive();
    shared.holds.pass(arrival.index, Moment::Before).await;
    let fault = arrival.fault.as_ref();
    let instead = fault.and_then(|fault| fault.answer(jiff::Timestamp::now()));
    let answer = {
        let github = &mut shared.world().github;
        if fault.is_none_or(GitHubFault::works) {
            let answer = github.answer(&call, &arrival);
            match fault {
                Some(GitHubFault::Reset(_) | GitHubFault::Silence(_) | GitHubFault::Truncated) => {
                    github.amend(arrival.index, None);
                }
                Some(GitHubFault::Status(..)) => github.amend(arrival.index, instead.as_ref()),
                _ => {}
            }
            instead.unwrap_or(answer)
        } else {
            github.record(&call, &arrival, true, instead.as_ref());
            instead.unwrap_or_default()
        }
    };
    shared.holds.pass(arrival.index, Moment::After).await;
    shared.remember(Request {
        method: parts.method.to_string(),
        target: parts.uri.path_and_query().map_or_else(String::new, ToString::to_string),
        status: answer.status,
        authorized: call.token.is_some(),
        body: answer.body.len(),
    });
    match fault {
        Some(GitHubFault::Reset(_)) => line.cut(),
        Some(GitHubFault::Silence(_)) => std::future::pending().await,
        _ => {}
    }
    let truncated = fault == Some(&GitHubFault::Truncated);
    if truncated && answer.body.is_empty() {
        line.cut();
    }
    respond(answer, parts.method == http::Method::HEAD, truncated)
}

fn respond(answer: Answer, head: bool, truncated: bool) -> Response {
    // A request whose connection is about to be reset has no status of its own.
    let status = if answer.status == 0 { 200 } else { answer.status };
    let mut response = Response::builder().status(status);
    for (name, value) in &answer.headers {
        response = response.header(name, value);
    }
    let body = Bytes::from(answer.body);
    if status != 204 && status != 304 {
        response = response.header(header::CONTENT_LENGTH, body.len());
    }
    build(
        response,
        match (head, truncated) {
            (true, _) => Body::from_stream(stream::empty::<Result<Bytes, Infallible>>()),
            (false, true) => cut_short(body.slice(..body.len() / 2)),
            (false, false) => Body::from(body),
        },
    )
}

fn call(parts: &Parts, body: &Bytes) -> Call {
    let text = |name: &str| value(&parts.headers, name);
    let host = text("host").unwrap_or_else(|| "api.github.com".to_owned());
    let token = text("authorization").map(|value| {
        let (_, token) = value.split_once(' ').unwrap_or(("", &value));
        token.to_owned()
    });
    let method = if parts.method == http::Method::HEAD { "GET".to_owned() } else { parts.method.to_string() };
    let path = parts.uri.path();
    Call {
        method,
        path: path.strip_prefix(PREFIX).unwrap_or(path).to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        base: format!("http://{host}{PREFIX}"),
        token,
        accept: text("accept").unwrap_or_default(),
        if_none_match: text("if-none-match"),
        body: body.to_vec(),
        headers: RECORDED.iter().filter_map(|name| Some(((*name).to_owned(), text(name)?))).collect::<BTreeMap<_, _>>(),
    }
}

fn value(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}
