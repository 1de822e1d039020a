//! Downloads that go wrong, each in its way: the series stays, its neighbours go on.

use std::collections::HashMap;
use std::time::Duration;

use pybump::cli::Status;
use pybump::demo::world::{Fault, World};
use pybump::sources::client::Timeouts;

use crate::publish::trial::ONCE;
use crate::support::inside;
use crate::support::run::Run;
use crate::support::scene::{Scene, TRACKED};
use crate::support::worlds::{hours_ago, one_behind, release};

const TARBALL: &str = "/ftp/python/3.14.3/Python-3.14.3.tar.xz";

/// Updates 3.13 and 3.14 in a world where something is wrong with 3.14.3's tarball: 3.13 alone moves.
#[track_caller]
fn updated_with(wrong: impl FnOnce(&mut World)) -> Run {
    let mut world = one_behind();
    world.release(&release("3.13.10", 30)).unwrap();
    wrong(&mut world);
    let scene = Scene::tracking(world, &TRACKED, &[crate::support::scene::LINUX]);
    let before = scene.tree();
    let run = scene.run(&["update"]).ended(0);
    assert_eq!(scene.tree().changed(&before), ["3.13/slim-trixie/Dockerfile", "versions.json"]);
    assert_eq!(scene.manifest()["3.14"]["version"], "3.14.2");
    assert_eq!(scene.manifest()["3.13"]["version"], "3.13.10");
    run
}

#[test]
fn bytes_that_differ_from_what_was_signed_hold_the_series() {
    let run = updated_with(|world| world.put(TARBALL, "other bytes".into(), hours_ago(3)));
    run.said("held").said(
        "its bytes have SHA-256 a3ead5eedad5df82318c51685dbc1c147a36d1ff8584fc82de6b08d0bf63a795, its bundle signs",
    );
}

#[test]
fn one_flipped_bit_holds_the_series() {
    updated_with(|world| {
        let mut bytes = world.page(TARBALL).unwrap().body.to_vec();
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        world.put(TARBALL, bytes.into(), hours_ago(3));
    })
    .said("held");
}

#[test]
fn a_body_that_is_cut_is_told_with_what_came() {
    updated_with(|world| world.fail(TARBALL, Fault::Cut))
        .said("waiting")
        .said("the body was cut: 106 bytes came, 212 were announced");
}

#[test]
fn a_body_announced_past_the_cap_is_not_read() {
    updated_with(|world| world.fail(TARBALL, Fault::Announces(600 * 1024 * 1024)))
        .said("waiting")
        .said("the body is too large: 629145600 bytes announced, at most 536870912 bytes expected");
}

#[test]
fn a_body_that_never_ends_is_given_up() {
    updated_with(|world| world.fail(TARBALL, Fault::Endless))
        .said("the body is too large: it goes on and on, at most 536870912 bytes expected");
}

#[test]
fn a_page_in_place_of_the_tarball_holds_the_series() {
    updated_with(|world| world.put(TARBALL, "<html>sign in</html>".into(), hours_ago(1)))
        .said("its bytes have SHA-256");
}

#[test]
fn a_redirect_of_the_tarball_to_a_foreign_host_is_refused() {
    updated_with(|world| world.fail(TARBALL, Fault::Redirect("https://evil.example/x".into())))
        .said("the redirect to \"https://evil.example/x\" is refused");
}

#[test]
fn a_tarball_that_went_away_between_check_and_download_waits() {
    updated_with(|world| world.fail(TARBALL, Fault::Status(404, String::new()))).said("waiting");
}

#[test]
fn a_body_that_stalls_is_given_up_and_the_series_waits() {
    let mut world = one_behind();
    world.release(&release("3.13.10", 30)).unwrap();
    world.fail(TARBALL, Fault::Stall);
    let scene = Scene::tracking(world, &TRACKED, &[crate::support::scene::LINUX]);
    let before = scene.tree();
    let timeouts = Timeouts { idle: Duration::from_secs(2), ..Timeouts::default() };
    let (status, said) = inside::run(&scene, &["update"], HashMap::new(), ONCE, timeouts).unwrap();
    assert_eq!(status, Status::Done);
    assert!(
        said.contains("waiting") && said.contains("the body stalled: nothing came for 2 s after 106 bytes"),
        "{said}"
    );
    assert_eq!(scene.tree().changed(&before), ["3.13/slim-trixie/Dockerfile", "versions.json"]);
    assert_eq!(scene.manifest()["3.14"]["version"], "3.14.2");
}

#[test]
fn a_body_that_grew_since_it_was_announced_changes_nothing() {
    for announced in [true, false] {
        updated_with(|world| world.fail(TARBALL, Fault::Grows { by: 1 << 20, announced })).said("held");
    }
}

#[test]
fn a_body_that_grew_past_its_listed_size_is_cut_there_and_the_size_is_named() {
    for announced in [true, false] {
        let mut world = one_behind();
        let listed = world.page(TARBALL).unwrap().body.len();
        world.fail(TARBALL, Fault::Grows { by: 100 << 20, announced });
        let scene = Scene::tracking(world, &TRACKED, &[crate::support::scene::LINUX]);
        let before = scene.tree();
        let run =
            scene.run(&["update"]).ended(0).said("no file changed").said(&format!("the server announced {listed}"));
        assert_eq!(scene.tree(), before);
        let taken = scene.server.padding_taken(TARBALL);
        assert!(taken < 24 << 20, "{taken} bytes of padding were taken: {run:#?}");
    }
}
