//! Whatever goes wrong with a request, the next run ends as an unbroken one does.

use std::cell::Cell;
use std::collections::HashMap;

use clap::Parser as _;
use git2::build::CheckoutBuilder;
use git2::{Oid, Repository};
use jiff::Timestamp;
use pybump::cli::{Cli, Output, Process, Shared, Status, run};
use pybump::demo::github::{AccountKind, Commit, Exchange, GitHub, GitHubFault, Merge, Moment, Pull};
use pybump::sources::client::RetryPolicy;

use super::stage::{BRANCH, DEBIAN, FILE, OLAF, Official};
use crate::publish::stage::{REPRODUCIBLE, head};

/// An image repository, with a place of its own on GitHub for every run that is broken: an official-images, a person and
/// that person's fork. All of them have the same history.
struct Ground {
    official: Official,
    config: String,
    /// The clone's commits, oldest first, and the library file of each.
    states: Vec<(Oid, String)>,
    places: Cell<usize>,
}

/// What there is in the end, commit ids included; names, which differ from place to place, are not.
#[derive(Debug, PartialEq, Eq)]
struct End {
    pulls: Vec<Pull>,
    tip: Option<Commit>,
    branches: usize,
}

impl Ground {
    fn new(publish: &str) -> Self {
        let official = Official::current(publish);
        let config = official.read("pybump.toml");
        let root = official.root();
        let mut states = vec![(head(&root).parse().unwrap(), official.library())];
        for version in ["3.14.3", "3.14.4"] {
            official.image_commit(&format!("Update 3.14 to {version}"));
            states.push((head(&root).parse().unwrap(), official.library()));
        }
        Self { official, config, states, places: Cell::new(0) }
    }

    /// The next place, with the clone's second state still to be proposed.
    fn place(&self) -> Place<'_> {
        let number = self.places.replace(self.places.get() + 1);
        let place =
            Place { ground: self, upstream: format!("place{number}/images"), person: format!("person{number}") };
        self.official.github(|github| {
            github.set_clock(Timestamp::from_second(self.seconds() + 1000).unwrap());
            github.account(&place.person, &place.token(), AccountKind::User);
            github.create(&place.upstream).unwrap();
            github.push(&place.upstream, "main", OLAF, "Add debian", &[("library/debian", Some(DEBIAN))]);
        });
        place.publish(0);
        self.official.github(|github| github.fork(&place.upstream, &place.person));
        let settings = format!("{}[publish.library]\nupstream = \"{}\"\n", self.config, place.upstream);
        self.official.write("pybump.toml", &settings);
        self.check_out(1);
        place
    }

    /// When the clone's first state was written.
    fn seconds(&self) -> i64 {
        let clone = Repository::open(self.official.root()).unwrap();
        clone.find_commit(self.states[0].0).unwrap().time().seconds()
    }

    fn check_out(&self, state: usize) {
        let clone = Repository::open(self.official.root()).unwrap();
        clone.set_head_detached(self.states[state].0).unwrap();
        let settings = self.official.read("pybump.toml");
        clone.checkout_head(Some(CheckoutBuilder::new().force())).unwrap();
        self.official.write("pybump.toml", &settings);
    }
}

struct Place<'a> {
    ground: &'a Ground,
    upstream: String,
    person: String,
}

impl Place<'_> {
    fn token(&self) -> String {
        format!("{}-token", self.person)
    }

    fn github<T>(&self, work: impl FnOnce(&mut GitHub) -> T) -> T {
        self.ground.official.github(work)
    }

    /// A reviewer brings the library file of one of the clone's states into official-images.
    fn publish(&self, state: usize) {
        let files = [(FILE, Some(self.ground.states[state].1.as_str()))];
        self.github(|github| github.push(&self.upstream, "main", OLAF, "Update python", &files));
    }

    /// Runs `pr library` in this process, each request sent once; whether it ended well.
    fn attempt(&self) -> bool {
        let official = &self.ground.official;
        official.server.forget_requests();
        self.attempt_on()
    }

    /// The same, with the fault that is planned.
    fn attempt_on(&self) -> bool {
        let official = &self.ground.official;
        let arguments = official.arguments(&["-q", "pr", "library"]);
        let cli = Cli::try_parse_from(std::iter::once("pybump".to_owned()).chain(arguments)).unwrap();
        let process = Process {
            variables: HashMap::from([
                ("PYBUMP_OFFICIAL_IMAGES_TOKEN", self.token()),
                ("GITHUB_API_URL", official.api()),
            ]),
            now: Timestamp::now(),
            cache_folder: None,
            state_folder: None,
            timeouts: pybump::sources::client::Timeouts::default(),
            retry: RetryPolicy { attempts: 1, ..RetryPolicy::default() },
            shared: Shared::default(),
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let mut output = Output::new(&cli, process.now);
        runtime.block_on(run(&cli, &process, &mut output)).is_ok_and(|status| status == Status::Done)
    }

    fn end(&self) -> End {
        self.github(|github| {
            let fork = format!("{}/images", self.person);
            let pulls = github.pulls(&self.upstream).into_iter().cloned().collect();
            End { pulls, tip: github.commit(&fork, BRANCH), branches: github.refs(&fork).len() }
        })
    }
}

/// The same with what differs from place to place, or with the hour, left out.
fn same(one: &End, other: &End, reproducible: bool) -> bool {
    let pull = |pull: &Pull| {
        let body = pull.body.clone().unwrap_or_default();
        // The mark holds the commit's id.
        let body = if reproducible { body } else { body.split("\n<!--").next().unwrap_or_default().to_owned() };
        let comments: Vec<_> =
            pull.comments.iter().map(|comment| comment.body.matches("Closed by pybump").count()).collect();
        let sha = reproducible.then_some(pull.head.sha);
        (pull.number, pull.title.clone(), body, pull.open, pull.merged.is_some(), comments, sha)
    };
    let tip = |tip: &Commit| (tip.tree, tip.message.clone(), tip.parents.clone(), reproducible.then_some(tip.sha));
    let all = |end: &End| (end.pulls.iter().map(pull).collect::<Vec<_>>(), end.tip.as_ref().map(tip), end.branches);
    all(one) == all(other)
}

/// A way to a state in which a run has something to do.
type Story = fn(&Place<'_>);

const STORIES: [(&str, Story); 4] = [
    ("open", |_| {}),
    ("update", |place| {
        assert!(place.attempt());
        place.ground.check_out(2);
    }),
    ("close", |place| {
        assert!(place.attempt());
        place.publish(1);
    }),
    ("clear", |place| {
        assert!(place.attempt());
        place.github(|github| github.merge_pull(&place.upstream, 1, OLAF, Merge::Squash)).unwrap();
    }),
];

/// What can befall a run.
#[derive(Debug, Clone)]
enum Break {
    /// One request goes wrong.
    Fault(GitHubFault),
    /// It dies right before or after GitHub worked on a request: no further one arrives.
    Death(Moment),
}

/// What can befall a run at a request. Of one that changes nothing it makes no difference whether it was worked on.
fn breaks(is_write: bool) -> Vec<Break> {
    let faults = |moment| [GitHubFault::Reset(moment), GitHubFault::Status(moment, 500)];
    let mut all = faults(Moment::Before).to_vec();
    all.extend([GitHubFault::SecondaryLimit(None), GitHubFault::Truncated]);
    let mut deaths = vec![Break::Death(Moment::Before)];
    if is_write {
        all.extend(faults(Moment::After));
        all.push(GitHubFault::Race);
        deaths.push(Break::Death(Moment::After));
    }
    all.into_iter().map(Break::Fault).chain(deaths).collect()
}

impl Break {
    fn plan(&self, github: &mut GitHub, index: usize) {
        match self {
            Self::Fault(fault) => github.fail_at(index, fault.clone()),
            Self::Death(moment) => {
                github.fail_at(index, GitHubFault::Reset(*moment));
                github.fail_times(index + 1, usize::MAX, GitHubFault::Reset(Moment::Before));
            }
        }
    }
}

/// Breaks every request of these stories in turn, each way; how many runs did not end well at once.
fn break_everything(ground: &Ground, stories: &[(&str, Story)], reproducible: bool) -> usize {
    let (mut broken, mut all) = (0, 0);
    for (name, story) in stories {
        let place = ground.place();
        story(&place);
        assert!(place.attempt(), "{name}");
        let requests: Vec<_> = place.github(|github| github.exchanges().iter().map(Exchange::is_write).collect());
        let unbroken = place.end();
        for (index, is_write) in requests.iter().enumerate() {
            for event in breaks(*is_write) {
                let when = format!("{name}: request {index} of {}, {event:?}", requests.len());
                let place = ground.place();
                story(&place);
                ground.official.server.forget_requests();
                place.github(|github| event.plan(github, index));
                broken += usize::from(!place.attempt_on());
                all += 1;
                assert!(place.attempt(), "{when}: the next run fails");
                let end = place.end();
                assert!(same(&end, &unbroken, reproducible), "{when}: expected {unbroken:#?}, found {end:#?}");
                assert!(place.attempt() && ground.official.writes() == 0, "{when}: a third run writes");
            }
        }
    }
    println!("{all} runs broken into, {broken} of them ended with an error");
    broken
}

#[test]
fn a_reproducible_pull_request_that_breaks_at_any_request_is_finished_by_the_next_run() {
    let broken = break_everything(&Ground::new(REPRODUCIBLE), &STORIES, true);
    assert!(broken > 100, "only {broken} runs were broken");
}

#[test]
fn a_verified_pull_request_that_breaks_at_any_request_is_finished_by_the_next_run() {
    let broken = break_everything(&Ground::new("commit = \"verified\"\n"), &STORIES[..2], false);
    assert!(broken > 50, "only {broken} runs were broken");
}
