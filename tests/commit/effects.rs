//! What the commits are.

use pybump::demo::world::World;
use serde_json::json;

use crate::support::run::bare;
use crate::support::scene::Scene;
use crate::support::schema::assert_documented;
use crate::support::worlds::{calm, one_behind, release};

/// Both series have a newer release; that of 3.13 was signed first.
pub fn two_behind() -> World {
    let mut world = one_behind();
    world.release(&release("3.13.10", 30)).unwrap();
    world
}

#[test]
fn a_series_that_changes_becomes_a_commit_and_git_finds_nothing_wrong() {
    let scene = Scene::new(one_behind()).committed();
    let run = scene.update_commit(&[]).ended(0);
    scene.assert_clean();
    assert_eq!(scene.subjects(), ["Update 3.14 to 3.14.3", "Start"]);
    assert_eq!(
        scene.git(&["log", "-1", "--format=%an <%ae> %cn <%ce>"]),
        "Ann Author <ann@example.org> Ann Author <ann@example.org>"
    );
    assert_eq!(scene.git(&["symbolic-ref", "HEAD"]), "refs/heads/main");
    assert_eq!(
        scene.git(&["show", "--format=", "--name-only", "HEAD"]),
        "3.14/slim-trixie/Dockerfile\n3.14/windows/windowsservercore-ltsc2025/Dockerfile\nversions.json"
    );
    let id = scene.git(&["rev-parse", "HEAD"]);
    run.said(&format!("committed {} Update 3.14 to 3.14.3", &id[..10])).said("3 files changed");
}

#[test]
fn files_and_tree_are_those_of_a_plain_update_committed_by_git() {
    let committed = Scene::new(two_behind()).committed();
    let plain = Scene::new(two_behind()).committed();
    committed.update_commit(&[]).ended(0);
    plain.run(&["update"]).ended(0);
    plain.commit_all("by git", "2024-01-02T00:00:00Z");
    assert_eq!(committed.git(&["rev-parse", "HEAD^{tree}"]), plain.git(&["rev-parse", "HEAD^{tree}"]));
}

#[test]
fn each_series_has_a_commit_in_the_manifests_order_with_the_tree_that_it_alone_would_make() {
    let scene = Scene::tracking(ten_and_nine(), &[("3.9", "3.9.1"), ("3.10", "3.10.1")], &["slim-trixie"]).committed();
    scene.update_commit(&[]).ended(0);
    scene.assert_clean();
    // As text, 3.10 comes before 3.9: so does upstream's manifest, and so its bot.
    assert_eq!(scene.subjects(), ["Update 3.9 to 3.9.2", "Update 3.10 to 3.10.2", "Start"]);
    assert_eq!(scene.git(&["show", "--format=", "--name-only", "HEAD"]), "3.9/slim-trixie/Dockerfile\nversions.json");
    let both = scene.git(&["log", "--format=%T"]);
    scene.git(&["reset", "--quiet", "--hard", "HEAD~2"]);
    scene.update_commit(&["3.10"]).ended(0);
    scene.update_commit(&["3.9"]).ended(0);
    assert_eq!(scene.git(&["log", "--format=%T"]), both);
}

fn ten_and_nine() -> World {
    let mut world = World::new().unwrap();
    for (text, hours) in [("3.9.1", 3000), ("3.10.1", 3000), ("3.9.2", 40), ("3.10.2", 30)] {
        world.release(&release(text, hours)).unwrap();
    }
    for key in ["3.9", "3.10"] {
        world.phase(key.parse().unwrap(), "bugfix");
    }
    world
}

#[test]
fn dates_are_those_of_the_newest_evidence_and_never_before_the_parents() {
    let scene = Scene::new(two_behind()).committed();
    let json = scene.update_commit(&["--format", "json"]).ended(0).json();
    let signed = |key: &str| -> i64 {
        let series = json["series"].as_array().unwrap().iter().find(|series| series["key"] == key).unwrap();
        let artifacts = series["artifacts"].as_array().unwrap().iter();
        let times =
            artifacts.map(|artifact| artifact["signed_at"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap());
        times.max().unwrap().as_second()
    };
    let dates = |revision: &str| scene.git(&["log", "-1", "--format=%at %ct %ai", revision]);
    let expected = |second: i64, zone: &str| {
        format!(
            "{second} {second} {}",
            jiff::Timestamp::from_second(second).unwrap().strftime(&format!("%Y-%m-%d %H:%M:%S {zone}"))
        )
    };
    assert_eq!(dates("HEAD~1"), expected(signed("3.13"), "+0000"));
    assert_eq!(dates("HEAD"), expected(signed("3.14"), "+0000"));

    scene.git(&["reset", "--quiet", "--hard", "HEAD~2"]);
    scene.write("note", "of the future");
    scene.commit_all("Later", "2035-01-01T00:00:00Z");
    scene.update_commit(&[]).ended(0);
    let later: jiff::Timestamp = "2035-01-01T00:00:00Z".parse().unwrap();
    let commits = scene.git(&["log", "--format=%ct", "--max-count=2"]);
    assert_eq!(commits, format!("{}\n{}", later.as_second() + 2, later.as_second() + 1));
}

#[test]
fn two_runs_in_two_clones_make_the_same_commits() {
    let scene = Scene::new(two_behind()).committed();
    scene.git(&["clone", "--quiet", ".", "../other"]);
    scene.update_commit(&[]).ended(0);
    let first = scene.git(&["rev-parse", "HEAD"]);
    std::fs::rename(scene.root(), scene.home().join("one")).unwrap();
    std::fs::rename(scene.home().join("other"), scene.root()).unwrap();
    scene.update_commit(&[]).ended(0);
    scene.assert_clean();
    assert_eq!(scene.git(&["rev-parse", "HEAD"]), first);
}

#[test]
fn git_gives_the_same_id_to_the_same_commit() {
    let scene = Scene::new(one_behind()).committed();
    scene.write("pybump.toml", "[publish]\nauthor = \"Émile Bot <bot@example.org>\"\nsign-off = true\n");
    scene.commit_all("Configure", "2024-01-02T00:00:00Z");
    scene.update_commit(&[]).ended(0);
    let ours = scene.git(&["rev-parse", "HEAD"]);
    let message = scene.git(&["log", "-1", "--format=%B"]);
    let date = scene.git(&["log", "-1", "--format=%at +0000"]);
    let mut git = super::git::command(scene.home(), &scene.root());
    for (role, date) in [("AUTHOR", &date), ("COMMITTER", &date)] {
        git.env(format!("GIT_{role}_NAME"), "Émile Bot").env(format!("GIT_{role}_EMAIL"), "bot@example.org");
        git.env(format!("GIT_{role}_DATE"), date);
    }
    let tree = scene.git(&["rev-parse", "HEAD^{tree}"]);
    let output = git.args(["commit-tree", &tree, "-p", "HEAD~1", "-m", &message]).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap().trim_end(), ours);
}

#[test]
fn with_nothing_to_change_there_is_no_commit() {
    let scene = Scene::new(calm()).committed();
    let before = scene.tree();
    let json = scene.update_commit(&["--format", "json"]).ended(0).json();
    assert_eq!((&json["commits"], &json["files"]), (&json!([]), &json!([])));
    assert_eq!(scene.subjects(), ["Start"]);
    assert_eq!(scene.tree(), before);
    scene.update_commit(&["--quiet"]).ended(0);
}

#[test]
fn a_second_run_makes_no_second_commit() {
    let scene = Scene::new(two_behind()).committed();
    scene.update_commit(&[]).ended(0);
    let before = scene.tree();
    scene.update_commit(&[]).ended(0).said("no file changed").did_not_say("committed");
    assert_eq!(scene.tree(), before);
}

#[test]
fn a_dry_run_names_the_very_commits_and_writes_nothing_not_even_objects() {
    let scene = Scene::new(two_behind()).committed();
    let before = scene.tree();
    let dry = scene.update_commit(&["--dry-run"]).ended(0).said("would commit").said("nothing was written");
    let dry_json = scene.update_commit(&["--dry-run", "--format", "json"]).ended(0).json();
    assert_eq!(scene.tree(), before);
    let json = scene.update_commit(&["--format", "json"]).ended(0).json();
    assert_eq!(dry_json["commits"], json["commits"]);
    let rows: Vec<_> =
        scene.git(&["log", "--reverse", "--format=%H %T %s", "HEAD~2..HEAD"]).lines().map(str::to_owned).collect();
    let reported = json["commits"]
        .as_array()
        .unwrap()
        .iter()
        .map(|commit| ["id", "tree", "subject"].map(|name| commit[name].as_str().unwrap().to_owned()).join(" "));
    assert_eq!(reported.collect::<Vec<_>>(), rows);
    let short = |row: &str| format!("would commit {} {} (tree {})", &row[..10], &row[82..], &row[41..51]);
    for row in rows {
        assert!(dry.stdout.contains(&short(&row)), "{row}: {dry:#?}");
    }
    assert_documented(&json, &bare(&["schema", "update"]).json());
}

#[test]
fn an_alarm_stops_its_own_series_and_the_others_are_committed() {
    let scene = Scene::new(two_behind()).committed();
    scene.update_commit(&["3.14"]).ended(0);
    scene.server.world(|world| {
        let artifact = crate::support::worlds::source("3.14.3");
        let signed = crate::support::worlds::hours_ago(2);
        world.artifact(&release("3.14.3", 20), &artifact, "other".into(), signed).unwrap();
    });
    scene.update_commit(&[]).ended(5).said("ALARM");
    scene.assert_clean();
    assert_eq!(scene.subjects(), ["Update 3.13 to 3.13.10", "Update 3.14 to 3.14.3", "Start"]);
}

#[test]
fn without_the_flag_no_repository_is_needed_and_none_is_committed_to() {
    let scene = Scene::new(one_behind()).committed();
    scene.write("notes", "mine");
    scene.run(&["update"]).ended(0).did_not_say("committed");
    assert_eq!(scene.subjects(), ["Start"]);
}

#[test]
fn taken_together_the_dockerfiles_come_first_and_the_manifest_once_and_last() {
    for flags in [&["update"][..], &["update", "--commit"]] {
        let scene = Scene::new(two_behind()).committed();
        let json = scene.run(&[flags, &["--format", "json"]].concat()).ended(0).json();
        let files: Vec<_> =
            json["files"].as_array().unwrap().iter().map(|file| file["path"].as_str().unwrap()).collect();
        let folders: Vec<_> = files.iter().map(|path| path.split('/').next().unwrap()).collect();
        assert_eq!(folders, ["3.13", "3.13", "3.14", "3.14", "versions.json"], "{flags:?}");
    }
}

#[test]
fn the_diff_is_from_head_and_git_applies_it_to_the_same_tree() {
    let scene = Scene::new(two_behind()).committed();
    let diff =
        scene.update_commit(&["--diff", "--format", "json"]).ended(0).json()["diff"].as_str().unwrap().to_owned();
    let tree = scene.git(&["rev-parse", "HEAD^{tree}"]);
    scene.git(&["reset", "--quiet", "--hard", "HEAD~2"]);
    std::fs::write(scene.home().join("diff"), diff).unwrap();
    scene.git(&["apply", "--index", "../diff"]);
    assert_eq!(scene.git(&["write-tree"]), tree);
}
