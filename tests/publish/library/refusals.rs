//! What keeps a library file from being proposed is one error that says what to do, and nothing is written.

use pybump::demo::github::Right;

use super::stage::{BRANCH, DEBIAN, FILE, FORK, LINUX, OFFICIAL, Official};
use crate::publish::stage::{IMAGES, MARA, head};
use crate::support::run::Run;

/// Says why nothing is proposed, where a file of official-images is another.
fn with_upstream(path: &str, text: Option<&str>) -> String {
    let official = Official::behind("");
    official.upstream("Break it", &[(path, text)]);
    official.refused(1)
}

#[test]
fn without_a_token_that_reaches_the_fork_nothing_is_tried() {
    let mut official = Official::behind("");
    official.token = "";
    let words = official.refused(2);
    insta::assert_snapshot!(words, @"error: PYBUMP_OFFICIAL_IMAGES_TOKEN is not set; it needs the token of a person who has a fork of docker-library/official-images: a workflow's own GITHUB_TOKEN reaches no other repository");
    let mut command = official.command(&["pr", "library"]);
    command.env("GITHUB_TOKEN", "actions-token");
    assert_eq!(official.ran(command).ended(2).stderr, words);
    assert_eq!(official.server.requests(), []);
}

#[test]
fn a_token_that_github_does_not_know_is_named_by_its_variable() {
    let mut official = Official::behind("");
    official.token = "nonsense";
    let words = official.refused(1);
    assert!(words.contains("GitHub does not know the token in PYBUMP_OFFICIAL_IMAGES_TOKEN"), "{words}");
}

#[test]
fn an_app_is_asked_whose_fork_is_meant() {
    let mut official = Official::behind("");
    official.token = "app-token";
    insta::assert_snapshot!(official.refused(1), @"error: whose fork of docker-library/official-images is to be pushed to? the token (PYBUMP_OFFICIAL_IMAGES_TOKEN) is no person's; set publish.library.fork, and PYBUMP_OFFICIAL_IMAGES_TOKEN to a token of the person whose fork it is");
}

#[test]
fn a_fork_must_be_there_and_be_one_of_official_images() {
    let mut official = Official::behind("");
    official.token = "stranger-token";
    let missing = official.refused(1);
    insta::assert_snapshot!(missing, @"error: there is no fork stranger/official-images of docker-library/official-images, or the token (PYBUMP_OFFICIAL_IMAGES_TOKEN) does not see it; fork it on GitHub, or name another fork in publish.library.fork");
    // One of that name that is no fork is none either.
    official.github(|github| github.create("stranger/official-images")).unwrap();
    assert_eq!(official.refused(1), missing);
}

#[test]
fn what_is_archived_takes_no_changes() {
    for name in [FORK, OFFICIAL] {
        let official = Official::behind("");
        official.github(|github| github.archive(name));
        let words = official.refused(1);
        assert!(words.starts_with(&format!("error: {name} is archived: nothing can be changed there")), "{words}");
    }
}

#[test]
fn a_right_that_the_token_lacks_is_named() {
    for (right, words) in
        [(Right::Contents, "the right to write contents"), (Right::PullRequests, "the right to write pull requests")]
    {
        let official = Official::behind("");
        official.github(|github| github.withhold("mona", right));
        let run = official.run(&["pr", "library"]).ended(1).said("PYBUMP_OFFICIAL_IMAGES_TOKEN").said(words);
        assert_eq!(run.stderr.matches("error: ").count(), 1, "{}", run.stderr);
        assert!(official.proposals().is_empty());
    }
}

#[test]
fn an_upstream_that_is_not_there_or_is_empty_is_named_with_its_setting() {
    let official = Official::behind("[publish.library]\nupstream = \"docker-library/oficial-images\"\n");
    insta::assert_snapshot!(official.refused(1), @"error: there is no repository docker-library/oficial-images on GitHub, or the token (PYBUMP_OFFICIAL_IMAGES_TOKEN) does not see it; check publish.library.upstream and GITHUB_API_URL");
    official.github(|github| github.create("docker-library/oficial-images")).unwrap();
    insta::assert_snapshot!(official.refused(1), @"error: docker-library/oficial-images has no commit on its default branch main; check publish.library.upstream");
}

#[test]
fn a_parent_must_exist() {
    insta::assert_snapshot!(with_upstream("library/debian", None), @"error: 3.14/slim-trixie/Dockerfile is FROM debian, whose architectures are needed: official-images has no image debian: https://raw.githubusercontent.com/docker-library/official-images/HEAD/library/debian is not there; build FROM an official image");
    let other = DEBIAN.replace("trixie-slim", "trixie");
    insta::assert_snapshot!(with_upstream("library/debian", Some(&other)), @r"
    error: the architectures of some parents are not known:
      3.14/slim-trixie/Dockerfile is FROM debian:trixie-slim, but official-images' library/debian has no tag trixie-slim
      3.13/slim-trixie/Dockerfile is FROM debian:trixie-slim, but official-images' library/debian has no tag trixie-slim
    build FROM a tag that official-images has, or bring official-images up to date
    ");
}

#[test]
fn a_library_file_that_does_not_parse_is_named_with_its_line() {
    let broken = "Maintainers: D (@d)\n\nTags: trixie-slim\n???\n";
    insta::assert_snapshot!(with_upstream("library/debian", Some(broken)), @r#"error: 3.14/slim-trixie/Dockerfile is FROM debian, whose architectures are needed: https://raw.githubusercontent.com/docker-library/official-images/HEAD/library/debian (through http://WORLD/raw/docker-library/official-images/HEAD/library/debian):4: expected a field such as `Tags: 3.14`, found "???""#);
    insta::assert_snapshot!(with_upstream(FILE, Some(broken)), @r#"error: docker-library/official-images has something else where the library file is to go: library/python:4: expected a field such as `Tags: 3.14`, found "???"; see what happened to it there, and have it mended first"#);
}

#[test]
fn tags_must_be_unique() {
    let official = Official::behind("");
    let config = official.read("pybump.toml");
    let aliases = "[library]\naliases = { \"3.13\" = [\"x\"], \"3.14\" = [\"x\"] }\n";
    official.write("pybump.toml", &config.replace("[library]\n", aliases));
    insta::assert_snapshot!(official.refused(1), @"error: the tag x-slim-trixie is both 3.14/slim-trixie's and 3.13/slim-trixie's; variants and library.aliases must give each Dockerfile its own tags");
}

#[test]
fn constraints_must_be_known() {
    let official = Official::behind("");
    let manifest = official.read("versions.json").replace("servercore-ltsc2025", "servercore-ltsc99");
    let dockerfile = "3.14/windows/windowsservercore-ltsc99/Dockerfile";
    official.github(|github| {
        let files = [("versions.json", Some(manifest.as_str())), (dockerfile, Some("FROM x\n"))];
        github.push(IMAGES, "main", MARA, "Windows", &files)
    });
    official.pull_clone();
    insta::assert_snapshot!(official.refused(1), @r#"error: 3.14/windows/windowsservercore-ltsc99 would have the constraint "windowsservercore-ltsc99", which no builder of official-images has; expected windowsservercore or nanoserver with a release such as ltsc2025 or 1809"#);
}

#[test]
fn a_shallow_clone_is_refused() {
    let official = Official::behind("");
    official.write(".git/shallow", &format!("{}\n", head(&official.root())));
    let words = official.refused(1);
    assert!(words.contains("is a shallow clone") && words.contains("fetch-depth: 0"), "{words}");
}

#[test]
fn what_is_not_committed_is_not_proposed() {
    let official = Official::behind("");
    official.write(LINUX, "FROM debian:trixie-slim\n");
    insta::assert_snapshot!(official.refused(1), @"error: not committed: 3.14/slim-trixie/Dockerfile; the library file would have tags and parents of the work tree beside commits of HEAD: commit them, or git stash");
}

/// The run where the image repository is known to be on the GitHub that is asked.
fn on_the_same_github(official: &Official) -> Run {
    let mut command = official.command(&["pr", "library"]);
    command.env("GITHUB_SERVER_URL", "https://github.com");
    official.ran(command)
}

#[test]
fn commits_that_official_images_could_not_fetch_are_not_proposed() {
    let official = Official::behind("");
    let root = git2::Repository::open(official.root()).unwrap();
    let newest = root.head().unwrap().peel_to_commit().unwrap();
    let author = newest.author();
    root.commit(Some("HEAD"), &author, &author, "Not pushed", &newest.tree().unwrap(), &[&newest]).unwrap();
    let run = on_the_same_github(&official).ended(1);
    let words = run.stderr.replace(&head(&official.root()), "HEAD");
    insta::assert_snapshot!(words, @"error: HEAD (HEAD) is not on main of acme/python, where official-images fetches the commits of the library file: push it there, or git checkout main && git pull; where the images are built from another repository, library.git-repo says which");
    assert_eq!(official.writes(), 0);
}

#[test]
fn a_clone_that_is_behind_proposes_nothing_old() {
    let official = Official::behind("");
    official.github(|github| {
        let files = [("README.md", Some("newer"))];
        github.push(IMAGES, "main", MARA, "Newer", &files)
    });
    let run = on_the_same_github(&official).ended(1);
    insta::assert_snapshot!(run.stderr, @"error: this clone is behind main of acme/python, by 1, so that its library file may be older than the one that official-images has; git pull, and run the same command again");
    assert_eq!(official.writes(), 0);
    official.pull_clone();
    on_the_same_github(&official).ended(0).said("opened");
}

#[test]
fn a_dry_run_shows_the_difference_and_writes_nothing() {
    let official = Official::behind("");
    let run = official.run(&["pr", "library", "--dry-run"]).ended(0).said("would open").said("+GitCommit: ");
    assert_eq!((official.writes(), official.proposals().len(), official.has_branch()), (0, 0, false));
    let newest = head(&official.root());
    let lines = |start: char| run.raw.lines().filter(move |line| line.starts_with(start)).skip(1).collect::<Vec<_>>();
    assert_eq!(lines('+'), [format!("+GitCommit: {newest}")]);
    assert!(lines('-')[0].starts_with("-GitCommit: "), "{}", run.raw);
    official.pr();
    official.run(&["pr", "library", "--dry-run"]).ended(0).said("unchanged");
    official.image_commit("Update 3.14 to 3.14.4");
    official.run(&["pr", "library", "--dry-run"]).ended(0).said("would update").said("3.14.4");
    assert_eq!(official.writes(), 0);
    official.upstream("By hand", &[(FILE, Some(&official.library()))]);
    official.run(&["pr", "library", "--dry-run"]).ended(0).said("would close");
    assert_eq!((official.writes(), official.has_branch()), (0, true));
}

#[test]
fn a_dry_run_needs_no_token() {
    let mut official = Official::behind("");
    official.token = "";
    let run = official.run(&["pr", "library", "--dry-run"]).ended(0).said("would open").said("+GitCommit: ");
    assert!(run.stderr.contains("without a token it is not known whose fork would be pushed to"), "{}", run.stderr);
    assert_eq!(official.writes(), 0);
    assert!(official.server.requests().iter().all(|request| !request.authorized));
    let published = official.library();
    official.upstream("By hand", &[(FILE, Some(&published))]);
    official.run(&["pr", "library", "--dry-run"]).ended(0).said("none needed");
    assert_eq!(official.text(FORK, BRANCH), None);
}
