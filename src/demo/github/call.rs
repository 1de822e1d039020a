//! One request as the routes see it, and what they answer.

use serde_json::{Value, json};
use url::form_urlencoded;

use super::account::Account;

/// A request to the API.
#[derive(Debug, Clone)]
pub struct Call {
    /// `GET`, `POST`, …; a HEAD is a GET here.
    pub(crate) method: String,
    /// The path below the API's root, as it came, with a slash in front.
    pub(crate) path: String,
    /// The query, if there is one.
    pub(crate) query: String,
    /// Where the API's root is for whoever asks, without a slash at its end.
    pub(crate) base: String,
    /// The token, if one came.
    pub(crate) token: Option<String>,
    /// The media types asked for.
    pub(crate) accept: String,
    /// The validator that an earlier answer came with.
    pub(crate) if_none_match: Option<String>,
    /// The body.
    pub(crate) body: Vec<u8>,
    /// Headers worth keeping in the record.
    pub(crate) headers: std::collections::BTreeMap<String, String>,
}

/// An answer.
#[derive(Debug, Clone, Default)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// An answer that says no.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) status: u16,
    message: String,
    errors: Vec<Value>,
    documentation: Option<&'static str>,
}

pub(super) type Routed = Result<Reply, Refusal>;

/// What a route says; headers and validators come later.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) body: Body,
    pub(super) headers: Vec<(String, String)>,
}

#[derive(Debug)]
pub(super) enum Body {
    Json(Value),
    Raw(Vec<u8>),
    Nothing,
}

/// A call whose account and path are known.
pub(super) struct Request<'a> {
    pub(super) call: &'a Call,
    pub(super) account: Option<Account>,
    /// The repository that the path names, by id; 0 where it names none.
    pub(super) repository: u64,
    /// What follows the repository in the path.
    pub(super) rest: Vec<String>,
    pub(super) body: Value,
}

impl Request<'_> {
    /// What follows in the path from its part `from` on.
    pub(super) fn tail(&self, from: usize) -> String {
        self.rest[from..].join("/")
    }

    /// A value of the query.
    pub(super) fn query(&self, name: &str) -> Option<String> {
        let mut all = form_urlencoded::parse(self.call.query.as_bytes());
        all.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    /// A text of the body.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.body[name].as_str()
    }

    pub(super) fn login(&self) -> &str {
        self.account.as_ref().map_or("", |account| &account.login)
    }

    /// One page of a list, with a `Link` header where there is more.
    pub(super) fn page(&self, all: Vec<Value>) -> Reply {
        let number = |name, unset: usize| self.query(name).and_then(|text| text.parse().ok()).unwrap_or(unset);
        let (size, page) = (number("per_page", 30).clamp(1, 100), number("page", 1).max(1));
        let last = all.len().div_ceil(size).max(1);
        let link = |page: usize, relation: &str| {
            let mut query = form_urlencoded::Serializer::new(String::new());
            let rest = form_urlencoded::parse(self.call.query.as_bytes()).filter(|(key, _)| key != "page");
            query.extend_pairs(rest).append_pair("page", &page.to_string());
            format!("<{}{}?{}>; rel=\"{relation}\"", self.call.base, self.call.path, query.finish())
        };
        let mut links = Vec::new();
        if page > 1 {
            links.push(link(page - 1, "prev"));
        }
        if page < last {
            links.extend([link(page + 1, "next"), link(last, "last")]);
        }
        if page > 1 {
            links.push(link(1, "first"));
        }
        let shown: Vec<Value> = all.into_iter().skip((page - 1).saturating_mul(size)).take(size).collect();
        let reply = Reply::json(200, json!(shown));
        if links.is_empty() { reply } else { reply.header("link", &links.join(", ")) }
    }
}

impl Reply {
    pub(super) fn json(status: u16, body: Value) -> Self {
        Self { status, body: Body::Json(body), headers: Vec::new() }
    }

    pub(super) fn raw(body: Vec<u8>, media: &str) -> Self {
        Self { status: 200, body: Body::Raw(body), headers: vec![("content-type".to_owned(), media.to_owned())] }
    }

    pub(super) fn nothing(status: u16) -> Self {
        Self { status, body: Body::Nothing, headers: Vec::new() }
    }

    pub(super) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

impl Refusal {
    pub(super) fn new(status: u16, message: &str) -> Self {
        Self { status, message: message.to_owned(), errors: Vec::new(), documentation: None }
    }

    pub(super) fn not_found() -> Self {
        Self::new(404, "Not Found")
    }

    /// The 422 with a list of what is wrong.
    pub(super) fn invalid(error: Value) -> Self {
        Self { errors: vec![error], ..Self::new(422, "Validation Failed") }
    }

    /// The same for a rule of pull requests, which GitHub tells in a sentence.
    pub(super) fn custom(message: &str) -> Self {
        Self::invalid(json!({ "resource": "PullRequest", "code": "custom", "message": message }))
    }

    pub(super) fn documented(self, at: &'static str) -> Self {
        Self { documentation: Some(at), ..self }
    }

    /// As a body; `route` is the route's page, which is named where nothing else was.
    pub(super) fn json(&self, route: &str) -> Value {
        let page = self.documentation.unwrap_or(route);
        let status = self.status.to_string();
        let mut body = json!({ "message": self.message, "documentation_url": page, "status": status });
        if !self.errors.is_empty() {
            body["errors"] = json!(self.errors);
        }
        body
    }
}

/// The store failed where it should not: a fault of the fake, told as no real answer is.
impl From<git2::Error> for Refusal {
    fn from(error: git2::Error) -> Self {
        Self::new(500, &format!("pybump's fake GitHub failed: {error}"))
    }
}
