//! What init finds, what it writes then, and what it leaves alone.

use super::folder::Folder;
use crate::support::run::bare;
use crate::support::schema::assert_documented;

const TEMPLATE: &str = "FROM debian\nENV V={{ .version }}\n";
const MANIFEST: &str = "{\n  \"3.14\": {\n    \"checksums\": {},\n    \"variants\": [\n      \"trixie\"\n    ],\n    \"version\": \"3.14.6\"\n  }\n}\n";
const LIBRARY: &str = ".github/workflows/pybump-library.yml";

/// An image repository of somebody's own, with a script for its library file.
fn images() -> Folder {
    let folder = Folder::clone_of("git@github.com:acme/python.git");
    folder.write("versions.json", MANIFEST);
    folder.write("Dockerfile-linux.template", TEMPLATE);
    folder.write("generate-stackbrew-library.sh", "#!/bin/sh\n");
    folder.write(".github/workflows/ci.yml", "name: CI\n");
    folder.run(&["render"]).ended(0);
    folder
}

#[test]
fn an_empty_folder_becomes_an_image_repository() {
    let folder = Folder::empty();
    let run = folder.run(&["init"]).ended(0);
    insta::assert_snapshot!(run.stdout, @r#"
    Found:
      no git repository
      nothing else: a new image repository, in the layout of docker-library
      no pybump.toml, no workflows

    wrote       state/README.md                       what lies in state
    wrote       state/signers.toml                    who signs, on what evidence
    wrote       state/pybump.schema.json              the configuration's schema
    wrote       Dockerfile-linux.template             what Dockerfiles come from
    wrote       Dockerfile-windows.template           what Dockerfiles come from
    wrote       versions.json                         what each series is at
    wrote       pybump.toml                           the configuration
    wrote       .github/workflows/pybump-bump.yml     the scheduled job
    wrote       .github/workflows/pybump-verify.yml   checks every pull request
    wrote       .github/workflows/pybump-pages.yml    publishes the report
    left out    .github/workflows/pybump-library.yml: there is no generate-stackbrew-library.sh here and pybump.toml names no library.maintainers, so that no official image seems to be kept here; name the file to have it: pybump init .github/workflows/pybump-library.yml
    10 files written

    Next:
      1. $ git init
         make it a git repository
      2. $ pybump update 3.14
         verify the newest release of a series, and write its Dockerfiles
      3. $ git add -A && git commit -m "Add Python images"
         workflows, configuration and images
      4. $ git remote add origin https://github.com/OWNER/NAME.git
         an empty repository of yours on GitHub
      5. $ git push -u origin HEAD
         from here on the workflows run
      6. $ pybump run
         the scheduled job by hand, with PYBUMP_GITHUB_TOKEN set; --dry-run needs none
      7. On GitHub, Settings, Actions, General: allow GitHub Actions to create pull requests; or give the secret PYBUMP_GITHUB_TOKEN. pybump-bump.yml says what each token can do.
      8. On GitHub, Settings, Pages, Source: GitHub Actions. Until then pybump-pages.yml, which publishes the report, fails.
    "#);
    assert_eq!(run.stderr, "");
    folder.run(&["render", "--check"]).ended(0);
    assert_eq!(folder.read("versions.json"), "{}\n");
    assert_eq!(folder.read("state/signers.toml"), pybump::model::Signers::EMBEDDED);
}

#[test]
fn an_image_repository_is_told_what_it_is_and_keeps_manifest_templates_and_dockerfiles() {
    let folder = images();
    let before = folder.tree();
    let run = folder.run(&["init"]).ended(0);
    insta::assert_snapshot!(run.stdout, @r#"
    Found:
      a git clone on branch main, without a commit; origin acme/python, as its address says; whether that is a fork is not asked
      the layout of docker-library: versions.json with 3.14 at 3.14.6; a template for Linux
      no pybump.toml, workflows ci.yml, a generate-stackbrew-library.sh

    wrote       state/README.md                       what lies in state
    wrote       state/signers.toml                    who signs, on what evidence
    wrote       state/pybump.schema.json              the configuration's schema
    wrote       pybump.toml                           the configuration
    wrote       .github/workflows/pybump-bump.yml     the scheduled job
    wrote       .github/workflows/pybump-verify.yml   checks every pull request
    wrote       .github/workflows/pybump-library.yml  brings it to official-images
    wrote       .github/workflows/pybump-pages.yml    publishes the report
    8 files written

    Next:
      1. $ pybump check
         what each series is at, where it should be, and why
      2. $ git add .github pybump.toml state && git commit -m "Let pybump keep the images"
         workflows, configuration and images
      3. $ git push -u origin HEAD
         from here on the workflows run
      4. $ pybump run
         the scheduled job by hand, with PYBUMP_GITHUB_TOKEN set; --dry-run needs none
      5. On GitHub, Settings, Actions, General: allow GitHub Actions to create pull requests; or give the secret PYBUMP_GITHUB_TOKEN. pybump-bump.yml says what each token can do.
      6. On GitHub, Settings, Pages, Source: GitHub Actions. Until then pybump-pages.yml, which publishes the report, fails.
    "#);
    let mut after = folder.tree();
    for (path, file) in &before.0 {
        assert_eq!(after.0.get(path), Some(file), "{path}");
    }
    after.0.retain(|path, _| !before.0.contains_key(path));
    let added: Vec<_> = after.0.into_keys().collect();
    assert_eq!(
        added,
        [
            ".github/workflows/pybump-bump.yml",
            LIBRARY,
            ".github/workflows/pybump-pages.yml",
            ".github/workflows/pybump-verify.yml",
            "pybump.toml",
            "state/README.md",
            "state/pybump.schema.json",
            "state/signers.toml",
        ]
    );
    folder.run(&["render", "--check"]).ended(0);
}

#[test]
fn what_becomes_of_each_file_fits_into_80_columns() {
    for folder in [Folder::empty(), images()] {
        for arguments in [&["init", "--dry-run"][..], &["init"], &["init"]] {
            let run = folder.run(arguments).ended(0);
            let (_, files) = run.raw.split_once("\n\n").unwrap();
            let files: Vec<_> = files.lines().take_while(|line| !line.starts_with("left out")).take(8).collect();
            assert!(files.iter().all(|line| line.chars().count() <= 80), "{files:#?}");
        }
    }
}

#[test]
fn a_second_run_changes_nothing_and_says_so() {
    for folder in [Folder::empty(), images()] {
        folder.run(&["init"]).ended(0);
        let before = folder.tree();
        for arguments in [&["init"][..], &["init", "--force"], &["init", "--dry-run", "--force"]] {
            let run = folder.run(arguments).ended(0).said("\nnothing to write\n");
            assert!(!run.stdout.contains("wrote") && !run.stdout.contains("left  "), "{run:#?}");
            assert_eq!(folder.tree(), before, "{arguments:?}");
        }
    }
}

#[test]
fn line_ends_that_git_changed_are_no_difference() {
    let folder = Folder::empty();
    folder.run(&["init"]).ended(0);
    for path in folder.names().iter().filter(|path| !path.ends_with(".template")) {
        folder.write(path, folder.read(path).replace('\n', "\r\n"));
    }
    let before = folder.tree();
    folder.run(&["init", "--force"]).ended(0).said("\nnothing to write\n");
    assert_eq!(folder.tree(), before);
}

#[test]
fn a_dry_run_says_what_it_would_write_and_writes_nothing() {
    let folder = Folder::empty();
    let run = folder.run(&["init", "--dry-run", "-v"]).ended(0).said("10 files would be written; nothing was");
    assert_eq!(folder.names(), Vec::<String>::new());
    folder.run(&["init"]).ended(0);
    for path in folder.names() {
        let content = format!("\n==> {path} <==\n{}", folder.read(&path));
        assert!(run.raw.contains(&content), "{path} is not shown");
    }
}

#[test]
fn what_differs_is_left_and_replaced_by_force_alone() {
    let folder = Folder::empty();
    folder.run(&["init"]).ended(0);
    for path in ["pybump.toml", "state/signers.toml", ".github/workflows/pybump-bump.yml"] {
        let ours = folder.read(path);
        let own = format!("{ours}# of our own\n");
        folder.write(path, &own);
        folder
            .run(&["init"])
            .ended(0)
            .said(&format!("left        {path}"))
            .said("nothing to write; 1 file left as it is");
        assert_eq!(folder.read(path), own);
        folder.run(&["init", "--dry-run", "--force", path]).ended(0).said(&format!("replaces    {path}"));
        assert_eq!(folder.read(path), own);
        folder.run(&["init", "--force", path]).ended(0).said("1 file written");
        assert_eq!(folder.read(path), ours);
    }
}

#[test]
fn of_several_that_differ_each_is_to_be_replaced_by_name() {
    let folder = Folder::empty();
    folder.run(&["init"]).ended(0).did_not_say("may be your own work");
    for path in ["state/signers.toml", "pybump.toml"] {
        folder.write(path, format!("# of our own\n{}", folder.read(path)));
    }
    folder
        .run(&["init"])
        .ended(0)
        .said("2 files left as they are")
        .said("to replace a file all the same: pybump init --force state/signers.toml");
}

#[test]
fn a_file_that_is_named_is_found_by_its_path_however_it_is_spelt_and_is_all_that_is_told() {
    let folder = Folder::empty();
    folder.run(&["init", "./pybump.toml"]).ended(0).said("wrote       pybump.toml").did_not_say("Next:");
    assert_eq!(folder.names(), ["pybump.toml"]);
}

#[test]
fn a_detached_head_is_to_become_a_branch_before_it_is_pushed() {
    let folder = Folder::empty();
    let git = folder.git("main");
    let author = git2::Signature::now("Ann", "ann@example.org").unwrap();
    let tree = git.find_tree(git.treebuilder(None).unwrap().write().unwrap()).unwrap();
    let commit = git.commit(Some("HEAD"), &author, &author, "First", &tree, &[]).unwrap();
    git.set_head_detached(commit).unwrap();
    folder.run(&["init"]).ended(0).said("a detached HEAD").said("$ git switch -c images");
}

#[test]
fn force_never_touches_a_manifest_or_templates_of_ones_own() {
    let folder = Folder::empty();
    folder.write("Dockerfile-linux.template", TEMPLATE);
    folder.run(&["init", "--force"]).ended(0).said("wrote       versions.json");
    assert_eq!(folder.read("Dockerfile-linux.template"), TEMPLATE);
    assert!(!folder.names().contains(&"Dockerfile-windows.template".to_owned()));
    let folder = images();
    let before = folder.tree();
    folder.run(&["init", "--force"]).ended(0);
    for path in ["versions.json", "Dockerfile-linux.template", "3.14/trixie/Dockerfile"] {
        assert_eq!(folder.tree().0[path], before.0[path], "{path}");
    }
    folder
        .run(&["init", "--force", "versions.json"])
        .ended(2)
        .said("versions.json is none of the files that pybump init writes here");
}

#[test]
fn a_manifest_spelt_otherwise_is_an_empty_one_as_well_and_is_left() {
    let folder = Folder::empty();
    folder.write("versions.json", "{ }");
    folder.run(&["init", "--force"]).ended(0).said("it is your own");
    assert_eq!(folder.read("versions.json"), "{ }");
    folder.run(&["render", "--check"]).ended(0);
}

#[test]
fn the_workflow_for_official_images_is_installed_where_that_is_of_use_or_asked_for() {
    let folder = Folder::empty();
    folder.run(&["init"]).ended(0).said(&format!("left out    {LIBRARY}: there is no generate-stackbrew-library.sh"));
    assert!(!folder.names().contains(&LIBRARY.to_owned()));
    folder.run(&["init", LIBRARY]).ended(0).said(&format!("wrote       {LIBRARY}"));
    let before = folder.tree();
    folder.run(&["init"]).ended(0).said(&format!("unchanged   {LIBRARY}"));
    assert_eq!(folder.tree(), before);
    let folder = Folder::empty();
    folder.write("pybump.toml", "[library]\nmaintainers = [\"Ann (@ann)\"]\n");
    folder.run(&["init"]).ended(0).said(&format!("wrote       {LIBRARY}"));
}

#[test]
fn a_configuration_of_ones_own_is_told_what_a_new_one_would_say() {
    let folder = images();
    folder.write("pybump.toml", "ledger = \"records\"\n");
    let note =
        "your pybump.toml leaves out what a new one would say: signers = \"state/signers.toml\"; [notify] issue = true";
    folder.run(&["init"]).ended(0).said(note).said("left        pybump.toml");
}

#[test]
fn a_default_branch_that_the_workflows_do_not_know_is_told() {
    let folder = Folder::empty();
    folder.git("trunk");
    folder.run(&["init"]).ended(0).said("if yours is trunk, say so in their `branches`");
    Folder::clone_of("https://github.com/acme/python").run(&["init"]).ended(0).did_not_say("in their `branches`");
}

#[test]
fn an_origin_is_named_without_what_its_address_gives_away() {
    for (address, words) in [
        ("https://ann:hunter2@github.com/acme/python.git", "origin acme/python"),
        ("https://ann:hunter2@example.org", "an origin whose address names no OWNER/NAME"),
        ("/srv/git/python.git", "an origin whose address names no OWNER/NAME"),
    ] {
        let folder = Folder::clone_of(address);
        folder.run(&["init"]).ended(0).said(words).did_not_say("hunter2");
        assert!(folder.tree().0.values().all(|file| !String::from_utf8_lossy(&file.bytes).contains("hunter2")));
    }
}

#[test]
fn the_json_is_as_its_schema_documents() {
    let schema = bare(&["schema", "init"]).ended(0).json();
    let other = images();
    other.write("pybump.toml", "concurency = 4\n");
    for folder in [Folder::empty(), images(), other] {
        for arguments in [&["init", "--dry-run", "--format", "json"][..], &["init", "--format", "json"]] {
            assert_documented(&folder.run(arguments).ended(0).json(), &schema);
        }
    }
    let json = images().run(&["init", "--format", "json"]).ended(0).json();
    assert_eq!((&json["found"]["origin"], &json["found"]["branch"]), (&"acme/python".into(), &"main".into()));
    assert_eq!(json["found"]["series"][0]["version"], "3.14.6");
    assert_eq!(json["found"]["workflows"], serde_json::json!(["ci.yml"]));
    assert!(json["applied"] == true && json["files"][0]["state"] == "new");
}
