//! Library files, sound and broken, and what the client brings.

use super::*;
use crate::sources::loopback::Loopback;

const FILE: &str = "\
# a comment
Maintainers: A B <a@example.org> (@a),
             C D (@d)
GitRepo: https://example.org/x.git

  # an indented comment
Tags: 24.04, noble
SharedTags: latest
Architectures: s390x, amd64,
  # another one
               arm64v8, amd64
GitCommit: 1

Tags: 22.04
SharedTags: latest, old
";

fn names(architectures: Option<&[Architecture]>) -> Option<String> {
    architectures.map(|all| all.iter().map(Architecture::as_str).collect::<Vec<_>>().join(" "))
}

#[test]
fn tags_have_the_sorted_architectures_of_their_entry_or_of_the_first_that_shares_them() {
    let text = FILE.replace("  # an indented comment\n", "");
    let file = parse(&text, "library/x").unwrap();
    assert_eq!(names(file.architectures("noble")).unwrap(), "amd64 arm64v8 s390x");
    assert_eq!(names(file.architectures("latest")).unwrap(), "amd64 arm64v8 s390x");
    assert_eq!(names(file.architectures("old")).unwrap(), "amd64");
    assert_eq!(names(file.architectures("nobl")), None);
}

#[test]
fn a_header_s_architectures_hold_for_entries_without() {
    let text = "Maintainers: A (@a)\nArchitectures: i386\n\nTags: x\n\nTags: y\nArchitectures: amd64\n";
    let file = parse(text, "library/x").unwrap();
    assert_eq!(names(file.architectures("x")).unwrap(), "i386");
    assert_eq!(names(file.architectures("y")).unwrap(), "amd64");
}

#[test]
fn broken_files_name_file_and_line() {
    let error = |text: &str| parse(text, "library/x").unwrap_err().to_string();
    insta::assert_snapshot!(error(""), @r#"library/x:1: expected a library file with Maintainers, found """#);
    insta::assert_snapshot!(error("<!DOCTYPE html>\n<p>hello"), @r#"library/x:1: expected a field such as `Tags: 3.14`, found "<!DOCTYPE html>""#);
    insta::assert_snapshot!(error("Maintainers: A (@a)\n\nTags: x\nwhat\n"), @r#"library/x:4: expected a field such as `Tags: 3.14`, found "what""#);
    insta::assert_snapshot!(error("Maintainers: A (@a)\n\nTags: x\n\nGitCommit: 1\n"), @r#"library/x:5: expected an entry with Tags, found "GitCommit""#);
    insta::assert_snapshot!(error("Maintainers: A (@a)\n\nTags: x,\n  y z\n"), @r#"library/x:4: expected a tag such as 3.14-slim, found "y z""#);
    insta::assert_snapshot!(error("Maintainers: A (@a)\n\nTags: x\nArchitectures: amd64, $(x)\n"), @r#"library/x:4: expected an architecture such as amd64 or windows-amd64, found "$(x)""#);
    insta::assert_snapshot!(error("Tags: x\n"), @r#"library/x:1: expected a header with Maintainers and without Tags, found "Tags""#);
}

#[test]
fn only_names_of_official_images_become_urls() {
    assert_eq!(
        url("buildpack-deps").unwrap().as_str(),
        "https://raw.githubusercontent.com/docker-library/official-images/HEAD/library/buildpack-deps"
    );
    for name in ["", "..", "a/b", "a?b", "A", "a b", "%2e"] {
        assert_eq!(url(name), None, "{name:?} was accepted");
    }
}

#[tokio::test]
async fn files_come_over_the_client_and_absence_is_said() {
    let page = "/raw.githubusercontent.com/docker-library/official-images/HEAD/library/debian";
    let server = Loopback::of_pages(&[(page, "Maintainers: A (@a)\n\nTags: trixie\n")]);
    let client = server.client();
    let file = fetch(&client, "debian").await.unwrap();
    assert_eq!(names(file.architectures("trixie")).unwrap(), "amd64");
    let error = fetch(&client, "no-such").await.unwrap_err();
    assert!(matches!(error, LibraryFileError::NoImage { .. }), "{error}");
}

#[test]
fn a_folder_without_the_file_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let error = read(folder.path(), "debian").unwrap_err();
    assert!(matches!(error, LibraryFileError::NoFile { .. }), "{error}");
}

proptest::proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in "(Maintainers|Tags|Architectures|[ \\t#:,\\n]|[a-zß\u{a0}]|.){0,80}") {
        let _ = parse(&format!("Maintainers: x\n\n{text}"), "library/x");
        let _ = parse(&text, "library/x");
    }
}
