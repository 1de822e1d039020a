//! Local repositories that follow GitHub: a clone, as after `git pull --ff-only`, and a mirror.

use std::collections::BTreeSet;
use std::path::Path;

use git2::build::CheckoutBuilder;
use git2::{Error, ObjectType, Oid, Repository};

use super::GitHub;

impl GitHub {
    /// Brings the clone in `folder` to the default branch: its objects, its branch of that name, and its work tree.
    ///
    /// # Panics
    ///
    /// If there is no such repository.
    pub fn pull_into(&self, full_name: &str, folder: &Path) -> Result<Oid, Error> {
        let there = self.at(full_name);
        let tip = there.branch(&there.default_branch).ok_or_else(|| Error::from_str("nothing to pull"))?;
        let to = Repository::open(folder)?;
        self.copy(there, tip, &to)?;
        to.reference(&format!("refs/heads/{}", there.default_branch), tip, true, "pull")?;
        to.set_head(&format!("refs/heads/{}", there.default_branch))?;
        to.checkout_head(Some(CheckoutBuilder::new().force()))?;
        Ok(tip)
    }

    /// Brings every branch, with its objects, into the bare repository in `folder`, as `git clone --mirror` does.
    ///
    /// # Panics
    ///
    /// If there is no such repository.
    pub fn mirror_into(&self, full_name: &str, folder: &Path) -> Result<(), Error> {
        let (there, to) = (self.at(full_name), Repository::open_bare(folder)?);
        for (name, tip) in &there.refs {
            self.copy(there, *tip, &to)?;
            to.reference(name, *tip, true, "mirror")?;
        }
        to.set_head(&format!("refs/heads/{}", there.default_branch))
    }

    /// Copies what `tip` reaches and `to` has not.
    fn copy(&self, there: &super::Repository, tip: Oid, to: &Repository) -> Result<(), Error> {
        let from = self.store(there).git();
        let (source, target) = (from.odb()?, to.odb()?);
        let copy = |id: Oid| -> Result<(), Error> {
            let object = source.read(id)?;
            target.write(object.kind(), object.data()).map(drop)
        };
        let mut seen = BTreeSet::new();
        for id in self.store(there).log(tip, None)? {
            if target.exists(id) {
                continue;
            }
            let mut trees = vec![from.find_commit(id)?.tree_id()];
            while let Some(tree) = trees.pop() {
                if !seen.insert(tree) {
                    continue;
                }
                for entry in &from.find_tree(tree)? {
                    match entry.kind() {
                        Some(ObjectType::Tree) => trees.push(entry.id()),
                        Some(ObjectType::Blob) if seen.insert(entry.id()) => copy(entry.id())?,
                        _ => {}
                    }
                }
                copy(tree)?;
            }
            copy(id)?;
        }
        Ok(())
    }
}
