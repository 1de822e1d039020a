//! The library file and the tag list of a small image, whole.

use std::collections::BTreeMap;
use std::fs;

use git2::Oid;
use tempfile::TempDir;

use super::scratch::{Scratch, named, official_images, pybump, ran};

const VERSIONS: &str = r#"{
  "3.9": { "variants": ["bookworm"], "version": "3.9.25" },
  "3.14": {
    "variants": ["trixie", "slim-trixie", "bookworm", "slim-bookworm", "alpine3.23", "alpine3.22",
                 "windows/windowsservercore-ltsc2025", "windows/nanoserver-ltsc2025"],
    "version": "3.14.2"
  },
  "3.15-rc": { "variants": ["alpine3.23", "trixie", "gone"], "version": "3.15.0a3" }
}
"#;

const CONFIG: &str = r#"[library]
maintainers = ["Ann Example <ann@example.org> (@ann)", "Bo (@bo)"]
git-repo = "https://github.com/example/docker-python.git"
name = "python"
exclude = [
  { architecture = "mips64le" },
  { architecture = "s390x", series = ">=3.14", variants = "alpine*" },
]
"#;

const DEBIAN: &str = "\
Maintainers: D (@d)
Architectures: s390x, amd64, mips64le, arm64v8

Tags: trixie, latest
SharedTags: newest

Tags: trixie-slim

Tags: bookworm, 12
Architectures: amd64, mips64le

Tags: bookworm-slim
Architectures: i386
";

const ALPINE: &str = "Maintainers: A (@a)\n\nTags: 3.23\nArchitectures: s390x, amd64\n\nTags: 3.22\n";

/// An image with two maintainers, a Dockerfile that copies a file, one that is missing, and a COPY from a stage.
pub struct Image {
    pub scratch: Scratch,
    pub official_images: TempDir,
    pub commits: BTreeMap<&'static str, String>,
    pub head: Oid,
}

impl Image {
    pub fn new() -> Self {
        let scratch = Scratch::new();
        let from = |image: &str| format!("FROM {image}\n");
        let files = [
            ("versions.json", VERSIONS.to_owned()),
            ("pybump.toml", CONFIG.to_owned()),
            ("Dockerfile-linux.template", String::new()),
            ("3.9/bookworm/Dockerfile", from("docker.io/library/debian:bookworm@sha256:00")),
            ("3.14/trixie/Dockerfile", from("debian:trixie")),
            ("3.14/slim-trixie/Dockerfile", "FROM debian:trixie-slim\nCOPY --chown=1 run.d/*.sh entry /\n".to_owned()),
            ("3.14/slim-trixie/run.d/a.sh", "1".to_owned()),
            ("3.14/slim-trixie/entry", "1".to_owned()),
            (
                "3.14/bookworm/Dockerfile",
                "FROM debian:bookworm AS x\nFROM debian:newest\nCOPY --from=x a /\n".to_owned(),
            ),
            ("3.14/bookworm/a", "1".to_owned()),
            ("3.14/slim-bookworm/Dockerfile", from("debian:bookworm-slim")),
            ("3.14/alpine3.23/Dockerfile", from("alpine:3.23")),
            ("3.14/alpine3.22/Dockerfile", from("alpine:3.22")),
            ("3.14/windows/windowsservercore-ltsc2025/Dockerfile", from("mcr.example/windows/servercore:ltsc2025")),
            ("3.14/windows/nanoserver-ltsc2025/Dockerfile", from("mcr.example/windows/nanoserver:ltsc2025")),
            ("3.15-rc/alpine3.23/Dockerfile", from("alpine:3.23")),
            ("3.15-rc/trixie/Dockerfile", from("debian:trixie")),
        ];
        let files: Vec<_> = files.iter().map(|(path, text)| (*path, Some(text.as_str()))).collect();
        let first = scratch.commit(&files, &[], 0);
        let copied = scratch.commit(&[("3.14/slim-trixie/run.d/a.sh", Some("2"))], &[first], 1);
        let other = scratch.commit(
            &[("3.14/slim-trixie/run.d/a.txt", Some("2")), ("3.14/bookworm/a", Some("2"))],
            &[copied],
            2,
        );
        let side = scratch.commit(&[("3.9/bookworm/Dockerfile", Some("FROM debian:12\n"))], &[first], 3);
        let head = scratch.commit(&[("3.9/bookworm/Dockerfile", Some("FROM debian:12\n"))], &[other, side], 4);
        scratch.check_out(head);
        let commits = [("FIRST", first), ("COPIED", copied), ("SIDE", side)];
        let commits = commits.into_iter().map(|(name, id)| (name, id.to_string())).collect();
        Self { scratch, official_images: official_images(&[("debian", DEBIAN), ("alpine", ALPINE)]), commits, head }
    }

    /// Standard output, standard error and status of `arguments`; commits by name.
    pub fn run(&self, arguments: &[&str]) -> (String, String, i32) {
        let mut command = pybump(self.scratch.path());
        let (out, err, status) = ran(command.args(arguments).arg("--official-images").arg(self.official_images.path()));
        let folder = self.scratch.path().display().to_string();
        (named(&out, &self.commits), named(&err, &self.commits).replace(&folder, "REPO"), status)
    }

    /// Standard output of `arguments` as it is.
    pub fn raw(&self, arguments: &[&str]) -> String {
        let mut command = pybump(self.scratch.path());
        ran(command.args(arguments).arg("--official-images").arg(self.official_images.path())).0
    }

    pub fn write(&self, file: &str, text: &str) {
        fs::write(self.scratch.path().join(file), text).unwrap();
    }
}

#[test]
fn the_library_file_has_every_dockerfile_with_its_tags_architectures_and_commit() {
    let (out, err, status) = Image::new().run(&["library"]);
    assert_eq!((err.as_str(), status), ("", 0));
    insta::assert_snapshot!(out, @r"
    Maintainers: Ann Example <ann@example.org> (@ann),
                 Bo (@bo)
    GitRepo: https://github.com/example/docker-python.git
    Builder: buildkit

    Tags: 3.15.0a3-alpine3.23, 3.15-rc-alpine3.23, 3.15.0a3-alpine, 3.15-rc-alpine
    Architectures: amd64
    GitCommit: FIRST
    Directory: 3.15-rc/alpine3.23

    Tags: 3.15.0a3-trixie, 3.15-rc-trixie
    SharedTags: 3.15.0a3, 3.15-rc
    Architectures: amd64, arm64v8, s390x
    GitCommit: FIRST
    Directory: 3.15-rc/trixie

    Tags: 3.14.2-trixie, 3.14-trixie, 3-trixie, trixie
    SharedTags: 3.14.2, 3.14, 3, latest
    Architectures: amd64, arm64v8, s390x
    GitCommit: FIRST
    Directory: 3.14/trixie

    Tags: 3.14.2-slim-trixie, 3.14-slim-trixie, 3-slim-trixie, slim-trixie, 3.14.2-slim, 3.14-slim, 3-slim, slim
    Architectures: amd64, arm64v8, s390x
    GitCommit: COPIED
    Directory: 3.14/slim-trixie

    Tags: 3.14.2-bookworm, 3.14-bookworm, 3-bookworm, bookworm
    Architectures: amd64
    GitCommit: FIRST
    Directory: 3.14/bookworm

    Tags: 3.14.2-slim-bookworm, 3.14-slim-bookworm, 3-slim-bookworm, slim-bookworm
    Architectures: i386
    GitCommit: FIRST
    Directory: 3.14/slim-bookworm

    Tags: 3.14.2-alpine3.23, 3.14-alpine3.23, 3-alpine3.23, alpine3.23, 3.14.2-alpine, 3.14-alpine, 3-alpine, alpine
    Architectures: amd64
    GitCommit: FIRST
    Directory: 3.14/alpine3.23

    Tags: 3.14.2-alpine3.22, 3.14-alpine3.22, 3-alpine3.22, alpine3.22
    Architectures: amd64
    GitCommit: FIRST
    Directory: 3.14/alpine3.22

    Tags: 3.14.2-windowsservercore-ltsc2025, 3.14-windowsservercore-ltsc2025, 3-windowsservercore-ltsc2025, windowsservercore-ltsc2025
    SharedTags: 3.14.2-windowsservercore, 3.14-windowsservercore, 3-windowsservercore, windowsservercore, 3.14.2, 3.14, 3, latest
    Architectures: windows-amd64
    GitCommit: FIRST
    Directory: 3.14/windows/windowsservercore-ltsc2025
    Constraints: windowsservercore-ltsc2025
    Builder: classic

    Tags: 3.14.2-nanoserver-ltsc2025, 3.14-nanoserver-ltsc2025, 3-nanoserver-ltsc2025, nanoserver-ltsc2025
    SharedTags: 3.14.2-nanoserver, 3.14-nanoserver, 3-nanoserver, nanoserver
    Architectures: windows-amd64
    GitCommit: FIRST
    Directory: 3.14/windows/nanoserver-ltsc2025
    Constraints: nanoserver-ltsc2025
    Builder: classic

    Tags: 3.9.25-bookworm, 3.9-bookworm
    SharedTags: 3.9.25, 3.9
    Architectures: amd64
    GitCommit: SIDE
    Directory: 3.9/bookworm
    ");
}

#[test]
fn the_tag_list_links_to_each_dockerfile_at_its_commit() {
    let image = Image::new();
    let (out, err, status) = image.run(&["tags"]);
    assert_eq!((err.as_str(), status), ("", 0));
    insta::assert_snapshot!(out, @r"
    ## Simple Tags

    -	[`3.15.0a3-alpine3.23`, `3.15-rc-alpine3.23`, `3.15.0a3-alpine`, `3.15-rc-alpine`](https://github.com/example/docker-python/blob/FIRST/3.15-rc/alpine3.23/Dockerfile)

    -	[`3.15.0a3-trixie`, `3.15-rc-trixie`](https://github.com/example/docker-python/blob/FIRST/3.15-rc/trixie/Dockerfile)

    -	[`3.14.2-trixie`, `3.14-trixie`, `3-trixie`, `trixie`](https://github.com/example/docker-python/blob/FIRST/3.14/trixie/Dockerfile)

    -	[`3.14.2-slim-trixie`, `3.14-slim-trixie`, `3-slim-trixie`, `slim-trixie`, `3.14.2-slim`, `3.14-slim`, `3-slim`, `slim`](https://github.com/example/docker-python/blob/COPIED/3.14/slim-trixie/Dockerfile)

    -	[`3.14.2-bookworm`, `3.14-bookworm`, `3-bookworm`, `bookworm`](https://github.com/example/docker-python/blob/FIRST/3.14/bookworm/Dockerfile)

    -	[`3.14.2-slim-bookworm`, `3.14-slim-bookworm`, `3-slim-bookworm`, `slim-bookworm`](https://github.com/example/docker-python/blob/FIRST/3.14/slim-bookworm/Dockerfile)

    -	[`3.14.2-alpine3.23`, `3.14-alpine3.23`, `3-alpine3.23`, `alpine3.23`, `3.14.2-alpine`, `3.14-alpine`, `3-alpine`, `alpine`](https://github.com/example/docker-python/blob/FIRST/3.14/alpine3.23/Dockerfile)

    -	[`3.14.2-alpine3.22`, `3.14-alpine3.22`, `3-alpine3.22`, `alpine3.22`](https://github.com/example/docker-python/blob/FIRST/3.14/alpine3.22/Dockerfile)

    -	[`3.14.2-windowsservercore-ltsc2025`, `3.14-windowsservercore-ltsc2025`, `3-windowsservercore-ltsc2025`, `windowsservercore-ltsc2025`](https://github.com/example/docker-python/blob/FIRST/3.14/windows/windowsservercore-ltsc2025/Dockerfile)

    -	[`3.14.2-nanoserver-ltsc2025`, `3.14-nanoserver-ltsc2025`, `3-nanoserver-ltsc2025`, `nanoserver-ltsc2025`](https://github.com/example/docker-python/blob/FIRST/3.14/windows/nanoserver-ltsc2025/Dockerfile)

    -	[`3.9.25-bookworm`, `3.9-bookworm`](https://github.com/example/docker-python/blob/SIDE/3.9/bookworm/Dockerfile)

    ## Shared Tags

    -	`3.15.0a3`, `3.15-rc`:

    	-	[`3.15.0a3-trixie`](https://github.com/example/docker-python/blob/FIRST/3.15-rc/trixie/Dockerfile)

    -	`3.14.2`, `3.14`, `3`, `latest`:

    	-	[`3.14.2-trixie`](https://github.com/example/docker-python/blob/FIRST/3.14/trixie/Dockerfile)
    	-	[`3.14.2-windowsservercore-ltsc2025`](https://github.com/example/docker-python/blob/FIRST/3.14/windows/windowsservercore-ltsc2025/Dockerfile)

    -	`3.14.2-windowsservercore`, `3.14-windowsservercore`, `3-windowsservercore`, `windowsservercore`:

    	-	[`3.14.2-windowsservercore-ltsc2025`](https://github.com/example/docker-python/blob/FIRST/3.14/windows/windowsservercore-ltsc2025/Dockerfile)

    -	`3.14.2-nanoserver`, `3.14-nanoserver`, `3-nanoserver`, `nanoserver`:

    	-	[`3.14.2-nanoserver-ltsc2025`](https://github.com/example/docker-python/blob/FIRST/3.14/windows/nanoserver-ltsc2025/Dockerfile)

    -	`3.9.25`, `3.9`:

    	-	[`3.9.25-bookworm`](https://github.com/example/docker-python/blob/SIDE/3.9/bookworm/Dockerfile)
    ");
    assert_eq!(image.run(&["tags", "--format", "markdown"]).0, out);
}

#[test]
fn a_registry_stands_before_every_tag() {
    let (out, _, _) = Image::new().run(&["tags", "--registry", "mirror.example/python"]);
    assert!(
        out.contains("-\t[`mirror.example/python:3.9.25-bookworm`, `mirror.example/python:3.9-bookworm`]("),
        "{out}"
    );
    assert!(out.contains("\n-\t`mirror.example/python:3.9.25`, `mirror.example/python:3.9`:\n"), "{out}");
    let (_, err, status) = Image::new().run(&["tags", "--registry", "a`b"]);
    assert!(status == 2 && err.contains("expected a repository such as registry.example/python"), "{err}");
}

#[test]
fn json_has_the_same_entries_and_the_whole_text() {
    let image = Image::new();
    let text = image.run(&["library"]).0;
    let json: serde_json::Value = serde_json::from_str(&image.run(&["library", "--format", "json"]).0).unwrap();
    assert_eq!(json["text"], text);
    assert_eq!(json["entries"].as_array().unwrap().len(), 11);
    assert_eq!(json["entries"][10]["git_commit"], "SIDE");
    let tags: serde_json::Value = serde_json::from_str(&image.run(&["tags", "--format", "json"]).0).unwrap();
    assert_eq!(tags["simple"].as_array().unwrap().len(), 11);
    assert_eq!(tags["shared"][0]["dockerfiles"][0]["directory"], "3.15-rc/trixie");
    let (_, err, status) = image.run(&["library", "--format", "markdown"]);
    assert!(status == 2 && err.contains("tags, matrix and report"), "{err}");
}

#[test]
fn aliases_are_those_that_the_configuration_has() {
    let image = Image::new();
    image.write(
        "pybump.toml",
        &format!("{CONFIG}aliases = {{ \"3.9\" = [\"old\"], \"3.15-rc\" = [\"rc\", \"latest\"] }}\n"),
    );
    let (out, _, _) = image.run(&["library"]);
    assert!(
        out.contains("\nTags: 3.9.25-bookworm, 3.9-bookworm, old-bookworm\nSharedTags: 3.9.25, 3.9, old\n"),
        "{out}"
    );
    assert!(out.contains("\nTags: 3.15.0a3-trixie, 3.15-rc-trixie, rc-trixie, trixie\n"), "{out}");
    assert!(out.contains("\nTags: 3.14.2-trixie, 3.14-trixie\n"), "{out}");
}

#[test]
fn check_compares_with_a_file_and_shows_the_difference() {
    let image = Image::new();
    let out = image.raw(&["library"]);
    let file = image.official_images.path().join("library/python");
    fs::write(&file, &out).unwrap();
    let file = file.to_str().unwrap();
    assert_eq!(image.run(&["library", "--check", file]), (String::new(), String::new(), 0));
    fs::write(file, out.replace("3.9.25", "3.9.24")).unwrap();
    let (diff, err, status) = image.run(&["library", "--check", file]);
    assert_eq!((err.as_str(), status), ("", 1));
    assert!(diff.contains("\n-SharedTags: 3.9.24, 3.9\n") && diff.contains("\n+SharedTags: 3.9.25, 3.9\n"), "{diff}");
    assert!(diff.starts_with(&format!("--- {file}\n+++ {file}\n@@ ")), "{diff}");
}

#[test]
fn what_is_not_committed_is_said() {
    let image = Image::new();
    image.write("3.9/bookworm/Dockerfile", "FROM debian:bookworm-slim\n");
    image.write("versions.json", &VERSIONS.replace("3.9.25", "3.9.26"));
    let (out, err, status) = image.run(&["library"]);
    assert!(out.contains("SharedTags: 3.9.26, 3.9\nArchitectures: i386\n"), "{out}");
    insta::assert_snapshot!(err, @"warning: not committed: versions.json, 3.9/bookworm/Dockerfile; tags and parents are those of the work tree, commits those of HEAD");
    assert_eq!(status, 0);
}
