//! Every state of the issues about one id, and what follows from it.

use std::collections::BTreeSet;

use super::*;
use crate::model::Sha256;

/// The mark of content and words, each told by a letter.
fn mark(content: &str, words: &str) -> IssueMark {
    let (content, words) = (Sha256::of(content.as_bytes()), Sha256::of(words.as_bytes()));
    IssueMark { id: "alarm 3.14".to_owned(), content, parts: BTreeSet::new(), words, closed: false }
}

/// The mark of an issue about several things, each told by a letter.
fn about(parts: &str, words: &str) -> IssueMark {
    IssueMark { parts: parts.chars().map(String::from).collect(), ..mark(parts, words) }
}

fn wish(mark: &IssueMark) -> Wish<'_> {
    Wish { mark, words_stay: false }
}

fn by_pybump(mark: IssueMark) -> IssueMark {
    IssueMark { closed: true, ..mark }
}

fn seen(number: u64, open: bool, mark: IssueMark) -> Seen {
    let issue = Issue {
        number,
        open,
        title: "Title".to_owned(),
        body: mark.under("Words.", ""),
        url: format!("https://github.com/acme/python/issues/{number}"),
        labels: Vec::new(),
        author: None,
        author_has_a_say: true,
    };
    Seen { issue, mark }
}

fn step(wanted: Option<&IssueMark>, seen: &[Seen], standing: Standing) -> Step {
    let decision = decide(wanted.map(wish), seen, || standing);
    assert_eq!(decision.doubled, []);
    decision.step
}

/// What follows while nothing is known of how it stands.
fn unknown(wanted: Option<&IssueMark>, seen: &[Seen]) -> Step {
    step(wanted, seen, Standing::Unknown("3.14 waits".to_owned()))
}

#[test]
fn one_that_is_wanted_is_opened_once_and_then_kept() {
    let wanted = mark("c", "w");
    assert_eq!(unknown(Some(&wanted), &[]), Step::Open);
    let there = seen(7, true, wanted.clone());
    assert_eq!(unknown(Some(&wanted), std::slice::from_ref(&there)), Step::Keep(there));
    assert_eq!(unknown(None, &[]), Step::Nothing);
}

#[test]
fn other_words_and_other_content_reword_the_open_one() {
    for wanted in [mark("c", "v"), mark("d", "w"), mark("d", "v")] {
        let there = seen(7, true, mark("c", "w"));
        assert_eq!(unknown(Some(&wanted), std::slice::from_ref(&there)), Step::Reword(there));
    }
}

#[test]
fn what_a_person_closed_stays_closed_for_that_content_whatever_the_words() {
    let closed = seen(7, false, mark("c", "w"));
    for wanted in [mark("c", "w"), mark("c", "v")] {
        assert_eq!(unknown(Some(&wanted), std::slice::from_ref(&closed)), Step::StayClosed(closed.clone()));
    }
    assert_eq!(unknown(Some(&mark("d", "w")), std::slice::from_ref(&closed)), Step::Open);
    // A later one about other content, closed by whomever, takes nothing back.
    let later = seen(8, false, by_pybump(mark("d", "w")));
    assert_eq!(unknown(Some(&mark("c", "w")), &[closed.clone(), later]), Step::StayClosed(closed));
}

#[test]
fn what_pybump_closed_is_no_decision_against_the_same_content() {
    let closed = seen(7, false, by_pybump(mark("c", "w")));
    assert_eq!(unknown(Some(&mark("c", "w")), &[closed]), Step::Open);
}

#[test]
fn an_open_one_that_is_not_wanted_goes_only_when_that_is_settled() {
    let there = seen(7, true, mark("c", "w"));
    let alone = std::slice::from_ref(&there);
    assert_eq!(unknown(None, alone), Step::Leave(there.clone(), "3.14 waits".to_owned()));
    let settled = Standing::Settled("3.14.3 is out".to_owned());
    assert_eq!(step(None, alone, settled), Step::Close(there.clone(), "3.14.3 is out".to_owned()));
    let closed = seen(7, false, mark("c", "w"));
    assert_eq!(step(None, &[closed], Standing::Settled(String::new())), Step::Nothing);
}

#[test]
fn what_a_person_opened_again_is_not_closed_over_their_head_until_it_is_wanted_again() {
    let again = seen(7, true, by_pybump(mark("c", "w")));
    let left = step(None, std::slice::from_ref(&again), Standing::Settled("over".to_owned()));
    assert_eq!(left, Step::Leave(again.clone(), "pybump had closed it, and a person opened it again".to_owned()));
    assert_eq!(unknown(Some(&mark("c", "w")), std::slice::from_ref(&again)), Step::Reword(again));
}

#[test]
fn of_two_that_are_open_the_older_stays_and_one_that_a_person_opened_again_is_not_touched() {
    let (older, newer) = (seen(7, true, mark("c", "w")), seen(9, true, mark("c", "w")));
    let wanted = mark("c", "w");
    for order in [[older.clone(), newer.clone()], [newer.clone(), older.clone()]] {
        let decision = decide(Some(wish(&wanted)), &order, || Standing::Unknown(String::new()));
        assert_eq!(decision, Decision { step: Step::Keep(older.clone()), doubled: vec![newer.clone()] });
    }
    let again = seen(3, true, by_pybump(mark("c", "w")));
    let decision = decide(Some(wish(&wanted)), &[again, newer.clone()], || Standing::Unknown(String::new()));
    assert_eq!(decision, Decision { step: Step::Keep(newer), doubled: Vec::new() });
}

#[test]
fn what_a_person_closed_stays_closed_while_only_some_of_it_is_left_and_not_with_more() {
    let closed = seen(7, false, about("ab", "w"));
    let alone = std::slice::from_ref(&closed);
    for parts in ["a", "b", "ab"] {
        assert_eq!(unknown(Some(&about(parts, "v")), alone), Step::StayClosed(closed.clone()), "{parts}");
    }
    for parts in ["c", "abc"] {
        assert_eq!(unknown(Some(&about(parts, "w")), alone), Step::Open, "{parts}");
    }
    // All or nothing is no piece of anything.
    assert_eq!(unknown(Some(&mark("d", "w")), alone), Step::Open);
}

#[test]
fn words_that_stay_are_left_where_the_open_issue_says_it_all_and_follow_what_is_new() {
    let there = seen(7, true, about("ab", "w"));
    let alone = std::slice::from_ref(&there);
    let staying = |mark: &IssueMark, seen: &[Seen]| {
        decide(Some(Wish { mark, words_stay: true }), seen, || Standing::Unknown(String::new())).step
    };
    assert_eq!(staying(&about("a", "v"), alone), Step::Keep(there.clone()));
    assert_eq!(staying(&about("ac", "v"), alone), Step::Reword(there.clone()));
    assert_eq!(unknown(Some(&about("a", "v")), alone), Step::Reword(there));
    assert_eq!(staying(&about("a", "v"), &[]), Step::Open);
}

#[test]
fn what_is_kept_elsewhere_is_passed_over() {
    assert_eq!(step(None, &[seen(7, true, mark("c", "w"))], Standing::Elsewhere), Step::Nothing);
}
