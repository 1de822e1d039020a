//! The files that `--html` writes.

use scraper::{Html, Selector};

use super::story::{merged, stage};
use crate::support::repository::Tree;
use crate::support::scene::Scene;
use crate::support::worlds::{calm, one_behind, release};
use pybump::model::SigstoreIdentity;

#[test]
fn three_files_are_written_and_nothing_else_anywhere() {
    let stage = merged();
    let before = stage.tree();
    stage
        .run(&["report", "--html", "new/public"])
        .ended(0)
        .said("wrote index.html, report.json and feed.atom into new/public");
    assert_eq!(stage.tree(), before, "the repository");
    let files: Vec<_> = Tree::read(&stage.home().join("new")).0.into_keys().collect();
    assert_eq!(files, ["public/feed.atom", "public/index.html", "public/report.json"]);
    stage.run(&["report"]).ended(0);
    assert_eq!(stage.tree(), before);
}

#[test]
fn files_of_others_in_the_folder_stay() {
    let stage = merged();
    std::fs::create_dir(stage.home().join("public")).unwrap();
    std::fs::write(stage.home().join("public/CNAME"), "images.example").unwrap();
    stage.run(&["report", "--html", "public"]).ended(0);
    assert_eq!(stage.home_file("public/CNAME"), "images.example");
}

#[test]
fn the_json_beside_the_page_is_what_is_printed() {
    let stage = merged();
    let printed = stage.run(&["report", "--html", "public", "--format", "json"]).ended(0);
    assert_eq!(printed.raw, stage.home_file("public/report.json"));
}

#[test]
fn a_second_report_differs_in_its_own_time_alone() {
    let stage = merged();
    let report = |folder: &str| {
        let mut json = stage.run(&["report", "--html", folder, "--format", "json"]).ended(0).json();
        let as_of = json["as_of"].take();
        (json, stage.home_file(&format!("{folder}/feed.atom")), as_of)
    };
    let (one, other) = (report("one"), report("other"));
    assert_eq!((&one.0, &one.1), (&other.0, &other.1));
    assert!(one.2.is_string());
}

#[test]
fn a_signers_name_that_is_markup_is_words_on_the_page() {
    let mut world = calm();
    let identity = "\"><script>alert(1)</script>@example.org".to_owned();
    let signer = SigstoreIdentity { identity, issuer: "https://github.com/login/oauth".to_owned() };
    world.release(&pybump::demo::world::Release { signer: Some(signer), ..release("3.14.3", 20) }).unwrap();
    let stage = stage(world);
    stage.run(&["report", "--html", "public"]).ended(0);
    let text = stage.home_file("public/index.html");
    let page = Html::parse_document(&text);
    assert_eq!(page.select(&Selector::parse("script").unwrap()).count(), 0);
    let held: String = page.select(&Selector::parse("article.held").unwrap()).next().unwrap().text().collect();
    assert!(held.contains("<script>alert(1)</script>"), "{held}");
}

#[test]
fn a_page_needs_to_know_whose_it_is_and_the_text_does_not() {
    let scene = Scene::new(one_behind());
    let run = scene.run(&["report", "--html", "public"]).ended(2);
    insta::assert_snapshot!(run.stderr, @r#"error: which repository on GitHub is this? the feed's ids are made of its name: set publish.repository = "OWNER/NAME" in pybump.toml; the clone's origin does not tell"#);
    assert!(!scene.home().join("public").exists());
    scene.run(&["report"]).ended(0).said("a repository without a name").said("3.14  3.14.2 → 3.14.3  update");
}

#[test]
fn a_folder_that_cannot_be_written_is_an_error_that_names_it() {
    let stage = stage(calm());
    std::fs::write(stage.home().join("public"), "a file").unwrap();
    stage.run(&["report", "--html", "public"]).ended(1).said("cannot make the folder public");
}

#[test]
fn the_address_of_the_page_is_one_that_files_can_be_below() {
    let stage = stage(calm());
    for url in ["ftp://example.org/", "example.org", "https://example.org/?x"] {
        stage.run(&["report", "--html", "public", "--url", url]).ended(2).said("expected an address such as");
    }
    stage.run(&["report", "--url", "https://example.org"]).ended(2).said("--html");
    stage.run(&["report", "--html", "public", "--url", "https://example.org/x"]).ended(0);
    assert!(stage.home_file("public/feed.atom").contains("href=\"https://example.org/x/feed.atom\""));
}

#[test]
fn markdown_is_for_a_readme() {
    let run = stage(one_behind()).run(&["report", "--format", "markdown"]).ended(0);
    assert!(run.raw.starts_with("| Variant | 3.14 | 3.13 |\n|---|---|---|\n"), "{}", run.raw);
    assert!(run.raw.contains("\n| `slim-trixie` | 3.14.2 | 3.13.9 |\n"), "{}", run.raw);
}
