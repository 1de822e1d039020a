//! Judged by what docker-library's bot really published.
//!
//! Needs clones: docker-library/python in `PYBUMP_UPSTREAM`, docker-library/official-images in `PYBUMP_OFFICIAL_IMAGES`,
//! docker-library/docs in `PYBUMP_DOCS`.

use std::env;
use std::path::Path;

use git2::build::CheckoutBuilder;
use git2::{Commit, Oid, Repository, Sort};
use pybump::sources::base_images;
use pybump::stackbrew::{Changes, ImageClone};
use tempfile::TempDir;

use super::scratch::{official_images, pybump, ran};

/// docker-library/python "Add back s390x for 3.14+": from here on its script is the one that pybump follows.
const SINCE: &str = "8545fffcced290e4b115ccb7789d3f4be0b9bf9b";
/// The images that docker-library/python's Dockerfiles start from.
const PARENTS: [&str; 3] = ["alpine", "buildpack-deps", "debian"];

pub struct Upstream {
    pub python: Repository,
    pub official_images: Repository,
    pub checkout: (TempDir, Repository),
}

impl Upstream {
    pub fn open() -> Self {
        let python = repository("PYBUMP_UPSTREAM");
        let folder = tempfile::tempdir().unwrap();
        let checkout = Repository::clone(python.path().to_str().unwrap(), folder.path()).unwrap();
        Self { python, official_images: repository("PYBUMP_OFFICIAL_IMAGES"), checkout: (folder, checkout) }
    }

    /// The bot's commits to `library/python`, oldest first, that were made from commits of the clone; and how many were
    /// made from later ones.
    pub fn bot_commits(&self) -> (Vec<(Commit<'_>, Oid)>, usize) {
        let since = self.python.find_commit(Oid::from_str(SINCE).unwrap()).unwrap().time().seconds();
        let all = touching(&self.official_images, "library/python", since);
        let bot: Vec<_> =
            all.into_iter().filter(|commit| commit.summary().unwrap().unwrap().starts_with("Update python")).collect();
        let count = bot.len();
        let known: Vec<_> =
            bot.into_iter().filter_map(|commit| Some((made_from(&self.python, &commit)?, commit))).collect();
        let later = count - known.len();
        (known.into_iter().map(|(from, commit)| (commit, from)).collect(), later)
    }

    pub fn check_out(&self, commit: Oid) {
        let (_, checkout) = &self.checkout;
        checkout.set_head_detached(commit).unwrap();
        checkout.checkout_head(Some(CheckoutBuilder::new().force().remove_untracked(true))).unwrap();
    }

    /// What `pybump` prints for docker-library/python at `from`, with the parents that `official` has.
    fn pybump(&self, command: &str, from: Oid, official: &Commit<'_>) -> String {
        self.check_out(from);
        let texts = PARENTS.map(|name| text(&self.official_images, official, &format!("library/{name}")).unwrap());
        let files: Vec<_> = PARENTS.into_iter().zip(texts.iter().map(String::as_str)).collect();
        let parents = official_images(&files);
        let mut pybump = pybump(self.checkout.0.path());
        let (out, err, status) = ran(pybump.arg(command).arg("--official-images").arg(parents.path()));
        assert_eq!((err.as_str(), status), ("", 0));
        out
    }
}

fn repository(variable: &str) -> Repository {
    let path = env::var_os(variable).unwrap_or_else(|| panic!("{variable} names no clone"));
    Repository::open(Path::new(&path)).unwrap()
}

/// The commits since `seconds` that are not merges and touched `path`, oldest first.
pub fn touching<'a>(repository: &'a Repository, path: &str, seconds: i64) -> Vec<Commit<'a>> {
    let mut walk = repository.revwalk().unwrap();
    walk.set_sorting(Sort::TIME).unwrap();
    walk.push_head().unwrap();
    let commits = walk.map(|id| repository.find_commit(id.unwrap()).unwrap());
    let blob = |commit: &Commit<'_>| commit.tree().unwrap().get_path(Path::new(path)).ok().map(|entry| entry.id());
    let mut found: Vec<_> = commits
        .take_while(|commit| commit.time().seconds() >= seconds)
        .filter(|commit| commit.parent_count() == 1 && blob(commit) != blob(&commit.parent(0).unwrap()))
        .collect();
    found.reverse();
    found
}

fn text(repository: &Repository, commit: &Commit<'_>, path: &str) -> Option<String> {
    let entry = commit.tree().unwrap().get_path(Path::new(path)).ok()?;
    Some(String::from_utf8(repository.find_blob(entry.id()).unwrap().content().to_vec()).unwrap())
}

/// The commit of docker-library/python that a commit's message names first, which is the newest.
fn made_from(python: &Repository, commit: &Commit<'_>) -> Option<Oid> {
    let message = commit.message().unwrap();
    let (_, rest) = message.split_once("https://github.com/docker-library/python/commit/").expect("a list of changes");
    let short = rest.split(':').next().unwrap();
    python.revparse_single(short).ok().map(|object| object.id())
}

#[test]
#[ignore = "needs PYBUMP_UPSTREAM and PYBUMP_OFFICIAL_IMAGES"]
fn the_bot_s_library_files_are_made_again_byte_for_byte() {
    let upstream = Upstream::open();
    let (commits, later) = upstream.bot_commits();
    let mut different = Vec::new();
    for (commit, from) in &commits {
        let theirs = text(&upstream.official_images, commit, "library/python").unwrap();
        let ours = upstream.pybump("library", *from, commit);
        if ours != theirs {
            println!("{} from {from}:\n{}", commit.id(), similar::TextDiff::from_lines(&theirs, &ours).unified_diff());
            different.push(commit.id());
        }
    }
    println!(
        "{} of {} identical; {later} more were made from commits newer than PYBUMP_UPSTREAM",
        commits.len() - different.len(),
        commits.len()
    );
    assert!(!commits.is_empty() && different.is_empty(), "{different:?}");
}

#[test]
#[ignore = "needs PYBUMP_OFFICIAL_IMAGES"]
fn every_library_file_of_official_images_is_read() {
    let repository = repository("PYBUMP_OFFICIAL_IMAGES");
    let head = repository.head().unwrap().peel_to_commit().unwrap();
    let folder = head.tree().unwrap().get_path(Path::new("library")).unwrap().to_object(&repository).unwrap();
    let names: Vec<_> = folder.as_tree().unwrap().iter().map(|entry| entry.name().unwrap().to_owned()).collect();
    let unread: Vec<_> = names
        .iter()
        .filter_map(|name| {
            let file = format!("library/{name}");
            base_images::parse(&text(&repository, &head, &file).unwrap(), &file).err().map(|error| error.to_string())
        })
        .collect();
    println!("{} of {} read", names.len() - unread.len(), names.len());
    assert!(names.len() > 100 && unread.is_empty(), "{unread:#?}");
}

#[test]
#[ignore = "needs PYBUMP_UPSTREAM and PYBUMP_OFFICIAL_IMAGES"]
fn the_bot_s_lists_of_changes_are_made_again_byte_for_byte() {
    let upstream = Upstream::open();
    let (commits, _) = upstream.bot_commits();
    let since = upstream.python.find_commit(Oid::from_str(SINCE).unwrap()).unwrap().time().seconds();
    // The last commit before the bot's first one is some months older.
    let all = touching(&upstream.official_images, "library/python", since - 180 * 24 * 3600);
    let repository = "https://github.com/docker-library/python.git".parse().unwrap();
    let mut different = Vec::new();
    for (commit, from) in &commits {
        let last = all.iter().rposition(|other| other.id() == commit.id()).map(|at| &all[at - 1]).unwrap();
        upstream.check_out(*from);
        let clone = ImageClone::open(upstream.checkout.0.path()).unwrap();
        let last = jiff::Timestamp::from_second(last.author().when().seconds()).unwrap();
        let ours = Changes::since(&clone, &repository, last).unwrap().to_string();
        let message = commit.message().unwrap();
        let theirs = message.split_once("\n\n").unwrap().1;
        let theirs = theirs.split("\n\nCo-authored-by:").next().unwrap().trim_end();
        if ours != theirs {
            println!("{} from {from}:\n{}", commit.id(), similar::TextDiff::from_lines(theirs, &ours).unified_diff());
            different.push(commit.id());
        }
    }
    println!("{} of {} identical", commits.len() - different.len(), commits.len());
    assert!(!commits.is_empty() && different.is_empty(), "{different:?}");
}

#[test]
#[ignore = "needs PYBUMP_UPSTREAM, PYBUMP_OFFICIAL_IMAGES and PYBUMP_DOCS"]
fn the_documentation_s_tag_lists_are_made_again_byte_for_byte() {
    let upstream = Upstream::open();
    let docs = repository("PYBUMP_DOCS");
    let (commits, _) = upstream.bot_commits();
    let first = commits[0].0.time().seconds();
    let last = commits[commits.len() - 1].0.time().seconds();
    let mut identical = 0;
    let mut different = Vec::new();
    for page in touching(&docs, "python/README.md", first) {
        let readme = text(&docs, &page, "python/README.md").unwrap();
        let (_, rest) = readme.split_once("## Simple Tags\n").unwrap();
        let (theirs, _) = rest.split_once("\n# Quick reference (cont.)").unwrap();
        let Some((official, from)) =
            commits.iter().rfind(|(commit, _)| commit.time().seconds() <= page.time().seconds())
        else {
            continue;
        };
        // Later pages follow library files that were made from commits newer than the clone.
        if page.time().seconds() > last + 3 * 24 * 3600 {
            break;
        }
        let ours = upstream.pybump("tags", *from, official);
        if ours.trim_end() == format!("## Simple Tags\n{theirs}").trim_end() {
            identical += 1;
        } else {
            println!("{} from {from}", page.id());
            different.push(page.id());
        }
    }
    println!("{identical} of {} identical", identical + different.len());
    assert!(identical > 0 && different.is_empty(), "{different:?}");
}
