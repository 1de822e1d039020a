//! The token: sent to the API's own host, and nowhere else.

use std::time::Duration;

use pybump::demo::world::{Fault, Server};

use crate::support::repository::Tree;
use crate::support::run::{self, Run};
use crate::support::scene::Scene;
use crate::support::worlds::one_behind;

const TOKEN: &str = "ghp_0123456789secret";

/// Runs `check` with the token, the API at `api`, and mirrors for all but the API.
fn check(scene: &Scene, api: &Server) -> Run {
    let mut command = run::pybump(scene.home());
    command.env("GITHUB_TOKEN", TOKEN).env("GITHUB_API_URL", format!("http://{}/api", api.address()));
    let arguments = scene.arguments(&["-vv", "check"]);
    let arguments = arguments.chunks(2).filter(|pair| !pair[1].starts_with("https://api.github.com/="));
    Run::of(&command.args(arguments.flatten()).output().unwrap(), scene.home())
}

#[test]
fn the_token_goes_to_the_apis_host_alone_and_is_never_shown() {
    let scene = Scene::new(one_behind());
    let api = Server::start(one_behind(), Duration::ZERO).unwrap();
    let run = check(&scene, &api).ended(0);
    assert!(!api.requests().is_empty() && api.requests().iter().all(|request| request.authorized));
    assert!(!scene.server.requests().is_empty() && scene.server.requests().iter().all(|request| !request.authorized));
    run.said("3.14.3").did_not_say("secret");
    for (name, file) in Tree::read(scene.home()).0 {
        assert!(!String::from_utf8_lossy(&file.bytes).contains(TOKEN), "{name} holds the token");
    }
}

#[test]
fn the_token_never_goes_through_a_mirror() {
    let scene = Scene::new(one_behind());
    let output = scene.command(&["check"]).env("GITHUB_TOKEN", TOKEN).output().unwrap();
    Run::of(&output, scene.home()).ended(0).said("3.14.3");
    let asked = scene.server.requests();
    assert!(asked.iter().any(|request| request.target.starts_with("/api/")));
    assert!(asked.iter().all(|request| !request.authorized));
}

#[test]
fn the_token_follows_no_redirect_to_another_host() {
    let scene = Scene::new(one_behind());
    let api = Server::start(one_behind(), Duration::ZERO).unwrap();
    let elsewhere = format!("http://{}/api/", scene.server.address());
    let tags = "repos/python/cpython/git/matching-refs/tags/v3.14.";
    api.world(|world| world.fail(&format!("/api/{tags}"), Fault::Redirect(format!("{elsewhere}{tags}"))));
    check(&scene, &api);
    assert!(scene.server.requests().iter().any(|request| request.target.contains(tags)));
    assert!(scene.server.requests().iter().all(|request| !request.authorized));
}

#[test]
fn a_token_of_several_lines_is_refused_without_being_shown() {
    let scene = Scene::new(one_behind());
    let output = scene.command(&["check"]).env("GITHUB_TOKEN", "secret\nX-Evil: 1").output().unwrap();
    let run = Run::of(&output, scene.home()).said("GITHUB_TOKEN: expected one line of visible characters");
    assert_eq!(run.status, 2, "{run:#?}");
    run.did_not_say("secret").did_not_say("Evil");
}
