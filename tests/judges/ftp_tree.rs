//! nginx as python.org's tree: listings, files, 404s and unchanged pages as a real server gives them.

use std::fs;
use std::time::Duration;

use pybump::demo::scaffold::scaffold;
use pybump::demo::world::Server;
use serde_json::json;

use super::binary::{Binary, world};
use super::nginx::Nginx;
use crate::support::judges;

#[test]
fn against_nginx_each_series_ends_where_it_should() {
    if !judges::require(&["nginx"]) {
        return;
    }
    let images = tempfile::tempdir().unwrap();
    let (world, seeds) = world();
    scaffold(images.path(), &world, &seeds).unwrap();
    let nginx = Nginx::serve(&world);
    let trusted_root = world.trusted_root();
    let rest = Server::start(world, Duration::ZERO).unwrap();
    let mut mirrors = rest.mirrors();
    mirrors.retain(|mirror| !mirror.starts_with("https://www.python.org/"));
    mirrors.push(nginx.mirror());
    let binary = Binary::new(Some(&trusted_root), mirrors);

    let statuses = |check: &serde_json::Value| {
        let series = check["series"].as_array().unwrap().iter();
        json!(series.map(|series| json!([series["key"], series["status"]])).collect::<Vec<_>>())
    };
    let check = binary.json(images.path(), &["check"]);
    assert_eq!(statuses(&check), json!([["3.12", "update"], ["3.13", "current"], ["3.14", "update"]]), "{check:#}");
    let folder = "GET /ftp/python/3.12.12/ 200";
    assert!(nginx.requests().contains(folder), "that there is no installer is read off the whole folder");

    binary.json(images.path(), &["update"]);
    let check = binary.json(images.path(), &["check"]);
    assert_eq!(statuses(&check), json!([["3.12", "current"], ["3.13", "current"], ["3.14", "current"]]), "{check:#}");
    let windows = |key: &str| images.path().join(key).join("windows").exists();
    assert_eq!([windows("3.12"), windows("3.13"), windows("3.14")], [false, true, true]);
    let dockerfile = fs::read_to_string(images.path().join("3.14/slim-trixie/Dockerfile")).unwrap();
    assert!(dockerfile.contains("ENV PYTHON_VERSION=3.14.3\n"), "{dockerfile}");

    let requests = nginx.requests();
    for request in [
        "GET /ftp/python/ 200",
        "GET /ftp/python/3.12.12/python-3.12.12-amd64.exe.sigstore 404",
        "GET /ftp/python/3.14.3/Python-3.14.3.tar.xz.spdx.json 200",
        "GET /ftp/python/3.14.3/Python-3.14.3.tar.xz.spdx.json 304",
        "GET /ftp/python/3.14.3/Python-3.14.3.tar.xz 200",
        "GET /ftp/python/3.14.3/python-3.14.3-amd64.exe 200",
    ] {
        assert!(requests.lines().any(|line| line == request), "{request} is not among:\n{requests}");
    }
}
