//! What is news, and what is remembered of it.

use proptest::prelude::*;

use super::*;
use crate::publish::notify::{See, TroubleKind};

fn held(key: &str, why: &str) -> Trouble {
    Trouble {
        kind: TroubleKind::Held,
        key: Some(key.to_owned()),
        code: "drift".to_owned(),
        release: None,
        text: why.to_owned(),
        since: None,
        see: None,
        doubtful: false,
    }
}

fn doubtful(key: &str) -> Trouble {
    Trouble { kind: TroubleKind::Stale, doubtful: true, ..held(key, "waiting on an answer from upstream") }
}

fn troubles(list: Vec<Trouble>) -> Troubles {
    list.into_iter().fold(Troubles::default(), Troubles::with)
}

/// The same where a source did not answer.
fn unknown(list: Vec<Trouble>) -> Troubles {
    Troubles { unknown: Some("not every source answered".to_owned()), ..troubles(list) }
}

fn open(numbers: &[u64]) -> OpenPulls {
    let pull = |number: &u64| OpenPull {
        repository: "acme/python".to_owned(),
        number: *number,
        url: None,
        title: format!("Update {number}"),
    };
    let looked_at = BTreeSet::from(["acme/python".to_owned()]);
    OpenPulls { open: numbers.iter().map(pull).collect(), left: BTreeSet::new(), looked_at }
}

/// One run after another: what each tells, without the first line.
fn told(runs: &[(Troubles, OpenPulls)]) -> Vec<String> {
    let repository = "acme/python".parse().unwrap();
    let mut before = Remembered::default();
    let tell = |(troubles, pulls): &(Troubles, OpenPulls)| {
        let (text, after) = news(&repository, &before, troubles, pulls);
        before = after;
        text.map_or(String::new(), |text| text.split_once('\n').unwrap().1.to_owned())
    };
    runs.iter().map(tell).collect()
}

#[test]
fn each_change_is_told_once() {
    let runs = [
        (troubles(vec![held("3.13", "one"), held("3.14", "two")]), open(&[])),
        (troubles(vec![held("3.13", "one"), held("3.14", "two")]), open(&[7])),
        (troubles(vec![held("3.14", "three")]), open(&[7])),
        (troubles(vec![held("3.14", "three")]), open(&[])),
        (troubles(vec![]), open(&[8])),
        (troubles(vec![]), open(&[8])),
    ];
    insta::assert_snapshot!(told(&runs).join("\n--\n"), @r"
    • *Held 3.13*: one.
    • *Held 3.14*: two.
    --
    • opened: #7 Update 7
    --
    • changed: *Held 3.14*: three.
    • over: 3.13 held
    --

    --
    • opened: #8 Update 8
    • over: 3.14 held
    --
    ");
}

#[test]
fn nothing_is_over_and_nothing_comes_back_while_a_source_does_not_answer() {
    let runs = [
        (troubles(vec![held("3.13", "one"), held("3.14", "two")]), open(&[])),
        (unknown(vec![held("3.13", "one")]), open(&[])),
        (unknown(vec![doubtful("3.14")]), open(&[])),
        (troubles(vec![held("3.13", "one"), held("3.14", "two")]), open(&[])),
        (troubles(vec![held("3.13", "one")]), open(&[])),
    ];
    assert_eq!(told(&runs)[1..], ["", "", "", "• over: 3.14 held"]);
}

#[test]
fn what_was_doubtful_and_turns_out_certain_is_told_and_is_over_once() {
    let runs = [
        (unknown(vec![doubtful("3.14")]), open(&[])),
        (troubles(vec![held("3.14", "two")]), open(&[])),
        (troubles(vec![]), open(&[])),
    ];
    assert_eq!(told(&runs)[1..], ["• changed: *Held 3.14*: two.", "• over: 3.14 held"]);
}

#[test]
fn a_pull_request_that_is_left_or_was_not_looked_at_is_neither_told_again_nor_forgotten() {
    let left = OpenPulls { left: BTreeSet::from(["acme/python#7".to_owned()]), ..open(&[]) };
    let runs = [
        (troubles(vec![]), open(&[7])),
        (troubles(vec![]), left),
        (troubles(vec![]), OpenPulls::default()),
        (troubles(vec![]), open(&[7])),
    ];
    assert_eq!(told(&runs), ["• opened: #7 Update 7", "", "", ""]);
}

#[test]
fn the_pull_request_of_a_trouble_is_told_with_it_alone() {
    let see = Some(See { number: 7, url: Some("https://github.com/acme/python/pull/7".to_owned()), since: None });
    let alarm = Trouble { kind: TroubleKind::Alarm, see, ..held("3.14", "changed") };
    let runs = [(troubles(vec![alarm]), open(&[7])), (troubles(vec![]), open(&[7]))];
    assert_eq!(
        told(&runs),
        [
            "• *Alarm 3.14*: <https://github.com/acme/python/pull/7|#7> has all of it. Build nothing from it before that is \
             settled.",
            "• over: 3.14 alarm"
        ]
    );
}

/// Some state of two series and a pull request.
fn state() -> impl Strategy<Value = (Troubles, OpenPulls)> {
    let series = |key: &'static str| {
        let certain = (0_u8..2).prop_map(move |why| Some(held(key, &why.to_string())));
        prop_oneof![Just(None), Just(Some(doubtful(key))), certain]
    };
    (series("3.13"), series("3.14"), any::<bool>(), any::<bool>()).prop_map(|(one, two, answered, pull)| {
        let list: Vec<_> = [one, two].into_iter().flatten().collect();
        let answered = answered && !list.iter().any(|trouble| trouble.doubtful);
        (if answered { troubles(list) } else { unknown(list) }, if pull { open(&[7]) } else { open(&[]) })
    })
}

proptest! {
    #[test]
    fn whatever_came_before_the_same_state_is_never_told_twice_running(
        runs in proptest::collection::vec(state(), 1..8),
    ) {
        let twice: Vec<_> = runs.iter().flat_map(|run| [run.clone(), run.clone()]).collect();
        for pair in told(&twice).chunks(2) {
            prop_assert_eq!(&pair[1], "");
        }
    }

    #[test]
    fn after_any_history_a_calm_run_forgets_everything(runs in proptest::collection::vec(state(), 0..8)) {
        let repository = "acme/python".parse().unwrap();
        let calm = (troubles(vec![]), open(&[]));
        let after = runs.iter().chain([&calm]).fold(Remembered::default(), |before, (troubles, pulls)| {
            news(&repository, &before, troubles, pulls).1
        });
        prop_assert_eq!(after, Remembered::default());
    }
}
