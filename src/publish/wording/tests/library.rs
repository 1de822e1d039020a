//! The official-images body, whole.

use git2::{Oid, Repository, RepositoryInitOptions, Signature, Time};
use url::Url;

use super::scene::*;
use crate::publish::wording::{LibraryFacts, Wording, library};
use crate::stackbrew::{Changes, ImageClone};

/// What is said of an image repository with these commits, oldest first.
fn told(subjects: &[&str]) -> Wording {
    let folder = tempfile::tempdir().unwrap();
    let mut options = RepositoryInitOptions::new();
    let repository =
        Repository::init_opts(folder.path(), options.initial_head("main").external_template(false)).unwrap();
    let tree = repository.find_tree(repository.treebuilder(None).unwrap().write().unwrap()).unwrap();
    let mut parent: Option<Oid> = None;
    for (number, subject) in (0..).zip(subjects) {
        let author = Signature::new("A", "a@example.org", &Time::new(1_700_000_000 + number, 0)).unwrap();
        let parents: Vec<_> = parent.iter().map(|id| repository.find_commit(*id).unwrap()).collect();
        let parents: Vec<_> = parents.iter().collect();
        parent = Some(repository.commit(Some("HEAD"), &author, &author, subject, &tree, &parents).unwrap());
    }
    let clone = ImageClone::open(folder.path()).unwrap();
    let url: Url = "https://github.com/docker-library/python.git".parse().unwrap();
    let changes = Changes::since(&clone, &url, at("2020-01-01T00:00:00Z")).unwrap();
    library(&LibraryFacts { subject: "Update python", changes: &changes, head: &clone.head() }, ENDING)
}

#[test]
fn reviewers_of_official_images_read_what_happened_and_where_the_file_is_from() {
    let wording = told(&[
        "Update 3.14 to 3.14.2, get-pip https://github.com/pypa/get-pip/commit/aaaaaaaa",
        "Thank @mallory for C# in owner/other#3 <!-- | `x`",
        "Merge pull request #1066 from someone/fix",
    ]);
    assert_eq!(wording.title, "Update python");
    insta::assert_snapshot!(wording.body, @r"
    Changes:

    - https://github.com/docker-library/python/commit/68520b7: Merge pull request https://github.com/docker-library/python/pull/1066 from `someone/fix`
    - https://github.com/docker-library/python/commit/686a9ea: Thank `\u{40}mallory` for `C#` in `owner/otherhttps://github.com/docker-library/python/pull/3` `<!--` `\u{7c}` `x`
    - https://github.com/docker-library/python/commit/e3ceb20: Update 3.14 to 3.14.2, get-pip `https://github.com/pypa/get-pip/commit/aaaaaaaa`

    Made from [docker-library/python@68520b7a](https://github.com/docker-library/python/commit/68520b7a07818276dca801b43d19ee46feb92432): `pybump library` prints the same file there.

    <!-- pybump: 0123456789abcdef -->
    ");
}

#[test]
fn a_long_history_is_cut_at_whole_lines() {
    let subject = "Rewrite ".repeat(90);
    let wording = told(&[subject.as_str(); 120]);
    assert!(wording.body.len() <= 65_536 && wording.body.ends_with(ENDING));
    assert!(wording.body.contains("more, for which there was no room\n\nMade from ["), "{}", wording.body);
}
