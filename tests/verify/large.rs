//! Evidence that is meant to exhaust whoever reads it: a hundred megabytes, a hundred thousand levels.

use std::process::Stdio;

use pybump::demo::world::{Fault, World};

use crate::support::openpgp::{manager, pinning, signed_by};
use crate::support::run::spawnable;
use crate::support::scene::Scene;
use crate::support::worlds::one_behind;

const MEGABYTE: u64 = 1 << 20;
const BUNDLE: &str = "/ftp/python/3.14.3/Python-3.14.3.tar.xz.sigstore";
const SBOM: &str = "/ftp/python/3.14.3/Python-3.14.3.tar.xz.spdx.json";
const ASC: &str = "/ftp/python/3.13.10/Python-3.13.10.tar.xz.asc";

/// What a client may have taken of a body that it reads a mebibyte of: the rest lies in buffers on the way.
const CUT: u64 = 24 * MEGABYTE;

#[test]
fn a_hundred_megabytes_in_place_of_evidence_are_cut_at_the_cap() {
    for (path, key, cap) in [(BUNDLE, "3.14", MEGABYTE), (SBOM, "3.14", 8 * MEGABYTE), (ASC, "3.13", MEGABYTE / 16)] {
        for announced in [true, false] {
            let scene =
                if path == ASC { pinning(&manager(), true, signed_by(&manager())) } else { Scene::new(one_behind()) };
            let length = scene.server.world(|world| {
                world.fail(path, Fault::Grows { by: 100 * MEGABYTE, announced });
                world.page(path).unwrap().body.len() as u64
            });
            let series = scene.checked(key);
            assert_eq!((&series["status"], &series["reason"]["code"]), (&"waiting".into(), &"unreachable".into()));
            let text = series["reason"]["text"].as_str().unwrap();
            let whole = 100 * MEGABYTE + length;
            let size = if announced { format!("{whole} bytes announced") } else { "it goes on and on".to_owned() };
            assert!(text.contains(&format!("the body is too large: {size}, at most {cap} bytes expected")), "{text}");
            let taken = scene.server.padding_taken(path);
            assert!(taken < CUT, "{taken} bytes of {path} were taken");
            let before = scene.tree();
            scene.run(&["update", key]).ended(0).said("no file changed");
            assert_eq!(scene.tree(), before);
        }
    }
}

/// The most memory that a run of `check` had, in KiB, as far as it was seen until it ended.
#[cfg(target_os = "linux")]
fn peak(scene: &Scene) -> u64 {
    let mut command = spawnable(scene.home());
    let mut child = command.args(scene.arguments(&["check"])).stdout(Stdio::null()).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    while child.try_wait().unwrap().is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        most = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok()).unwrap_or(most).max(most);
    }
    assert!(most > 0, "it ended before anyone looked");
    most
}

#[cfg(target_os = "linux")]
#[test]
fn a_hundred_megabytes_in_place_of_evidence_take_no_memory() {
    let usual = peak(&Scene::new(one_behind()));
    for announced in [true, false] {
        let scene = Scene::new(one_behind());
        scene.server.world(|world| {
            for path in [BUNDLE, SBOM] {
                world.fail(path, Fault::Grows { by: 100 * MEGABYTE, announced });
            }
        });
        let most = peak(&scene);
        assert!(most < usual + 40 * 1024, "{most} KiB, and {usual} KiB where nothing is wrong");
    }
}

/// `[[[…]]]`, or the same of objects.
fn nested(levels: usize, objects: bool) -> String {
    let (open, close) = if objects { ("{\"a\":", "}") } else { ("[", "]") };
    format!("{}null{}", open.repeat(levels), close.repeat(levels))
}

#[test]
fn a_hundred_thousand_levels_of_evidence_hold_the_series() {
    for objects in [false, true] {
        let bundle = "its Sigstore bundle does not hold: the bundle is malformed: nested deeper than 32 levels";
        for (path, words) in [(BUNDLE, bundle), (SBOM, "its SBOM does not hold: the SBOM is malformed: ")] {
            let scene = Scene::new(one_behind());
            scene.server.world(|world| world.fail(path, Fault::Status(200, nested(100_000, objects))));
            let series = scene.checked("3.14");
            assert_eq!((&series["status"], &series["reason"]["code"]), (&"held".into(), &"evidence-rejected".into()));
            let text = series["reason"]["text"].as_str().unwrap();
            assert!(text.contains(words), "{text}");
            assert_eq!(scene.checked("3.13")["status"], "current");
        }
    }
}

#[test]
fn a_hundred_thousand_levels_of_anything_else_end_no_run() {
    const TAGS: &str = "/api/repos/python/cpython/git/matching-refs/tags/v3.14.";
    for path in [TAGS, "/peps/api/release-cycle.json", "/ftp/python/", "/ftp/python/3.14.3/"] {
        for objects in [false, true] {
            let scene = Scene::new(one_behind());
            let before = scene.tree();
            scene.server.world(|world: &mut World| world.fail(path, Fault::Status(200, nested(100_000, objects))));
            scene.run(&["check"]).ended(0);
            if path == TAGS {
                scene.run(&["update", "3.14"]).ended(0).said("no file changed");
                assert_eq!(scene.tree(), before);
            }
        }
    }
}
