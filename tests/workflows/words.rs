//! What workflows, action and manifest say of each other.

use std::fs;
use std::path::{Path, PathBuf};

/// The workflows that `pybump init` installs.
fn workflows() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("workflows");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let found: Vec<_> = files.filter(|path| path.extension().is_some_and(|extension| extension == "yml")).collect();
    assert_eq!(found.len(), 4);
    found
}

#[test]
fn the_workflows_use_the_action_of_this_version() {
    for path in workflows() {
        let text = fs::read_to_string(&path).unwrap();
        let uses: Vec<_> = text.lines().filter_map(|line| line.trim().strip_prefix("uses: pybump/pybump@")).collect();
        assert!(!uses.is_empty(), "{} does not use the action", path.display());
        for used in uses {
            assert_eq!(used.split(' ').next().unwrap(), concat!("v", env!("CARGO_PKG_VERSION")), "{}", path.display());
        }
    }
}

#[test]
fn the_documents_name_the_action_of_this_version_and_all_of_its_inputs_and_outputs() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |name: &str| fs::read_to_string(root.join(name)).unwrap();
    let (readme, action) = (read("README.md"), read("action.yml"));
    let version = concat!("pybump/pybump@v", env!("CARGO_PKG_VERSION"));
    assert!(readme.contains(&format!("uses: {version}\n")));
    assert!(read("workflows/README.md").contains(concat!("# v", env!("CARGO_PKG_VERSION"))));
    let section = readme.split("## In GitHub Actions").nth(1).unwrap().split("\n## ").next().unwrap();
    let names: Vec<_> = action
        .lines()
        .skip_while(|line| *line != "inputs:")
        .take_while(|line| *line != "runs:")
        .filter_map(|line| line.strip_prefix("  ")?.strip_suffix(':'))
        .filter(|name| !name.starts_with(' '))
        .collect();
    assert!(names.contains(&"command") && names.contains(&"pr-url"), "{names:?}");
    for name in names {
        assert!(section.contains(&format!("`{name}`")), "the README does not name {name}");
    }
}

#[test]
fn every_other_action_is_pinned_by_its_commit_and_says_its_version() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let own = ["release.yml", "ci.yml"].map(|name| root.join(".github/workflows").join(name));
    let mut pins = std::collections::BTreeMap::new();
    for path in workflows().into_iter().chain(own) {
        let text = fs::read_to_string(&path).unwrap();
        for line in text.lines().filter_map(|line| line.trim().trim_start_matches("- ").strip_prefix("uses: ")) {
            if line.starts_with("pybump/pybump@") {
                continue;
            }
            let (name, pin) = line.split_once('@').unwrap();
            let (commit, version) = pin.split_once(" # v").unwrap_or_else(|| panic!("{}: {line}", path.display()));
            assert!(commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()), "{line}");
            assert!(version.split('.').all(|part| part.parse::<u32>().is_ok()), "{line}");
            let first = pins.entry(name.to_owned()).or_insert_with(|| pin.to_owned());
            assert_eq!(first, pin, "{} is pinned differently elsewhere", path.display());
        }
    }
    assert!(pins.len() > 5, "{pins:#?}");
}
