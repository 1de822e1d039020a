//! `pybump tags --readme`

use std::fs;

use super::image::Image;

const README: &str = "# Python\r\n\r\n<!-- pybump tags -->\nold\n<!-- /pybump tags -->\n\nßtail without line end";

#[test]
fn the_list_is_replaced_between_the_markers_and_nothing_else() {
    let image = Image::new();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("README.md");
    let readme = || fs::read_to_string(&file).unwrap();
    fs::write(&file, README).unwrap();
    let path = file.to_str().unwrap();

    let (diff, _, status) = image.run(&["tags", "--readme", path, "--check"]);
    assert!(status == 1 && diff.contains("\n-old\n+\n+## Simple Tags\n"), "{diff}");
    assert_eq!(readme(), README);

    let (_, err, status) = image.run(&["tags", "--readme", path]);
    assert_eq!((err.as_str(), status), ("", 0));
    let (head, tail) = README.split_once("old\n").unwrap();
    let list = image.raw(&["tags"]);
    assert_eq!(readme(), format!("{head}\n{list}\n{tail}"));
    assert_eq!(image.run(&["tags", "--readme", path, "--check"]), (String::new(), String::new(), 0));
    assert_eq!(image.run(&["tags", "--readme", path]).0, format!("{path} is up to date\n"));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_readme_without_markers_is_left_alone_and_the_error_says_what_to_add() {
    let image = Image::new();
    image.write("README.md", "# Python\n");
    let file = image.scratch.path().join("README.md");
    let (_, err, status) = image.run(&["tags", "--readme", file.to_str().unwrap()]);
    insta::assert_snapshot!(err, @r"
    error: REPO/README.md: there is no <!-- pybump tags -->; the tag list goes between two lines, each of them once:

    <!-- pybump tags -->
    <!-- /pybump tags -->
    ");
    assert_eq!(status, 2);
    assert_eq!(fs::read_to_string(file).unwrap(), "# Python\n");
}

#[cfg(unix)]
#[test]
fn a_link_is_followed_and_stays() {
    let image = Image::new();
    let folder = tempfile::tempdir().unwrap();
    let (real, link) = (folder.path().join("real.md"), folder.path().join("README.md"));
    fs::write(&real, README).unwrap();
    std::os::unix::fs::symlink("real.md", &link).unwrap();
    assert_eq!(image.run(&["tags", "--readme", link.to_str().unwrap()]).2, 0);
    assert!(link.is_symlink() && fs::read_to_string(&real).unwrap().contains("## Simple Tags"));
}
