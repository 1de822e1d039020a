//! What goes wrong on GitHub, and what to do about it.
//!
//! Owns the words for each refusal that a maintainer meets: tokens, rights, settings. GitHub's own words are quoted.

use crate::config::RepositoryName;
use crate::sources::client::{FetchError, Problem};
use crate::sources::github::{ChangeError, Refusal};

/// A question or change that GitHub did not take.
#[derive(Debug, Clone, thiserror::Error)]
pub enum RemoteError {
    /// There is no such repository, or the token does not see it.
    #[error(
        "there is no repository {name} on GitHub, or the token ({token}) does not see it; check publish.repository and \
         which repositories the token is for"
    )]
    NoRepository {
        /// The name asked for.
        name: RepositoryName,
        /// The token's variable.
        token: &'static str,
    },
    /// There is no fork to push to.
    #[error(
        "there is no fork {name} of {upstream}, or the token ({token}) does not see it; fork it on GitHub, or name another \
         fork in publish.library.fork"
    )]
    NoFork {
        /// The fork looked for.
        name: RepositoryName,
        /// What it should be a fork of.
        upstream: RepositoryName,
        /// The token's variable.
        token: &'static str,
    },
    /// Nothing can be changed there.
    #[error("{name} is archived: nothing can be changed there; unarchive it in its settings, or publish elsewhere")]
    Archived {
        /// The repository.
        name: RepositoryName,
    },
    /// A question without an answer.
    #[error("{error}{}", what_to_do(.advice.as_deref()))]
    Reading {
        /// What went wrong.
        error: Box<FetchError>,
        /// What to do.
        advice: Option<String>,
    },
    /// A change that was refused, or whose outcome is not known.
    #[error("{error}{}", what_to_do(.advice.as_deref()))]
    Changing {
        /// What went wrong.
        error: Box<ChangeError>,
        /// What to do.
        advice: Option<String>,
    },
    /// An answer that cannot be.
    #[error("{what}: {problem}")]
    Unexpected {
        /// What was asked for.
        what: String,
        /// What was expected and found.
        problem: String,
    },
}

const EMPTY: &str = "the repository has no commit; push the image repository there first";

const LIMITED: &str = "the next run goes on from here";

/// What GitHub says where a branch is protected, or a rule covers it.
const RULES: [&str; 4] =
    ["rotected branch", "rule violations", "must be made through a pull request", "Required status check"];

fn is_limit(said: &str) -> bool {
    said.contains("rate limit") || said.contains("abuse detection")
}

fn what_to_do(advice: Option<&str>) -> String {
    advice.map_or(String::new(), |advice| format!("; {advice}"))
}

impl RemoteError {
    pub(super) fn reading(error: FetchError, variable: Option<&'static str>) -> Self {
        let advice = match &error.problem {
            Problem::Status { status: 401, .. } => Some(bad_token(variable)),
            Problem::Status { status: 403, detail } if detail.as_deref().is_some_and(|text| text.contains("SAML")) => {
                Some("authorize the token for the organisation's single sign-on".to_owned())
            }
            Problem::Status { status: 403 | 429, detail: Some(said) } if is_limit(said) => Some(LIMITED.to_owned()),
            Problem::Status { status: 403, .. } => Some(missing_right(variable, "read", Right::Contents)),
            Problem::Status { status: 409, detail: Some(said) } if said.contains("empty") => Some(EMPTY.to_owned()),
            Problem::RateLimited { .. } | Problem::ComeBack { .. } => Some(LIMITED.to_owned()),
            _ => None,
        };
        Self::Reading { error: Box::new(error), advice }
    }

    pub(super) fn changing(error: ChangeError, variable: Option<&'static str>) -> Self {
        let right = if error.is_of_pulls() { Right::PullRequests } else { Right::Contents };
        Self::changing_with(error, variable, right)
    }

    /// The same where the change is one of an issue that is no pull request.
    pub(super) fn changing_issue(error: ChangeError, variable: Option<&'static str>) -> Self {
        Self::changing_with(error, variable, Right::Issues)
    }

    fn changing_with(error: ChangeError, variable: Option<&'static str>, right: Right) -> Self {
        let advice = match &error {
            ChangeError::Refused(refusal) => refused(refusal, variable, right),
            ChangeError::Unclear { error, .. } => Some(unclear(&error.problem, variable)),
            ChangeError::Unreadable { .. } => None,
        };
        Self::Changing { error: Box::new(error), advice }
    }

    /// True if GitHub did not answer, or not now; false if it answered and what it has cannot be read.
    pub fn is_transient(&self) -> bool {
        let Self::Reading { error, .. } = self else { return false };
        let limited = |said: &Option<String>| said.as_deref().is_some_and(|said| said.contains("rate limit"));
        error.is_transient() || matches!(&error.problem, Problem::Status { status: 403, detail } if limited(detail))
    }

    /// The refusal, if it is one.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Changing { error, .. } => match &**error {
                ChangeError::Refused(refusal) => Some(refusal),
                _ => None,
            },
            _ => None,
        }
    }

    /// True where looking again and going on from there may help: the outcome is not known, or somebody else was faster.
    pub fn calls_for_another_look(&self) -> bool {
        match self {
            Self::Changing { error, .. } => match &**error {
                ChangeError::Refused(refusal) => was_overtaken(refusal),
                error => !error.was_unseen(),
            },
            _ => false,
        }
    }
}

/// True of refusals that say that what was to be made is there, or what was to be changed is gone.
fn was_overtaken(refusal: &Refusal) -> bool {
    let overtaken = ["already exists", "does not exist", "not a fast forward", "expected to be", "No commits between"];
    matches!(refusal.status, 409 | 422) && overtaken.iter().any(|words| refusal.says(words)) && !refusal.says("empty")
}

/// True if GitHub knows the token and denies the question.
pub(super) fn is_forbidden(error: &FetchError) -> bool {
    matches!(error.problem, Problem::Status { status: 403, .. })
}

/// True if GitHub says that the repository is not in a state in which the question has an answer.
pub(super) fn is_conflict(error: &FetchError) -> bool {
    matches!(error.problem, Problem::Status { status: 409, .. })
}

/// What a token must be allowed for a change.
#[derive(Clone, Copy)]
enum Right {
    Contents,
    PullRequests,
    Issues,
}

impl Right {
    fn words(self) -> &'static str {
        match self {
            Self::Contents => "write contents",
            Self::PullRequests => "write pull requests",
            Self::Issues => "write issues",
        }
    }

    /// What a workflow says to have it, with all else that publishing needs.
    fn permissions(self) -> &'static str {
        match self {
            Self::Contents | Self::PullRequests => "{ contents: write, pull-requests: write }",
            Self::Issues => "{ contents: write, issues: write, pull-requests: write }",
        }
    }
}

impl ChangeError {
    fn is_of_pulls(&self) -> bool {
        let Self::Refused(refusal) = self else { return false };
        let path = refusal.url.path();
        path.contains("/pulls") || path.contains("/issues")
    }
}

fn refused(refusal: &Refusal, variable: Option<&'static str>, right: Right) -> Option<String> {
    let advice = match refusal.status {
        401 => bad_token(variable),
        403 if refusal.says("not permitted to create or approve pull requests") => {
            "allow it in the repository's Settings > Actions > General > Workflow permissions (\"Allow GitHub Actions to \
             create and approve pull requests\"), or set PYBUMP_GITHUB_TOKEN to the token of an App or a person"
                .to_owned()
        }
        403 if refusal.says("archived") => "the repository is archived; unarchive it, or publish elsewhere".to_owned(),
        403 | 404 => missing_right(variable, right.words(), right),
        410 if matches!(right, Right::Issues) => "issues are switched off; switch them on in the repository's Settings > \
             General > Features (\"Issues\")"
            .to_owned(),
        409 if refusal.says("empty") => EMPTY.to_owned(),
        422 if RULES.iter().any(|words| refusal.says(words)) => {
            "a rule protects the branch; set publish.branch to one that no rule covers, or let the bot bypass the rule"
                .to_owned()
        }
        _ => return None,
    };
    Some(advice)
}

fn unclear(problem: &Problem, variable: Option<&'static str>) -> String {
    match problem {
        Problem::NoToken => no_token(),
        Problem::RateLimited { .. } | Problem::ComeBack { .. } => LIMITED.to_owned(),
        Problem::NotToWriteTo => "let GITHUB_API_URL name GitHub's own API, and no mirror stand for it".to_owned(),
        Problem::Redirect { .. } => "the repository has moved; set publish.repository to its name".to_owned(),
        Problem::Status { status: 401, .. } => bad_token(variable),
        _ => "run the same command again: it looks first what became of this one".to_owned(),
    }
}

/// What to do where there is no token at all.
pub(super) fn no_token() -> String {
    "set PYBUMP_GITHUB_TOKEN, or GITHUB_TOKEN, to a token that may write contents and pull requests".to_owned()
}

fn bad_token(variable: Option<&'static str>) -> String {
    match variable {
        Some(variable) => format!("GitHub does not know the token in {variable}: it is wrong, expired or revoked"),
        None => no_token(),
    }
}

fn missing_right(variable: Option<&'static str>, words: &str, right: Right) -> String {
    let Some(variable) = variable else { return no_token() };
    let actions = if variable == "GITHUB_TOKEN" {
        format!("; in a workflow: permissions: {}", right.permissions())
    } else {
        String::new()
    };
    format!("the token in {variable} may not: it needs the right to {words}{actions}")
}
