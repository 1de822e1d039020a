//! What stands in the way of a pull request: one error that says what to do. And what does not stand in the way.

use std::fs;
use std::path::Path;

use insta::assert_snapshot;
use pybump::demo::github::{AccountKind, GitHubFault, Permission, Right};

use super::stage::{BRANCH, IMAGES, REPRODUCIBLE, Stage};
use super::trial::small;
use crate::support::repository::Tree;
use crate::support::run::Run;
use crate::support::worlds::{one_behind, release};

const TOKEN: &str = "PYBUMP_GITHUB_TOKEN";

fn stage() -> Stage {
    small(one_behind(), "")
}

/// `pybump pr image` in a workflow, with the token that GitHub gives it.
const WORKFLOW: [(&str, &str); 3] = [(TOKEN, ""), ("GITHUB_TOKEN", "actions-token"), ("GITHUB_ACTIONS", "true")];

fn run(stage: &Stage, environment: &[(&str, &str)]) -> Run {
    let output = stage.command(&["pr", "image"]).envs(environment.iter().copied()).output().unwrap();
    Run::of(&output, stage.home())
}

/// The error of a run that ends with this status and opens nothing.
#[track_caller]
fn refused(stage: &Stage, environment: &[(&str, &str)], status: i32) -> String {
    let run = run(stage, environment).ended(status);
    assert!(stage.pulls().iter().all(|pull| pull.title.ends_with("3.14.3")), "{run:#?}");
    // In a workflow an error is an annotation.
    let errors = run.stderr.matches("error:").count() + run.stderr.matches("::error title=pybump::").count();
    assert_eq!(errors, 1, "{run:#?}");
    run.stderr.replace(&super::stage::head(&stage.root()), "COMMIT")
}

#[test]
fn without_a_token_nothing_is_asked() {
    let stage = stage();
    assert_snapshot!(refused(&stage, &[(TOKEN, "")], 2), @"error: a pull request needs a token and none is set: set PYBUMP_GITHUB_TOKEN, or GITHUB_TOKEN, to one that may write contents and pull requests, and issues for alarms; --dry-run needs none");
    assert_eq!(stage.server.requests().len(), 0);
    let dry = stage.command(&["pr", "image", "--dry-run"]).env_remove(TOKEN).output().unwrap();
    Run::of(&dry, stage.home()).ended(0).said("would open");
}

#[test]
fn a_token_that_cannot_be_one_or_that_github_does_not_know_is_named_by_its_variable() {
    let stage = stage();
    let broken = refused(&stage, &[(TOKEN, "bot\ntoken")], 2);
    assert_snapshot!(broken, @"error: PYBUMP_GITHUB_TOKEN: expected one line of visible characters");
    assert_eq!(stage.server.requests().len(), 0);
    assert_snapshot!(refused(&stage, &[(TOKEN, "expired")], 1), @"error: cannot read http://WORLD/api/repos/acme/python: status 401 (Bad credentials); GitHub does not know the token in PYBUMP_GITHUB_TOKEN: it is wrong, expired or revoked");
}

#[test]
fn a_right_that_the_token_lacks_is_named() {
    let one = stage();
    one.github(|github| github.withhold("bot", Right::Contents));
    assert_snapshot!(refused(&one, &[], 1), @"error: acme/python:pybump/update: POST http://WORLD/api/repos/acme/python/git/trees: status 403 (Resource not accessible by personal access token); the token in PYBUMP_GITHUB_TOKEN may not: it needs the right to write contents");
    assert_snapshot!(refused(&one, &[(TOKEN, "stranger-token")], 1), @"error: acme/python:pybump/update: POST http://WORLD/api/repos/acme/python/git/trees: status 404 (Not Found); the token in PYBUMP_GITHUB_TOKEN may not: it needs the right to write contents");
    assert_eq!(one.branch(BRANCH), None);
    let other = stage();
    other.github(|github| github.withhold("bot", Right::PullRequests));
    assert_snapshot!(refused(&other, &[], 1), @"error: acme/python:pybump/update: POST http://WORLD/api/repos/acme/python/pulls: status 403 (Resource not accessible by personal access token); the token in PYBUMP_GITHUB_TOKEN may not: it needs the right to write pull requests");
    // With another token the next run goes on from the branch that is there.
    let tip = other.branch(BRANCH);
    assert!(tip.is_some());
    run(&other, &[(TOKEN, "app-token")]).ended(0).said("opened");
    assert_eq!(other.branch(BRANCH), tip);
}

#[test]
fn what_a_workflow_is_not_permitted_is_told_with_the_setting() {
    let stage = stage();
    stage.github(|github| github.forbid_actions_pull_requests(IMAGES));
    assert_snapshot!(refused(&stage, &WORKFLOW, 1), @r#"::error title=pybump::acme/python:pybump/update: POST http://WORLD/api/repos/acme/python/pulls: status 403 (GitHub Actions is not permitted to create or approve pull requests.); allow it in the repository's Settings > Actions > General > Workflow permissions ("Allow GitHub Actions to create and approve pull requests"), or set PYBUMP_GITHUB_TOKEN to the token of an App or a person"#);
    stage.github(|github| github.withhold("github-actions[bot]", Right::PullRequests));
    assert_snapshot!(refused(&stage, &WORKFLOW, 1), @"::error title=pybump::acme/python:pybump/update: POST http://WORLD/api/repos/acme/python/pulls: status 403 (Resource not accessible by integration); the token in GITHUB_TOKEN may not: it needs the right to write pull requests; in a workflow: permissions: { contents: write, pull-requests: write }");
}

#[test]
fn a_repository_that_takes_no_changes_is_told_before_any_is_tried() {
    let archived = stage();
    archived.github(|github| github.archive(IMAGES));
    assert_snapshot!(refused(&archived, &[], 1), @"error: acme/python is archived: nothing can be changed there; unarchive it in its settings, or publish elsewhere");
    let empty = stage();
    empty.github(|github| {
        github.create("acme/empty").unwrap();
        github.permit("bot", "acme/empty", Permission::Write);
    });
    empty.write("pybump.toml", &empty.read("pybump.toml").replace("\"acme/python\"", "\"acme/empty\""));
    assert_snapshot!(refused(&empty, &[], 1), @"error: acme/empty has no branch main; push the image repository there first");
    for stage in [archived, empty] {
        assert_eq!(stage.writes(), 0);
    }
}

#[test]
fn a_protected_branch_is_left_and_told() {
    let stage = stage();
    stage.pr_image().said("opened");
    let tip = stage.branch(BRANCH);
    stage.server.world(|world| world.release(&release("3.14.4", 5))).unwrap();
    stage.github(|github| github.protect(IMAGES, BRANCH));
    assert_snapshot!(refused(&stage, &[], 1), @"error: acme/python:pybump/update: PATCH http://WORLD/api/repos/acme/python/git/refs/heads/pybump/update: status 422 (Changes must be made through a pull request.); a rule protects the branch; set publish.branch to one that no rule covers, or let the bot bypass the rule");
    assert_eq!(stage.branch(BRANCH), tip);
}

#[test]
fn the_default_branch_is_never_taken_for_one_of_pybumps_own() {
    let stage = stage();
    let config = stage.read("pybump.toml");
    let mut said = Vec::new();
    for (default, branch) in [("main", "main"), ("3.14", "3"), ("bot-3.13", "bot"), ("bot-alarm-3.14", "bot")] {
        stage.github(|github| github.rename_default_branch(IMAGES, default));
        for group in ["all", "series"] {
            stage.write("pybump.toml", &format!("{config}branch = \"{branch}\"\ngroup = \"{group}\"\n"));
            let tip = stage.branch(default);
            if branch == "3" {
                // A name that only starts alike is no matter.
                stage.pr_image().said("opened");
            } else {
                said.push(refused(&stage, &[], 1));
            }
            assert_eq!(stage.branch(default), tip);
        }
    }
    said.dedup();
    assert_snapshot!(said.concat(), @"
    error: the default branch of acme/python is main, a name that pybump's own branches have, which are moved and removed; set publish.branch to another name
    error: the default branch of acme/python is bot-3.13, a name that pybump's own branches have, which are moved and removed; set publish.branch to another name
    error: the default branch of acme/python is bot-alarm-3.14, a name that pybump's own branches have, which are moved and removed; set publish.branch to another name
    ");
}

#[test]
fn a_repository_that_is_not_there_and_one_that_the_token_does_not_see_are_told_alike() {
    let stage = stage();
    stage.github(|github| github.hide(IMAGES));
    let hidden = refused(&stage, &[(TOKEN, "stranger-token")], 1);
    assert_snapshot!(hidden, @"error: there is no repository acme/python on GitHub, or the token (PYBUMP_GITHUB_TOKEN) does not see it; check publish.repository and which repositories the token is for");
    stage.write("pybump.toml", &stage.read("pybump.toml").replace("\"acme/python\"", "\"acme/pyhton\""));
    assert_eq!(refused(&stage, &[], 1), hidden.replace("acme/python", "acme/pyhton"));
}

#[test]
fn a_renamed_repository_is_found_under_its_new_name() {
    let stage = stage();
    stage.github(|github| github.rename(IMAGES, "acme/images"));
    stage.pr_image().said("opened").said("acme/images/pull/1");
    stage.pr_image().said("unchanged");
    assert_eq!(stage.writes(), 0);
}

#[test]
fn a_renamed_default_branch_takes_the_open_pull_request_along() {
    let stage = stage();
    stage.pr_image().said("opened");
    stage.github(|github| github.rename_default_branch(IMAGES, "trunk"));
    stage.pr_image().said("unchanged");
    assert_eq!((stage.pull().base.as_str(), stage.writes()), ("trunk", 0));
}

fn commit(root: &Path) {
    let git = git2::Repository::open(root).unwrap();
    let head = git.head().unwrap().peel_to_commit().unwrap();
    let author = head.author();
    git.commit(Some("HEAD"), &author, &author, "Mine alone", &head.tree().unwrap(), &[&head]).unwrap();
}

#[test]
fn a_clone_that_does_not_go_with_github_is_refused_before_anything_is_written() {
    let ahead = stage();
    commit(&ahead.root());
    assert_snapshot!(refused(&ahead, &[], 1), @"error: HEAD (COMMIT) is not on main of acme/python; a pull request would carry more than pybump's commits: push it there, or git checkout main && git pull");
    let behind = stage();
    behind.push("main", &[("versions.json", Some("{}\n"))]);
    assert_snapshot!(refused(&behind, &[], 1), @"error: main of acme/python has another versions.json than this clone; git pull, and run the same command again");
    for stage in [ahead, behind] {
        assert_eq!((stage.writes(), stage.branch(BRANCH)), (0, None));
    }
}

#[test]
fn a_clone_that_is_behind_in_anything_that_a_proposal_may_follow_from_is_refused() {
    let stage = stage();
    let untouched = stage.github(|github| github.save());
    let mut said = Vec::new();
    let many: Vec<_> = (0..300).map(|index| format!("docs/{index}.md")).collect();
    let many: Vec<_> = many.iter().map(|path| (path.as_str(), Some("x\n"))).collect();
    let template = stage.read("Dockerfile-linux.template");
    let changes: [&[(&str, Option<&str>)]; 6] = [
        &[("Dockerfile-linux.template", Some("FROM scratch\n")), ("README.md", Some("x\n"))],
        &[("shared.jq", Some("def x: 1;\n"))],
        &[("3.14/slim-trixie/Dockerfile", None), ("pybump.toml", Some("\n"))],
        &[("a", Some("1\n")), ("b", Some("2\n")), ("versions.json", Some("{}\n"))],
        &[("Dockerfile-linux.template", None), ("NOTES.md", Some(&template))],
        &many,
    ];
    for files in changes {
        stage.push("main", files);
        said.push(refused(&stage, &[], 1));
        assert_eq!((stage.writes(), stage.branch(BRANCH)), (0, None));
        stage.github(|github| github.restore(&untouched));
    }
    assert_snapshot!(said.concat(), @"
    error: main of acme/python has another Dockerfile-linux.template than this clone; git pull, and run the same command again
    error: main of acme/python has another shared.jq than this clone; git pull, and run the same command again
    error: main of acme/python has another 3.14/slim-trixie/Dockerfile (and one more file) than this clone; git pull, and run the same command again
    error: main of acme/python has another versions.json (and 2 more files) than this clone; git pull, and run the same command again
    error: main of acme/python has another Dockerfile-linux.template than this clone; git pull, and run the same command again
    error: main of acme/python has 300 or more other files than this clone; git pull, and run the same command again
    ");
}

#[test]
fn a_clone_that_is_behind_in_markdown_and_workflows_goes_on_with_a_warning() {
    let stage = stage();
    stage.push("main", &[("docs/README.md", Some("read me\n")), (".github/workflows/ci.yml", Some("on: push\n"))]);
    let run = stage.pr_image().said("opened");
    assert_snapshot!(run.stderr, @"warning: main of acme/python has a newer commit than this clone; git pull");
    assert_eq!(stage.subjects(BRANCH), ["Update 3.14 to 3.14.3"]);
    stage.pull_clone();
    stage.pr_image();
    stage.pr_image().said("unchanged");
    assert_eq!((stage.writes(), stage.file(BRANCH, "versions.json").is_some()), (0, true));
}

#[test]
fn which_repository_it_is_must_be_told_where_origin_does_not() {
    let stage = stage();
    stage.write("pybump.toml", "");
    assert_snapshot!(refused(&stage, &[], 2), @r#"error: which repository on GitHub is this? set publish.repository = "OWNER/NAME" in pybump.toml; the clone's origin does not tell"#);
    assert_snapshot!(refused(&stage, &[("GITHUB_REPOSITORY", "python")], 2), @r#"error: GITHUB_REPOSITORY: expected a repository such as docker-library/python, found "python""#);
    assert_eq!(stage.server.requests().len(), 0);
    let git = git2::Repository::open(stage.root()).unwrap();
    git.remote("origin", "git@github.com:acme/python.git").unwrap();
    stage.pr_image().said("opened");
}

#[test]
fn a_folder_without_git_or_without_a_commit_is_refused_before_anything_is_asked() {
    let stage = stage();
    fs::remove_dir_all(stage.root().join(".git")).unwrap();
    let without = run(&stage, &[]).ended(1);
    assert_snapshot!(without.stderr, @"error: ~/images is no git clone (could not find repository at '~/images'); run pybump in a clone of the image repository, or name it with -C");
    git2::Repository::init_opts(stage.root(), git2::RepositoryInitOptions::new().initial_head("main")).unwrap();
    let unborn = run(&stage, &[]).ended(1);
    assert_snapshot!(unborn.stderr, @"error: ~/images has no commit (reference 'refs/heads/main' not found); a pull request is made on top of one that GitHub has too");
    assert_eq!(stage.server.requests().len(), 0);
}

#[test]
fn a_detached_head_is_as_good_as_a_branch() {
    let stage = stage();
    let git = git2::Repository::open(stage.root()).unwrap();
    git.set_head_detached(git.head().unwrap().target().unwrap()).unwrap();
    stage.pr_image().said("opened");
    stage.pr_image().said("unchanged");
    assert_eq!(stage.writes(), 0);
}

#[test]
fn labels_and_reviewers_that_are_not_granted_are_a_warning_and_not_asked_for_again() {
    let label = "x".repeat(51);
    let stage = small(one_behind(), &format!("labels = [\"{label}\"]\nreviewers = [\"nobody-here\"]\n"));
    let run = stage.pr_image().said("opened");
    assert_snapshot!(run.stderr, @"
    warning: labels were not added: POST http://WORLD/api/repos/acme/python/issues/1/labels: status 422 (Validation Failed; name: invalid)
    warning: nobody was asked for a review: POST http://WORLD/api/repos/acme/python/pulls/1/requested_reviewers: status 422 (Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the acme/python repository.)
    ");
    let run = stage.pr_image().said("unchanged");
    assert_eq!((run.stderr.as_str(), stage.writes()), ("", 0));
}

#[test]
fn a_sign_off_without_an_author_to_give_it_is_told() {
    let verified = small(one_behind(), "sign-off = true\n");
    let run = verified.pr_image().said("opened");
    assert_snapshot!(run.stderr, @r#"warning: sign-off needs commit = "reproducible" or an author: GitHub fills in the author of verified commits"#);
    let message = |stage: &Stage| stage.github(|github| github.log(IMAGES, BRANCH))[0].message.clone();
    assert!(!message(&verified).contains("Signed-off-by"));
    let reproducible = small(one_behind(), &format!("{REPRODUCIBLE}sign-off = true\n"));
    assert_eq!(reproducible.pr_image().said("opened").stderr, "");
    assert!(message(&reproducible).contains("Signed-off-by: Image Bot <bot@example.org>"));
}

#[test]
fn githubs_limits_end_the_run_with_the_time_to_come_back() {
    let limits = [
        GitHubFault::SecondaryLimit(None),
        GitHubFault::SecondaryLimit(Some(300)),
        GitHubFault::PrimaryLimit(403, 1800),
        GitHubFault::PrimaryLimit(429, 1800),
    ];
    let mut said = Vec::new();
    for limit in limits {
        for index in [0, 7] {
            let stage = stage();
            stage.github(|github| github.fail_at(index, limit.clone()));
            said.push(refused(&stage, &[], 1));
        }
    }
    assert_snapshot!(said.concat(), @"
    error: cannot read http://WORLD/api/repos/acme/python: status 403 (You have exceeded a secondary rate limit. Please wait a few minutes before you try again. If you reach out to GitHub Support for help, please include the request ID 0000:0000:0000:0000:00000000.); the next run goes on from here
    error: acme/python:pybump/update: POST http://WORLD/api/repos/acme/python/git/commits: status 403: the server asks to come back after INSTANT; the next run goes on from here
    warning: the issues about alarms could not be looked at: cannot read http://WORLD/api/repos/acme/python/issues?state=open&labels=security&per_page=100: status 403: the server asks to come back after INSTANT; the next run goes on from here
    error: cannot read http://WORLD/api/repos/acme/python: status 403: the server asks to come back after INSTANT; the next run goes on from here
    error: acme/python:pybump/update: POST http://WORLD/api/repos/acme/python/git/commits: status 403: the server asks to come back after INSTANT; the next run goes on from here
    warning: the issues about alarms could not be looked at: cannot read http://WORLD/api/repos/acme/python/issues?state=open&labels=security&per_page=100: status 403: the server asks to come back after INSTANT; the next run goes on from here
    error: cannot read http://WORLD/api/repos/acme/python: GitHub's allowance of requests is used up until INSTANT; the next run goes on from here
    error: acme/python:pybump/update: POST http://WORLD/api/repos/acme/python/git/commits: GitHub's allowance of requests is used up until INSTANT; the next run goes on from here
    warning: the issues about alarms could not be looked at: cannot read http://WORLD/api/repos/acme/python/issues?state=open&labels=security&per_page=100: GitHub's allowance of requests is used up until INSTANT; the next run goes on from here
    error: cannot read http://WORLD/api/repos/acme/python: GitHub's allowance of requests is used up until INSTANT; the next run goes on from here
    error: acme/python:pybump/update: POST http://WORLD/api/repos/acme/python/git/commits: GitHub's allowance of requests is used up until INSTANT; the next run goes on from here
    warning: the issues about alarms could not be looked at: cannot read http://WORLD/api/repos/acme/python/issues?state=open&labels=security&per_page=100: GitHub's allowance of requests is used up until INSTANT; the next run goes on from here
    ");
}

#[test]
fn nothing_is_written_through_a_mirror_and_no_token_goes_there() {
    let stage = stage();
    let mut command = stage.command(&["pr", "image"]);
    let run = Run::of(&command.env_remove("GITHUB_API_URL").output().unwrap(), stage.home()).ended(1);
    assert_snapshot!(run.stderr, @"error: acme/python:pybump/update: POST http://WORLD/api/repos/acme/python/git/trees: changes are asked of GitHub itself over https, never of a mirror; let GITHUB_API_URL name GitHub's own API, and no mirror stand for it");
    assert_eq!((stage.writes(), stage.branch(BRANCH)), (0, None));
    assert!(stage.server.requests().iter().all(|request| !request.authorized));
}

#[test]
fn an_error_is_told_with_quiet_and_in_json_as_well() {
    let stage = stage();
    stage.github(|github| github.withhold("bot", Right::Contents));
    for arguments in [&["--quiet", "pr", "image"][..], &["--format", "json", "pr", "image"]] {
        let run = stage.run(arguments).ended(1);
        assert!(run.stderr.starts_with("error: ") && run.stderr.contains("write contents"), "{run:#?}");
    }
    let json = stage.run(&["--format", "json", "pr", "image"]).json();
    assert_eq!(json["pull_requests"][0]["action"], "failed");
    assert!(json["pull_requests"][0]["reason"].as_str().unwrap().contains("write contents"));
}

#[test]
fn the_token_is_shown_nowhere() {
    const SECRET: &str = "ghp_0123456789abcdefSECRET";
    for right in [None, Some(Right::Contents), Some(Right::PullRequests)] {
        for command in
            [&["-vv", "pr", "image"][..], &["-vv", "--format", "json", "run"], &["-vv", "pr", "image", "--dry-run"]]
        {
            let stage = stage();
            stage.github(|github| {
                github.account("secretive", SECRET, AccountKind::User);
                github.permit("secretive", IMAGES, Permission::Admin);
                if let Some(right) = right {
                    github.withhold("secretive", right);
                }
            });
            let output = stage.command(command).env(TOKEN, SECRET).output().unwrap();
            let run = Run::of(&output, stage.home()).said("git/matching-refs").did_not_say(SECRET);
            assert_eq!(run.status, i32::from(right.is_some() && !command.contains(&"--dry-run")), "{run:#?}");
            for (name, file) in Tree::read(stage.home()).0 {
                assert!(!String::from_utf8_lossy(&file.bytes).contains(SECRET), "{name} holds the token");
            }
            for exchange in stage.server.exchanges() {
                assert!(!exchange.json().to_string().contains(SECRET), "{exchange:#?}");
            }
            assert!(!format!("{:?}", stage.pulls()).contains(SECRET));
        }
    }
}
