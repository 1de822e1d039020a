//! What is proposed to official-images: one commit, its message and the pull request's words.

use crate::config::Author;
use crate::model::{CommitSha, Sha256};
use crate::publish::rolling::WantedCommit;
use crate::publish::wording::{self, LibraryFacts, Wording};
use crate::stackbrew::Changes;

/// What is proposed.
pub(super) struct Proposal {
    /// The commit to start from, and its tree.
    pub(super) base: (CommitSha, CommitSha),
    pub(super) commit: WantedCommit,
    /// The file as it is and as it is to be, by its digest.
    pub(super) files: Sha256,
    /// The commit's subject.
    pub(super) subject: String,
    /// What happened in the image repository.
    pub(super) changes: Changes,
    /// The commit of the image repository that the file was made from.
    pub(super) head: CommitSha,
}

impl Proposal {
    /// Title and body, which ends with `ending`.
    pub(super) fn wording(&self, ending: &str) -> Wording {
        wording::library(&LibraryFacts { subject: &self.subject, changes: &self.changes, head: &self.head }, ending)
    }
}

/// Subject and whole message of the commit; `changes` are those since the file was last touched, if it ever was.
pub(super) fn message(name: &str, changes: Option<&Changes>, sign_off: Option<&Author>) -> (String, String) {
    let subject = format!("{} {name}", if changes.is_some() { "Update" } else { "Add" });
    let changes = changes.map(|changes| changes.to_string().trim_end().to_owned());
    let sign_off = sign_off.map(|author| format!("Signed-off-by: {author}"));
    let parts: Vec<_> = [Some(subject.clone()), changes, sign_off].into_iter().flatten().collect();
    (subject, format!("{}\n", parts.join("\n\n")))
}
