//! Changes through GitHub's API: octocrab's requests and errors over the client's own sending.
//!
//! Owns the two ways in which a change fails: GitHub refuses it, or it is not known what became of it.

use std::fmt;

use bytes::Bytes;
use http::{Method, Request, Response};
use http_body_util::{BodyExt as _, Full};
use octocrab::{AuthState, OctoBody, OctocrabBuilder};
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::Url;

use crate::sources::client::{Client, FetchError, Repeat, Write, redacted};

/// Why a change is not known to have taken place.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ChangeError {
    /// GitHub says no.
    #[error("{0}")]
    Refused(Refusal),
    /// There was no clear answer: the change may have taken place, unless [`was_unseen`](Self::was_unseen).
    #[error("{method} {url}: {problem}", url = redacted(.error.address.effective()), problem = .error.problem)]
    Unclear {
        /// The method.
        method: Method,
        /// What went wrong.
        error: FetchError,
    },
    /// The answer to a change that took place is not what it should be.
    #[error("{method} {url}: GitHub's answer could not be read ({problem})")]
    Unreadable {
        /// The method.
        method: Method,
        /// The URL.
        url: Url,
        /// What was wrong with it.
        problem: String,
    },
}

/// A change that GitHub refuses, in its own words, escaped and cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The method.
    pub method: Method,
    /// The URL.
    pub url: Url,
    /// 4xx.
    pub status: u16,
    /// GitHub's `message`.
    pub message: String,
    /// The `message`s of GitHub's `errors`.
    pub details: Vec<String>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: status {} ({}", self.method, self.url, self.status, self.message)?;
        self.details.iter().try_for_each(|detail| write!(f, "; {detail}"))?;
        f.write_str(")")
    }
}

impl Refusal {
    /// True if GitHub's words contain `words`.
    pub fn says(&self, words: &str) -> bool {
        self.message.contains(words) || self.details.iter().any(|detail| detail.contains(words))
    }
}

impl ChangeError {
    /// True where GitHub has surely not acted upon it.
    pub fn was_unseen(&self) -> bool {
        match self {
            Self::Refused(_) => true,
            Self::Unclear { error, .. } => error.problem.was_unseen(),
            Self::Unreadable { .. } => false,
        }
    }
}

/// Asks for a change; `T` is what of the answer is read.
pub(crate) async fn change<T: DeserializeOwned>(
    client: &Client,
    method: Method,
    url: &Url,
    body: &impl Serialize,
    repeat: Repeat,
) -> Result<T, ChangeError> {
    let bytes = send(client, method.clone(), url, Some(body), repeat).await?;
    serde_json::from_slice(&bytes).map_err(|error| ChangeError::Unreadable {
        method,
        url: url.clone(),
        problem: error.to_string(),
    })
}

/// Asks for something to be removed.
pub(crate) async fn remove(client: &Client, url: &Url) -> Result<(), ChangeError> {
    send(client, Method::DELETE, url, None::<&()>, Repeat::Freely).await.map(drop)
}

async fn send(
    client: &Client,
    method: Method,
    url: &Url,
    body: Option<&impl Serialize>,
    repeat: Repeat,
) -> Result<Bytes, ChangeError> {
    let sender = client.clone();
    let service = tower::service_fn(move |request: Request<OctoBody>| {
        let sender = sender.clone();
        async move { forward(&sender, request, repeat).await }
    });
    let built = OctocrabBuilder::new_empty().with_service(service).with_auth(AuthState::None).build();
    let crab = built.unwrap_or_else(|never| match never {});
    let unreadable = |problem: String| ChangeError::Unreadable { method: method.clone(), url: url.clone(), problem };
    let builder = http::request::Builder::new().method(method.clone()).uri(url.as_str());
    let request = crab.build_request(builder, body).map_err(|error| unreadable(error.to_string()))?;
    let response = match crab.execute(request).await {
        Ok(response) => octocrab::map_github_error(response).await,
        Err(error) => Err(error),
    };
    match response {
        Ok(response) => match response.into_body().collect().await {
            Ok(body) => Ok(body.to_bytes()),
            Err(error) => Err(unreadable(error.to_string())),
        },
        Err(octocrab::Error::GitHub { source, .. }) => Err(ChangeError::Refused(Refusal {
            method,
            url: url.clone(),
            status: source.status_code.as_u16(),
            message: plain(&source.message),
            details: source.errors.iter().flatten().take(5).map(detail).collect(),
        })),
        Err(octocrab::Error::Service { source, .. }) => match source.downcast::<FetchError>() {
            Ok(error) => Err(ChangeError::Unclear { method, error: *error }),
            Err(error) => Err(unreadable(error.to_string())),
        },
        Err(error) => Err(unreadable(error.to_string())),
    }
}

async fn forward(
    client: &Client,
    request: Request<OctoBody>,
    repeat: Repeat,
) -> Result<Response<Full<Bytes>>, tower::BoxError> {
    let (parts, body) = request.into_parts();
    let url = Url::parse(&parts.uri.to_string())?;
    let body = body.collect().await?.to_bytes();
    let written = client.write(&Write { method: parts.method, url: &url, body, repeat }).await?;
    Ok(Response::builder().status(written.status).body(Full::new(written.body))?)
}

/// An item of GitHub's `errors`: mostly an object with a `message`, else with `resource`, `field` and `code`.
fn detail(error: &serde_json::Value) -> String {
    let text = |name: &str| error.get(name).and_then(serde_json::Value::as_str);
    match (text("message"), text("field"), text("code")) {
        (Some(message), _, _) => plain(message),
        (None, Some(field), Some(code)) => plain(&format!("{field}: {code}")),
        _ => plain(&error.to_string()),
    }
}

fn plain(text: &str) -> String {
    text.chars().take(300).flat_map(char::escape_debug).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::sources::client::{ClientOptions, Problem, Secret};
    use crate::sources::loopback::{Loopback, Reply, options};

    fn client(server: &Loopback) -> Client {
        let github_token = Some(Secret::new("ghp_secret"));
        Client::new(ClientOptions { github_api: server.url("/"), github_token, ..options() }).unwrap()
    }

    async fn post(server: &Loopback, repeat: Repeat) -> Result<Value, ChangeError> {
        change(&client(server), Method::POST, &server.url("/repos/a/b/git/refs"), &json!({"ref": "x"}), repeat).await
    }

    #[tokio::test]
    async fn a_change_goes_out_once_with_the_token_and_its_answer_comes_back() {
        let server = Loopback::start(|_, _| Reply::new(201, "", br#"{"ref": "x"}"#));
        assert_eq!(post(&server, Repeat::Unseen).await.unwrap(), json!({"ref": "x"}));
        let seen = server.seen();
        assert_eq!((seen.len(), seen[0].method.as_str(), seen[0].target.as_str()), (1, "POST", "/repos/a/b/git/refs"));
        assert_eq!(seen[0].header("authorization"), Some("Bearer ghp_secret"));
        assert_eq!(seen[0].header("content-length"), Some("11"));
        let gone = Loopback::start(|_, _| Reply::new(204, "", b""));
        remove(&client(&gone), &gone.url("/repos/a/b/git/refs/heads/x")).await.unwrap();
        assert_eq!(gone.seen()[0].method, "DELETE");
    }

    #[tokio::test]
    async fn what_may_have_taken_place_is_sent_again_only_where_twice_is_as_good_as_once() {
        for trouble in [|| Reply::new(502, "", b""), || Reply::raw("", b""), || Reply::new(201, "", b"{\"cut")] {
            let server = Loopback::start(move |_, _| trouble());
            let error = post(&server, Repeat::Unseen).await.unwrap_err();
            assert!(!error.was_unseen(), "{error}");
            assert_eq!(server.seen().len(), 1);
        }
        let server =
            Loopback::start(|_, before| if before < 2 { Reply::new(502, "", b"") } else { Reply::new(201, "", b"{}") });
        assert_eq!(post(&server, Repeat::Freely).await.unwrap(), json!({}));
        assert_eq!(server.seen().len(), 3);
    }

    #[tokio::test]
    async fn what_was_surely_not_acted_upon_is_sent_again_after_the_wait_asked_for() {
        let server = Loopback::start(|_, before| match before {
            0 => Reply::new(403, "retry-after: 0\r\n", b""),
            _ => Reply::new(201, "", b"{}"),
        });
        post(&server, Repeat::Unseen).await.unwrap();
        assert_eq!(server.seen().len(), 2);
        let limited: [(&str, &[u8]); 2] = [
            ("x-ratelimit-remaining: 0\r\n", b"{}"),
            ("", br#"{"message": "You have exceeded a secondary rate limit."}"#),
        ];
        for (headers, body) in limited {
            let server = Loopback::start(move |_, _| Reply::new(403, headers, body));
            let error = post(&server, Repeat::Freely).await.unwrap_err();
            assert!(error.was_unseen(), "{error}");
            assert_eq!(server.seen().len(), 1);
        }
    }

    #[tokio::test]
    async fn a_refusal_says_what_github_said_and_is_not_repeated() {
        let body = br#"{"message": "Validation Failed", "errors": [{"message": "No commits\nbetween"}, {"field": "head", "code": "invalid"}, "x"]}"#;
        let server = Loopback::start(|_, _| Reply::new(422, "", body));
        let error = post(&server, Repeat::Freely).await.unwrap_err();
        let expected = format!(
            "POST {}: status 422 (Validation Failed; No commits\\nbetween; head: invalid; \\\"x\\\")",
            server.url("/repos/a/b/git/refs")
        );
        assert_eq!(error.to_string(), expected);
        assert_eq!(server.seen().len(), 1);
        let ChangeError::Refused(refusal) = error else { panic!("{error}") };
        assert!(refusal.says("No commits") && !refusal.says("403"));
    }

    #[tokio::test]
    async fn no_change_goes_to_a_mirror_after_a_redirect_or_without_a_token() {
        let server = Loopback::start(|_, _| Reply::new(307, "location: /elsewhere\r\n", b""));
        let error = post(&server, Repeat::Freely).await.unwrap_err();
        assert!(
            matches!(&error, ChangeError::Unclear { error, .. } if matches!(error.problem, Problem::Redirect { .. }))
        );
        assert_eq!(server.seen().len(), 1);
        let bare = Client::new(ClientOptions { github_api: server.url("/"), ..options() }).unwrap();
        let elsewhere = Url::parse("http://127.0.0.1:9/x").unwrap();
        for (client, url) in [(&bare, &server.url("/x")), (&client(&server), &elsewhere)] {
            let error = remove(client, url).await.unwrap_err();
            assert!(error.was_unseen(), "{error}");
        }
        assert_eq!(server.seen().len(), 1);
    }
}
