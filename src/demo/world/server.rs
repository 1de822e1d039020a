//! The world on loopback, over real HTTP, faults included.
//!
//! Runs on a thread of its own until dropped. Answers conditional requests, and keeps a record of every request.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request as HttpRequest, State};
use axum::response::Response;
use bytes::Bytes;
use futures::stream;
use futures::{Stream, StreamExt as _};
use http::{HeaderMap, Method, StatusCode, header};
use tokio::sync::oneshot;

use super::hold::Holds;
use super::line::{Line, Lines};
use super::{Fault, World, api};
use crate::demo::github::{Exchange, Moment};
use crate::model::Sha256;

/// A world that is served. Stops listening when dropped.
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// One request that the world saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// `GET`, `HEAD`.
    pub method: String,
    /// The path, and the query if there is one.
    pub target: String,
    /// The status answered; 0 if there was none.
    pub status: u16,
    /// True if it carried an `Authorization` header.
    pub authorized: bool,
    /// How many bytes of body the answer announces.
    pub body: usize,
}

pub(super) struct Shared {
    world: Mutex<World>,
    requests: Mutex<Vec<Request>>,
    answered: Condvar,
    padding: Mutex<BTreeMap<String, Arc<AtomicU64>>>,
    delay: Duration,
    pub(super) holds: Holds,
}

impl Shared {
    pub(super) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn remember(&self, request: Request) {
        self.requests().push(request);
        self.answered.notify_all();
    }

    /// The count of the padding that was taken from `path`.
    fn padding(&self, path: &str) -> Arc<AtomicU64> {
        let mut padding = self.padding.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(padding.entry(path.to_owned()).or_default())
    }

    fn requests(&self) -> MutexGuard<'_, Vec<Request>> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The upstream prefixes that the world stands in for, and its own.
const PREFIXES: [(&str, &str); 7] = [
    ("https://www.python.org/ftp/python/", "/ftp/python/"),
    ("https://www.python.org/downloads/metadata/", "/metadata/"),
    ("https://api.github.com/", "/api/"),
    ("https://raw.githubusercontent.com/", "/raw/"),
    ("https://github.com/", "/github/"),
    ("https://peps.python.org/", "/peps/"),
    ("https://keys.openpgp.org/", "/keys/"),
];

impl Server {
    /// Serves `world` on a free port of the loopback interface; each answer is held back for `delay`.
    pub fn start(world: World, delay: Duration) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let (world, requests, answered) = (Mutex::new(world), Mutex::default(), Condvar::new());
        let shared =
            Arc::new(Shared { world, requests, answered, padding: Mutex::default(), delay, holds: Holds::default() });
        let (stop, stopped) = oneshot::channel();
        let router = Router::new().fallback(answer).with_state(Arc::clone(&shared));
        let service = router.into_make_service_with_connect_info::<Line>();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let thread = std::thread::Builder::new().name("world".to_owned()).spawn(move || {
            runtime.block_on(async {
                let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
                let serve = axum::serve(Lines(listener), service);
                tokio::select! {
                    _ = serve => {},
                    _ = stopped => {},
                }
            });
        })?;
        Ok(Self { address, shared, stop: Some(stop), thread: Some(thread) })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The mirrors that lead here instead of to the real world, each `FROM=TO`.
    pub fn mirrors(&self) -> Vec<String> {
        PREFIXES.iter().map(|(from, to)| format!("{from}=http://{}{to}", self.address)).collect()
    }

    /// Changes or asks the world.
    pub fn world<T>(&self, work: impl FnOnce(&mut World) -> T) -> T {
        work(&mut self.shared.world())
    }

    /// The requests so far, in the order in which they were answered.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.requests().clone()
    }

    /// How many bytes of padding clients have taken from `path` so far, buffers on the way included.
    pub fn padding_taken(&self, path: &str) -> u64 {
        self.shared.padding(path).load(Ordering::Relaxed)
    }

    /// Waits until a request like `wanted` was answered, at most for `longest`; false if none came.
    pub fn wait_for(&self, longest: Duration, wanted: impl Fn(&Request) -> bool) -> bool {
        let none = |requests: &mut Vec<Request>| !requests.iter().any(&wanted);
        let outcome = self.shared.answered.wait_timeout_while(self.shared.requests(), longest, none);
        !outcome.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }

    /// Forgets the requests and exchanges so far, and the faults planned for GitHub; its requests count from 0 again.
    pub fn forget_requests(&self) {
        self.shared.requests().clear();
        self.shared.world().github.forget();
    }

    /// Every exchange with the fake GitHub, in the order in which they were worked on.
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.shared.world().github.exchanges().to_vec()
    }

    /// Those of them that were meant to change something.
    pub fn writes(&self) -> Vec<Exchange> {
        self.exchanges().into_iter().filter(Exchange::is_write).collect()
    }

    /// The requests to GitHub so far, forgotten ones too, that no route answers to: method and path. A test that leaves one
    /// has asked for something whose answer was made up.
    pub fn unknown_routes(&self) -> Vec<String> {
        let world = self.shared.world();
        let unknown = world.github.every_exchange().iter().filter(|exchange| !exchange.known);
        unknown.map(|exchange| format!("{} {}", exchange.method, exchange.path)).collect()
    }

    /// Holds the request to GitHub with this index, before or after it is worked on, until it is released or its client
    /// goes away. Others pass.
    pub fn hold_at(&self, index: usize, moment: Moment) {
        self.shared.holds.add(index, moment);
    }

    /// Waits until a request is held, at most for `longest`; false if none was.
    pub fn wait_until_held(&self, longest: Duration) -> bool {
        self.shared.holds.wait_until_reached(longest)
    }

    /// Waits until the clients of all held requests have gone away, at most for `longest`; false if one has not. To be
    /// asked between killing a client and releasing, or what the dead one sent is worked on after all.
    pub fn wait_until_hung_up(&self, longest: Duration) -> bool {
        self.shared.holds.wait_until_gone(longest)
    }

    /// Lets everything that is held go on, and holds nothing any more.
    pub fn release(&self) {
        self.shared.holds.release();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn answer(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(line): ConnectInfo<Line>,
    request: HttpRequest,
) -> Response {
    tokio::time::sleep(shared.delay).await;
    let path = request.uri().path().to_owned();
    if path.starts_with("/api/") && !shared.world().owns(&path) {
        return api::answer(&shared, &line, request).await;
    }
    let (found, fault) = {
        let mut world = shared.world();
        (world.answer(&path), world.fault(&path))
    };
    let taken = fault.as_ref().map(|_| shared.padding(&path)).unwrap_or_default();
    let (response, body) = respond(found, fault.as_ref(), request.method(), request.headers(), taken);
    shared.remember(Request {
        method: request.method().to_string(),
        target: request.uri().path_and_query().map_or(path, ToString::to_string),
        status: response.status().as_u16(),
        authorized: request.headers().contains_key(header::AUTHORIZATION),
        body,
    });
    response
}

impl World {
    /// True if it is python.org's and its neighbours' world that has the answer, and not the fake GitHub.
    fn owns(&self, path: &str) -> bool {
        const REPOSITORIES: [&str; 2] = ["/api/repos/python/cpython/", "/api/repos/pypa/get-pip/"];
        REPOSITORIES.iter().any(|repository| path.starts_with(repository))
            || self.pages.contains_key(path)
            || self.faults.contains_key(path)
            || self.outages.keys().any(|prefix| path.starts_with(prefix.as_str()))
    }

    /// The fault of `path` as of this request.
    fn fault(&mut self, path: &str) -> Option<Fault> {
        let outages = self.outages.iter_mut().filter(|(prefix, _)| path.starts_with(prefix.as_str()));
        let fault = self.faults.get_mut(path).or_else(|| outages.map(|(_, fault)| fault).last())?;
        if let Fault::Times(left, _) = fault {
            if *left == 0 {
                return None;
            }
            *left -= 1;
        }
        Some(fault.clone())
    }
}

/// The response, and how many bytes of body it announces.
fn respond(
    found: Option<(Bytes, Option<jiff::Timestamp>)>,
    fault: Option<&Fault>,
    method: &Method,
    headers: &HeaderMap,
    taken: Arc<AtomicU64>,
) -> (Response, usize) {
    let plain = |status: u16, text: String| {
        let length = text.len();
        (build(Response::builder().status(status), Body::from(text)), length)
    };
    match (fault, &found) {
        (Some(Fault::Status(status, text)), _) => return plain(*status, text.clone()),
        (Some(Fault::Times(_, status)), _) => return plain(*status, String::new()),
        (Some(Fault::Redirect(to)), _) => {
            return (build(Response::builder().status(302).header(header::LOCATION, to), Body::empty()), 0);
        }
        (Some(Fault::RememberedMissing), _)
            if headers.get(header::CACHE_CONTROL).is_none_or(|value| value.as_bytes() != b"no-cache") =>
        {
            return plain(404, String::new());
        }
        _ => {}
    }
    let Some((body, modified)) = found else { return plain(404, String::new()) };
    let tag = format!("\"{}\"", &Sha256::of(&body).to_string()[..16]);
    let mut response = Response::builder().header(header::ETAG, &tag);
    if let Some(modified) = modified {
        response = response.header(header::LAST_MODIFIED, modified.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string());
    }
    if headers.get(header::IF_NONE_MATCH).is_some_and(|value| value.as_bytes() == tag.as_bytes()) {
        return (build(response.status(StatusCode::NOT_MODIFIED), Body::empty()), 0);
    }
    let length = body.len();
    response = match fault {
        Some(Fault::Endless) => response,
        Some(Fault::Grows { announced: false, .. }) if method != Method::HEAD => response,
        Some(Fault::Grows { by, announced: true }) if method != Method::HEAD => {
            response.header(header::CONTENT_LENGTH, length as u64 + by)
        }
        Some(Fault::Announces(length)) => response.header(header::CONTENT_LENGTH, *length),
        _ => response.header(header::CONTENT_LENGTH, length),
    };
    if method == Method::HEAD {
        return (build(response, Body::empty()), 0);
    }
    let half = body.slice(..length / 2);
    let body = match fault {
        Some(Fault::Endless) => Body::from_stream(padding(u64::MAX, taken)),
        Some(Fault::Grows { by, .. }) => {
            let whole = stream::iter([Ok::<_, Infallible>(body)]);
            Body::from_stream(whole.chain(padding(*by, taken)))
        }
        Some(Fault::Cut | Fault::Announces(_)) => cut_short(half),
        Some(Fault::Stall) => {
            let first = stream::iter([Ok::<_, Infallible>(half)]);
            Body::from_stream(first.chain(stream::pending()))
        }
        _ => Body::from(body),
    };
    (build(response, body), length)
}

/// So many spaces, counted in `taken` as they are sent.
fn padding(count: u64, taken: Arc<AtomicU64>) -> impl Stream<Item = Result<Bytes, Infallible>> {
    const PIECE: Bytes = Bytes::from_static(&[b' '; 64 * 1024]);
    stream::iter(0..count.div_ceil(PIECE.len() as u64)).map(move |index| {
        let left = usize::try_from(count - index * PIECE.len() as u64).unwrap_or(usize::MAX);
        let piece = PIECE.slice(..left.min(PIECE.len()));
        taken.fetch_add(piece.len() as u64, Ordering::Relaxed);
        Ok(piece)
    })
}

/// A body that breaks off after `first`.
pub(super) fn cut_short(first: Bytes) -> Body {
    let first = stream::iter([Ok(first)]);
    // What came before goes out while the body makes wait.
    let end = stream::once(async {
        tokio::task::yield_now().await;
        Err(io::Error::other("cut"))
    });
    Body::from_stream(first.chain(end))
}

pub(super) fn build(response: http::response::Builder, body: Body) -> Response {
    response.body(body).expect("statuses and headers are made of valid parts")
}
