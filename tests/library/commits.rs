//! The commit of each entry is the one that `git log -1` names.

use git2::Oid;
use proptest::prelude::*;
use pybump::stackbrew::ImageClone;

use super::scratch::Scratch;
use crate::support::judges::require;

/// The answers for `sets`, which are also git's if git is at hand.
fn answers(scratch: &Scratch, head: Oid, sets: &[&[&str]]) -> Vec<Option<String>> {
    scratch.check_out(head);
    let sets: Vec<Vec<String>> = sets.iter().map(|set| set.iter().map(|path| (*path).to_owned()).collect()).collect();
    let clone = ImageClone::open(scratch.path()).unwrap();
    let answers: Vec<_> =
        clone.newest_commits(&sets).unwrap().into_iter().map(|commit| commit.map(|sha| sha.to_string())).collect();
    if require(&["git"]) {
        let judged: Vec<_> = sets.iter().map(|set| scratch.log(set)).collect();
        assert_eq!(answers, judged);
    }
    answers
}

fn ids(commits: &[Oid]) -> Vec<Option<String>> {
    commits.iter().map(|id| Some(id.to_string())).collect()
}

#[test]
fn a_file_s_commit_is_the_newest_that_touched_it_or_a_file_it_copies() {
    let scratch = Scratch::new();
    let first = scratch.commit(&[("a/Dockerfile", Some("1")), ("a/run.sh", Some("1")), ("x", Some("1"))], &[], 0);
    let second = scratch.commit(&[("a/run.sh", Some("2"))], &[first], 1);
    let third = scratch.commit(&[("b/Dockerfile", Some("1"))], &[second], 2);
    let fourth = scratch.commit(&[("y", Some("1"))], &[third], 3);
    let sets: [&[&str]; 5] =
        [&["a/Dockerfile"], &["a/Dockerfile", "a/run.sh"], &["b/Dockerfile"], &["a"], &["no/such"]];
    let mut expected = ids(&[first, second, third, second]);
    expected.push(None);
    assert_eq!(answers(&scratch, fourth, &sets), expected);
}

#[test]
fn a_merge_counts_only_where_it_differs_from_all_of_its_parents() {
    let scratch = Scratch::new();
    let root = scratch.commit(&[("a", Some("1")), ("b", Some("1")), ("c", Some("1"))], &[], 0);
    let ours = scratch.commit(&[("a", Some("2")), ("c", Some("2"))], &[root], 1);
    let theirs = scratch.commit(&[("b", Some("2")), ("c", Some("3"))], &[root], 2);
    let merge = scratch.commit(&[("b", Some("2")), ("c", Some("4"))], &[ours, theirs], 3);
    assert_eq!(answers(&scratch, merge, &[&["a"], &["b"], &["c"], &["a", "b"]]), ids(&[ours, theirs, merge, merge]));
}

#[test]
fn a_change_that_a_merge_threw_away_does_not_count() {
    let scratch = Scratch::new();
    let root = scratch.commit(&[("a", Some("1"))], &[], 0);
    let ours = scratch.commit(&[("x", Some("1"))], &[root], 1);
    let theirs = scratch.commit(&[("a", Some("2"))], &[root], 2);
    let merge = scratch.commit(&[], &[ours, theirs], 3);
    assert_eq!(answers(&scratch, merge, &[&["a"]]), ids(&[root]));
}

#[test]
fn of_parents_with_the_same_files_the_first_is_asked_whatever_the_dates() {
    let scratch = Scratch::new();
    let root = scratch.commit(&[("a", Some("1"))], &[], 500);
    let ours = scratch.commit(&[("a", Some("2"))], &[root], 10);
    let theirs = scratch.commit(&[("a", Some("2"))], &[root], 900);
    let merge = scratch.commit(&[], &[ours, theirs], 0);
    assert_eq!(answers(&scratch, merge, &[&["a"]]), ids(&[ours]));
}

#[test]
fn renames_and_removals_are_changes() {
    let scratch = Scratch::new();
    let root = scratch.commit(&[("old/f", Some("1")), ("gone/f", Some("1"))], &[], 0);
    let renamed = scratch.commit(&[("old/f", None), ("new/f", Some("1"))], &[root], 1);
    let removed = scratch.commit(&[("gone/f", None)], &[renamed], 2);
    let other = scratch.commit(&[("x", Some("1"))], &[removed], 3);
    assert_eq!(answers(&scratch, other, &[&["new/f"], &["old"], &["gone/f"]]), ids(&[renamed, renamed, removed]));
}

#[test]
fn a_file_that_became_a_folder_changed() {
    let scratch = Scratch::new();
    let root = scratch.commit(&[("a", Some("1"))], &[], 0);
    let gone = scratch.commit(&[("a", None)], &[root], 1);
    let folder = scratch.commit(&[("a/b", Some("1"))], &[gone], 2);
    let next = scratch.commit(&[("a/c", Some("1"))], &[folder], 3);
    assert_eq!(answers(&scratch, next, &[&["a"], &["a/b"], &["a/c"]]), ids(&[next, folder, next]));
}

const PATHS: [&str; 4] = ["a/Dockerfile", "a/x", "b/Dockerfile", "shared"];

/// One commit: its parents and its base by position, what it sets, and when.
type Step = (Vec<usize>, Vec<(usize, Option<u8>)>, i64);

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let parents = prop_oneof![4 => prop::collection::vec(0_usize..4, 1), 3 => prop::collection::vec(0_usize..6, 2..4)];
    let edits = prop::collection::vec((0..PATHS.len(), prop::option::weighted(0.8, 0_u8..3)), 0..3);
    prop::collection::vec((parents, edits, 0_i64..5), 2..16)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn in_any_history_the_answers_are_git_s(steps in steps(), root: bool) {
        let scratch = Scratch::new();
        let mut commits = vec![scratch.commit(&[(PATHS[0], Some("0")), (PATHS[3], Some("0"))], &[], 0)];
        if root {
            commits.push(scratch.commit(&[(PATHS[0], Some("1"))], &[], 1));
        }
        for (parents, edits, seconds) in &steps {
            let mut picked: Vec<Oid> =
                parents.iter().map(|back| commits[commits.len() - 1 - back % commits.len()]).collect();
            let mut seen = std::collections::BTreeSet::new();
            picked.retain(|parent| seen.insert(*parent));
            let edits: std::collections::BTreeMap<_, _> = edits.iter().copied().collect();
            let texts: Vec<_> =
                edits.iter().map(|(path, text)| (PATHS[*path], text.map(|text| text.to_string()))).collect();
            let edits: Vec<_> = texts
                .iter()
                .map(|(path, text)| (*path, text.as_deref()))
                .filter(|(path, text)| text.is_some() || scratch.has(picked[0], path))
                .collect();
            commits.push(scratch.commit(&edits, &picked, *seconds));
        }
        let sets: [&[&str]; 4] = [&[PATHS[0]], &[PATHS[0], PATHS[1]], &["b"], &[PATHS[2], PATHS[3]]];
        answers(&scratch, commits[commits.len() - 1], &sets);
    }
}
