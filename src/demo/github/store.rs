//! The git objects of one network of forks, in memory: what is written, walked and compared.
//!
//! Knows nothing of branches, repositories or persons: references live with their repository, for forks share objects
//! and nothing else.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use git2::{Commit, Error, ObjectType, Odb, Oid, Repository, Sort, Tree};

use super::identity::Identity;

/// An object database that all repositories of a network share.
pub(super) struct Store {
    git: Repository,
}

/// A commit to be written.
pub(super) struct Draft<'a> {
    pub(super) tree: Oid,
    pub(super) parents: &'a [Oid],
    pub(super) author: &'a Identity,
    pub(super) committer: &'a Identity,
    pub(super) message: &'a str,
    /// Whether GitHub signs it.
    pub(super) signed: bool,
}

/// Changes to a tree by path: a mode and an object, or nothing for a path that goes.
pub(super) type Changes = BTreeMap<String, Option<(i32, Oid)>>;

/// What stands where GitHub's signature would.
const SIGNATURE: &str = "-----BEGIN PGP SIGNATURE-----\n \n bm90IGEgcmVhbCBzaWduYXR1cmU=\n -----END PGP SIGNATURE-----";

const FOLDER: i32 = 0o040_000;

impl Store {
    pub(super) fn new() -> Result<Self, Error> {
        let objects = Odb::new()?;
        objects.add_new_mempack_backend(1)?;
        Ok(Self { git: Repository::from_odb(objects)? })
    }

    /// Copies all that the HEAD of the local repository reaches; its branch and commit.
    pub(super) fn import(&self, folder: &Path) -> Result<(String, Oid), Error> {
        let local = Repository::open(folder)?;
        let head = local.head()?;
        let branch = head.shorthand()?.to_owned();
        let tip = head.peel_to_commit()?.id();
        let copy = |id: Oid| -> Result<(), Error> {
            let objects = local.odb()?;
            let object = objects.read(id)?;
            self.git.odb()?.write(object.kind(), object.data()).map(|_| ())
        };
        let mut seen = HashSet::new();
        let mut walk = local.revwalk()?;
        walk.push(tip)?;
        for id in walk {
            let commit = local.find_commit(id?)?;
            copy(commit.id())?;
            let mut trees = vec![commit.tree_id()];
            while let Some(id) = trees.pop() {
                if !seen.insert(id) {
                    continue;
                }
                copy(id)?;
                for entry in &local.find_tree(id)? {
                    match entry.kind() {
                        Some(ObjectType::Tree) => trees.push(entry.id()),
                        Some(ObjectType::Blob) if seen.insert(entry.id()) => copy(entry.id())?,
                        _ => {}
                    }
                }
            }
        }
        Ok((branch, tip))
    }

    pub(super) fn commit(&self, id: Oid) -> Result<Commit<'_>, Error> {
        self.git.find_commit(id)
    }

    pub(super) fn tree(&self, id: Oid) -> Result<Tree<'_>, Error> {
        self.git.find_tree(id)
    }

    /// What an object is, if it is there.
    pub(super) fn kind(&self, id: Oid) -> Option<ObjectType> {
        self.git.odb().and_then(|objects| objects.read_header(id)).ok().map(|(_, kind)| kind)
    }

    pub(super) fn blob(&self, id: Oid) -> Result<Vec<u8>, Error> {
        self.git.find_blob(id).map(|blob| blob.content().to_vec())
    }

    pub(super) fn write_blob(&self, bytes: &[u8]) -> Result<Oid, Error> {
        self.git.blob(bytes)
    }

    /// The entry of `tree` at `path`: its mode and object.
    pub(super) fn entry(&self, tree: Oid, path: &str) -> Option<(i32, Oid)> {
        if path.is_empty() {
            return Some((FOLDER, tree));
        }
        let entry = self.tree(tree).and_then(|tree| tree.get_path(Path::new(path))).ok()?;
        Some((entry.filemode(), entry.id()))
    }

    /// A tree like `base`, changed; folders that end up empty are gone.
    pub(super) fn edit(&self, base: Option<Oid>, changes: &Changes) -> Result<Oid, Error> {
        let base = base.map(|id| self.tree(id)).transpose()?;
        let mut builder = self.git.treebuilder(base.as_ref())?;
        let mut below: BTreeMap<&str, Changes> = BTreeMap::new();
        for (path, change) in changes {
            match path.split_once('/') {
                Some((folder, rest)) => {
                    below.entry(folder).or_default().insert(rest.to_owned(), *change);
                }
                None => match change {
                    Some((mode, id)) => builder.insert(path, *id, *mode).map(|_| ())?,
                    None => builder.remove(path)?,
                },
            }
        }
        for (name, changes) in below {
            let old = builder.get(name)?.filter(|entry| entry.kind() == Some(ObjectType::Tree)).map(|entry| entry.id());
            let new = self.edit(old, &changes)?;
            if !self.tree(new)?.is_empty() {
                builder.insert(name, new, FOLDER)?;
            } else if old.is_some() {
                builder.remove(name)?;
            }
        }
        builder.write()
    }

    /// Writes a commit byte for byte as git does, but for GitHub's signature.
    pub(super) fn write_commit(&self, draft: &Draft<'_>) -> Result<Oid, Error> {
        let mut text = format!("tree {}\n", draft.tree);
        for parent in draft.parents {
            text.push_str(&format!("parent {parent}\n"));
        }
        text.push_str(&format!("author {}\ncommitter {}\n", draft.author.line(), draft.committer.line()));
        if draft.signed {
            text.push_str(&format!("gpgsig {SIGNATURE}\n"));
        }
        text.push_str(&format!("\n{}", draft.message));
        self.git.odb()?.write(ObjectType::Commit, text.as_bytes())
    }

    /// How many commits `ahead` has that `behind` has not, and the other way round.
    pub(super) fn ahead_behind(&self, ahead: Oid, behind: Oid) -> Result<(usize, usize), Error> {
        self.git.graph_ahead_behind(ahead, behind)
    }

    pub(super) fn merge_base(&self, one: Oid, other: Oid) -> Option<Oid> {
        self.git.merge_base(one, other).ok()
    }

    /// True if `tip` is `commit` or comes after it.
    pub(super) fn reaches(&self, tip: Oid, commit: Oid) -> bool {
        tip == commit || self.git.graph_descendant_of(tip, commit).unwrap_or(false)
    }

    /// All commits that `tip` reaches and `hidden` does not, newest first.
    pub(super) fn log(&self, tip: Oid, hidden: Option<Oid>) -> Result<Vec<Oid>, Error> {
        let mut walk = self.git.revwalk()?;
        walk.set_sorting(Sort::TOPOLOGICAL | Sort::TIME)?;
        walk.push(tip)?;
        if let Some(hidden) = hidden {
            walk.hide(hidden)?;
        }
        walk.collect()
    }

    /// True if the commit changed what lies at `path`, as git's history simplification sees it.
    pub(super) fn touches(&self, commit: Oid, path: &str) -> Result<bool, Error> {
        let commit = self.commit(commit)?;
        let here = self.entry(commit.tree_id(), path);
        let mut parents = commit.parents().map(|parent| self.entry(parent.tree_id(), path)).peekable();
        Ok(if parents.peek().is_none() { here.is_some() } else { parents.all(|there| there != here) })
    }

    /// The tree that a merge of `theirs` into `ours` gives; none if they conflict.
    pub(super) fn merge(&self, ours: Oid, theirs: Oid) -> Result<Option<Oid>, Error> {
        let mut index = self.git.merge_commits(&self.commit(ours)?, &self.commit(theirs)?, None)?;
        if index.has_conflicts() { Ok(None) } else { index.write_tree_to(&self.git).map(Some) }
    }

    /// The tree that `commit` gives when it is put onto `onto`; none if they conflict.
    pub(super) fn pick(&self, commit: Oid, onto: Oid) -> Result<Option<Oid>, Error> {
        let mut index = self.git.cherrypick_commit(&self.commit(commit)?, &self.commit(onto)?, 0, None)?;
        if index.has_conflicts() { Ok(None) } else { index.write_tree_to(&self.git).map(Some) }
    }

    /// The repository that git2 compares trees with.
    pub(super) fn git(&self) -> &Repository {
        &self.git
    }
}
