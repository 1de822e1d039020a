//! One pull request to official-images, from the first library file to the last.

use pybump::demo::github::Merge;

use super::stage::{BRANCH, FILE, FORK, OFFICIAL, OLAF, Official};
use crate::publish::stage::{MARA, REPRODUCIBLE, head};

#[test]
fn a_new_commit_becomes_a_pull_request_from_a_branch_named_after_the_image() {
    let official = Official::behind("");
    official.pr().said("opened");
    let pull = official.proposed();
    assert_eq!(
        (pull.title.as_str(), pull.head.owner.as_str(), pull.head.branch.as_str(), pull.base.as_str()),
        ("Update python", "mona", BRANCH, "main")
    );
    assert!(pull.open && pull.author == "mona" && pull.maintainer_can_modify);
    let (tip, base) = (official.tip(), official.github(|github| github.commit(OFFICIAL, "main")).unwrap());
    assert_eq!((tip.parents.as_slice(), pull.head.sha), ([base.sha].as_slice(), tip.sha));
    let short = &head(&official.root())[..7];
    assert_eq!(
        tip.message,
        format!(
            "Update python\n\nChanges:\n\n- https://github.com/acme/python/commit/{short}: Update 3.14 to 3.14.3 \
             (https://github.com/acme/python/pull/7)\n"
        )
    );
    assert_eq!(official.text(FORK, BRANCH).unwrap(), official.library());
    let body = pull.body.unwrap();
    assert!(body.starts_with(&format!("Changes:\n\n- https://github.com/acme/python/commit/{short}: ")), "{body}");
    official.pr_again();
    official.pr_again();
}

#[test]
fn the_commit_has_one_file_and_author_and_dates_of_ours() {
    for (publish, name, email) in
        [("", "mona", "+mona@users.noreply.github.com"), (REPRODUCIBLE, "Image Bot", "bot@example.org")]
    {
        let official = Official::behind(publish);
        official.pr();
        let tip = official.tip();
        assert!(tip.author.name == name && tip.author.email.ends_with(email), "{:?}", tip.author);
        assert!(tip.author == tip.committer && !tip.verified);
        let root = git2::Repository::open(official.root()).unwrap();
        let newest = root.head().unwrap().peel_to_commit().unwrap();
        assert_eq!(tip.author.seconds, newest.author().when().seconds());
        let (before, after) = official.github(|github| {
            let files = |reference: &str| {
                ["README.md", "library.md", "library/debian"].map(|path| github.file(OFFICIAL, reference, path))
            };
            (files("main"), files(&tip.sha.to_string()))
        });
        assert_eq!(before, after);
    }
}

#[test]
fn a_verified_commit_is_github_s_and_has_the_same_tree() {
    let official = Official::behind("commit = \"verified\"\n");
    let foretold = official.run(&["--format", "json", "pr", "library", "--dry-run"]).ended(0).json();
    official.pr();
    let tip = official.tip();
    assert_eq!(foretold["pull_requests"][0]["tree"], tip.tree.to_string());
    let root = git2::Repository::open(official.root()).unwrap();
    assert_ne!(tip.author.seconds, root.head().unwrap().peel_to_commit().unwrap().author().when().seconds());
    official.pr_again();
    official.upstream("Add x", &[("library/x", Some("x"))]);
    official.pr_again();
    assert_eq!(official.tip(), tip);
    official.image_commit("Update 3.14 to 3.14.4");
    official.pr().said("updated");
    official.pr_again();
}

#[test]
fn what_leaves_the_library_file_as_it_is_is_nothing_new() {
    for publish in ["", REPRODUCIBLE] {
        let official = Official::behind(publish);
        official.pr();
        let (pull, tip) = (official.proposed(), official.tip());
        official.upstream("Update debian", &[("library/other", Some("Maintainers: X (@x)\n"))]);
        official.pr_again();
        official.other_commit("Explain");
        official.pr_again();
        assert_eq!((official.proposed(), official.tip()), (pull, tip));
    }
}

#[test]
fn without_a_difference_there_is_nothing_to_do() {
    let official = Official::current("");
    official.pr().said("none needed");
    official.other_commit("Explain");
    official.pr().said("none needed");
    assert_eq!((official.writes(), official.proposals().len(), official.has_branch()), (0, 0, false));
}

#[test]
fn a_newer_commit_moves_the_branch_of_the_same_pull_request_and_rewords_it() {
    let official = Official::behind("");
    official.pr();
    let first = official.tip();
    let newest = official.image_commit("Update 3.14 to 3.14.4");
    official.upstream("Move on", &[("README.md", Some("y"))]);
    official.pr().said("updated");
    let (pull, tip) = (official.proposed(), official.tip());
    let base = official.github(|github| github.branch(OFFICIAL, "main")).unwrap();
    assert!(tip.parents == [base] && tip.sha != first.sha);
    assert_eq!(tip.message.matches("\n- ").count(), 2);
    assert!(tip.message.contains(&format!("commit/{}: Update 3.14 to 3.14.4\n- ", &newest[..7])), "{}", tip.message);
    let body = pull.body.unwrap();
    assert!(body.contains("3.14.4") && body.contains("3.14.3"), "{body}");
    assert_eq!(official.text(FORK, BRANCH).unwrap(), official.library());
    official.pr_again();
}

#[test]
fn a_reviewer_s_edit_of_the_file_upstream_brings_the_branch_onto_it() {
    let official = Official::behind("");
    official.pr();
    let published = official.published().unwrap();
    official.upstream("Touch python", &[(FILE, Some(&published.replace("# ", "#  ").replace("Ann", "Anne")))]);
    official.pr().said("updated");
    let base = official.github(|github| github.branch(OFFICIAL, "main")).unwrap();
    let tip = official.tip();
    assert_eq!(tip.parents, [base]);
    // Everything that the image repository has was committed before.
    assert_eq!(tip.message, "Update python\n\nChanges:\n");
    official.pr_again();
}

#[test]
fn an_accepted_pull_request_leaves_nothing_behind() {
    for how in [Merge::Commit, Merge::Squash, Merge::Rebase] {
        let official = Official::behind("");
        official.pr();
        official.accept(1, how);
        assert_eq!(official.published().unwrap(), official.library());
        official.pr().said("cleared");
        assert!(!official.has_branch(), "{how:?}");
        official.pr().said("none needed");
        assert_eq!(official.writes(), 0);
        official.image_commit("Update 3.14 to 3.14.4");
        official.pr().said("opened");
        assert_eq!((official.proposals().len(), official.tip().message.matches("\n- ").count()), (2, 1), "{how:?}");
    }
}

#[test]
fn newer_content_after_an_accepted_pull_request_takes_over_the_branch_that_it_left() {
    let official = Official::behind("");
    official.pr();
    official.accept(1, Merge::Squash);
    official.image_commit("Update 3.14 to 3.14.4");
    official.pr().said("opened");
    let pulls = official.proposals();
    assert!(pulls.len() == 2 && pulls[1].open && pulls[1].head.sha == official.tip().sha);
    official.pr_again();
}

#[test]
fn when_upstream_has_the_file_the_pull_request_is_closed_with_a_comment_and_the_branch_goes() {
    let official = Official::behind("");
    official.pr();
    official.upstream("Update python by hand", &[(FILE, Some(&official.library()))]);
    official.pr().said("closed");
    let pull = official.proposed();
    assert!(!pull.open && pull.merged.is_none() && !official.has_branch());
    let comments: Vec<_> = pull.comments.iter().map(|comment| comment.body.as_str()).collect();
    assert_eq!(comments, ["Closed by pybump: docker-library/official-images has this library file."]);
    official.pr().said("none needed");
    assert_eq!(official.writes(), 0);
    // What comes next has a pull request of its own.
    official.image_commit("Update 3.14 to 3.14.4");
    official.pr().said("opened");
    assert_eq!(official.proposals().len(), 2);
}

#[test]
fn what_a_person_closed_stays_closed_until_there_is_something_new() {
    for deleted in [false, true] {
        let official = Official::behind("");
        official.pr();
        official.github(|github| {
            github.close_pull(OFFICIAL, 1, "olaf");
            if deleted {
                github.delete_branch(FORK, BRANCH, "mona");
            }
        });
        for _ in 0..2 {
            official.pr().said("#1 was closed for this content by a person");
            assert_eq!(official.writes(), 0);
        }
        official.image_commit("Update 3.14 to 3.14.4");
        official.pr();
        let open: Vec<_> = official.proposals().into_iter().filter(|pull| pull.open).collect();
        assert_eq!((open.len(), open[0].head.sha), (1, official.tip().sha));
        assert!(open[0].body.as_deref().unwrap().contains("3.14.4"));
        official.pr_again();
    }
}

#[test]
fn a_person_s_commits_on_the_branch_are_never_overwritten() {
    let official = Official::behind("");
    official.pr();
    let files = [("library/python", Some("Maintainers: Mine (@mine)\n"))];
    let theirs = official.github(|github| github.push(FORK, BRANCH, MARA, "Mine", &files));
    for _ in 0..2 {
        official.pr().said("holds commits that are not pybump's").said("Mara");
        assert_eq!(official.tip().sha, theirs);
    }
    official.image_commit("Update 3.14 to 3.14.4");
    official.pr().said("holds commits that are not pybump's");
    assert_eq!((official.tip().sha, official.proposed().head.sha), (theirs, theirs));
}

#[test]
fn a_branch_of_that_name_that_was_there_before_is_left_alone() {
    let official = Official::behind("");
    let theirs = official.github(|github| github.push(FORK, BRANCH, OLAF, "Mine", &[("x", Some("x"))]));
    official.pr().said("holds commits that are not pybump's");
    assert_eq!((official.tip().sha, official.proposals().len()), (theirs, 0));
}

#[test]
fn an_image_that_official_images_does_not_have_is_added() {
    let official = Official::empty("", OFFICIAL);
    official.github(|github| github.fork(OFFICIAL, "mona"));
    official.pr().said("opened");
    assert_eq!((official.proposed().title.as_str(), official.tip().message.as_str()), ("Add python", "Add python\n"));
    assert_eq!(official.text(FORK, BRANCH).unwrap(), official.library());
    assert!(official.proposed().body.unwrap().starts_with("Made from [acme/python@"));
    official.pr_again();
}

#[test]
fn a_fork_that_is_far_behind_its_upstream_is_no_hindrance() {
    let official = Official::behind("");
    for number in 0..30 {
        official.upstream("Move on", &[("README.md", Some(&number.to_string()))]);
    }
    official.upstream("Remove", &[("library.md", None)]);
    official.pr().said("opened");
    let base = official.github(|github| github.branch(OFFICIAL, "main")).unwrap();
    assert_eq!(official.tip().parents, [base]);
    assert_ne!(official.github(|github| github.branch(FORK, "main")).unwrap(), base);
    official.pr_again();
}

#[test]
fn a_sign_off_is_the_last_line() {
    let official = Official::behind(&format!("{REPRODUCIBLE}sign-off = true\n"));
    official.pr();
    let message = official.tip().message;
    assert!(message.ends_with(")\n\nSigned-off-by: Image Bot <bot@example.org>\n"), "{message}");
    official.pr_again();
}

#[test]
fn upstream_fork_and_image_can_have_other_names() {
    let publish = "[publish.library]\nupstream = \"acme/images\"\nfork = \"mona/images\"\n";
    let official = Official::empty(publish, "acme/images");
    official.github(|github| {
        github.rename_default_branch("acme/images", "trunk");
        github.fork("acme/images", "mona")
    });
    official.pr().said("opened");
    let pulls = official.github(|github| github.pulls("acme/images").into_iter().cloned().collect::<Vec<_>>());
    assert_eq!((pulls.len(), pulls[0].base.as_str(), official.proposals().len()), (1, "trunk", 0));
    assert_eq!(official.text("mona/images", BRANCH).unwrap(), official.library());
}
