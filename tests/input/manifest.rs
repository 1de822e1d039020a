//! Manifests and templates that are malformed.

use crate::support::scene::Scene;
use crate::support::worlds::one_behind;

/// Ends with status 1 and these words, asks nobody and writes nothing, in every command that reads the manifest.
#[track_caller]
fn is_refused(scene: &Scene, words: &str) {
    let before = scene.tree();
    for command in [&["check"][..], &["update"], &["update", "--force"], &["render"]] {
        scene.run(command).ended(1).said(words);
        assert_eq!(scene.tree(), before);
    }
    assert_eq!(scene.server.requests(), []);
}

#[test]
fn a_malformed_manifest_names_file_and_line() {
    let edits: [(&str, &str, &str); 6] = [
        ("\"3.14.2\"", "\"3.14.2$(x)\"", "expected a CPython version such as 3.14.6 or 3.15.0b3, found \"3.14.2$(x)\""),
        ("\"3.14.2\"", "\"../3.14.2\"", "expected a CPython version such as 3.14.6 or 3.15.0b3, found \"../3.14.2\""),
        ("\"3.14.2\"", "\"3.14.2\\n\"", "expected a CPython version such as 3.14.6 or 3.15.0b3, found \"3.14.2\\n\""),
        ("\"3.14.2\"", "\"3.13.9\"", "version 3.13.9 is not a release that this key tracks"),
        ("\"slim-trixie\"", "\"../../etc\"", "expected a variant such as slim-trixie"),
        ("\"3.14\":", "\"3.14; id\":", "expected a manifest key such as 3.14 or 3.15-rc, found \"3.14; id\""),
    ];
    for (from, to, words) in edits {
        let scene = Scene::new(one_behind());
        let text = scene.read("versions.json").replace(from, to);
        scene.write("versions.json", &text);
        is_refused(&scene, words);
        scene.run(&["check"]).said("error: ~/images/versions.json:").said("; nothing was written");
    }
}

#[test]
fn the_error_of_a_malformed_manifest_reads_so() {
    let scene = Scene::new(one_behind());
    let text = scene.read("versions.json").replace("\"3.14.2\"", "\"3.14.2$(x)\"");
    scene.write("versions.json", &text);
    let run = scene.run(&["check"]).ended(1);
    insta::assert_snapshot!(run.stderr, @r#"error: ~/images/versions.json:33:16: 3.14: expected a CPython version such as 3.14.6 or 3.15.0b3, found "3.14.2$(x)"; nothing was written"#);
}

#[test]
fn a_manifest_that_is_no_json_is_refused() {
    for text in ["", "{", "[]", "null", "{\"3.14\": {\"version\": \"3.14.2\", \"variants\": []},}"] {
        let scene = Scene::new(one_behind());
        scene.write("versions.json", text);
        is_refused(&scene, "~/images/versions.json:");
    }
}

#[test]
fn an_empty_manifest_is_no_error() {
    let scene = Scene::new(one_behind());
    scene.write("versions.json", "{}\n");
    scene.run(&["check"]).ended(0).said("0 series: nothing to do");
    scene.run(&["render", "--check"]).ended(0);
}

#[test]
fn a_template_that_does_not_compile_names_template_line_and_column_and_stops_everything() {
    let scene = Scene::new(one_behind());
    scene.write("Dockerfile-linux.template", "FROM debian\nENV V={{ .version | nope }}\n");
    let before = scene.tree();
    for command in ["check", "update", "render"] {
        let run = scene.run(&[command]).ended(1);
        assert_eq!(run.stderr, "error: Dockerfile-linux.template:2:21: unknown filter `nope/0`\n", "{command}");
        assert_eq!(scene.tree(), before);
    }
}

#[test]
fn a_template_that_fails_for_one_series_holds_that_one() {
    let scene = Scene::new(one_behind());
    let template =
        "{{ if env.version == \"3.14\" and .version != \"3.14.2\" then error(\"unfit\") else \"FROM x\" end }}\n";
    scene.write("Dockerfile-linux.template", template);
    scene.run(&["render"]).ended(0);
    let before = scene.tree();
    for command in [&["update"][..], &["update", "--force"]] {
        scene.run(command).ended(1).said("its Dockerfiles do not render: Dockerfile-linux.template:1:4: unfit");
        assert_eq!(scene.tree(), before);
    }
}

#[test]
fn a_template_can_read_nothing_outside_its_folder() {
    let scene = Scene::new(one_behind());
    std::fs::write(scene.home().join("secret.jq"), "def secret: \"hunter2\";").unwrap();
    for include in ["include \"../secret\";", "import \"../secret\" as s;", "include \"/etc/hostname\";"] {
        scene.write("Dockerfile-linux.template", &format!("{{{{ {include} -}}}}\nFROM x\n"));
        scene.run(&["render"]).ended(1).said("Dockerfile-linux.template:1:").did_not_say("hunter2");
    }
}
