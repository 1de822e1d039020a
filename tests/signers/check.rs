//! What is printed, and with which status.

use pybump::demo::world::{Fault, OPENPGP_PAGE, SIGSTORE_PAGE};
use serde_json::Value;

use super::stage::{another_manager, lists, newcomers_id, says, with_own_file};
use crate::support::run::bare;
use crate::support::scene::Scene;
use crate::support::schema::assert_documented;
use crate::support::worlds::calm;

#[test]
fn the_pins_are_printed_without_asking_anybody() {
    let scene = Scene::new(calm());
    let run = scene.run(&["signers"]).ended(0);
    insta::assert_snapshot!(run.stdout, @r"
    pinned by this build of pybump

    3.7        Ned Deily
      Sigstore nad@python.org, issuer https://github.com/login/oauth
      OpenPGP  0D96DF4D4110E5C43FBFB17F2D347EA6AA65421D
      Windows  Steve Dower: 7ED10B6531D7C8E1BC296021FC624643487034E5
      policy   requires sigstore or openpgp; checks sigstore, openpgp, sbom

    3.8, 3.9   Łukasz Langa
      Sigstore lukasz@langa.pl, issuer https://github.com/login/oauth
      OpenPGP  E3FF2839C048B25C084DEBE9B26995E310250568
      Windows  Steve Dower: 7ED10B6531D7C8E1BC296021FC624643487034E5
      policy   requires sigstore or openpgp; checks sigstore, openpgp, sbom

    3.10, 3.11 Pablo Galindo Salgado
      Sigstore pablogsal@python.org, issuer https://accounts.google.com
      OpenPGP  A035C8C19219BA821ECEA86B64E628F8D684696D
      Windows  Steve Dower: 7ED10B6531D7C8E1BC296021FC624643487034E5
      policy   requires sigstore or openpgp; checks sigstore, openpgp, sbom

    3.12, 3.13 Thomas Wouters
      Sigstore thomas@python.org, issuer https://accounts.google.com
      OpenPGP  7169605F62C751356D054A26A821E680E5FA6305
      Windows  Steve Dower: 7ED10B6531D7C8E1BC296021FC624643487034E5
      policy   requires sigstore or openpgp; checks sigstore, openpgp, sbom

    3.14, 3.15 Hugo van Kemenade
      Sigstore hugo@python.org, issuer https://github.com/login/oauth
      OpenPGP  no key
      policy   requires sigstore; checks sigstore, sbom

    3.16, 3.17 Savannah Ostrowski
      Sigstore savannah@python.org, issuer https://github.com/login/oauth
      OpenPGP  no key
      policy   requires sigstore; checks sigstore, sbom
    ");
    assert_eq!(scene.server.requests(), []);
}

#[test]
fn pages_that_say_what_is_pinned_end_well_and_are_asked_for_once_each() {
    let scene = Scene::new(calm());
    let run = scene.run(&["signers", "--check"]).ended(0);
    insta::assert_snapshot!(run.stdout, @r"
    note: OpenPGP keys that are pinned and not at hand: 0D96DF4D4110E5C43FBFB17F2D347EA6AA65421D, 7ED10B6531D7C8E1BC296021FC624643487034E5, A035C8C19219BA821ECEA86B64E628F8D684696D, E3FF2839C048B25C084DEBE9B26995E310250568; `pybump signers --update` keeps them beside the repository's signers file
    python.org's pages say what is pinned
    ");
    let mut asked: Vec<_> =
        scene.server.requests().into_iter().map(|request| (request.target, request.status)).collect();
    asked.sort();
    assert_eq!(asked, [(OPENPGP_PAGE.to_owned(), 200), (SIGSTORE_PAGE.to_owned(), 200)]);
    // What has not changed is not sent again.
    scene.server.forget_requests();
    scene.run(&["signers", "--check"]).ended(0);
    assert!(scene.server.requests().iter().all(|request| request.status == 304));
}

#[test]
fn a_difference_is_told_with_the_pages_own_row() {
    let scene = with_own_file();
    another_manager(&scene);
    insta::assert_snapshot!(scene.run(&["signers", "--check"]).ended(1).stdout, @r"
    3.14     another identity
      pinned   hugo@python.org (issuer https://github.com/login/oauth)
      found    savannah@python.org (issuer https://github.com/login/oauth)
      row      3.14 · PEP 514 · savannah@python.org · https://github.com/login/oauth
      page     https://www.python.org/downloads/metadata/sigstore/
    1 difference
    ");
}

#[test]
fn a_row_that_is_shifted_is_told_and_is_no_difference() {
    let scene = with_own_file();
    says(&scene, "<a href=\"https://peps.python.org/pep-0516/\">PEP 516</a></td><td>", "");
    let run = scene.run(&["signers", "--check"]).ended(1);
    insta::assert_snapshot!(run.stdout, @r#"
    unreadable
      page     https://www.python.org/downloads/metadata/sigstore/
      problem  row 10 (3.16): expected a cell for each column of the table, found "3.16 · savannah@python.org · https://github.com/login/oauth"
      row      3.16 · savannah@python.org · https://github.com/login/oauth
    no difference; 1 row or page could not be read
    "#);
}

#[test]
fn a_page_that_does_not_answer_or_is_another_hides_nothing_of_the_other() {
    let scene = Scene::new(calm());
    lists(&scene, "FC624643487034E5", "1111222233334444");
    for fault in [
        Fault::Status(404, String::new()),
        Fault::Status(503, String::new()),
        Fault::Status(200, "<html>\u{1b}[31mBusy".to_owned()),
        Fault::Status(200, "<html><table><tr><td>Release</table></html>".to_owned()),
        Fault::Cut,
        Fault::Endless,
    ] {
        scene.server.world(|world| world.fail(SIGSTORE_PAGE, fault.clone()));
        let run = scene.run(&["signers", "--check"]).ended(1).said("Windows  key not among the pins");
        assert!(run.stdout.contains("1 row or page could not be read"), "{fault:?}: {run:#?}");
        assert!(!run.raw.contains('\u{1b}'), "{run:#?}");
    }
}

#[test]
fn a_key_that_nobody_has_is_told_and_left() {
    let scene = Scene::new(calm());
    lists(&scene, "A821E680E5FA6305", &newcomers_id());
    let run = scene.run(&["signers", "--check"]).ended(1);
    let out = run.stdout.replace(&newcomers_id(), "NEWCOMER");
    assert!(
        out.contains("3.12     key not among the pins") && out.contains("found    NEWCOMER of Thomas Wouters"),
        "{out}"
    );
    assert!(out.contains("its fingerprint could not be had") && out.contains("pybump removes no pin"), "{out}");
}

#[test]
fn json_is_as_its_schema_documents() {
    let schema = bare(&["schema", "signers"]).ended(0).json();
    let scene = with_own_file();
    let pins = scene.run(&["signers", "--format", "json"]).ended(0).json();
    assert_documented(&pins, &schema);
    assert_eq!((&pins["pages"], pins["pins"].as_array().unwrap().len()), (&Value::Null, 11));
    another_manager(&scene);
    says(&scene, "PEP 516", "new@python.org");
    let checked = scene.run(&["signers", "--check", "--format", "json"]).ended(1).json();
    assert_documented(&checked, &schema);
    assert_eq!(checked["pages"]["differences"][0]["part"], "3.14");
    assert_eq!(checked["pages"]["unreadable"].as_array().unwrap().len(), 1);
}
