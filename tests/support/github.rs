//! The fake GitHub in a test: served, asked over real HTTP, and judged at the test's end.

use std::fs;
use std::io::Write as _;
use std::ops::Deref;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use pybump::demo::github::GitHub;
use pybump::demo::world::{Server, World};
use serde_json::Value;

/// A server whose end is a check: see [`finish`].
pub struct Hub(pub Server);

impl Hub {
    /// Serves a world with nothing but `github` in it.
    pub fn serve(github: GitHub) -> Self {
        let mut world = World::new().unwrap();
        world.github = github;
        Self(Server::start(world, Duration::ZERO).unwrap())
    }

    /// Changes or asks GitHub, past its API.
    pub fn github<T>(&self, work: impl FnOnce(&mut GitHub) -> T) -> T {
        self.0.world(|world| work(&mut world.github))
    }

    /// A client with this token.
    pub fn client(&self, token: &str) -> Client {
        Client::new(&format!("http://{}/api", self.0.address()), token)
    }
}

impl Deref for Hub {
    type Target = Server;

    fn deref(&self) -> &Server {
        &self.0
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            finish(&self.0);
        }
    }
}

/// What every test that talks to the fake GitHub ends with: fails if a request had no route, and leaves the exchanges in the
/// folder `PYBUMP_EXCHANGES`, if it is set, for GitHub's own description of its API to judge.
#[track_caller]
pub fn finish(server: &Server) {
    static WRITTEN: AtomicUsize = AtomicUsize::new(0);
    let unknown = server.unknown_routes();
    assert!(unknown.is_empty(), "the fake GitHub has no such routes: {unknown:#?}");
    let Some(folder) = std::env::var_os("PYBUMP_EXCHANGES") else { return };
    let lines: Vec<String> =
        server.world(|world| world.github.every_exchange().iter().map(|one| one.json().to_string()).collect());
    if lines.is_empty() {
        return;
    }
    let (process, number) = (std::process::id(), WRITTEN.fetch_add(1, Ordering::Relaxed));
    let mut file = fs::File::create(Path::new(&folder).join(format!("{process}-{number}.jsonl"))).unwrap();
    for line in lines {
        writeln!(file, "{line}").unwrap();
    }
}

/// Asks a GitHub as any client would.
pub struct Client {
    base: String,
    token: String,
    http: reqwest::Client,
    runtime: tokio::runtime::Runtime,
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: http::HeaderMap,
    pub text: String,
}

impl Client {
    pub fn new(base: &str, token: &str) -> Self {
        let builder = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
        Self {
            base: base.to_owned(),
            token: token.to_owned(),
            http: builder.timeout(Duration::from_secs(20)).user_agent("test").build().unwrap(),
            runtime: tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap(),
        }
    }

    /// Sends a request with these headers; an error if no whole answer comes.
    pub fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<Reply, reqwest::Error> {
        let request = self.request(method, path, headers, body);
        self.runtime.block_on(async {
            let response = request.send().await?;
            let (status, headers) = (response.status().as_u16(), response.headers().clone());
            Ok(Reply { status, headers, text: response.text().await? })
        })
    }

    /// Sends a request and hangs up when `event` returns; true if no answer came before.
    pub fn hang_up(&self, method: &str, path: &str, body: &Value, event: impl FnOnce() + Send + 'static) -> bool {
        // The connection closes with the runtime that drives it.
        let client = Self::new(&self.base, &self.token);
        let request = client.request(method, path, &[], Some(body));
        client.runtime.block_on(async {
            tokio::select! {
                _ = request.send() => false,
                done = tokio::task::spawn_blocking(event) => done.is_ok(),
            }
        })
    }

    fn request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> reqwest::RequestBuilder {
        let mut request = self.http.request(method.parse().unwrap(), format!("{}{path}", self.base));
        if !self.token.is_empty() {
            request = request.header("authorization", format!("Bearer {}", self.token));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        match body {
            Some(body) => request.header("content-type", "application/json").body(body.to_string()),
            None => request,
        }
    }

    pub fn get(&self, path: &str) -> Reply {
        self.send("GET", path, &[], None).unwrap()
    }

    pub fn post(&self, path: &str, body: &Value) -> Reply {
        self.send("POST", path, &[], Some(body)).unwrap()
    }

    pub fn patch(&self, path: &str, body: &Value) -> Reply {
        self.send("PATCH", path, &[], Some(body)).unwrap()
    }

    pub fn delete(&self, path: &str) -> Reply {
        self.send("DELETE", path, &[], None).unwrap()
    }
}

impl Reply {
    /// The body as JSON, if the status is this.
    #[track_caller]
    pub fn ok(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        if self.text.is_empty() { Value::Null } else { serde_json::from_str(&self.text).unwrap() }
    }

    /// Status and message of an answer that says no; where there is a list of errors, with what the first one says.
    #[track_caller]
    pub fn no(&self) -> String {
        assert!(self.status >= 300, "{}", self.text);
        let body: Value = serde_json::from_str(&self.text).unwrap_or_default();
        assert!(self.status >= 500 || body["documentation_url"].is_string(), "{}", self.text);
        let message = body["message"].as_str().unwrap_or(&self.text);
        let error = &body["errors"][0];
        let field = error["field"].as_str().unwrap_or_default();
        let detail = error["message"].as_str().unwrap_or_default();
        let detail = format!("{field} {detail}");
        format!("{} {message} {}", self.status, detail.trim()).trim_end().to_owned()
    }

    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no {name}: {self:#?}")).to_str().unwrap()
    }
}
