//! Every request of a run fails in every way, and two runs meet at each of them: the next run ends where an unbroken one
//! ends, with one open issue an id, and the one after it writes nothing.

use pybump::demo::github::GitHubFault::{self, *};
use pybump::demo::github::Moment::{After, Before};
use pybump::demo::github::{Exchange, Saved};
use pybump::sources::client::{RetryPolicy, Timeouts};

use super::super::faults::FAULTS;
use super::super::trial::{IMPATIENT, ONCE};
use super::stage::{IMAGES, LABEL, PATIENCE, Run, acme, issues, wanted};
use crate::support::github::Hub;

const ALARM: &str = "alarm 3.14";
const HOLD: &str = "hold 3.13";

struct Trial {
    hub: Hub,
    run: Run<'static>,
    saved: Saved,
}

/// What anybody finds on GitHub. Of issues that two runs opened at once, the one that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
struct IssueEnd {
    open: bool,
    title: String,
    body: String,
    labels: Vec<String>,
    comments: Vec<String>,
}

fn end(hub: &Hub) -> Vec<IssueEnd> {
    let ends = issues(hub).into_iter().map(|issue| IssueEnd {
        open: issue.open,
        title: issue.title,
        body: issue.body.unwrap_or_default(),
        labels: issue.labels.into_iter().collect(),
        comments: issue.comments.into_iter().map(|comment| comment.body).collect(),
    });
    let mut ends: Vec<_> = ends.filter(|end| end.open || !end.body.contains("two runs at once")).collect();
    ends.sort_by(|one, other| one.title.cmp(&other.title));
    ends
}

impl Trial {
    fn new(prepare: impl FnOnce(&Hub), wanted: &[(&str, &str)], settled: &'static [&'static str]) -> Self {
        let hub = acme();
        prepare(&hub);
        let wanted: Vec<_> = wanted.iter().map(|(id, content)| super::stage::wanted(id, content)).collect();
        let run = Run { wanted: Vec::leak(wanted), settled, ..Run::default() };
        let saved = hub.github(|github| github.save());
        Self { hub, run, saved }
    }

    fn restore(&self) {
        let unknown = self.hub.unknown_routes();
        assert!(unknown.is_empty(), "the fake GitHub has no such routes: {unknown:#?}");
        self.hub.forget_requests();
        self.hub.github(|github| github.restore(&self.saved));
    }

    /// What went wrong, with the run or with one of the issues.
    fn ran(&self, retry: RetryPolicy, timeouts: Timeouts) -> Result<(), String> {
        let run = Run { retry, timeouts, ..self.run };
        run.on(&self.hub)?.into_iter().try_for_each(|(_, done)| done.map(drop))
    }

    fn unbroken(&self) -> (Vec<IssueEnd>, Vec<Exchange>) {
        self.restore();
        self.run.done(&self.hub);
        let requests = self.hub.exchanges();
        assert!(requests.iter().any(Exchange::is_write), "there is nothing to do here");
        (end(&self.hub), requests)
    }

    #[track_caller]
    fn assert_ends_as(&self, unbroken: &[IssueEnd], when: &str) {
        self.hub.forget_requests();
        assert_eq!(self.ran(ONCE, Timeouts::default()), Ok(()), "{when}");
        assert_eq!(end(&self.hub), unbroken, "{when}");
        self.hub.forget_requests();
        assert_eq!(self.ran(ONCE, Timeouts::default()), Ok(()), "{when}");
        assert_eq!(self.hub.writes().len(), 0, "{when}: {:#?}", self.hub.writes());
    }
}

fn nothing() -> Trial {
    Trial::new(|_| (), &[(ALARM, "a"), (HOLD, "b")], &[])
}

fn opened(hub: &Hub) {
    let all = [wanted(ALARM, "a"), wanted(HOLD, "b")];
    Run { wanted: &all, ..Run::default() }.done(hub);
}

/// One says something else now, the other is over.
fn changed() -> Trial {
    Trial::new(opened, &[(ALARM, "c")], &[HOLD])
}

/// A person closed the one about other content.
fn turned_down() -> Trial {
    let prepare = |hub: &Hub| {
        opened(hub);
        hub.github(|github| github.close_issue(IMAGES, 1, "mara"));
    };
    Trial::new(prepare, &[(ALARM, "c"), (HOLD, "b")], &[])
}

/// Two runs at once opened the same.
fn doubled() -> Trial {
    let prepare = |hub: &Hub| {
        opened(hub);
        hub.github(|github| {
            let twin = github.issue(IMAGES, 1).unwrap().clone();
            github.open_issue(IMAGES, "bot", &twin.title, &twin.body.unwrap(), &[LABEL, "bot"]);
        });
    };
    Trial::new(prepare, &[(ALARM, "a"), (HOLD, "b")], &[])
}

fn all() -> [Trial; 4] {
    [nothing(), changed(), turned_down(), doubled()]
}

#[test]
fn keeping_issues_survives_any_fault_of_any_request() {
    let mut cases = 0;
    for trial in all() {
        let (unbroken, requests) = trial.unbroken();
        for fault in &FAULTS {
            // Whether a question was worked on before its answer was lost is all one, and so is asking it twice.
            let of_writes = matches!(fault, Reset(After) | Silence(After) | Status(After, _) | Race);
            for index in (0..requests.len()).filter(|index| requests[*index].is_write() || !of_writes) {
                cases += 1;
                let when = format!("{fault:?} at request {index}");
                trial.restore();
                trial.hub.github(|github| github.fail_at(index, fault.clone()));
                let silent = matches!(fault, Silence(_));
                let well = trial.ran(ONCE, if silent { IMPATIENT } else { Timeouts::default() });
                let struck = trial.hub.exchanges().iter().any(|exchange| exchange.fault.is_some());
                assert!(struck, "{when} was never made");
                if well.is_ok() {
                    assert_eq!(end(&trial.hub), unbroken, "{when} was not told");
                }
                trial.assert_ends_as(&unbroken, &when);
            }
        }
    }
    println!("{cases} cases");
}

#[test]
fn a_passing_trouble_ends_well_within_the_one_run() {
    let patient = RetryPolicy { base: ONCE.base, ..RetryPolicy::default() };
    let troubles: [GitHubFault; 5] =
        [Status(After, 502), Status(Before, 502), Reset(Before), Truncated, SecondaryLimit(Some(0))];
    for trial in all() {
        let (unbroken, requests) = trial.unbroken();
        for fault in &troubles {
            for index in 0..requests.len() {
                let when = format!("{fault:?} at request {index}");
                trial.restore();
                trial.hub.github(|github| github.fail_at(index, fault.clone()));
                assert_eq!(trial.ran(patient, Timeouts::default()), Ok(()), "{when}");
                assert_eq!(end(&trial.hub), unbroken, "{when}");
            }
        }
    }
}

/// One run is held at each of its requests in turn while `meanwhile` takes place.
fn held_at_each(trial: &Trial, meanwhile: impl Fn() + Sync, judge: impl Fn(Result<(), String>, &str)) {
    let (_, requests) = trial.unbroken();
    for index in 0..requests.len() {
        for moment in [Before, After] {
            trial.restore();
            trial.hub.hold_at(index, moment);
            let well = std::thread::scope(|scope| {
                let held = scope.spawn(|| trial.ran(ONCE, Timeouts::default()));
                assert!(trial.hub.wait_until_held(PATIENCE), "request {index} was never made");
                meanwhile();
                trial.hub.release();
                held.join().unwrap()
            });
            judge(well, &format!("held {moment:?} request {index}"));
        }
    }
}

#[test]
fn of_two_runs_at_once_both_end_well_with_one_open_issue_an_id() {
    for trial in [nothing(), turned_down(), doubled()] {
        let (unbroken, _) = trial.unbroken();
        let other = || assert_eq!(trial.ran(ONCE, Timeouts::default()), Ok(()));
        held_at_each(&trial, other, |well, when| {
            assert_eq!(well, Ok(()), "{when}");
            assert_eq!(end(&trial.hub), unbroken, "{when}");
            trial.assert_ends_as(&unbroken, when);
        });
    }
}

#[test]
fn of_two_runs_that_close_at_once_both_end_well_and_nothing_stays_open() {
    let trial = changed();
    let (unbroken, _) = trial.unbroken();
    let other = || assert_eq!(trial.ran(ONCE, Timeouts::default()), Ok(()));
    held_at_each(&trial, other, |well, when| {
        assert_eq!(well, Ok(()), "{when}");
        // GitHub lets nobody say that a comment is to be made once.
        let mut found = end(&trial.hub);
        for end in &mut found {
            end.comments.dedup();
        }
        assert_eq!(found, unbroken, "{when}");
    });
}

#[test]
fn two_runs_that_race_end_well_with_one_open_issue_an_id() {
    let trial = nothing();
    let (unbroken, _) = trial.unbroken();
    for round in 0..20 {
        trial.restore();
        std::thread::scope(|scope| {
            let runs = [0, 1].map(|_| scope.spawn(|| trial.ran(ONCE, Timeouts::default())));
            for run in runs {
                assert_eq!(run.join().unwrap(), Ok(()), "round {round}");
            }
        });
        trial.assert_ends_as(&unbroken, &format!("round {round}"));
    }
}

#[test]
fn what_was_closed_since_it_was_opened_is_not_taken_for_open() {
    let trial = nothing();
    let (_, requests) = trial.unbroken();
    // The last to be opened: what is closed is looked for only as long as something wanted is not open.
    let opening = requests.iter().rposition(Exchange::is_write).unwrap();
    trial.restore();
    trial.hub.hold_at(opening, After);
    std::thread::scope(|scope| {
        let held = scope.spawn(|| trial.ran(ONCE, Timeouts::default()));
        assert!(trial.hub.wait_until_held(PATIENCE));
        trial.hub.github(|github| {
            let twin = github.issue(IMAGES, 2).unwrap().clone();
            github.open_issue(IMAGES, "bot", &twin.title, &twin.body.unwrap(), &[LABEL, "bot"]);
            github.close_issue(IMAGES, 2, "mara");
        });
        trial.hub.release();
        assert_eq!(held.join().unwrap(), Ok(()));
    });
    let open: Vec<_> = issues(&trial.hub).iter().filter(|issue| issue.open).map(|issue| issue.number).collect();
    assert_eq!(open, [1, 3]);
}

#[test]
fn what_a_person_writes_or_decides_before_the_last_look_at_an_issue_stands() {
    let trial = changed();
    let (_, requests) = trial.unbroken();
    let last_look = |number: u64| {
        let path = format!("/repos/{IMAGES}/issues/{number}");
        requests.iter().position(|request| !request.is_write() && request.path == path).unwrap()
    };
    for number in [1, 2] {
        trial.restore();
        trial.hub.hold_at(last_look(number), Before);
        std::thread::scope(|scope| {
            let held = scope.spawn(|| trial.ran(ONCE, Timeouts::default()));
            assert!(trial.hub.wait_until_held(PATIENCE));
            trial.hub.github(|github| {
                github
                    .edit_issue(IMAGES, number, |issue| issue.body = issue.body.take().map(|body| body + "\n\nMine."));
            });
            trial.hub.release();
            assert_eq!(held.join().unwrap(), Ok(()));
        });
        let body = super::stage::issue(&trial.hub, number).body.unwrap();
        assert!(body.ends_with("-->\n\nMine."), "{body}");
    }
    trial.restore();
    trial.hub.hold_at(last_look(1), Before);
    std::thread::scope(|scope| {
        let held = scope.spawn(|| trial.ran(ONCE, Timeouts::default()));
        assert!(trial.hub.wait_until_held(PATIENCE));
        trial.hub.github(|github| github.close_issue(IMAGES, 1, "mara"));
        trial.hub.release();
        assert_eq!(held.join().unwrap(), Ok(()));
    });
    let first = super::stage::issue(&trial.hub, 1);
    assert!(!first.open && first.body.unwrap().contains("serves a."));
}
