//! What goes wrong between here and a source.
//!
//! Owns the wording: each message says what was asked, what was found, and what to do where that is known. Text that
//! came from outside is shown escaped and cut, URLs without credentials.

use std::time::Duration;

use jiff::Timestamp;

use super::mirror::Address;
use super::options::BodyLimit;
use crate::model::InvalidValue;

/// A source that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cannot read {address}: {problem}{}", tries(*.attempts))]
pub struct FetchError {
    /// What was asked for, and where.
    pub address: Address,
    /// How often it was asked for.
    pub attempts: u32,
    /// What went wrong the last time.
    pub problem: Problem,
}

impl FetchError {
    pub(in crate::sources) fn new(address: Address, problem: Problem) -> Self {
        Self { address, attempts: 1, problem }
    }

    /// True where asking again later may help without anyone's doing.
    pub fn is_transient(&self) -> bool {
        self.problem.is_transient() || matches!(self.problem, Problem::ComeBack { .. } | Problem::RateLimited { .. })
    }
}

fn tries(attempts: u32) -> String {
    if attempts > 1 { format!(" (asked {attempts} times)") } else { String::new() }
}

/// What went wrong. Which of these are worth another try is decided in `retry`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// No connection: name unknown, refused, unreachable.
    #[error("no connection: {0}")]
    Connect(String),
    /// The server's certificate is not trusted.
    #[error(
        "the server's certificate is not trusted: {0}; where a private authority signs, name its file in SSL_CERT_FILE"
    )]
    Certificate(String),
    /// This machine has no root certificates.
    #[error("https needs root certificates and none were found ({0}); install ca-certificates or set SSL_CERT_FILE")]
    NoRoots(String),
    /// The connection broke, or what came over it was not HTTP.
    #[error("the connection broke: {0}")]
    Broken(String),
    /// No connection, no answer or no end of it in time.
    #[error("it took longer than {}", seconds(.0))]
    Timeout(Duration),
    /// The body stopped coming.
    #[error("the body stalled: nothing came for {} after {received} bytes", seconds(.after))]
    Stalled {
        /// How long nothing came.
        after: Duration,
        /// How much had come.
        received: u64,
    },
    /// The body ended early.
    #[error("the body was cut: {received} bytes came, {} were announced", .announced.map_or("more".into(), |size| size.to_string()))]
    Cut {
        /// What the headers announced, if they did.
        announced: Option<u64>,
        /// What came.
        received: u64,
    },
    /// The body is larger than this file may be.
    #[error("the body is too large: {}, at most {limit} expected", .announced.map_or("it goes on and on".into(), |size| format!("{size} bytes announced")))]
    TooLarge {
        /// The cap.
        limit: BodyLimit,
        /// What the headers announced; none where the body itself went past the cap.
        announced: Option<u64>,
    },
    /// The body is encoded although nothing but plain bytes was asked for.
    #[error("the body is encoded as \"{}\", plain bytes were asked for", .0.escape_debug())]
    Encoded(String),
    /// A status that is neither success nor absence.
    #[error("status {status}{}", .detail.as_deref().map_or(String::new(), |text| format!(" ({text})")))]
    Status {
        /// The status.
        status: u16,
        /// What the server said of it, escaped and cut.
        detail: Option<String>,
    },
    /// GitHub's hourly allowance is used up.
    #[error("GitHub's allowance of requests is used up{}{}", .until.map_or(String::new(), |time| format!(" until {time}")), if *.with_token { "" } else { "; set GITHUB_TOKEN for a larger one" })]
    RateLimited {
        /// When there is a new one.
        until: Option<Timestamp>,
        /// Whether a token was sent.
        with_token: bool,
    },
    /// The server asks for a short wait, and still does after the last one.
    #[error("status {status}: the server asks to wait")]
    Busy {
        /// 429, 5xx or GitHub's 403.
        status: u16,
    },
    /// The server asks to be left alone for longer than a run should wait.
    #[error("status {status}: the server asks to come back after {until}")]
    ComeBack {
        /// 429, 5xx or GitHub's 403.
        status: u16,
        /// When to come back.
        until: Timestamp,
    },
    /// A redirect that is not followed.
    #[error("the redirect to \"{}\" is refused: {reason}", .to.escape_debug())]
    Redirect {
        /// Where it leads.
        to: String,
        /// Why it is not followed.
        reason: &'static str,
    },
    /// More redirects than are followed.
    #[error("more than {0} redirects")]
    TooManyRedirects(usize),
    /// A 304 to a question that had no condition.
    #[error("status 304 although no copy is here")]
    NothingToConfirm,
    /// A body that should be text and is not.
    #[error("expected UTF-8 text, byte {offset} is not")]
    NotText {
        /// Where it stops being text.
        offset: usize,
    },
    /// A change without a token.
    #[error("a token is needed to change anything and none is set")]
    NoToken,
    /// A change that would not go to GitHub itself.
    #[error("changes are asked of GitHub itself over https, never of a mirror")]
    NotToWriteTo,
    /// A body that is not what it should be.
    #[error(transparent)]
    Unreadable(#[from] InvalidValue),
}

fn seconds(duration: &Duration) -> String {
    format!("{} s", duration.as_secs_f64())
}

/// Options that make no client.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The token cannot be a header's value.
    #[error("GITHUB_TOKEN: expected one line of visible characters")]
    Token,
    /// The API's root is not a URL to ask.
    #[error(
        "GITHUB_API_URL: expected an http or https URL without query and credentials, such as https://api.github.com"
    )]
    GitHubApi,
    /// A bound that lets nothing through.
    #[error("concurrency: expected at least 1, found 0")]
    Concurrency,
    /// The HTTP library refused, as for a proxy variable that is no URL.
    #[error("cannot set up HTTP")]
    Transport(#[source] reqwest::Error),
}
