//! 200 rounds of one process while python.org, GitHub and the clone fail at random and persons do what they like: no pull request
//! too many, none lost, every decision stands, and the process stays as small as it was.

use std::collections::BTreeSet;
use std::fs;

use pybump::demo::github::GitHubFault::{self, *};
use pybump::demo::github::Merge;
use pybump::demo::github::Moment::{After, Before};
use pybump::demo::world::{Fault, Release};
use pybump::publish::marker::Marker;

use super::watcher::{Watcher, messages};
use super::watching;
use crate::publish::stage::{BRANCH, IMAGES, Stage, marker};
use crate::support::scene::{LINUX, Scene, TRACKED};
use crate::support::worlds::{calm, hours_ago, version};

const ROUNDS: usize = 200;

/// Rounds after which the process has all that it ever needs.
const WARM: usize = 40;

/// The process may grow by so much from then on, in kB. A leak of 100 kB a round would come to 16,000.
const GROWTH: u64 = 8_000;

const SEED: u64 = 20_261_120;

/// Numbers that follow from a seed.
struct Dice(u64);

impl Dice {
    /// One below `sides`.
    fn roll(&mut self, sides: usize) -> usize {
        // xorshift64
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).unwrap()
    }

    fn one_in(&mut self, sides: usize) -> bool {
        self.roll(sides) == 0
    }

    fn of<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.roll(all.len())].clone()
    }
}

/// The world, its persons, and what they decided.
struct Play {
    stage: Stage,
    dice: Dice,
    /// The last release of 3.13 and 3.14.
    newest: [u32; 2],
    released: i64,
    /// What a person closed.
    turned_down: Vec<Marker>,
    /// The tip of the branch, where it is a person's.
    a_persons: Option<String>,
    merged: usize,
}

impl Play {
    fn new() -> Self {
        let stage = Stage::of(Scene::tracking(calm(), &TRACKED, &[LINUX]), "");
        watching(&stage, "");
        let (dice, turned_down) = (Dice(SEED), Vec::new());
        Self { stage, dice, newest: [9, 2], released: 0, turned_down, a_persons: None, merged: 0 }
    }

    fn release(&mut self, series: usize) {
        self.newest[series] += 1;
        self.released += 1;
        let text = format!("3.{}.{}", 13 + series, self.newest[series]);
        let at = hours_ago(1900 - 20 * self.released);
        let release = Release { windows: false, ..Release::new(&version(&text), at) };
        self.stage.server.world(|world| world.release(&release)).unwrap();
    }

    /// The open pull request.
    fn open(&self) -> Option<u64> {
        let open: Vec<_> = self.stage.pulls().into_iter().filter(|pull| pull.open).collect();
        assert!(open.len() < 2, "{open:#?}");
        open.first().map(|pull| pull.number)
    }

    fn merge(&mut self, number: u64) {
        let how = self.dice.of(&[Merge::Squash, Merge::Commit, Merge::Rebase]);
        self.stage.merge(number, how);
        if self.dice.one_in(2) || self.a_persons.is_some() {
            self.stage.github(|github| github.delete_branch(IMAGES, BRANCH, "mara"));
        }
        self.a_persons = None;
        self.merged += 1;
    }

    /// What happens between two rounds.
    fn act(&mut self, round: usize) {
        if self.dice.one_in(10) {
            let series = self.dice.roll(2);
            self.release(series);
        }
        if self.dice.one_in(20) {
            let path = format!("notes/{round}.md");
            self.stage.push("main", &[(&path, Some("words\n"))]);
            self.stage.pull_clone();
        }
        let Some(number) = self.open() else { return };
        match self.dice.roll(30) {
            0 | 1 => self.merge(number),
            2 => {
                let pull = self.stage.github(|github| github.pull(IMAGES, number).unwrap().clone());
                self.turned_down.push(marker(&pull));
                self.stage.github(|github| {
                    github.close_pull(IMAGES, number, "mara");
                    if self.a_persons.take().is_some() {
                        github.delete_branch(IMAGES, BRANCH, "mara");
                    }
                });
            }
            3 => self.a_persons = Some(self.stage.push(BRANCH, &[(&format!("words/{round}.md"), Some("words\n"))])),
            _ => {}
        }
    }

    /// Lets something fail in the next round, or nothing; true if the clone is out of reach.
    fn strike(&mut self) -> bool {
        self.stage.server.forget_requests();
        self.stage.server.world(pybump::demo::world::World::mend);
        let index = self.dice.roll(14);
        let moment = self.dice.of(&[Before, After]);
        let status = self.dice.of(&[500, 502, 503]);
        let github = |times: usize, fault: GitHubFault| {
            self.stage.github(|github| github.fail_times(index, times, fault));
            false
        };
        let newest = format!("/ftp/python/3.14.{0}/Python-3.14.{0}.tar.xz", self.newest[1]);
        let path = self.dice.of(&[
            "/ftp/python/".to_owned(),
            "/peps/api/release-cycle.json".to_owned(),
            "/api/repos/python/cpython/git/matching-refs/tags/v3.14.".to_owned(),
            "/api/repos/pypa/get-pip/commits".to_owned(),
            format!("{newest}.sigstore"),
            newest,
        ]);
        let upstream = |fault: Fault| {
            self.stage.server.world(|world| world.fail(&path, fault));
            false
        };
        match self.dice.roll(20) {
            // Over at once, or the process would rest for the other rounds.
            0 => github(1, PrimaryLimit(403, 0)),
            1 => github(1000, PrimaryLimit(429, 0)),
            2 => github(1000, SecondaryLimit(None)),
            3 => github(1, SecondaryLimit(Some(0))),
            4 => github(1, Reset(moment)),
            5 => github(1, Truncated),
            6 => github(1, Status(moment, status)),
            // Not tried again.
            7 | 8 => github(1, Status(moment, 501)),
            9 => github(1, Race),
            10 | 11 => upstream(Fault::Status(404, String::new())),
            12 => upstream(Fault::Status(501, String::new())),
            13 => upstream(Fault::Times(1, status)),
            14 => upstream(Fault::RememberedMissing),
            15 if index == 0 => upstream(Fault::Cut),
            15 | 16 => {
                fs::rename(self.stage.root(), self.stage.home().join("away")).unwrap();
                true
            }
            _ => false,
        }
    }

    /// What must be so after every round, whatever failed.
    fn judge(&self, when: &str) {
        let Some(number) = self.open() else { return };
        let pull = self.stage.github(|github| github.pull(IMAGES, number).unwrap().clone());
        if let Some(mark) = Marker::read(pull.body.as_deref().unwrap_or_default()) {
            let refused = self.turned_down.iter().any(|closed| closed.proposal == mark.proposal);
            assert!(!refused, "{when}: #{number} was closed for this by a person: {pull:#?}");
        }
        if let Some(tip) = &self.a_persons {
            assert_eq!(self.stage.branch(BRANCH).as_ref(), Some(tip), "{when}: a person's commit was moved");
        }
    }
}

#[test]
fn two_hundred_rounds_with_faults_double_and_lose_no_pull_request_and_the_process_stays_small() {
    let mut play = Play::new();
    let mut watcher = Watcher::start(&play.stage, "watch.toml", &[]);
    watcher.until("round done");
    let (mut failed, mut size) = (0, None);
    for round in 1..=ROUNDS {
        play.act(round);
        let away = play.strike();
        let lines = watcher.round();
        if away {
            fs::rename(play.stage.home().join("away"), play.stage.root()).unwrap();
        }
        failed += lines.last().unwrap()["failed"].as_u64().unwrap();
        play.judge(&format!("seed {SEED}, round {round}"));
        if round == WARM {
            size = Some(watcher.size());
        }
        // Kept for messages alone.
        watcher.seen.clear();
    }
    let ((before, files_before), (after, files)) = (size.unwrap(), watcher.size());
    let opened = play.stage.pulls().len();
    println!(
        "{failed} rounds failed, {opened} pull requests, {} merged, {} closed; {before} kB and {files_before} files after round {WARM}, \
         {after} kB and {files} files after round {ROUNDS}",
        play.merged,
        play.turned_down.len()
    );
    assert!(
        failed > 20 && play.merged > 4 && play.turned_down.len() > 1,
        "too little happened: another seed is needed"
    );
    assert!(after < before + GROWTH, "seed {SEED}: from {before} kB to {after} kB");
    assert!(files < files_before + 8, "seed {SEED}: from {files_before} open files to {files}");

    // All is well again: what a person holds is decided on, and there is something new for both series.
    play.stage.server.forget_requests();
    play.stage.server.world(pybump::demo::world::World::mend);
    if let Some(number) = play.open().filter(|_| play.a_persons.is_some()) {
        play.merge(number);
    }
    play.release(0);
    play.release(1);
    let lines = watcher.round();
    assert_eq!((messages(&lines, "ERROR"), messages(&lines, "WARN")), (vec![], vec![]), "seed {SEED}");
    let number = play.open().unwrap_or_else(|| panic!("seed {SEED}: lost: {lines:#?}"));
    let pulls = play.stage.pulls();
    assert!(pulls.last().unwrap().number >= number);
    let [of_13, of_14] = play.newest;
    let pull = pulls.iter().find(|pull| pull.number == number).unwrap();
    assert!(pull.title.contains(&format!("to 3.14.{of_14}")), "seed {SEED}: {pull:#?}");
    let proposals: Vec<_> = pulls.iter().map(|pull| format!("{}: {:?}", pull.title, marker(pull).proposal)).collect();
    let different: BTreeSet<_> = proposals.iter().collect();
    assert_eq!(different.len(), pulls.len(), "seed {SEED}: one is there twice: {proposals:#?}");
    play.stage.server.forget_requests();
    watcher.round();
    assert_eq!(play.stage.writes(), 0, "seed {SEED}");
    play.merge(number);
    watcher.round();
    assert_eq!((play.open(), play.stage.pulls().len()), (None, pulls.len()), "seed {SEED}");
    let versions = ["3.13", "3.14"].map(|key| play.stage.version("main", key));
    assert_eq!(versions, [format!("3.13.{of_13}"), format!("3.14.{of_14}")], "seed {SEED}");
    watcher.stop();
}
