//! What cannot give a library file is one error that says what to do.

use std::fs;

use super::image::Image;
use super::scratch::{Scratch, pybump, ran};

fn failed(image: &Image, status: i32) -> String {
    let (out, err, found) = image.run(&["library"]);
    assert_eq!((out.as_str(), found), ("", status), "{err}");
    err.replace(&image.official_images.path().display().to_string(), "OFFICIAL")
}

#[test]
fn parents_that_official_images_does_not_have_are_one_error() {
    let image = Image::new();
    image.write("3.9/bookworm/Dockerfile", "FROM debian:sid\n");
    image.write("3.14/trixie/Dockerfile", "FROM quay.example/debian:trixie\n");
    image.write("3.14/bookworm/Dockerfile", "FROM scratch\n");
    let err = failed(&image, 1);
    insta::assert_snapshot!(err.split_once("error: ").unwrap().1, @r"
    the architectures of some parents are not known:
      3.14/trixie/Dockerfile is FROM quay.example/debian:trixie, which is no official image
      3.14/bookworm/Dockerfile is FROM no image
      3.9/bookworm/Dockerfile is FROM debian:sid, but official-images' library/debian has no tag sid
    build FROM a tag that official-images has, or bring official-images up to date
    ");
}

#[test]
fn an_image_that_official_images_does_not_have_is_named_with_its_file() {
    let image = Image::new();
    fs::remove_file(image.official_images.path().join("library/alpine")).unwrap();
    insta::assert_snapshot!(failed(&image, 1), @"error: 3.15-rc/alpine3.23/Dockerfile is FROM alpine, whose architectures are needed: OFFICIAL/library/alpine is not there: either there is no such official image, or the folder is no clone of docker-library/official-images");
}

#[test]
fn a_parent_s_library_file_that_does_not_parse_names_file_and_line() {
    let image = Image::new();
    fs::write(image.official_images.path().join("library/alpine"), "Maintainers: A (@a)\n\nTags: 3.23\n???\n").unwrap();
    insta::assert_snapshot!(failed(&image, 1), @r#"error: 3.15-rc/alpine3.23/Dockerfile is FROM alpine, whose architectures are needed: OFFICIAL/library/alpine:4: expected a field such as `Tags: 3.14`, found "???""#);
}

#[test]
fn a_shallow_clone_is_refused_with_the_setting_that_mends_it() {
    let image = Image::new();
    image.write(".git/shallow", &format!("{}\n", image.head));
    insta::assert_snapshot!(failed(&image, 1), @"error: REPO is a shallow clone, in which the commit that last touched a file cannot be known; fetch all of history: git fetch --unshallow, or fetch-depth: 0 with actions/checkout");
}

#[test]
fn a_repository_of_unknown_owner_asks_for_what_only_the_owner_knows() {
    let image = Image::new();
    image.write("pybump.toml", "[library]\nmaintainers = [\"Bo (@bo)\"]\n");
    insta::assert_snapshot!(failed(&image, 1), @r#"
    error: this is not docker-library/python's repository, and pybump.toml does not say git-repo; add for example

    [library]
    maintainers = ["Full Name <name@example.org> (@handle)"]
    git-repo = "https://github.com/example/python.git"
    "#);
}

#[test]
fn docker_library_python_is_recognised_by_its_scripts() {
    let image = Image::new();
    let script = "git-repo is https://github.com/docker-library/python.git\n";
    let files = [("versions.sh", Some("")), ("generate-stackbrew-library.sh", Some(script)), ("pybump.toml", None)];
    let scripted = image.scratch.commit(&files, &[image.head], 9);
    image.scratch.check_out(scripted);
    let (out, err, status) = image.run(&["library"]);
    assert_eq!((err.as_str(), status), ("", 0));
    let expected = format!(
        "# this file is generated via https://github.com/docker-library/python/blob/{scripted}/generate-stackbrew-library.sh\n\n\
         Maintainers: Tianon Gravi <admwiggin@gmail.com> (@tianon),\n             \
         Joseph Ferguson <yosifkit@gmail.com> (@yosifkit)\n\
         GitRepo: https://github.com/docker-library/python.git\nBuilder: buildkit\n\nTags: 3.15.0a3-"
    );
    assert!(out.starts_with(&expected), "{out}");
    // mips64le alone is left out there, from 3.10 on.
    assert!(out.contains("Architectures: amd64, s390x\n") && out.contains("Architectures: amd64, mips64le\n"), "{out}");
}

#[test]
fn a_tag_that_two_dockerfiles_would_have_is_refused() {
    let image = Image::new();
    let config = fs::read_to_string(image.scratch.path().join("pybump.toml")).unwrap();
    image.write("pybump.toml", &format!("{config}aliases = {{ \"3.14\" = [\"x\"], \"3.15-rc\" = [\"x\"] }}\n"));
    insta::assert_snapshot!(failed(&image, 1), @"error: the tag x-trixie is both 3.15-rc/trixie's and 3.14/trixie's; variants and library.aliases must give each Dockerfile its own tags");
    image.write("pybump.toml", &format!("{config}aliases = {{ \"3.13\" = [\"x\"] }}\n"));
    insta::assert_snapshot!(failed(&image, 1), @"error: library.aliases has 3.13, which is not in the manifest; remove it there");
}

#[test]
fn an_architecture_must_be_left() {
    let image = Image::new();
    let config = fs::read_to_string(image.scratch.path().join("pybump.toml")).unwrap();
    image.write("pybump.toml", &config.replace("{ architecture = \"mips64le\" }", "{ architecture = \"i386\" }"));
    insta::assert_snapshot!(failed(&image, 1), @"error: 3.14/slim-bookworm has no architecture left: its parent has i386, and all are excluded; see library.exclude");
}

#[test]
fn a_constraint_that_no_builder_has_is_refused() {
    let image = Image::new();
    let manifest = fs::read_to_string(image.scratch.path().join("versions.json")).unwrap();
    let manifest = manifest.replace("nanoserver-ltsc2025", "nanoserver-ltsc99");
    let dockerfile = "FROM mcr.example/windows/nanoserver:ltsc99\n";
    let files = [("versions.json", Some(&*manifest)), ("3.14/windows/nanoserver-ltsc99/Dockerfile", Some(dockerfile))];
    image.scratch.check_out(image.scratch.commit(&files, &[image.head], 9));
    insta::assert_snapshot!(failed(&image, 1), @r#"error: 3.14/windows/nanoserver-ltsc99 would have the constraint "nanoserver-ltsc99", which no builder of official-images has; expected windowsservercore or nanoserver with a release such as ltsc2025 or 1809"#);
}

#[test]
fn a_dockerfile_without_a_commit_has_no_entry_to_name() {
    let image = Image::new();
    fs::create_dir(image.scratch.path().join("3.15-rc/gone")).unwrap();
    image.write("3.15-rc/gone/Dockerfile", "FROM debian:trixie\n");
    insta::assert_snapshot!(failed(&image, 1), @"error: 3.15-rc/gone/Dockerfile is not in HEAD, so no commit can be named for it; commit it first");
}

#[test]
fn a_folder_that_is_no_clone_or_has_no_commit_is_said() {
    let folder = tempfile::tempdir().unwrap();
    for file in ["versions.json", "Dockerfile-linux.template"] {
        fs::write(folder.path().join(file), "{}").unwrap();
    }
    let (_, err, status) = ran(pybump(folder.path()).arg("library"));
    assert!(status == 1 && err.contains("is not the top folder of a git repository"), "{err}");
    let empty = Scratch::new();
    for file in ["versions.json", "Dockerfile-linux.template"] {
        fs::write(empty.path().join(file), "{}").unwrap();
    }
    let (_, err, status) = ran(pybump(empty.path()).arg("library"));
    assert!(status == 1 && err.contains("has no commit yet"), "{err}");
}
