//! Every state of branch and pull request, and what follows from it.

use std::collections::BTreeMap;

use super::*;

fn sha(digit: char) -> CommitSha {
    digit.to_string().repeat(40).parse().unwrap()
}

const TIP: char = 'a';
const BASE: char = 'b';
const OTHER: char = 'c';
const SOURCE: &str = "Python-3.14.3.tar.xz";

/// Each letter of `proposal` is a key with its entry.
fn facts(proposal: &str, files: &str) -> Facts {
    let proposal = proposal.chars().map(|key| (key.to_string(), Sha256::of(key.to_string().as_bytes()))).collect();
    let files = Sha256::of(files.as_bytes());
    Facts { proposal, files, digests: BTreeMap::from([(SOURCE.to_owned(), Sha256::of(b"source"))]) }
}

fn marker(proposal: &str, files: &str) -> Marker {
    let Facts { proposal, files, digests } = facts(proposal, files);
    Marker {
        proposal,
        files,
        base: sha(BASE),
        tip: sha(TIP),
        next: None,
        wording: Sha256::of(b""),
        keys: BTreeMap::from([("3.14".to_owned(), "3.14.3".to_owned())]),
        digests,
        dressed: true,
        closed: false,
    }
}

fn pull(state: PullState, marker: &Marker) -> Pull {
    Pull {
        number: 7,
        state,
        title: "Update 3.14 to 3.14.3".to_owned(),
        body: marker.replace_in("text"),
        url: "https://github.com/example/python/pull/7".to_owned(),
        head_branch: "pybump/update".to_owned(),
        head_repository: Some("example/python".to_owned()),
        head: sha(TIP),
        base_branch: "main".to_owned(),
        author: Some("bot".to_owned()),
        author_has_a_say: true,
        draft: false,
        opened_at: jiff::Timestamp::UNIX_EPOCH,
        merged_at: None,
    }
}

fn open(tip: char, marker: &Marker) -> Seen {
    Seen { tip: Some(sha(tip)), open: Some(pull(PullState::Open, marker)), ..Seen::default() }
}

fn over(tip: Option<char>, state: PullState, marker: &Marker) -> Seen {
    Seen { tip: tip.map(sha), last: Some(pull(state, marker)), ..Seen::default() }
}

fn decided(wanted: Option<Facts>, seen: &Seen) -> Decision {
    wanted.map_or_else(|| decide(None, seen, |_| None), |wanted| decide(Some(&wanted), seen, |_| None))
}

fn moves(from: char, left_at: Option<char>) -> BranchStep {
    BranchStep::Move { from: sha(from), left_at: left_at.map(sha) }
}

#[test]
fn what_is_as_wanted_is_left() {
    let seen = open(TIP, &marker("p", "f"));
    assert!(matches!(decided(Some(facts("p", "f")), &seen), Decision::Current(_)));
    assert_eq!(decided(None, &Seen::default()), Decision::Nothing);
}

#[test]
fn new_content_moves_the_branch_of_the_same_pull_request() {
    let seen = open(TIP, &marker("p", "f"));
    for wanted in [facts("q", "g"), facts("p", "g")] {
        let Decision::Renew(step, pull) = decided(Some(wanted), &seen) else { panic!("not renewed") };
        assert_eq!((step, pull.number), (moves(TIP, Some(TIP)), 7));
    }
}

#[test]
fn a_branch_that_was_moved_by_nobody_known_is_looked_into_before_it_is_moved() {
    let seen = open(OTHER, &marker("p", "f"));
    let Decision::Renew(step, _) = decided(Some(facts("p", "f")), &seen) else { panic!("not renewed") };
    assert_eq!(step, moves(OTHER, Some(TIP)));
    let bare = Seen { tip: Some(sha(OTHER)), ..Seen::default() };
    assert_eq!(decided(Some(facts("p", "f")), &bare), Decision::Open(moves(OTHER, None)));
}

#[test]
fn a_run_that_stopped_after_the_branch_is_finished_without_building_again() {
    let half = Seen { holds_wanted: true, ..open(OTHER, &marker("p", "f")) };
    let Decision::Renew(step, _) = decided(Some(facts("q", "g")), &half) else { panic!("not renewed") };
    assert_eq!(step, BranchStep::Keep(sha(OTHER)));
    let half = Seen { tip: Some(sha(OTHER)), holds_wanted: true, ..Seen::default() };
    assert_eq!(decided(Some(facts("q", "g")), &half), Decision::Open(BranchStep::Keep(sha(OTHER))));
}

#[test]
fn what_a_person_closed_stays_closed_for_that_content_and_is_opened_again_for_other() {
    let closed = marker("p", "f");
    for tip in [None, Some(TIP), Some(OTHER)] {
        let seen = over(tip, PullState::Closed, &closed);
        // The files around it may have changed meanwhile: the proposal is what the person turned down.
        for wanted in [facts("p", "f"), facts("p", "g")] {
            let decision = decided(Some(wanted), &seen);
            assert!(matches!(decision, Decision::Leave(Leave::ClosedByAPerson(_))), "{decision:?}");
        }
    }
    let new = || Some(facts("q", "g"));
    assert!(matches!(decided(new(), &over(Some(TIP), PullState::Closed, &closed)), Decision::Reopen(_)));
    assert_eq!(decided(new(), &over(None, PullState::Closed, &closed)), Decision::Open(BranchStep::Create));
    let moved = decided(new(), &over(Some(OTHER), PullState::Closed, &closed));
    assert_eq!(moved, Decision::Open(moves(OTHER, Some(TIP))));
}

#[test]
fn what_pybump_closed_or_somebody_merged_is_no_decision_against_the_same_content() {
    let by_pybump = Marker { closed: true, ..marker("p", "f") };
    for (state, marker) in [(PullState::Closed, by_pybump), (PullState::Merged, marker("p", "f"))] {
        let wanted = || Some(facts("p", "f"));
        assert_eq!(decided(wanted(), &over(None, state, &marker)), Decision::Open(BranchStep::Create));
        assert_eq!(decided(wanted(), &over(Some(TIP), state, &marker)), Decision::Open(moves(TIP, Some(TIP))));
        assert!(matches!(decided(None, &over(Some(TIP), state, &marker)), Decision::Clear(..)));
        assert_eq!(decided(None, &over(Some(OTHER), state, &marker)), Decision::Nothing);
    }
}

#[test]
fn a_persons_branch_and_one_that_a_person_closed_are_never_removed() {
    assert_eq!(decided(None, &over(Some(TIP), PullState::Closed, &marker("p", "f"))), Decision::Nothing);
    assert_eq!(decided(None, &Seen { tip: Some(sha(TIP)), ..Seen::default() }), Decision::Nothing);
}

#[test]
fn an_open_pull_request_goes_only_when_that_is_settled() {
    let seen = open(TIP, &marker("p", "f"));
    let with = |retirement: Option<Retirement>| decide(None, &seen, |_| retirement);
    assert!(matches!(with(Some(Retirement::Close("why".into()))), Decision::Close(_, why) if why == "why"));
    for unsettled in [Some(Retirement::Keep("why".into())), None] {
        assert!(matches!(with(unsettled), Decision::Leave(Leave::Unsettled { .. })));
    }
    let lost =
        Seen { open: Some(Pull { body: "a person's words".into(), ..seen.open.clone().unwrap() }), ..seen.clone() };
    let decision = decide(None, &lost, |_| Some(Retirement::Close(String::new())));
    assert!(matches!(decision, Decision::Leave(Leave::Unsettled { .. })), "{decision:?}");
}

#[test]
fn a_series_that_could_not_be_looked_at_is_not_taken_off_the_branch() {
    let seen = open(TIP, &marker("p", "f"));
    let decision = decide(Some(&facts("q", "g")), &seen, |_| Some(Retirement::Keep("3.13 waits".into())));
    assert!(matches!(decision, Decision::Leave(Leave::Unsettled { why, .. }) if why == "3.13 waits"));
    let decision = decide(Some(&facts("q", "g")), &seen, |_| Some(Retirement::Close("3.13 is at 3.13.10".into())));
    assert!(matches!(decision, Decision::Renew(..)), "{decision:?}");
}

#[test]
fn an_artifact_that_changes_while_it_is_proposed_never_takes_the_place_of_the_one_proposed() {
    let seen = open(TIP, &marker("p", "f"));
    let now = Sha256::of(b"re-rolled");
    let wanted = || Facts { digests: BTreeMap::from([(SOURCE.to_owned(), now)]), ..facts("q", "g") };
    let decision = decided(Some(wanted()), &seen);
    let Decision::Leave(Leave::Rerolled { file, proposed, now: found, .. }) = decision else { panic!("{decision:?}") };
    assert_eq!((file.as_str(), proposed, found), (SOURCE, Sha256::of(b"source"), now));
    // A person who closes the pull request has seen it; then the new one may be proposed.
    let closed = over(None, PullState::Closed, &marker("p", "f"));
    assert_eq!(decided(Some(wanted()), &closed), Decision::Open(BranchStep::Create));
}

#[test]
fn what_is_left_of_what_a_person_turned_down_is_turned_down_as_well() {
    let both = marker("pq", "f");
    let decision = decided(Some(facts("q", "g")), &over(Some(TIP), PullState::Closed, &both));
    assert!(matches!(decision, Decision::Leave(Leave::ClosedByAPerson(_))), "{decision:?}");
    let more = decided(Some(facts("pqr", "g")), &over(Some(TIP), PullState::Closed, &both));
    assert!(matches!(more, Decision::Reopen(_)), "{more:?}");
}

#[test]
fn what_a_person_closed_is_not_opened_again_to_be_left_at_once() {
    let closed = marker("p", "f");
    let seen = over(Some(TIP), PullState::Closed, &closed);
    // An artifact changed since: a new pull request says so, the old one stays as the person saw it.
    let now = BTreeMap::from([(SOURCE.to_owned(), Sha256::of(b"re-rolled"))]);
    let rerolled = Facts { digests: now, ..facts("q", "g") };
    assert_eq!(decide(Some(&rerolled), &seen, |_| None), Decision::Open(moves(TIP, Some(TIP))));
    // A series could not be looked at.
    let decision = decide(Some(&facts("q", "g")), &seen, |_| Some(Retirement::Keep("3.13 waits".into())));
    assert!(matches!(decision, Decision::Leave(Leave::Unsettled { .. })), "{decision:?}");
    // A person committed to the branch before closing.
    let pushed = Seen {
        tip: Some(sha(OTHER)),
        last: Some(Pull { head: sha(OTHER), ..seen.last.clone().unwrap() }),
        ..Seen::default()
    };
    let decision = decided(Some(facts("q", "g")), &pushed);
    assert!(matches!(decision, Decision::Open(BranchStep::Move { .. })), "{decision:?}");
}

#[test]
fn a_pull_request_that_persons_took_over_is_not_closed_over_their_heads() {
    let retire = |seen: &Seen| decide(None, seen, |_| Some(Retirement::Close("3.14 is at 3.14.3".into())));
    let built_on = Seen { moved_by: Some("Mara".into()), ..open(OTHER, &marker("p", "f")) };
    assert!(matches!(retire(&built_on), Decision::Leave(Leave::PersonsCommits { .. })));
    let reopened = open(TIP, &Marker { closed: true, ..marker("p", "f") });
    assert!(matches!(retire(&reopened), Decision::Leave(Leave::Unsettled { .. })));
    assert!(matches!(retire(&open(TIP, &marker("p", "f"))), Decision::Close(..)));
}

#[test]
fn a_mark_that_says_what_the_branch_does_not_hold_is_not_believed() {
    let seen = Seen { altered: true, ..open(TIP, &marker("p", "f")) };
    assert!(matches!(decided(Some(facts("p", "f")), &seen), Decision::Renew(BranchStep::Move { .. }, _)));
}
