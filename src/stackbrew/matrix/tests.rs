//! What a build matrix has for each Dockerfile, and what it leaves out.

use proptest::prelude::*;

use super::*;
use crate::layout::ManifestText;

fn manifest(text: &str) -> Manifest {
    ManifestText::parse(text.to_owned()).unwrap().manifest().clone()
}

fn all(manifest: &Manifest) -> Vec<(TrackedKey, Variant)> {
    let rows = manifest.entries.iter();
    rows.flat_map(|(key, entry)| entry.variants.iter().map(|variant| (*key, variant.clone()))).collect()
}

fn made(text: &str) -> MadeMatrix {
    let manifest = manifest(text);
    Matrix::of(&manifest, &LibraryConfig::default(), &all(&manifest)).unwrap()
}

#[test]
fn a_row_has_all_that_a_job_needs_and_rows_are_sorted() {
    let made = made(
        r#"{
  "3.15-rc": { "variants": ["alpine3.23"], "version": "3.15.0a3" },
  "3.14": { "variants": ["trixie", "slim-trixie", "windows/windowsservercore-ltsc2022"], "version": "3.14.2" }
}
"#,
    );
    insta::assert_snapshot!(made.matrix.markdown(), @"
    | Dockerfile | version | runner | tags |
    |---|---|---|---|
    | `3.14/slim-trixie/Dockerfile` | 3.14.2 | ubuntu-latest | `3.14.2-slim-trixie`, `3.14-slim-trixie`, `3-slim-trixie`, `slim-trixie`, `3.14.2-slim`, `3.14-slim`, `3-slim`, `slim` |
    | `3.14/trixie/Dockerfile` | 3.14.2 | ubuntu-latest | `3.14.2-trixie`, `3.14-trixie`, `3-trixie`, `trixie` |
    | `3.14/windows/windowsservercore-ltsc2022/Dockerfile` | 3.14.2 | windows-2022 | `3.14.2-windowsservercore-ltsc2022`, `3.14-windowsservercore-ltsc2022`, `3-windowsservercore-ltsc2022`, `windowsservercore-ltsc2022` |
    | `3.15-rc/alpine3.23/Dockerfile` | 3.15.0a3 | ubuntu-latest | `3.15.0a3-alpine3.23`, `3.15-rc-alpine3.23`, `3.15.0a3-alpine`, `3.15-rc-alpine` |
    ");
    insta::assert_snapshot!(serde_json::to_string_pretty(&made.matrix.include[2]).unwrap(), @r#"
    {
      "name": "3.14/windows/windowsservercore-ltsc2022",
      "series": "3.14",
      "variant": "windows/windowsservercore-ltsc2022",
      "version": "3.14.2",
      "dockerfile": "3.14/windows/windowsservercore-ltsc2022/Dockerfile",
      "context": "3.14/windows/windowsservercore-ltsc2022",
      "tags": "3.14.2-windowsservercore-ltsc2022 3.14-windowsservercore-ltsc2022 3-windowsservercore-ltsc2022 windowsservercore-ltsc2022",
      "runs-on": "windows-2022",
      "platform": "windows/amd64"
    }
    "#);
}

#[test]
fn a_windows_variant_runs_on_its_own_release_or_not_at_all() {
    let made = made(
        r#"{ "3.14": { "version": "3.14.2", "variants": ["windows/windowsservercore-ltsc2025", "windows/nanoserver-ltsc2022",
        "windows/windowsservercore-1809", "windows/windowsservercore-ltsc2019"] } }"#,
    );
    let runners: Vec<_> = made.matrix.include.iter().map(|row| row.runs_on.as_str()).collect();
    assert_eq!(runners, ["windows-2022", "windows-2025"]);
    assert_eq!(made.without_runner, ["3.14/windows/windowsservercore-1809", "3.14/windows/windowsservercore-ltsc2019"]);
}

#[test]
fn more_rows_than_github_takes_are_an_error_that_says_what_to_do() {
    let matrix = |rows: usize| {
        let variants: Vec<_> = (0..rows).map(|number| format!("\"v{number}\"")).collect();
        let text = format!("{{ \"3.14\": {{ \"version\": \"3.14.2\", \"variants\": [{}] }} }}", variants.join(", "));
        made(&text).matrix
    };
    assert_eq!(matrix(LIMIT).within_limit().unwrap().include.len(), LIMIT);
    insta::assert_snapshot!(matrix(LIMIT + 1).within_limit().unwrap_err(), @"the matrix would have 257 rows, and GitHub runs at most 256 jobs of one; name some of the series in one job and the others in another (pybump matrix 3.13 3.14), or only build what changed (--base REF)");
}

proptest! {
    #[test]
    fn no_value_has_a_character_that_means_something_to_a_shell_or_an_expression(
        variants in proptest::collection::vec("\\PC{1,12}|[a-z0-9.-]{1,10}|windows/[a-z0-9-]{1,10}", 1..6),
    ) {
        let variants: Vec<Variant> = variants.iter().filter_map(|text| text.parse().ok()).collect();
        let mut manifest = manifest(r#"{ "3.14": { "version": "3.14.2", "variants": [] } }"#);
        for entry in manifest.entries.values_mut() {
            entry.variants.clone_from(&variants);
        }
        let wanted = all(&manifest);
        let json = Matrix::of(&manifest, &LibraryConfig::default(), &wanted).unwrap().matrix.json();
        prop_assert_eq!(json.lines().count(), 1);
        let plain = |c: char| c.is_ascii_alphanumeric() || "._-/ \"{}[]:,".contains(c);
        prop_assert!(json.chars().all(plain), "{}", json);
    }
}
