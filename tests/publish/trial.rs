//! A stage that is put back to where it was, run after run: what ends there, whatever goes wrong.
//!
//! The runs are in this process, with nothing tried twice, so that a fault breaks the run and costs no wait.

use std::collections::BTreeMap;
use std::time::Duration;

use pybump::cli::Status;
use pybump::demo::github::{Exchange, GitHubFault, Issue, Pull, Saved};
use pybump::demo::world::World;
use pybump::sources::client::{RetryPolicy, Timeouts};

use super::stage::{BRANCH, IMAGES, Stage};
use crate::support::inside;
use crate::support::scene::{LINUX, Scene};
use crate::support::worlds::release;

/// A stage, and GitHub as it is before each run.
pub struct Trial {
    pub stage: Stage,
    /// What is run.
    pub command: &'static [&'static str],
    /// What it ends with.
    pub status: Status,
    /// Whether it is a warning alone that tells what went wrong.
    pub warns: bool,
    saved: Saved,
}

/// What anybody finds on GitHub. Ids of commits that GitHub made are named by their place, for they differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    pub pulls: Vec<PullEnd>,
    /// Every branch: its tree, and the subjects of what it has besides the default branch.
    pub branches: BTreeMap<String, (String, Vec<String>)>,
    /// Every issue; of two that were opened at once, the one that is kept.
    pub issues: Vec<IssueEnd>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueEnd {
    pub open: bool,
    pub title: String,
    pub body: String,
    pub labels: Vec<String>,
    pub comments: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullEnd {
    pub open: bool,
    pub title: String,
    pub body: String,
    pub head: String,
    pub base: String,
    pub labels: Vec<String>,
    pub reviewers: Vec<String>,
    pub comments: Vec<String>,
}

/// Nothing is asked twice.
pub const ONCE: RetryPolicy =
    RetryPolicy { attempts: 1, base: Duration::ZERO, cap: Duration::ZERO, longest_wait: Duration::ZERO };

/// Nothing is waited for that a machine on loopback needs.
pub const IMPATIENT: Timeouts = Timeouts {
    connect: Duration::from_millis(50),
    idle: Duration::from_millis(100),
    page: Duration::from_secs(1),
    download: Duration::from_secs(1),
};

/// A stage that tracks 3.14 at 3.14.2, Linux only: a run of it takes half as long.
pub fn small(world: World, publish: &str) -> Stage {
    Stage::of(Scene::tracking(world, &[("3.14", "3.14.2")], &[LINUX]), publish)
}

/// Its pull request is open.
pub fn opened(stage: &Stage) {
    stage.pr_image().said("opened");
}

/// Opened, and then 3.14.4 comes out.
pub fn outdated(stage: &Stage) {
    opened(stage);
    stage.server.world(|world| world.release(&release("3.14.4", 5))).unwrap();
}

/// Opened, and then a person brings the same to the default branch.
pub fn caught_up(stage: &Stage) {
    opened(stage);
    let files = ["versions.json", "3.14/slim-trixie/Dockerfile"];
    let texts = files.map(|path| stage.file(BRANCH, path).unwrap());
    let changes: Vec<_> = files.iter().zip(&texts).map(|(path, text)| (*path, Some(text.as_str()))).collect();
    stage.push("main", &changes);
    stage.pull_clone();
}

impl Trial {
    /// A stage as `prepare` leaves it.
    pub fn new(stage: Stage, prepare: impl FnOnce(&Stage)) -> Self {
        prepare(&stage);
        let saved = stage.github(|github| github.save());
        Self { stage, command: &["pr", "image"], status: Status::Done, warns: false, saved }
    }

    /// GitHub as it was, its requests counted from 0.
    pub fn restore(&self) {
        let unknown = self.stage.server.unknown_routes();
        assert!(unknown.is_empty(), "the fake GitHub has no such routes: {unknown:#?}");
        self.stage.server.forget_requests();
        self.stage.github(|github| github.restore(&self.saved));
    }

    /// What an unbroken run ends in, and its requests.
    pub fn unbroken(&self) -> (End, Vec<Exchange>) {
        self.restore();
        assert_eq!(self.run(ONCE, Timeouts::default()), Ok(self.status));
        let requests = self.stage.server.exchanges();
        assert!(requests.iter().any(Exchange::is_write), "there is nothing to do here");
        (self.end(), requests)
    }

    /// Runs with one request failing. A run that says that all is well must have told the truth.
    pub fn run_with(&self, index: usize, fault: &GitHubFault, unbroken: &End) {
        self.stage.github(|github| github.fail_at(index, fault.clone()));
        // Where little is waited for, python.org may seem silent as well, which is no failure.
        let silent = matches!(fault, GitHubFault::Silence(_));
        let timeouts = if silent { IMPATIENT } else { Timeouts::default() };
        let result = self.run(ONCE, timeouts);
        let struck = self.stage.server.exchanges().iter().any(|exchange| exchange.fault.is_some());
        assert!(struck || silent, "request {index} was never made: {fault:?}");
        if result == Ok(self.status) && !silent {
            assert_eq!(self.end(), *unbroken, "{fault:?} at {index} was not told");
        }
    }

    /// Runs unhindered: once to the same end as the unbroken run, and once more without a write.
    #[track_caller]
    pub fn assert_ends_as(&self, unbroken: &End, when: &str) {
        assert_eq!(self.run(ONCE, Timeouts::default()), Ok(self.status), "{when}");
        assert_eq!(self.end(), *unbroken, "{when}");
        self.stage.server.forget_requests();
        assert_eq!(self.run(ONCE, Timeouts::default()), Ok(self.status), "{when}");
        assert_eq!(self.stage.writes(), 0, "{when}: {:#?}", self.stage.server.writes());
        assert_eq!(self.end(), *unbroken, "{when}");
    }

    /// Runs the command in this process.
    pub fn run(&self, retry: RetryPolicy, timeouts: Timeouts) -> Result<Status, String> {
        let variables =
            [("GITHUB_API_URL", self.stage.api()), ("PYBUMP_GITHUB_TOKEN", self.stage.token.to_owned())].into();
        let quiet = if self.warns { &[][..] } else { &["--quiet"] };
        let command = [quiet, self.command].concat();
        let (status, said) = inside::run(self.stage.scene(), &command, variables, retry, timeouts)?;
        // An alarm comes before a failure, which is told nevertheless.
        let failed = status == Status::Alarm && said.contains("error: ");
        if failed || (self.warns && said.contains("could not be kept")) { Err(said) } else { Ok(status) }
    }

    /// What anybody finds on GitHub now.
    pub fn end(&self) -> End {
        let (refs, pulls) = self.stage.github(|github| {
            (github.refs(IMAGES).clone(), github.pulls(IMAGES).into_iter().cloned().collect::<Vec<Pull>>())
        });
        let names: Vec<_> = refs.iter().map(|(name, id)| (id.to_string(), name.clone())).collect();
        let plain = |text: &str| names.iter().fold(text.to_owned(), |text, (id, name)| text.replace(id, name));
        let branches = refs.keys().map(|name| {
            let branch = name.trim_start_matches("refs/heads/");
            let tree = self.stage.github(|github| github.commit(IMAGES, name)).unwrap().tree.to_string();
            (branch.to_owned(), (tree, self.stage.subjects(branch)))
        });
        let pulls = pulls.iter().map(|pull| PullEnd {
            open: pull.open,
            title: pull.title.clone(),
            body: plain(pull.body.as_deref().unwrap_or_default())
                .replace(&pull.head.sha.to_string(), "HEAD OF THE PULL REQUEST"),
            head: pull.head.branch.clone(),
            base: pull.base.clone(),
            labels: pull.labels.iter().cloned().collect(),
            reviewers: pull.reviewers.iter().cloned().collect(),
            comments: pull.comments.iter().map(|comment| comment.body.clone()).collect(),
        });
        let issues = self.stage.github(|github| github.issues(IMAGES).into_iter().cloned().collect::<Vec<Issue>>());
        let issues = issues.into_iter().map(|issue| IssueEnd {
            open: issue.open,
            title: issue.title,
            body: issue.body.unwrap_or_default(),
            labels: issue.labels.into_iter().collect(),
            comments: issue.comments.into_iter().map(|comment| comment.body).collect(),
        });
        let issues = issues.filter(|issue| issue.open || !issue.body.contains("two runs at once")).collect();
        let mut end = End { pulls: pulls.collect(), branches: branches.collect(), issues };
        // Which of two was opened first is all one.
        end.pulls.sort_by(|a, b| a.head.cmp(&b.head));
        end
    }
}
