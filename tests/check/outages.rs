//! A source that is down, lags or babbles: each has its outcome, and no series suffers for another.

use pybump::demo::world::Fault;

use crate::support::scene::{LINUX, Scene, TRACKED};
use crate::support::worlds::{calm, hours_ago, one_behind, release, version};

/// A failure that is not worth another try, so that no test waits.
fn down() -> Fault {
    Fault::Status(403, "{\"message\": \"go away\"}".to_owned())
}

#[test]
fn python_orgs_listing_down_leaves_the_tags_and_says_so() {
    let mut world = one_behind();
    world.fail("/ftp/python/", down());
    let series = Scene::new(world).checked("3.14");
    assert_eq!((&series["status"], &series["target"]), (&"update".into(), &"3.14.3".into()));
    let note = series["notes"][0].as_str().unwrap();
    assert!(note.starts_with("python.org's listing could not be read, the cpython tags alone count: "), "{note}");
    assert!(note.contains("https://www.python.org/ftp/python/") && note.contains("status 403 (go away)"), "{note}");
}

#[test]
fn all_of_python_org_down_waits_and_names_url_and_status() {
    let mut world = one_behind();
    world.fail_below("/ftp/", down());
    let scene = Scene::new(world);
    let before = scene.tree();
    for key in ["3.13", "3.14"] {
        let series = scene.checked(key);
        assert_eq!((&series["status"], &series["reason"]["code"]), (&"waiting".into(), &"unreachable".into()));
        let text = series["reason"]["text"].as_str().unwrap();
        assert!(text.contains("https://www.python.org/ftp/python/3.1") && text.contains("status 403"), "{text}");
    }
    scene.run(&["update"]).ended(0).said("no file changed");
    assert_eq!(scene.tree(), before);
}

#[test]
fn github_down_leaves_current_series_current_and_takes_no_release_whose_tag_it_cannot_date() {
    let mut world = one_behind();
    world.fail_below("/api/", down());
    let scene = Scene::new(world);
    assert_eq!(scene.checked("3.13")["status"], "current");
    let series = scene.checked("3.14");
    assert_eq!((&series["status"], &series["reason"]["code"]), (&"waiting".into(), &"unreachable".into()));
    assert!(series["reason"]["text"].as_str().unwrap().contains("https://api.github.com/repos/python/cpython/"));
    assert!(series["notes"][0].as_str().unwrap().starts_with("the cpython tags could not be read"));
    let before = scene.tree();
    scene.run(&["update"]).ended(0).said("no file changed");
    assert_eq!(scene.tree(), before);
}

#[test]
fn a_tag_whose_date_github_will_not_tell_keeps_its_release_waiting() {
    let mut world = one_behind();
    world.fail_below("/api/repos/python/cpython/git/tags/", down());
    let scene = Scene::new(world);
    let series = scene.checked("3.14");
    assert_eq!((&series["status"], &series["reason"]["code"]), (&"waiting".into(), &"unreachable".into()));
    assert_eq!(scene.checked("3.13")["status"], "current");
}

#[test]
fn everything_down_fails_with_both_reasons_and_writes_nothing() {
    let mut world = one_behind();
    world.fail_below("/", down());
    let scene = Scene::new(world);
    let before = scene.tree();
    for command in ["check", "update"] {
        let run = scene.run(&[command]).ended(1);
        let both = run.stderr.contains("www.python.org") && run.stderr.contains("api.github.com");
        assert!(both && run.stderr.contains("nothing is known of any series"), "{}", run.stderr);
        assert_eq!(run.stdout, "");
    }
    assert_eq!(scene.tree(), before);
}

#[test]
fn one_series_with_broken_sources_leaves_the_others_be() {
    let mut world = one_behind();
    world.release(&release("3.13.10", 30)).unwrap();
    world.fail_below("/ftp/python/3.13", down());
    world.fail("/api/repos/python/cpython/git/matching-refs/tags/v3.13.", Fault::Status(200, "<html>".into()));
    let scene = Scene::new(world);
    assert_eq!(scene.checked("3.14")["status"], "update");
    assert_eq!(scene.checked("3.13")["status"], "waiting");
    let before = scene.tree();
    scene.run(&["update"]).ended(0);
    let changed = scene.tree().changed(&before);
    assert!(changed.iter().all(|name| name.starts_with("3.14/") || name == "versions.json"), "{changed:?}");
    assert_eq!(scene.manifest()["3.13"]["version"], "3.13.9");
}

#[test]
fn a_source_that_fails_once_is_asked_again() {
    let mut world = one_behind();
    for path in ["/ftp/python/", "/ftp/python/3.14.3/Python-3.14.3.tar.xz.sigstore"] {
        world.fail(path, Fault::Times(1, 503));
    }
    let series = Scene::new(world).checked("3.14");
    assert_eq!((&series["status"], series["notes"].as_array().unwrap().len()), (&"update".into(), 0));
}

#[test]
fn a_newer_tag_without_files_waits_since_the_tag() {
    let mut world = calm();
    let tagged_at = hours_ago(5);
    world.tag(&version("3.14.3"), tagged_at);
    let series = Scene::new(world).checked("3.14");
    assert_eq!(series["status"], "waiting");
    assert_eq!(series["reason"]["code"], "no-files");
    assert_eq!(series["reason"]["since"], tagged_at.to_string());
}

#[test]
fn files_without_a_tag_wait_for_it() {
    let mut world = one_behind();
    world.untag(&version("3.14.3"));
    let scene = Scene::new(world);
    let series = scene.checked("3.14");
    assert_eq!(series["reason"]["text"], "3.14.3 is on python.org but not tagged in python/cpython yet");
    let before = scene.tree();
    scene.run(&["update"]).ended(0);
    assert_eq!(scene.tree(), before);
}

#[test]
fn a_listing_that_is_none_is_refused_by_url_and_the_tags_go_on() {
    for page in ["", "<!doctype html><title>Just a moment...</title>", "{\"a\": 1}", "garbage \u{1b}[31m"] {
        let mut world = one_behind();
        world.put("/ftp/python/", page.as_bytes().to_vec().into(), hours_ago(1));
        let scene = Scene::tracking(world, &TRACKED, &[LINUX]);
        let run = scene.run(&["check", "3.14"]).ended(0);
        assert!(
            run.stdout.contains("https://www.python.org/ftp/python/ (through http://WORLD/ftp/python/)"),
            "{run:#?}"
        );
        assert!(run.stdout.contains("3.14.2 → 3.14.3        update") && !run.raw.contains('\u{1b}'), "{run:#?}");
    }
}

#[test]
fn a_listing_past_its_cap_is_refused_and_not_read_to_its_end() {
    let mut world = one_behind();
    world.fail("/ftp/python/", Fault::Endless);
    let run = Scene::new(world).run(&["check", "3.14"]).ended(0);
    let refusal = "the body is too large: it goes on and on, at most 1048576 bytes expected";
    run.said(refusal).said("3.14.2 → 3.14.3        update");
}

#[test]
fn a_redirect_to_a_foreign_host_is_refused() {
    let mut world = one_behind();
    world.fail("/ftp/python/3.14.3/Python-3.14.3.tar.xz.sigstore", Fault::Redirect("http://evil.example/x".into()));
    let series = Scene::new(world).checked("3.14");
    assert_eq!(series["reason"]["code"], "unreachable");
    let text = series["reason"]["text"].as_str().unwrap();
    assert!(text.contains("the redirect to \"http://evil.example/x\" is refused"), "{text}");
}

#[test]
fn tags_and_folders_that_name_no_version_are_passed_over() {
    let mut world = one_behind();
    let scene = {
        let refs = ["v3.14.9$(x)", "v../3.14.9", "v3.14.9\n", "v3.14.9;id", "v3.14"].map(|name| {
            serde_json::json!({
                "ref": format!("refs/tags/{name}"),
                "object": { "sha": "0123456789012345678901234567890123456789", "type": "tag" },
            })
        });
        world.put(
            "/api/repos/python/cpython/git/matching-refs/tags/v3.14.",
            serde_json::json!(refs).to_string().into(),
            hours_ago(1),
        );
        for name in ["3.14.9$(x)", "3.14.9%0a", "..", "3.14.9'"] {
            world.put(&format!("/ftp/python/{name}/x"), "x".into(), hours_ago(1));
        }
        Scene::new(world)
    };
    let run = scene.run(&["check", "3.14"]).ended(0);
    run.said("3.14.3 is on python.org but not tagged in python/cpython yet").did_not_say("3.14.9").did_not_say("$(x)");
}
