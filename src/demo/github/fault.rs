//! What can go wrong between a client and GitHub, by the index of the request.

use jiff::Timestamp;
use serde_json::json;

use super::GitHub;
use super::call::Answer;

/// When a fault strikes: what was asked for has happened, or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moment {
    /// Before the request is worked on.
    Before,
    /// After it: what it asked for is done, only the answer is lost.
    After,
}

/// What goes wrong with one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GitHubFault {
    /// The connection is reset.
    Reset(Moment),
    /// No answer ever comes.
    Silence(Moment),
    /// This status, with a body such as GitHub's front ends send.
    Status(Moment, u16),
    /// 403, too many requests in a short time; `Retry-After` in seconds, if GitHub deigns to say.
    SecondaryLimit(Option<u64>),
    /// 403 or 429, all requests of the hour used up; seconds until there are new ones.
    PrimaryLimit(u16, u64),
    /// The same request is worked on twice, as if another run had been a moment faster. Comments are not doubled.
    Race,
    /// A person commits to the branch that the request is about, right before it is worked on.
    Overtaken,
    /// The answer ends half-way.
    Truncated,
}

/// What is to happen to a request that arrives.
#[derive(Debug, Clone)]
pub(crate) struct Arrival {
    pub(crate) index: usize,
    pub(crate) fault: Option<GitHubFault>,
}

#[derive(Default)]
pub(super) struct Faults {
    arrived: usize,
    planned: Vec<(std::ops::Range<usize>, GitHubFault)>,
}

impl Faults {
    pub(super) fn add(&mut self, index: usize, times: usize, fault: GitHubFault) {
        self.planned.push((index..index.saturating_add(times), fault));
    }
}

impl GitHub {
    /// Counts a request that has arrived.
    pub(crate) fn arrive(&mut self) -> Arrival {
        let index = self.faults.arrived;
        self.faults.arrived += 1;
        let planned = self.faults.planned.iter().find(|(indices, _)| indices.contains(&index));
        Arrival { index, fault: planned.map(|(_, fault)| fault.clone()) }
    }
}

impl GitHubFault {
    /// True if the request is worked on nevertheless.
    pub(crate) fn works(&self) -> bool {
        match self {
            Self::Reset(moment) | Self::Silence(moment) | Self::Status(moment, _) => *moment == Moment::After,
            Self::SecondaryLimit(_) | Self::PrimaryLimit(..) => false,
            Self::Race | Self::Overtaken | Self::Truncated => true,
        }
    }

    /// What is sent instead of the answer; none where nothing is, or the answer itself.
    pub(crate) fn answer(&self, now: Timestamp) -> Option<Answer> {
        let json = |status, headers: Vec<(&str, String)>, message: &str, page: &str| {
            let body = json!({ "documentation_url": page, "message": message }).to_string().into_bytes();
            let mut headers: Vec<_> = headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            headers.push(("content-type".to_owned(), "application/json; charset=utf-8".to_owned()));
            Some(Answer { status, headers, body })
        };
        match self {
            Self::Status(_, status) => {
                let headers = vec![("content-type".to_owned(), "text/html".to_owned())];
                let body =
                    format!("<html><head><title>{status}</title></head><body>Unicorn!</body></html>").into_bytes();
                Some(Answer { status: *status, headers, body })
            }
            Self::SecondaryLimit(wait) => json(
                403,
                wait.iter().map(|seconds| ("retry-after", seconds.to_string())).collect(),
                "You have exceeded a secondary rate limit. Please wait a few minutes before you try again. If you reach \
                 out to GitHub Support for help, please include the request ID 0000:0000:0000:0000:00000000.",
                "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits",
            ),
            Self::PrimaryLimit(status, seconds) => json(
                *status,
                vec![
                    ("x-ratelimit-limit", "5000".to_owned()),
                    ("x-ratelimit-remaining", "0".to_owned()),
                    ("x-ratelimit-used", "5000".to_owned()),
                    ("x-ratelimit-resource", "core".to_owned()),
                    ("x-ratelimit-reset", (now.as_second() + i64::try_from(*seconds).unwrap_or(0)).to_string()),
                ],
                "API rate limit exceeded for user ID 1001. If you reach out to GitHub Support for help, please include the \
                 request ID 0000:0000:0000:0000:00000000.",
                "https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api",
            ),
            Self::Reset(_) | Self::Silence(_) | Self::Race | Self::Overtaken | Self::Truncated => None,
        }
    }
}
