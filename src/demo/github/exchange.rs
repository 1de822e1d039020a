//! The record of one request and its answer.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// A request to the API and its answer. Holds no token.
#[derive(Debug, Clone, PartialEq)]
pub struct Exchange {
    /// How many requests came before.
    pub index: usize,
    /// The method.
    pub method: String,
    /// The path below the API's root, with a slash in front; a renamed repository's by its full name.
    pub path: String,
    /// The query, or nothing.
    pub query: String,
    /// True if it carried an `Authorization` header.
    pub authorized: bool,
    /// Whose token that held.
    pub account: Option<String>,
    /// `accept`, `content-type`, `if-none-match`, `user-agent` and `x-github-api-version`, where they came.
    pub headers: BTreeMap<String, String>,
    /// The request's body, if there is one; a text if it is no JSON.
    pub request: Option<Value>,
    /// The status, unless no answer was sent.
    pub status: Option<u16>,
    /// The answer's headers.
    pub response_headers: BTreeMap<String, String>,
    /// The answer's body, if there is one; a text if it is no JSON.
    pub response: Option<Value>,
    /// What was made to go wrong with it.
    pub fault: Option<String>,
    /// False if no route answers to method and path.
    pub known: bool,
}

impl Exchange {
    /// True if it was meant to change something.
    pub fn is_write(&self) -> bool {
        !matches!(self.method.as_str(), "GET" | "HEAD")
    }

    /// As one line of a file that a judge reads.
    pub fn json(&self) -> Value {
        json!({
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "headers": self.headers,
            "request": self.request,
            "status": self.status,
            "response_headers": self.response_headers,
            "response": self.response,
            "fault": self.fault,
            "known": self.known,
        })
    }
}

/// A body as it is recorded.
pub(super) fn recorded(body: &[u8]) -> Option<Value> {
    let text = || Value::String(String::from_utf8_lossy(body).into_owned());
    (!body.is_empty()).then(|| serde_json::from_slice(body).unwrap_or_else(|_| text()))
}
