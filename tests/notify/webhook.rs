//! The webhook: told once of what is new, and its address seen by nobody.

use insta::assert_snapshot;
use pybump::demo::github::Merge;
use pybump::demo::world::{Fault, World};

use super::hook::{Hook, SECRET};
use super::stage::{ISSUE, held, mend, run_telling};
use crate::publish::contradictions::plain;
use crate::publish::stage::Stage;
use crate::publish::trial::small;
use crate::support::worlds::{calm, one_behind, release};

/// What is remembered of it, wherever that is.
fn remembered(stage: &Stage) -> String {
    let folder = stage.home().join("cache/pybump/notified");
    let files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files, [folder.join("acme+python.json")]);
    std::fs::read_to_string(&files[0]).unwrap()
}

#[test]
fn a_hold_is_told_in_one_post_the_second_run_tells_nothing_and_what_is_over_is_told() {
    let (stage, good) = held("");
    let hook = Hook::start();
    run_telling(&stage, &hook, &[]).said("told the webhook");
    let told = hook.told();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_snapshot!(plain(&told[0]), @r"
    *pybump, acme/python*
    • *Held 3.14* since DATE TIME UTC: the source tarball of 3.14.3: its Sigstore bundle does not hold: the bundle was signed by `thomas@python.org` (issuer `https://accounts.google.com`); expected `hugo@python.org` (issuer `https://github.com/login/oauth`). Take this release over by no other way: ask its release manager, and see with `pybump signers --check` whether python.org names another signer than is pinned.
    ");
    assert!(!remembered(&stage).contains("s3cr3t"));
    run_telling(&stage, &hook, &[]).did_not_say("told the webhook");
    assert_eq!(hook.told(), [""; 0]);
    mend(&stage, good);
    run_telling(&stage, &hook, &[]);
    let told = hook.told();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_snapshot!(told[0], @r"
    *pybump, acme/python*
    • opened: <https://github.com/acme/python/pull/1|#1> Update 3.14 to 3.14.3
    • over: 3.14 held
    ");
    run_telling(&stage, &hook, &[]);
    assert_eq!(hook.told(), [""; 0]);
}

#[test]
fn what_it_does_not_take_is_a_warning_that_names_its_host_and_is_told_by_the_next_run() {
    let (stage, _) = held("");
    let hook = Hook::start();
    let host = hook.host();
    for (status, words) in [
        (500, "status 500; the next run tells it"),
        (429, "status 429; the next run tells it"),
        (404, "status 404: it takes no news under this address any more"),
    ] {
        hook.answers(status);
        let warning = format!("warning: cannot tell the webhook at {host}: {words}");
        let run = run_telling(&stage, &hook, &[]);
        assert!(run.stderr.replace("WORLD", &host).contains(&warning), "{run:#?}");
        assert_eq!(hook.told().len(), 1);
    }
    hook.answers(204);
    run_telling(&stage, &hook, &[]).said("told the webhook");
    assert_eq!(hook.told().len(), 1);
    run_telling(&stage, &hook, &[]);
    assert_eq!(hook.told(), [""; 0]);
}

#[test]
fn a_redirect_is_not_followed_and_not_shown() {
    let (stage, _) = held("");
    let (hook, other) = (Hook::start(), Hook::start());
    hook.leads_to(&other.url());
    run_telling(&stage, &hook, &[]).said("status 307: a redirect, which is not followed");
    assert_eq!((hook.told().len(), other.told().len()), (1, 0));
}

#[test]
fn nobody_listening_and_an_address_that_is_none_are_warnings_that_show_nothing_of_it() {
    let (stage, _) = held("");
    let told = |address: &str| {
        let mut command = stage.command(&["-vv", "run"]);
        let output = command.env("PYBUMP_WEBHOOK", address).output().unwrap();
        let run = crate::support::run::Run::of(&output, stage.home()).ended(0);
        run.did_not_say("s3cr3t").did_not_say("SECRET")
    };
    let gone = Hook::start().url();
    told(&gone).said("cannot tell the webhook at ").said("no connection");
    told(&format!("http://hooks.example/{SECRET}")).said("warning: PYBUMP_WEBHOOK: expected the address of a webhook");
    told(SECRET).said("warning: PYBUMP_WEBHOOK: expected the address of a webhook");
}

#[test]
fn a_pull_request_is_told_when_it_is_opened_and_not_again_while_it_moves() {
    let stage = small(one_behind(), "");
    let hook = Hook::start();
    run_telling(&stage, &hook, &[]);
    let told = hook.told();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_snapshot!(told[0], @r"
    *pybump, acme/python*
    • opened: <https://github.com/acme/python/pull/1|#1> Update 3.14 to 3.14.3
    ");
    stage.server.world(|world| world.release(&release("3.14.4", 5))).unwrap();
    run_telling(&stage, &hook, &[]).said("updated");
    stage.merge(1, Merge::Squash);
    run_telling(&stage, &hook, &[]);
    assert_eq!(hook.told(), [""; 0]);
    assert!(!remembered(&stage).contains('#'), "a merged one is forgotten");
}

#[test]
fn a_series_in_other_trouble_than_before_is_told_as_changed() {
    let (stage, good) = held("");
    let hook = Hook::start();
    run_telling(&stage, &hook, &[]);
    hook.told();
    mend(&stage, good);
    let digest = "0".repeat(64);
    stage.server.world(|world| {
        let sbom = crate::support::openpgp::path(&crate::support::worlds::source("3.14.3"), ".spdx.json");
        let text = String::from_utf8(world.page(&sbom).unwrap().body.to_vec()).unwrap();
        let known = world.digest(&"3.14.3".parse().unwrap(), pybump::model::ArtifactKind::Source).unwrap().to_string();
        world.put(&sbom, text.replace(&known, &digest).into(), crate::support::worlds::hours_ago(1));
    });
    run_telling(&stage, &hook, &[]).said("held");
    let told = hook.told();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("• changed: *Held 3.14*") && !told[0].contains("• over"), "{told:?}");
}

#[test]
fn a_server_that_does_not_answer_is_no_news() {
    let (stage, _) = held("");
    let hook = Hook::start();
    run_telling(&stage, &hook, &[]);
    hook.told();
    for _ in 0..2 {
        stage.server.world(|world| world.fail_below("/ftp/python/3.14.3/", Fault::Status(503, String::new())));
        run_telling(&stage, &hook, &[]);
        stage.server.world(World::mend);
        run_telling(&stage, &hook, &[]);
    }
    assert_eq!(hook.told(), [""; 0]);
}

#[test]
fn a_dry_run_shows_what_it_would_tell_and_posts_nothing() {
    let (stage, _) = held(ISSUE);
    let hook = Hook::start();
    run_telling(&stage, &hook, &["--dry-run"]).said("would tell the webhook").said("*Held 3.14*");
    assert_eq!(hook.told(), [""; 0]);
    assert!(!stage.home().join("cache/pybump/notified").exists());
}

#[test]
fn where_nothing_can_be_remembered_it_is_told_with_a_warning() {
    let (stage, _) = held("");
    let hook = Hook::start();
    std::fs::create_dir_all(stage.home().join("cache/pybump")).unwrap();
    std::fs::write(stage.home().join("cache/pybump/notified"), "a file").unwrap();
    for _ in 0..2 {
        run_telling(&stage, &hook, &[]).said("it will be told again");
        assert_eq!(hook.told().len(), 1);
    }
}

#[test]
fn with_nothing_to_tell_nothing_is_posted() {
    let stage = small(calm(), "");
    let hook = Hook::start();
    run_telling(&stage, &hook, &[]);
    assert_eq!(hook.told(), [""; 0]);
}
