//! The Windows installer: waited for, and given up only where upstream gave it up.

use pybump::demo::world::{Fault, World};
use serde_json::Value;

use crate::support::scene::{Scene, TRACKED, WINDOWS};
use crate::support::worlds::{calm, release};

/// 3.14.3 came out so many hours ago, without an installer; 3.14 is in this phase.
fn without_installer(hours: i64, phase: &'static str) -> World {
    let mut world = calm();
    let mut source_only = release("3.14.3", hours);
    source_only.windows = false;
    world.release(&source_only).unwrap();
    world.phase("3.14".parse().unwrap(), phase);
    world
}

fn told(series: &Value) -> (&str, &str) {
    (series["status"].as_str().unwrap(), series["reason"]["code"].as_str().unwrap_or_default())
}

#[test]
fn within_the_grace_a_series_waits_for_its_installer_in_any_phase() {
    for phase in ["bugfix", "security"] {
        let scene = Scene::new(without_installer(20, phase));
        let series = scene.checked("3.14");
        assert_eq!(told(&series), ("waiting", "no-installer"), "{phase}");
        let text = series["reason"]["text"].as_str().unwrap();
        assert!(text.starts_with("3.14.3 has no Windows installer yet; waiting until 20"), "{text}");
        let before = scene.tree();
        scene.run(&["update"]).ended(0).said("no file changed");
        assert_eq!(scene.tree(), before);
    }
}

#[test]
fn the_grace_is_configurable() {
    let scene = Scene::new(without_installer(20, "security"));
    scene.write("pybump.toml", "windows-grace = \"2h\"\n");
    assert_eq!(told(&scene.checked("3.14")), ("update", ""));
}

#[test]
fn after_the_grace_a_bugfix_series_is_held() {
    let series = Scene::new(without_installer(30, "bugfix")).checked("3.14");
    assert_eq!(told(&series), ("held", "no-installer"));
    assert_eq!(
        series["reason"]["text"],
        "3.14.3 has no Windows installer 24h after its source, and the series is in its bugfix phase; --without-windows goes on without the Windows variants"
    );
}

#[test]
fn after_the_grace_a_security_series_drops_its_windows_variants_and_says_so() {
    let scene = Scene::new(without_installer(30, "security"));
    let series = scene.checked("3.14");
    assert_eq!(told(&series), ("update", ""));
    assert_eq!(series["dropped_variants"], serde_json::json!([WINDOWS]));
    scene.run(&["check", "3.14"]).said("the series is in its security phase: its Windows variants go");
}

#[test]
fn with_the_life_cycle_unknown_nothing_is_ever_dropped() {
    let outages: [fn(&mut World); 3] = [
        |world| world.fail_below("/peps/", Fault::Status(403, String::new())),
        |world| world.fail_below("/peps/", Fault::Status(200, "<html>no JSON</html>".into())),
        |world| world.phase("3.14".parse().unwrap(), "mystery"),
    ];
    for outage in outages {
        let mut world = without_installer(30, "security");
        outage(&mut world);
        let scene = Scene::new(world);
        let series = scene.checked("3.14");
        assert_eq!(told(&series), ("held", "no-installer"));
        assert!(series["reason"]["text"].as_str().unwrap().contains("the series is in an unknown phase"));
        let before = scene.tree();
        scene.run(&["update"]).ended(0);
        assert_eq!(scene.tree(), before);
    }
}

#[test]
fn a_release_folder_that_was_not_read_whole_drops_nothing() {
    let folder = "/ftp/python/3.14.3/";
    let head = "<html>\r\n<head><title>Index of /ftp/python/3.14.3/</title></head>\r\n<body>\r\n\
                <h1>Index of /ftp/python/3.14.3/</h1><hr><pre><a href=\"../\">../</a>\r\n\
                <a href=\"Python-3.14.3.tar.xz\">Python-3.14.3.tar.xz</a>      01-Jan-2026 10:00      212\r\n";
    let tail = "</pre><hr></body>\r\n</html>\r\n";
    let pages = [
        head.to_owned(),
        format!("{head}<a href=\"python-3.14.3-amd64.exe%0a\">python-3.14..&gt;</a>      -      -\r\n{tail}"),
        format!("{head}{tail}").replace("3.14.3/</h1>", "3.14.2/</h1>"),
        "<html>busy</html>".to_owned(),
        String::new(),
    ];
    let whole = Fault::Status(200, format!("{head}{tail}"));
    let mut world = without_installer(30, "security");
    world.fail(folder, whole);
    assert_eq!(told(&Scene::new(world).checked("3.14")), ("update", ""), "the same page, whole");
    for page in pages {
        let mut world = without_installer(30, "security");
        world.fail(folder, Fault::Status(200, page.clone()));
        let series = Scene::new(world).checked("3.14");
        assert_eq!(told(&series), ("waiting", "unreachable"), "{page}");
    }
    let mut world = without_installer(30, "security");
    world.fail(folder, Fault::Status(403, String::new()));
    assert_eq!(told(&Scene::new(world).checked("3.14")), ("waiting", "unreachable"));
}

#[test]
fn an_installer_that_is_listed_but_answers_404_is_waited_for() {
    let mut world = without_installer(30, "security");
    world.put("/ftp/python/3.14.3/python-3.14.3-amd64.exe", "MZ".into(), crate::support::worlds::hours_ago(1));
    for suffix in ["", ".sigstore"] {
        world.fail(&format!("/ftp/python/3.14.3/python-3.14.3-amd64.exe{suffix}"), Fault::Status(404, String::new()));
    }
    assert_eq!(told(&Scene::new(world).checked("3.14")), ("waiting", "no-files"));
}

#[test]
fn without_windows_goes_on_in_any_phase_and_within_the_grace() {
    for (hours, phase) in [(2, "bugfix"), (30, "bugfix"), (30, "mystery")] {
        let scene = Scene::new(without_installer(hours, phase));
        let series = scene.checked_with("3.14", &["--without-windows"]);
        assert_eq!(told(&series), ("update", ""));
        assert_eq!(series["notes"][0], "3.14.3 has no Windows installer; dropped by --without-windows");
    }
}

#[test]
fn without_windows_keeps_the_variants_of_a_release_that_has_its_installer() {
    let mut world = calm();
    world.release(&release("3.14.3", 20)).unwrap();
    let series = Scene::new(world).checked_with("3.14", &["--without-windows"]);
    assert_eq!(series["dropped_variants"], serde_json::json!([]));
    assert_eq!(series["artifacts"].as_array().unwrap().len(), 2);
}

#[test]
fn a_series_without_windows_variants_never_asks_for_an_installer() {
    let scene = Scene::tracking(without_installer(2, "bugfix"), &TRACKED, &[crate::support::scene::LINUX]);
    assert_eq!(told(&scene.checked("3.14")), ("update", ""));
    assert!(scene.server.requests().iter().all(|request| !request.target.contains("amd64.exe")));
}
