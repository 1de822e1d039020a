//! The keys that `pybump signers --update` keeps beside the signers file, and what it says of those that it cannot have.

use pybump::demo::authority::openpgp::OpenPgpKey;
use pybump::demo::world::{Fault, World};

use super::stage::{
    address, another_manager, builders_id, keep, kept, lists, newcomer, newcomers_id, own_keys, pins, publish,
    publish_newcomers_key, with_own_file, without_keys,
};
use crate::support::openpgp::stranger;
use crate::support::scene::Scene;

/// Lets keys.openpgp.org have every key that the scene pins.
fn publish_all(scene: &Scene) {
    scene.server.world(|world| own_keys().iter().for_each(|key| publish(world, key)));
}

/// What was asked of keys.openpgp.org.
fn asked(scene: &Scene) -> Vec<String> {
    let requests = scene.server.requests().into_iter();
    let mut asked: Vec<_> =
        requests.map(|request| request.target).filter(|target| target.starts_with("/keys/")).collect();
    asked.sort();
    asked
}

fn has(scene: &Scene, key: &OpenPgpKey) -> bool {
    scene.root().join(kept(key)).exists()
}

#[test]
fn each_pinned_key_that_is_not_at_hand_is_asked_for_once_and_kept_as_it_came() {
    let scene = without_keys();
    publish_all(&scene);
    let keys = own_keys();
    keep(&scene, &keys[0]);
    let run = scene.run(&["signers", "--update"]).ended(0).said("say what is pinned");
    // Neither the one at hand nor the one that is built in.
    let mut expected: Vec<_> = keys[1..].iter().map(address).collect();
    expected.sort();
    assert_eq!(asked(&scene), expected);
    for key in &keys {
        assert_eq!(scene.read(&kept(key)), key.certificate().unwrap());
    }
    assert_eq!(run.stdout.matches("kept ~/images/keys/").count(), 3, "{run:#?}");
    assert_eq!(scene.read("signers.toml"), pins());
    let tree = scene.tree();
    scene.server.forget_requests();
    let again = scene.run(&["signers", "--update"]).ended(0);
    assert_eq!(again.stdout, "python.org's pages say what is pinned\n");
    assert_eq!((asked(&scene), scene.tree()), (Vec::new(), tree));
}

#[test]
fn a_dry_run_says_which_keys_it_would_keep_and_keeps_none() {
    let scene = without_keys();
    publish_all(&scene);
    let tree = scene.tree();
    let mut run = scene.run(&["signers", "--update", "--dry-run"]).ended(0);
    for key in own_keys() {
        run = run.said(&format!("would keep ~/images/{}", kept(&key)));
    }
    assert_eq!(scene.tree(), tree);
}

#[test]
fn check_names_the_keys_that_are_not_at_hand_and_asks_for_none() {
    let scene = without_keys();
    publish_all(&scene);
    let mut run =
        scene.run(&["signers", "--check"]).ended(0).said("note: OpenPGP keys that are pinned and not at hand: ");
    for key in own_keys() {
        run = run.said(&key.fingerprint().to_string());
    }
    assert_eq!(asked(&scene), Vec::<String>::new());
    assert!(!with_own_file().run(&["signers", "--check"]).ended(0).stdout.contains("note: "));
}

#[test]
fn a_key_that_cannot_be_had_is_told_and_holds_up_no_other() {
    let keys = own_keys();
    let other = stranger().certificate().unwrap();
    // Missing, silent, another key, none, and a cut one.
    let whole = keys[0].certificate().unwrap();
    let faults = [
        None,
        Some(Fault::Status(503, String::new())),
        Some(Fault::Status(200, other)),
        Some(Fault::Status(200, "<html>\u{1b}[31mBusy".to_owned())),
        Some(Fault::Status(200, whole[..whole.len() / 2].to_owned())),
    ];
    for fault in faults {
        let scene = without_keys();
        publish_all(&scene);
        another_manager(&scene);
        scene.server.world(|world| match &fault {
            None => world.remove(&address(&keys[0])),
            Some(fault) => world.fail(&address(&keys[0]), fault.clone()),
        });
        let told = format!("the key {} could not be had: ", keys[0].fingerprint());
        let run = scene.run(&["signers", "--update"]).ended(1).said(&told);
        assert!(!run.raw.contains('\u{1b}'), "{run:#?}");
        assert!(!has(&scene, &keys[0]), "{fault:?}");
        assert!(keys[1..].iter().all(|key| has(&scene, key)), "{fault:?}: {run:#?}");
        assert!(scene.read("signers.toml").contains("\"3.17\", \"3.14\""), "{fault:?}");
        // Once it can be had, it is kept.
        scene.server.world(World::mend);
        publish_all(&scene);
        scene.run(&["signers", "--update"]).ended(0);
        assert_eq!(scene.read(&kept(&keys[0])), whole);
    }
}

#[test]
fn a_key_that_the_page_names_by_its_id_is_kept_without_asking_twice() {
    let scene = with_own_file();
    scene.server.world(publish_newcomers_key);
    lists(&scene, &builders_id(), &format!("{} and {}", builders_id(), newcomers_id()));
    let dry = scene.run(&["signers", "--update", "--dry-run"]).ended(1).said("would keep");
    assert!(dry.stdout.contains("would write; nothing was written:") && !has(&scene, &newcomer()), "{dry:#?}");
    scene.server.forget_requests();
    scene.run(&["signers", "--update"]).ended(0).said("kept");
    assert_eq!(asked(&scene), [format!("/keys/vks/v1/by-keyid/{}", newcomers_id())]);
    assert_eq!(scene.read(&kept(&newcomer())), newcomer().certificate().unwrap());
    scene.run(&["signers", "--update"]).ended(0);
}

#[test]
fn where_one_file_cannot_be_written_none_is() {
    let scene = without_keys();
    publish_all(&scene);
    another_manager(&scene);
    let blocked = own_keys().remove(2);
    std::fs::create_dir_all(scene.root().join(kept(&blocked)).join("x")).unwrap();
    scene.run(&["signers", "--update"]).ended(2).said("cannot read");
    std::fs::remove_dir_all(scene.root().join("keys")).unwrap();
    scene.write("keys", "no folder");
    scene.run(&["signers", "--update"]).ended(1).said("nothing was written");
    assert_eq!((scene.read("signers.toml"), scene.read("keys")), (pins(), "no folder".to_owned()));
}

#[cfg(unix)]
#[test]
fn beside_a_link_to_a_signers_file_the_keys_lie_beside_the_link() {
    let scene = without_keys();
    publish_all(&scene);
    another_manager(&scene);
    let (link, file) = (scene.root().join("signers.toml"), scene.home().join("elsewhere.toml"));
    std::fs::rename(&link, &file).unwrap();
    std::os::unix::fs::symlink(&file, &link).unwrap();
    scene.run(&["signers", "--update"]).ended(0);
    assert!(link.is_symlink() && own_keys().iter().all(|key| has(&scene, key)));
    assert!(std::fs::read_to_string(&file).unwrap().contains("\"3.17\", \"3.14\""));
    scene.run(&["signers", "--check"]).ended(0);
}

#[test]
fn json_says_what_became_of_each_key() {
    let scene = without_keys();
    publish_all(&scene);
    let keys = own_keys();
    scene.server.world(|world| world.remove(&address(&keys[0])));
    let checked = scene.run(&["signers", "--check", "--format", "json"]).ended(0).json();
    assert_eq!(checked["keys"].as_array().unwrap().len(), 4);
    assert_eq!(scene.run(&["signers", "--format", "json"]).ended(0).json()["keys"], serde_json::Value::Null);
    let schema = crate::support::run::bare(&["schema", "signers"]).ended(0).json();
    let updated = scene.run(&["signers", "--update", "--format", "json"]).ended(1).json();
    crate::support::schema::assert_documented(&updated, &schema);
    let of = |key: &OpenPgpKey| {
        let all = updated["keys"].as_array().unwrap();
        all.iter().find(|one| one["key"] == key.fingerprint().to_string()).unwrap().clone()
    };
    assert_eq!((&of(&keys[0])["kept"], &of(&keys[0])["file"]), (&false.into(), &serde_json::Value::Null));
    assert!(of(&keys[0])["problem"].is_string());
    assert_eq!((&of(&keys[1])["kept"], &of(&keys[1])["problem"]), (&true.into(), &serde_json::Value::Null));
    assert!(of(&keys[1])["file"].as_str().unwrap().ends_with(&kept(&keys[1])));
}
