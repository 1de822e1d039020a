//! Caches in front of python.org: listings that lag, and absences that are remembered.

use pybump::demo::world::Fault;

use crate::support::scene::Scene;
use crate::support::worlds::{hours_ago, one_behind, release};

#[test]
fn a_listing_that_lags_holds_no_release_back() {
    let mut world = one_behind();
    world.unlist("/ftp/python/3.14.3/");
    let series = Scene::new(world).checked("3.14");
    assert_eq!((&series["status"], &series["target"]), (&"update".into(), &"3.14.3".into()));
}

#[test]
fn tags_that_lag_behind_the_listing_hide_nothing() {
    let mut world = one_behind();
    world.release(&release("3.14.10", 10)).unwrap();
    world.untag(&"3.14.10".parse().unwrap());
    let series = Scene::new(world).checked("3.14");
    assert_eq!((&series["status"], &series["target"]), (&"update".into(), &"3.14.3".into()));
    assert_eq!(series["pending"]["code"], "no-tag");
}

#[test]
fn an_absence_that_a_cache_remembers_is_asked_past() {
    let files = ["Python-3.14.3.tar.xz", "Python-3.14.3.tar.xz.sigstore", "python-3.14.3-amd64.exe"];
    for file in files {
        let mut world = one_behind();
        world.fail(&format!("/ftp/python/3.14.3/{file}"), Fault::RememberedMissing);
        let series = Scene::new(world).checked("3.14");
        assert_eq!((&series["status"], &series["target"]), (&"update".into(), &"3.14.3".into()), "{file}");
    }
}

#[test]
fn an_absence_that_no_request_gets_past_waits_as_listed_and_heals_by_itself() {
    let mut world = one_behind();
    world.fail("/ftp/python/3.14.3/Python-3.14.3.tar.xz", Fault::Status(404, String::new()));
    let scene = Scene::new(world);
    let series = scene.checked("3.14");
    assert_eq!((&series["status"], &series["reason"]["code"]), (&"waiting".into(), &"no-files".into()));
    assert_eq!(
        series["reason"]["text"],
        "3.14.3 is listed on python.org but its files answer 404 still (a cache, most likely)"
    );
    scene.server.world(pybump::demo::world::World::mend);
    assert_eq!(scene.checked("3.14")["status"], "update");
}

#[test]
fn a_folder_without_tag_and_tarball_is_no_release() {
    let mut world = one_behind();
    world.put("/ftp/python/3.14.4/python-3.14.4-docs-html.zip", "PK".into(), hours_ago(3));
    let scene = Scene::new(world);
    let series = scene.checked("3.14");
    assert_eq!((&series["status"], &series["target"]), (&"update".into(), &"3.14.3".into()));
    assert!(series["pending"].is_null(), "{series:#}");
    scene.server.world(|world| world.fail("/ftp/python/3.14.4/", Fault::Status(403, String::new())));
    assert_eq!(scene.checked("3.14")["pending"]["code"], "unreachable");
}
