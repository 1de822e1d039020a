//! `pybump.toml`: what it may not say, and that nothing is asked or written then.

use crate::support::scene::Scene;
use crate::support::worlds::{calm, one_behind};

#[test]
fn a_bad_configuration_names_file_line_and_near_key_and_stops_everything() {
    let scene = Scene::new(one_behind());
    let cases = [
        ("\nconcurency = 4\n", "pybump.toml:2: unknown field `concurency`"),
        ("\nconcurency = 4\n", "did you mean `concurrency`?"),
        ("[series.\"3.14\".setuptols]\n", "pybump.toml:1: unknown field `setuptols`"),
        ("concurrency = 0\n", "pybump.toml:1: concurrency: expected 1 to 256, found 0"),
        ("\n\nwindows-grace = \"soon\"\n", "pybump.toml:3: expected a duration such as 24h or 2d, found \"soon\""),
        ("[series.\"3.14$(x)\"]\n", "expected a CPython series such as 3.14, found \"3.14$(x)\""),
        ("concurrency = \n", "pybump.toml:1: "),
        ("[mirrors]\n\"python.org\" = \"x\"\n", "mirrors in the configuration: mirror FROM \"python.org\""),
    ];
    for (text, words) in cases {
        scene.write("pybump.toml", text);
        let before = scene.tree();
        for command in ["check", "update"] {
            scene.run(&[command]).ended(2).said(words);
        }
        assert_eq!(scene.tree(), before, "{text}");
    }
    assert_eq!(scene.server.requests(), []);
}

#[test]
fn a_configuration_named_takes_the_place_of_the_repositorys() {
    let scene = Scene::new(calm());
    scene.write("pybump.toml", "concurency = 4\n");
    std::fs::write(scene.home().join("other.toml"), "concurrency = 1\n").unwrap();
    scene.run(&["--config", "other.toml", "check"]).ended(0).said("2 series: 2 current");
    scene.run(&["--config", "absent.toml", "check"]).ended(2).said("cannot read the configuration absent.toml");
}

#[test]
fn a_configuration_that_is_no_text_is_named() {
    let scene = Scene::new(calm());
    std::fs::write(scene.root().join("pybump.toml"), b"\xff\xfe").unwrap();
    scene.run(&["check"]).ended(2).said("cannot read the configuration ~/images/pybump.toml");
}

#[test]
fn signers_that_cannot_be_used_are_named() {
    let scene = Scene::new(calm());
    scene.write("pybump.toml", "signers = \"signers.toml\"\n");
    scene
        .run(&["check"])
        .ended(2)
        .said("cannot read ~/images/signers.toml")
        .said("signers names it: put it there, or leave signers out");
    scene.write("signers.toml", "schema = 1\n[[signer]]\nname = \"A\"\nserie = [\"3.14\"]\n");
    scene.run(&["check"]).ended(2).said("~/images/signers.toml: ").said("serie");
}

#[test]
fn signers_of_the_configuration_count_in_place_of_the_embedded_ones() {
    let scene = Scene::new(one_behind());
    scene.write("pybump.toml", "signers = \"signers.toml\"\n");
    let pinned = "schema = 1\n[[signer]]\nname = \"Someone\"\nseries = [\"3.14\"]\n\
                  sigstore = { identity = \"some@one.example\", issuer = \"https://issuer.example\" }\n";
    scene.write("signers.toml", pinned);
    let series = scene.checked("3.14");
    assert_eq!(series["reason"]["code"], "evidence-rejected");
    assert!(series["reason"]["text"].as_str().unwrap().contains("expected some@one.example"), "{series:#}");
    assert!(scene.checked("3.13")["reason"]["text"].as_str().unwrap().contains("no signer is pinned for 3.13"));
}
