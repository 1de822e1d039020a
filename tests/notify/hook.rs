//! A webhook that takes what it is told, or does not.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// What the address has that nobody may see.
pub const SECRET: &str = "T0SECRET/B0SECRET/s3cr3t";

/// A server on loopback, until dropped.
pub struct Hook {
    address: SocketAddr,
    state: Arc<Mutex<Inner>>,
    _runtime: Runtime,
}

struct Inner {
    /// Method and path of each request, and its body.
    asked: Vec<(String, Value)>,
    status: u16,
    location: Option<String>,
}

impl Hook {
    /// One that takes everything.
    pub fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let state = Arc::new(Mutex::new(Inner { asked: Vec::new(), status: 200, location: None }));
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(answer).with_state(Arc::clone(&state));
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self { address, state, _runtime: runtime }
    }

    /// From now on it answers so.
    pub fn answers(&self, status: u16) {
        self.state.lock().unwrap().status = status;
    }

    /// From now on it leads elsewhere.
    pub fn leads_to(&self, location: &str) {
        let mut state = self.state.lock().unwrap();
        (state.status, state.location) = (307, Some(location.to_owned()));
    }

    /// Its address, with the secret in it.
    pub fn url(&self) -> String {
        format!("http://{}/services/{SECRET}", self.address)
    }

    /// Its host, which may be seen.
    pub fn host(&self) -> String {
        self.address.to_string()
    }

    /// What it was asked since it was asked this last: the texts.
    pub fn told(&self) -> Vec<String> {
        let asked = std::mem::take(&mut self.state.lock().unwrap().asked);
        let text = |(request, body): (String, Value)| {
            assert_eq!(request, format!("POST /services/{SECRET}"));
            body["text"].as_str().unwrap().to_owned()
        };
        asked.into_iter().map(text).collect()
    }
}

async fn answer(State(state): State<Arc<Mutex<Inner>>>, request: Request) -> Response {
    let line = format!("{} {}", request.method(), request.uri());
    assert!(!request.headers().contains_key(header::AUTHORIZATION), "a token went to the webhook");
    let bytes = axum::body::to_bytes(request.into_body(), 1024 * 1024).await.unwrap();
    let mut state = state.lock().unwrap();
    let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    state.asked.push((line.clone(), body));
    // Servers quote what they were asked.
    let mut response = (StatusCode::from_u16(state.status).unwrap(), format!("Cannot {line}")).into_response();
    if let Some(location) = &state.location {
        response.headers_mut().insert(header::LOCATION, location.parse().unwrap());
    }
    response
}
