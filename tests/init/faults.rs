//! Folders that nothing can be set up in, and files that are not what they should be: told, and nothing written.

use std::fs;
use std::path::Path;

use super::folder::Folder;
use crate::support::repository::Tree;

/// Refused with this status and these words, with and without `--force` and `--dry-run`, and nothing written.
#[track_caller]
fn is_refused(folder: &Folder, status: i32, words: &str) {
    let before = Tree::read(&folder.home());
    for arguments in [&["init"][..], &["init", "--force"], &["init", "--dry-run"]] {
        folder.run(arguments).ended(status).said(words);
        assert_eq!(Tree::read(&folder.home()), before, "{arguments:?}");
    }
}

#[test]
fn what_is_no_folder_is_refused() {
    let folder = Folder::empty();
    folder.write("file", "");
    folder.run(&["-C", "absent", "init"]).ended(2).said("absent is no folder").said("make it first");
    folder.run(&["-C", "file", "init"]).ended(2).said("file is no folder");
    assert_eq!(folder.names(), ["file"]);
}

#[test]
fn a_folder_within_a_clone_and_a_bare_repository_are_refused() {
    let folder = Folder::empty();
    folder.git("main");
    fs::create_dir(folder.root().join("images")).unwrap();
    folder.run(&["-C", "images", "init"]).ended(2).said("lies within the git repository").said("run pybump init there");
    let bare = Folder::empty();
    git2::Repository::init_bare(bare.root()).unwrap();
    is_refused(&bare, 2, "is a bare git repository");
}

#[test]
fn another_layout_is_told_and_set_up_beside_on_request_only() {
    let folder = Folder::empty();
    folder.write("3.14/Dockerfile", "FROM debian\n");
    folder.write("Dockerfile.alpine", "FROM alpine\n");
    is_refused(&folder, 2, "found 3.14/Dockerfile and 1 more, but no versions.json");
    folder.run(&["init", "--layout", "docker-library"]).ended(0).said("wrote       versions.json");
    assert_eq!(folder.read("3.14/Dockerfile"), "FROM debian\n");
    folder.run(&["init", "--layout", "dotenv"]).ended(2).said("docker-library");
}

#[test]
fn a_manifest_without_templates_is_refused() {
    let folder = Folder::empty();
    folder.write("versions.json", "{\"3.14\": {\"version\": \"3.14.6\", \"variants\": []}}");
    is_refused(&folder, 2, "versions.json tracks 3.14, but Dockerfile-linux.template is not there");
}

#[test]
fn a_broken_manifest_is_told_with_its_place() {
    let cases: [(&[u8], &str); 4] = [
        (b"{\n  \"3.14\": {\"version\": \"3.14\"}}", "versions.json:2:"),
        (b"{\"tip\": {}}", "expected a manifest key such as 3.14 or 3.15-rc, found \"tip\""),
        (b"", "versions.json:1:"),
        (b"\xff\xfe", "cannot read versions.json: invalid utf-8"),
    ];
    for (bytes, words) in cases {
        let folder = Folder::empty();
        folder.write("versions.json", bytes);
        is_refused(&folder, 1, words);
        is_refused(&folder, 1, "nothing was written");
    }
}

#[test]
fn a_broken_configuration_is_named_left_and_replaced_by_force() {
    let cases: [(&[u8], &str); 3] = [
        (b"concurency = 4\n", "pybump.toml:1: unknown field `concurency`"),
        (b"a = \n", "pybump.toml:1: "),
        (b"\xff\xfe", "cannot read the configuration ./pybump.toml"),
    ];
    for (bytes, words) in cases {
        let folder = Folder::empty();
        folder.write("pybump.toml", bytes);
        let run =
            folder.run(&["init"]).ended(0).said(words).said("have it replaced with pybump init --force pybump.toml");
        assert!(run.stdout.contains("left        pybump.toml"), "{run:#?}");
        assert_eq!(fs::read(folder.root().join("pybump.toml")).unwrap(), bytes);
        folder.run(&["init", "--force", "pybump.toml"]).ended(0);
        folder.run(&["signers"]).ended(0);
        folder.run(&["init"]).ended(0).said("nothing to write").did_not_say("have it replaced");
    }
}

#[test]
fn a_file_where_a_folder_should_be_and_a_folder_where_a_file_should_be_are_named() {
    for (path, words) in [
        (".github", ".github is a file; expected a folder of the repository"),
        (".github/workflows", ".github/workflows is a file; expected a folder of the repository"),
        ("state", "state is a file; expected a folder of the repository"),
        ("pybump.toml/x", "pybump.toml is a folder; expected a file"),
        ("state/signers.toml/x", "state/signers.toml is a folder; expected a file"),
        ("versions.json/x", "versions.json is a folder; expected a file"),
    ] {
        let folder = Folder::empty();
        folder.write(path, "x");
        is_refused(&folder, 2, words);
    }
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link() {
    use std::os::unix::fs::symlink;
    for name in ["state", ".github"] {
        let folder = Folder::empty();
        fs::create_dir(folder.home().join("outside")).unwrap();
        symlink(folder.home().join("outside"), folder.root().join(name)).unwrap();
        is_refused(&folder, 2, &format!("{name} is a symbolic link; expected a folder of the repository"));
    }
    for target in ["outside.toml", "absent.toml"] {
        let folder = Folder::empty();
        let outside = folder.home().join("outside.toml");
        fs::write(&outside, "concurrency = 4\n").unwrap();
        symlink(folder.home().join(target), folder.root().join("pybump.toml")).unwrap();
        for arguments in [&["init"][..], &["init", "--force"]] {
            folder.run(arguments).ended(0).said("left        pybump.toml").said("it is a symbolic link");
        }
        assert_eq!(fs::read_to_string(&outside).unwrap(), "concurrency = 4\n");
        assert!(folder.root().join("pybump.toml").is_symlink() && !folder.home().join("absent.toml").exists());
    }
}

/// No user may write there.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_cannot_be_written_is_an_error_that_names_the_first_file() {
    let folder = Folder::empty();
    let run = folder.run(&["-C", "/proc/sys", "init"]).ended(1);
    run.said("cannot write state/README.md: ").said("; nothing was written");
    folder.run(&["-C", "/proc/sys", "init", "--dry-run"]).ended(0);
}

#[test]
fn what_a_killed_run_left_is_finished_by_the_next() {
    let whole = Folder::empty();
    whole.run(&["init"]).ended(0);
    let files = whole.tree();
    let order = [
        "state/README.md",
        "state/signers.toml",
        "state/pybump.schema.json",
        "Dockerfile-linux.template",
        "Dockerfile-windows.template",
        "versions.json",
        "pybump.toml",
        ".github/workflows/pybump-bump.yml",
    ];
    for count in 0..order.len() {
        let folder = Folder::empty();
        for path in &order[..count] {
            folder.write(path, &files.0[*path].bytes);
        }
        let left = Path::new(order[count]).with_file_name(".pybump-left");
        folder.write(left.to_str().unwrap(), "half of a file");
        folder.run(&["init"]).ended(0).said(&format!("{} files written", files.0.len() - count));
        files.assert_same_files(&folder.tree(), &format!("killed after {count} files"));
    }
}

#[test]
fn arguments_that_mean_nothing_are_told() {
    let folder = Folder::empty();
    for (arguments, words) in [
        (&["init", "README.md"][..], "README.md is none of the files that pybump init writes here: state/README.md, "),
        (&["init", "../\u{1b}[31m"], "../\\u{1b}[31m is none of the files"),
        (&["--config", "x.toml", "init"], "leave out --config x.toml"),
    ] {
        folder.run(arguments).ended(2).said(words);
    }
    assert_eq!(folder.names(), Vec::<String>::new());
}
