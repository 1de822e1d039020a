//! `pybump signers --update`: what it writes, and when it writes nothing.

use pybump::demo::world::{Fault, SIGSTORE_PAGE};
use pybump::model::{ArtifactKind, Series, Signers};

use super::stage::{
    GITHUB, another_manager, builders_id, lists, mended, newcomer, newcomers_id, pins as own_pins,
    publish_newcomers_key, says, with_own_file,
};
use crate::support::scene::Scene;
use crate::support::worlds::calm;

fn pins(scene: &Scene) -> Signers {
    Signers::parse(&scene.read("signers.toml")).unwrap()
}

#[test]
fn an_update_takes_the_page_over_and_keeps_every_other_line() {
    let scene = with_own_file();
    another_manager(&scene);
    let dry = scene.run(&["signers", "--update", "--dry-run"]).ended(1).said("nothing was written");
    assert_eq!(scene.read("signers.toml"), own_pins());
    let run = scene.run(&["signers", "--update"]).ended(0);
    let diff = |text: &str| text.split_once("---").unwrap().1.to_owned();
    assert_eq!(diff(&run.stdout), diff(&dry.stdout));
    let lines: Vec<_> = run.stdout.lines().skip_while(|line| !line.starts_with("---")).collect();
    let lines: Vec<_> = lines.into_iter().filter(|line| !line.starts_with("@@")).collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    --- ~/images/signers.toml
    +++ ~/images/signers.toml
     
     [[signer]]
     name = "Hugo van Kemenade"
    -series = ["3.14", "3.15"]
    +series = ["3.15"]
     sigstore = { identity = "hugo@python.org", issuer = "https://github.com/login/oauth" }
     
     [[signer]]
     name = "Savannah Ostrowski"
    -series = ["3.16", "3.17"]
    +series = ["3.16", "3.17", "3.14"]
     sigstore = { identity = "savannah@python.org", issuer = "https://github.com/login/oauth" }
    "#);
    let of =
        |signers: &Signers| signers.of(Series::new(3, 14), ArtifactKind::Source).unwrap().sigstore.clone().unwrap();
    assert_eq!(of(&pins(&scene)).to_string(), format!("savannah@python.org (issuer {GITHUB})"));
    let tree = scene.tree();
    scene.run(&["signers", "--update"]).ended(0).said("say what is pinned");
    scene.run(&["signers", "--check"]).ended(0);
    assert_eq!(scene.tree(), tree);
}

#[test]
fn a_key_named_by_its_id_is_taken_over_by_its_fingerprint() {
    let scene = with_own_file();
    scene.server.world(publish_newcomers_key);
    let both = format!("(key id: {} and {})", builders_id(), newcomers_id());
    lists(&scene, &format!("(key id: {})", builders_id()), &both);
    scene.run(&["signers", "--update"]).ended(0);
    let keys = pins(&scene).of(Series::new(3, 12), ArtifactKind::Windows).unwrap().openpgp.clone();
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[1], newcomer().fingerprint());
}

#[test]
fn a_key_that_cannot_be_had_or_is_another_is_told_and_not_written() {
    let scene = with_own_file();
    lists(&scene, &builders_id(), &newcomers_id());
    scene.run(&["signers", "--update"]).ended(1).said("its fingerprint could not be had");
    // A server that has another key under the id.
    let path = format!("/keys/vks/v1/by-keyid/{}", newcomers_id());
    let other = crate::support::openpgp::stranger().certificate().unwrap();
    for body in [other, "<html>".to_owned(), String::new()] {
        scene.server.world(|world| world.fail(&path, Fault::Status(200, body)));
        scene.run(&["signers", "--update"]).ended(1).said("its fingerprint could not be had");
    }
    assert_eq!(scene.read("signers.toml"), own_pins());
}

#[test]
fn a_row_in_error_and_a_series_that_is_gone_change_nothing() {
    let scene = with_own_file();
    says(&scene, "<td>hugo@python.org</td>", "<td>hugo at python.org</td>");
    scene.run(&["signers", "--update"]).ended(1).said("could not be read");
    mended(&scene);
    says(&scene, "<tr><td>3.7</td>", "<tr hidden><td>3.6</td>");
    scene
        .run(&["signers", "--update"])
        .ended(1)
        .said("pinned and not on the page any more")
        .said("pybump removes no pin");
    scene.server.world(|world| world.fail(SIGSTORE_PAGE, Fault::Status(200, "<b>".repeat(1000))));
    scene.run(&["signers", "--update"]).ended(1).said("could not be read");
    assert_eq!(scene.read("signers.toml"), own_pins());
}

#[test]
fn without_a_file_of_its_own_there_is_nothing_to_update() {
    let scene = Scene::new(calm());
    scene.run(&["signers", "--update"]).ended(2).said("signers = \"state/signers.toml\"").said("--check needs none");
    scene.run(&["signers", "--dry-run"]).ended(2);
    scene.run(&["signers", "--check", "--update"]).ended(2);
    assert_eq!(scene.server.requests(), []);
}

#[test]
fn a_file_that_is_spelt_in_another_way_is_left_as_it_is() {
    let scene = with_own_file();
    let inline = format!(
        "schema = 1\nsigner = [{{ name = \"A\", series = [\"3.14\"], sigstore = {{ identity = \"a@b.org\", issuer = \
         \"{GITHUB}\" }} }}]\n"
    );
    scene.write("signers.toml", &inline);
    scene.run(&["signers", "--update"]).ended(1).said("change it by hand").said("nothing was written");
    assert_eq!(scene.read("signers.toml"), inline);
}
