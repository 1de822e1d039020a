//! The newest commit that touched a set of files, for many sets in one pass over history.
//!
//! Answers as `git log -1 --format=%H HEAD -- FILES` does, whose simplification it follows (`try_to_simplify_commit` in
//! git's `revision.c`): a commit that leaves the files as one of its parents has them sends the question on to the first
//! such parent alone; a commit that differs from all of its parents, or a first commit that has any of the files, is
//! the answer. Dates and the order of branches do not count, and renames are not followed.

use std::collections::{BTreeMap, BinaryHeap, HashMap};

use git2::{Commit, Error, ObjectType, Oid, Repository, Tree};

/// For each set of paths (files or folders, from the root, `/` between parts), the newest commit at or before `head`
/// that touched any of them.
pub(super) fn newest_commits(
    repository: &Repository,
    head: Oid,
    sets: &[Vec<String>],
) -> Result<Vec<Option<Oid>>, Error> {
    let paths = PathTree::of(sets);
    let mut answers = vec![None; sets.len()];
    // Newest first only so that sets that went apart at a merge meet again and are asked about together.
    let mut queue = BinaryHeap::from([(0, head)]);
    let mut asking = HashMap::from([(head, (0..sets.len()).collect::<Vec<_>>())]);
    while let Some((_, id)) = queue.pop() {
        let Some(sets) = asking.remove(&id) else { continue };
        let commit = repository.find_commit(id)?;
        let (unlike, like) = sort(repository, &paths, &commit, sets)?;
        for set in unlike {
            answers[set] = Some(id);
        }
        for (parent, sets) in like {
            queue.push((parent.time().seconds(), parent.id()));
            asking.entry(parent.id()).or_default().extend(sets);
        }
    }
    Ok(answers)
}

/// The sets that `commit` touched, and the others by the parent that has the same files.
type Sorted<'a> = (Vec<usize>, Vec<(Commit<'a>, Vec<usize>)>);

fn sort<'a>(
    repository: &'a Repository,
    paths: &PathTree,
    commit: &Commit<'a>,
    sets: Vec<usize>,
) -> Result<Sorted<'a>, Error> {
    let mut changed = vec![false; paths.sets];
    if commit.parent_count() == 0 {
        paths.differences(repository, Some(&commit.tree()?), None, &mut changed)?;
        return Ok((sets.into_iter().filter(|set| changed[*set]).collect(), Vec::new()));
    }
    let mut unlike = sets;
    let mut like = Vec::new();
    for parent in commit.parents() {
        let mut same = std::mem::take(&mut unlike);
        if parent.tree_id() != commit.tree_id() {
            changed.fill(false);
            paths.differences(repository, Some(&commit.tree()?), Some(&parent.tree()?), &mut changed)?;
            (unlike, same) = same.into_iter().partition(|set| changed[*set]);
        }
        if !same.is_empty() {
            like.push((parent, same));
        }
        if unlike.is_empty() {
            break;
        }
    }
    Ok((unlike, like))
}

/// The paths of all sets by their parts, so that a folder in which two commits agree is looked at once.
struct PathTree {
    root: Node,
    sets: usize,
}

#[derive(Default)]
struct Node {
    /// The sets that have this very path.
    ends: Vec<usize>,
    parts: BTreeMap<String, Node>,
}

impl PathTree {
    fn of(sets: &[Vec<String>]) -> Self {
        let mut root = Node::default();
        for (set, paths) in sets.iter().enumerate() {
            for path in paths {
                let parts = path.split('/').filter(|part| !part.is_empty());
                let node = parts.fold(&mut root, |node, part| node.parts.entry(part.to_owned()).or_default());
                node.ends.push(set);
            }
        }
        Self { root, sets: sets.len() }
    }

    /// Marks in `changed` the sets that have a path at which the two trees differ.
    fn differences(
        &self,
        repository: &Repository,
        one: Option<&Tree<'_>>,
        other: Option<&Tree<'_>>,
        changed: &mut [bool],
    ) -> Result<(), Error> {
        for set in &self.root.ends {
            changed[*set] |= one.map(Tree::id) != other.map(Tree::id);
        }
        self.root.differences(repository, one, other, changed)
    }
}

impl Node {
    fn differences(
        &self,
        repository: &Repository,
        one: Option<&Tree<'_>>,
        other: Option<&Tree<'_>>,
        changed: &mut [bool],
    ) -> Result<(), Error> {
        for (part, node) in &self.parts {
            let entry = |tree: Option<&Tree<'_>>| {
                let entry = tree?.get_name(part)?;
                Some((entry.id(), entry.filemode(), entry.kind()))
            };
            let (one, other) = (entry(one), entry(other));
            if one == other {
                continue;
            }
            for set in &node.ends {
                changed[*set] = true;
            }
            if !node.parts.is_empty() {
                let tree = |entry: Option<(Oid, i32, Option<ObjectType>)>| match entry {
                    Some((id, _, Some(ObjectType::Tree))) => repository.find_tree(id).map(Some),
                    _ => Ok(None),
                };
                node.differences(repository, tree(one)?.as_ref(), tree(other)?.as_ref(), changed)?;
            }
        }
        Ok(())
    }
}
