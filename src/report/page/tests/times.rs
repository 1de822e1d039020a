//! Which times are known, and what follows from them.

use super::{at, pull, repository};
use crate::model::PythonVersion;
use crate::report::page::timeline::hours;
use crate::report::page::{Bump, Facts, Via, timeline};
use crate::stackbrew::Step;

fn version(text: &str) -> PythonVersion {
    text.parse().unwrap()
}

fn step(to: &str, committed: &str) -> Step {
    Step {
        key: "3.14".parse().unwrap(),
        from: Some(version("3.14.1")),
        to: version(to),
        commit: "1".repeat(40).parse().unwrap(),
        committed_at: at(committed),
        parent_committed_at: at("01T00:00"),
    }
}

/// 3.14.2, signed at 10:00 on the 3rd.
fn facts() -> Facts {
    Facts { signed: [(version("3.14.2"), at("03T10:00"))].into(), ..Facts::default() }
}

fn bump(step: &Step, facts: &Facts) -> Bump {
    timeline(std::slice::from_ref(step), facts, Some(&repository())).bumps.remove(0)
}

#[test]
fn a_merged_pull_request_tells_when_it_was_proposed_and_came_in() {
    let closed = pull(7, "03T11:00", None, &[("3.14", "3.14.2")]);
    let merged = pull(8, "03T12:00", Some("03T20:00"), &[("3.14", "3.14.2"), ("3.13", "3.13.9")]);
    let other = pull(9, "03T10:30", Some("03T10:40"), &[("3.14", "3.14.3"), ("3.13", "3.14.2")]);
    let facts = Facts { proposals: vec![closed, merged, other], ..facts() };
    let bump = bump(&step("3.14.2", "03T20:01"), &facts);
    assert_eq!(bump.pull_request.as_ref().map(|pull| pull.number), Some(8));
    assert_eq!((bump.proposed_at, bump.proposed_by), (Some(at("03T12:00")), Some(Via::PullRequest)));
    assert_eq!((bump.merged_at, bump.seconds), (Some(at("03T20:00")), Some(7_200)));
}

#[test]
fn without_a_pull_request_the_commit_tells() {
    let bump = bump(&step("3.14.2", "03T11:30"), &facts());
    assert_eq!((bump.proposed_by, bump.proposed_at), (Some(Via::Commit), Some(at("03T11:30"))));
    assert_eq!((bump.merged_at, bump.seconds), (Some(at("03T11:30")), Some(5_400)));
}

#[test]
fn a_commit_that_is_dated_by_its_evidence_tells_no_time() {
    let mut facts = facts();
    facts.evidence.insert(version("3.14.2"), at("03T12:00"));
    let bump = bump(&step("3.14.2", "03T12:00"), &facts);
    assert_eq!((bump.released_at, bump.proposed_at, bump.merged_at), (Some(at("03T10:00")), None, None));
    assert_eq!((bump.proposed_by, bump.seconds), (None, None));
    let mut late = step("3.14.2", "05T00:00");
    late.committed_at += jiff::SignedDuration::from_secs(1);
    late.parent_committed_at = at("05T00:00");
    assert_eq!(self::bump(&late, &facts).merged_at, None, "a second after its parent");
}

#[test]
fn a_bundle_that_was_signed_again_later_tells_no_release() {
    let bump = bump(&step("3.14.2", "02T12:00"), &facts());
    assert_eq!((bump.released_at, bump.seconds), (None, None));
    assert_eq!(bump.merged_at, Some(at("02T12:00")));
}

#[test]
fn a_pull_request_that_was_open_before_the_release_tells_no_latency() {
    let rolled = pull(8, "02T12:00", Some("04T20:00"), &[("3.14", "3.14.2")]);
    let bump = bump(&step("3.14.2", "04T20:00"), &Facts { proposals: vec![rolled], ..facts() });
    assert_eq!((bump.released_at, bump.proposed_at, bump.seconds), (Some(at("03T10:00")), None, None));
}

#[test]
fn an_open_pull_request_brought_nothing() {
    let mut open = pull(8, "03T10:10", None, &[("3.14", "3.14.2")]);
    open.open = true;
    let bump = bump(&step("3.14.2", "03T11:30"), &Facts { proposals: vec![open], ..facts() });
    assert_eq!((bump.pull_request, bump.proposed_by), (None, Some(Via::Commit)));
}

#[test]
fn the_latency_is_told_in_words_and_hours() {
    let signed = ["3.14.2", "3.14.3", "3.14.4"].map(|text| (version(text), at("03T10:00")));
    let facts = Facts { signed: signed.into(), ..Facts::default() };
    let steps = [step("3.14.4", "06T10:00"), step("3.14.3", "03T12:00"), step("3.14.2", "03T11:00")];
    let text = |steps: &[Step]| timeline(steps, &facts, None).latency_text();
    assert_eq!(
        text(&steps),
        "Half of 3 bumps were proposed within 2.0 h of the release; the slowest, 3.14.4, took 72.0 h (3 d)."
    );
    assert!(text(&steps[1..]).starts_with("Half of 2 bumps were proposed within 1.5 h of the release;"));
    assert_eq!(text(&steps[2..]), "3.14.2 was proposed 1.0 h after its release.");
    assert!(text(&[]).starts_with("Of no bump both times are known: "));
    assert_eq!(
        (hours(0), hours(179), hours(180), hours(172_800)),
        ("0.0 h".into(), "0.0 h".into(), "0.1 h".into(), "48.0 h (2 d)".into())
    );
}

#[test]
fn a_hundred_bumps_are_listed_and_the_others_counted() {
    let steps = vec![step("3.14.2", "03T11:30"); 130];
    let timeline = timeline(&steps, &facts(), None);
    assert_eq!((timeline.bumps.len(), timeline.older), (100, 30));
}
