//! GitHub's API: octocrab's typed requests over the project's own client.
//!
//! Owns the bridge between the two, so that limits, retries, cache, mirrors and the token's rules hold here too; of
//! octocrab nothing but requests, responses, errors and pages is used. Reading is here, changing in `change`.

mod change;

use bytes::Bytes;
use http::{Method, Request, Response, header};
use http_body_util::Full;
use octocrab::{AuthState, FromResponse, OctoBody, Octocrab, OctocrabBuilder};
use serde::de::DeserializeOwned;
use url::Url;

use crate::model::InvalidValue;
use crate::sources::client::{Address, Answer, BodyLimit, Client, FetchError, Missing, Page, Problem};

pub use change::{ChangeError, Refusal};
pub(crate) use change::{change, remove};

/// The largest answer that is read. A list of a hundred tags has some 40 kB.
const LIMIT: BodyLimit = BodyLimit::mebibytes(2);

/// The most pages of a list that are read, all of which are kept until the last has come.
const PAGES: usize = 10;

/// The address `path`, with its query, below the API's root.
pub(crate) fn url(client: &Client, path: &str) -> Url {
    client.github_api().join(path).expect("a path of plain segments")
}

/// The record at `url`, which should be `expected`.
pub(crate) async fn record<T: DeserializeOwned>(client: &Client, url: &Url, expected: &'static str) -> Answer<T> {
    get(&crab(client), client, url, expected).await
}

/// The list at `url`, of all pages, whose records should be `expected`.
pub(crate) async fn list<T: DeserializeOwned>(client: &Client, url: &Url, expected: &'static str) -> Answer<Vec<T>> {
    let crab = crab(client);
    let mut items = Vec::new();
    let mut next = url.clone();
    for _ in 0..PAGES {
        let page: octocrab::Page<T> = match get(&crab, client, &next, expected).await {
            Answer::Found(page) => page,
            Answer::Missing(missing) => return Answer::Missing(missing),
            Answer::Failed(error) => return Answer::Failed(error),
        };
        items.extend(page.items);
        let Some(link) = page.next else { return Answer::Found(items) };
        next = match Url::parse(&link.to_string()) {
            Ok(link) if link.origin() == next.origin() || link.origin() == client.effective(&next).origin() => link,
            _ => {
                let problem = Problem::Redirect { to: link.to_string(), reason: "the next page is on another host" };
                return Answer::Failed(FetchError::new(address(client, url), problem));
            }
        };
    }
    Answer::Failed(unreadable(client, url, "a list of at most 10 pages", "more"))
}

async fn get<T: FromResponse>(crab: &Octocrab, client: &Client, url: &Url, expected: &'static str) -> Answer<T> {
    match crab.get(url.as_str(), None::<&()>).await {
        Ok(record) => Answer::Found(record),
        Err(octocrab::Error::Service { source, .. }) => match source.downcast::<Nothing>() {
            Ok(nothing) => match *nothing {
                Nothing::Missing(missing) => Answer::Missing(missing),
                Nothing::Failed(error) => Answer::Failed(error),
            },
            Err(error) => Answer::Failed(unreadable(client, url, expected, &error.to_string())),
        },
        Err(error) => Answer::Failed(unreadable(client, url, expected, &error.to_string())),
    }
}

/// An octocrab whose requests are the client's.
fn crab(client: &Client) -> Octocrab {
    let client = client.clone();
    let service = tower::service_fn(move |request: Request<OctoBody>| {
        let client = client.clone();
        async move { answer(&client, &request).await }
    });
    let built = OctocrabBuilder::new_empty().with_service(service).with_auth(AuthState::None).build();
    built.unwrap_or_else(|never| match never {})
}

/// Why there is no response for octocrab to read.
#[derive(Debug, thiserror::Error)]
enum Nothing {
    #[error(transparent)]
    Missing(Missing),
    #[error(transparent)]
    Failed(FetchError),
}

async fn answer(client: &Client, request: &Request<OctoBody>) -> Result<Response<Full<Bytes>>, tower::BoxError> {
    if request.method() != Method::GET {
        return Err("only GET requests are sent to GitHub from here".into());
    }
    let url = Url::parse(&request.uri().to_string())?;
    match client.get(&url, LIMIT).await {
        Answer::Found(page) => Ok(response(page)?),
        Answer::Missing(missing) => Err(Nothing::Missing(missing).into()),
        Answer::Failed(error) => Err(Nothing::Failed(error).into()),
    }
}

fn response(page: Page) -> Result<Response<Full<Bytes>>, http::Error> {
    let mut response = Response::builder();
    if let Some(link) = page.link {
        response = response.header(header::LINK, link);
    }
    response.body(Full::new(page.bytes))
}

pub(crate) fn unreadable(client: &Client, url: &Url, expected: &'static str, found: &str) -> FetchError {
    FetchError::new(address(client, url), Problem::Unreadable(InvalidValue::new(expected, found)))
}

fn address(client: &Client, url: &Url) -> Address {
    Address::new(url.clone(), client.effective(url))
}
