//! The pull request about signers, kept by `pybump pr image` and `pybump run`.

use pybump::demo::github::Merge;
use pybump::demo::world::{Fault, OPENPGP_PAGE, SIGSTORE_PAGE, World};

use super::stage::{
    address, another_manager, give_pins, keep_keys, kept, lists, mended, newcomer, newcomers_id, own_keys, pins,
    publish, publish_newcomers_key, says,
};
use crate::publish::stage::{BRANCH, IMAGES, REPRODUCIBLE, Stage};
use crate::support::scene::Scene;
use crate::support::worlds::{calm, one_behind};

const SIGNERS: &str = "pybump/update-signers";

/// A stage whose repository has a signers file of its own.
fn with_own_file() -> Stage {
    own(Scene::new(calm()))
}

fn own(scene: Scene) -> Stage {
    give_pins(&scene);
    keep_keys(&scene);
    let stage = Stage::of(scene, REPRODUCIBLE);
    let config = stage.read("pybump.toml");
    let config = format!("signers = \"signers.toml\"\n{config}");
    stage.push("main", &[("pybump.toml", Some(&config))]);
    stage.pull_clone();
    stage
}

#[test]
fn what_the_pages_say_becomes_a_labelled_pull_request_and_a_second_run_is_quiet() {
    let stage = with_own_file();
    another_manager(stage.scene());
    stage.pr_image().said("opened");
    let pull = stage.pull();
    assert_eq!((pull.title.as_str(), pull.head.branch.as_str()), ("Update signers of 3.14", SIGNERS));
    assert!(pull.labels.contains("security"), "{pull:#?}");
    let body = pull.body.clone().unwrap();
    for words in [
        "| 3.14 | `hugo@python.org` by `https://github.com/login/oauth` | `savannah@python.org` by `https://github.com/login/oauth` |",
        "`3.14 · PEP 514 · savannah@python.org · https://github.com/login/oauth`",
        "### Before merging",
        "pybump signers --update",
    ] {
        assert!(body.contains(words), "{words}\n{body}");
    }
    let message = stage.github(|github| github.log(IMAGES, SIGNERS)).remove(0).message;
    insta::assert_snapshot!(message, @"
    Update signers of 3.14

    3.14: another identity
      pinned hugo@python.org (issuer https://github.com/login/oauth)
      now    savannah@python.org (issuer https://github.com/login/oauth)
      page   https://www.python.org/downloads/metadata/sigstore/
    ");
    for _ in 0..2 {
        stage.pr_image().said("unchanged");
        assert_eq!((stage.writes(), stage.pull()), (0, pull.clone()));
    }
    // The branch has what an update of the clone writes.
    stage.run(&["signers", "--update"]).ended(0);
    assert_eq!(stage.file(SIGNERS, "signers.toml"), Some(stage.read("signers.toml")));
    stage.write("signers.toml", &pins());
    stage.merge(1, Merge::Squash);
    stage.pr_image().said("cleared");
    assert_eq!(stage.branch(SIGNERS), None);
}

#[test]
fn it_never_rides_along_and_a_run_keeps_both() {
    let stage = own(Scene::new(one_behind()));
    says(stage.scene(), "PEP 515</a></td><td>hugo@python.org", "PEP 515</a></td><td>savannah@python.org");
    stage.run(&["run"]).ended(0);
    let branches: Vec<_> = stage.pulls().into_iter().map(|pull| pull.head.branch).collect();
    assert_eq!(branches, [BRANCH, SIGNERS]);
    assert_eq!(stage.subjects(BRANCH), ["Update 3.14 to 3.14.3"]);
    assert_eq!(stage.file(BRANCH, "signers.toml").as_deref(), Some(pins().as_str()));
    stage.run(&["run"]).ended(0);
    assert_eq!(stage.writes(), 0);
}

#[test]
fn one_that_a_person_closed_stays_closed_until_the_page_says_something_new() {
    let stage = with_own_file();
    another_manager(stage.scene());
    stage.pr_image();
    stage.github(|github| github.close_pull(IMAGES, 1, "mara"));
    stage.pr_image().said("was closed for this content by a person");
    assert_eq!((stage.writes(), stage.pull().open), (0, false));
    says(stage.scene(), "thomas@python.org", "tim@python.org");
    stage.pr_image();
    assert!(
        stage.pulls().iter().any(|pull| pull.open && pull.title == "Update signers of 3.12, 3.13, 3.14"),
        "{:#?}",
        stage.pulls()
    );
}

#[test]
fn when_the_page_is_mended_the_pull_request_is_closed_with_a_comment() {
    let stage = with_own_file();
    another_manager(stage.scene());
    stage.pr_image();
    mended(stage.scene());
    stage.pr_image().said("closed");
    let pull = stage.pull();
    assert_eq!((pull.open, stage.branch(SIGNERS)), (false, None));
    assert_eq!(pull.comments[0].body, "Closed by pybump: python.org's pages say what is pinned.");
    stage.pr_image();
    assert_eq!(stage.writes(), 0);
}

#[test]
fn what_cannot_be_read_changes_nothing_and_is_told() {
    let stage = with_own_file();
    another_manager(stage.scene());
    stage.pr_image();
    let before = (stage.pull(), stage.branch(SIGNERS));
    for fault in [Fault::Status(503, String::new()), Fault::Status(200, "<html>Busy</html>".to_owned())] {
        for page in [SIGSTORE_PAGE, OPENPGP_PAGE] {
            stage.server.world(|world| world.fail(page, fault.clone()));
            stage.pr_image().said("the pins were not compared with it");
            assert_eq!(
                (stage.writes(), (stage.pull(), stage.branch(SIGNERS))),
                (0, before.clone()),
                "{fault:?} {page}"
            );
            stage.server.world(World::mend);
        }
    }
    says(
        stage.scene(),
        "<td>savannah@python.org</td><td>https://github.com/login/oauth</td></tr>\n<tr><td>3.15",
        "<td></td><td></td></tr>\n<tr><td>3.15",
    );
    stage.pr_image().said("nothing follows from it").said("not all of python.org's pages could be read");
    assert_eq!((stage.writes(), (stage.pull(), stage.branch(SIGNERS))), (0, before));
}

#[test]
fn a_key_comes_into_the_pull_request_once_it_can_be_had_and_its_file_with_it() {
    let stage = with_own_file();
    names_a_newcomer(&stage);
    stage.pr_image().said("its fingerprint could not be had");
    assert_eq!(stage.pulls().len(), 0);
    stage.server.world(publish_newcomers_key);
    stage.pr_image().said("opened");
    let pull = stage.pull();
    assert_eq!(pull.title, "Update signers of 3.12, 3.13");
    let body = pull.body.unwrap();
    for words in [
        &format!("also `{}`", newcomer().fingerprint()),
        "1 key, as keys.openpgp.org has it, comes into `keys/` with it",
        "| xargs git add",
    ] {
        assert!(body.contains(words), "{words}\n{body}");
    }
    assert_eq!(stage.file(SIGNERS, &kept(&newcomer())), Some(newcomer().certificate().unwrap()));
    stage.pr_image().said("unchanged");
    assert_eq!(stage.writes(), 0);
    // The branch has what an update of the clone writes.
    stage.run(&["signers", "--update"]).ended(0);
    assert_eq!(stage.file(SIGNERS, "signers.toml"), Some(stage.read("signers.toml")));
    assert_eq!(stage.file(SIGNERS, &kept(&newcomer())), Some(stage.read(&kept(&newcomer()))));
}

#[test]
fn no_key_comes_in_that_the_change_does_not_pin_or_that_is_committed() {
    let stage = with_own_file();
    stage.push("main", &[(&kept(&own_keys()[0]), None)]);
    stage.pull_clone();
    stage.server.world(|world| publish(world, &own_keys()[0]));
    another_manager(stage.scene());
    stage.pr_image().said("opened");
    assert_eq!(stage.file(SIGNERS, &kept(&own_keys()[0])), None);
    let stage = with_own_file();
    stage.push("main", &[(&kept(&newcomer()), Some("as a person committed it"))]);
    stage.pull_clone();
    stage.server.world(publish_newcomers_key);
    names_a_newcomer(&stage);
    stage.pr_image().said("opened");
    assert_eq!(stage.file(SIGNERS, &kept(&newcomer())).as_deref(), Some("as a person committed it"));
}

#[test]
fn a_key_server_that_does_not_answer_takes_no_key_back() {
    let stage = with_own_file();
    lists_by_fingerprint(&stage);
    stage.server.world(|world| publish(world, &newcomer()));
    stage.pr_image().said("opened");
    let before = (stage.pull(), stage.branch(SIGNERS));
    stage.server.world(|world| world.fail(&address(&newcomer()), Fault::Status(503, String::new())));
    stage.pr_image().said("could not be had").said("the key server did not answer");
    assert_eq!((stage.writes(), (stage.pull(), stage.branch(SIGNERS))), (0, before));
}

#[test]
fn a_key_that_nobody_has_keeps_no_pin_out_and_is_told() {
    let stage = with_own_file();
    lists_by_fingerprint(&stage);
    stage.pr_image().said("opened").said("to be pinned, could not be had");
    assert_eq!(stage.file(SIGNERS, &kept(&newcomer())), None);
    stage.pr_image().said("unchanged");
    assert_eq!(stage.writes(), 0);
    stage.server.world(|world| publish(world, &newcomer()));
    stage.pr_image();
    assert_eq!(stage.file(SIGNERS, &kept(&newcomer())), Some(newcomer().certificate().unwrap()));
}

/// From now on the OpenPGP page shows the newcomer's key beside Thomas's, by its id.
fn names_a_newcomer(stage: &Stage) {
    lists(stage.scene(), "(key id: A821E680E5FA6305)", &format!("(key ids: A821E680E5FA6305 and {})", newcomers_id()));
}

/// The same with a link that names its fingerprint.
fn lists_by_fingerprint(stage: &Stage) {
    let link =
        format!("<a href=\"https://keys.openpgp.org/search?q={}\">{}</a>", newcomer().fingerprint(), newcomers_id());
    lists(stage.scene(), "(key id: A821E680E5FA6305)", &format!("(key ids: A821E680E5FA6305 and {link})"));
}

#[test]
fn without_a_file_of_its_own_the_differences_are_warnings() {
    let stage = Stage::new(calm(), "");
    another_manager(stage.scene());
    let run = stage.pr_image();
    insta::assert_snapshot!(run.stderr, @r#"warning: 3.14: another identity: pinned hugo@python.org (issuer https://github.com/login/oauth), found savannah@python.org (issuer https://github.com/login/oauth); with a signers file of its own (`signers = "state/signers.toml"` in pybump.toml) this repository would get a pull request about it"#);
    assert_eq!((stage.writes(), stage.pulls().len()), (0, 0));
}

#[test]
fn check_and_update_do_not_ask_the_pages() {
    let scene = Scene::new(one_behind());
    scene.run(&["check"]).ended(0);
    scene.run(&["update", "--dry-run"]).ended(0);
    assert!(!scene.server.requests().iter().any(|request| request.target.starts_with("/metadata/")));
}
