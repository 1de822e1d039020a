//! Manifests read strictly, and edited without touching what is not edited.

use super::*;

const TEXT: &str = r#"{
  "3.13": {
    "checksums": {
      "source": {
        "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
      }
    },
    "variants": [
      "trixie"
    ],
    "version": "3.13.5"
  },
  "3.9": {"version": "3.9.1",   "variants": [], "team": {"b": 1, "a": [ ]}}
}
"#;

fn error(text: &str) -> String {
    ManifestText::parse(text.to_owned()).unwrap_err().to_string()
}

fn key(text: &str) -> TrackedKey {
    text.parse().unwrap()
}

#[test]
fn untouched_entries_keep_every_byte_and_unknown_keys_survive() {
    let text = ManifestText::parse(TEXT.to_owned()).unwrap();
    let mut entry = text.entry(key("3.13"));
    entry.insert("version".into(), json!("3.13.6"));
    let edited = text.with_entry(key("3.13"), &entry).unwrap();
    assert_eq!(edited.as_str(), TEXT.replace("3.13.5", "3.13.6"));
    let edited = text.with_entry(key("3.9"), &text.entry(key("3.9"))).unwrap();
    assert!(edited.as_str().contains("\"team\": {\n      \"a\": [],\n      \"b\": 1\n    }"), "{}", edited.as_str());
}

#[test]
fn a_new_key_goes_where_jq_would_sort_it() {
    let text = ManifestText::parse(TEXT.to_owned()).unwrap();
    let entry = json!({"version": "3.14.0rc1", "variants": []}).as_object().unwrap().clone();
    let edited = text.with_entry(key("3.14-rc"), &entry).unwrap();
    let mut last = edited.entry(key("3.14-rc"));
    last.insert("version".into(), json!("3.99.0"));
    let edited = edited.with_entry(key("3.99"), &last).unwrap();
    let at = |key: &str| edited.as_str().find(&format!("\n  \"{key}\": {{")).unwrap();
    assert!(at("3.13") < at("3.14-rc") && at("3.14-rc") < at("3.9") && at("3.9") < at("3.99"));
    let first = ManifestText::parse("{}\n".to_owned()).unwrap().with_entry(key("3.14-rc"), &entry).unwrap();
    assert_eq!(first.as_str(), "{\n  \"3.14-rc\": {\n    \"variants\": [],\n    \"version\": \"3.14.0rc1\"\n  }\n}\n");
}

#[test]
fn malformed_manifests_name_the_line_and_what_was_expected() {
    insta::assert_snapshot!(error("{\n"), @"line 2, column 1: EOF while parsing an object");
    insta::assert_snapshot!(error("[]"), @r#"line 1, column 1: invalid type: sequence, expected an object of manifest keys such as "3.14""#);
    insta::assert_snapshot!(error("{\"3.x\": {}}"), @r#"line 1, column 9: expected a manifest key such as 3.14 or 3.15-rc, found "3.x""#);
    insta::assert_snapshot!(error(&TEXT.replace("\"3.13.5\"", "\"3.13.5$(x)\"")), @r#"line 11, column 16: 3.13: expected a CPython version such as 3.14.6 or 3.15.0b3, found "3.13.5$(x)""#);
    insta::assert_snapshot!(error(&TEXT.replace("\"trixie\"", "\"../x\"")), @r#"line 9, column 7: 3.13: expected a variant such as slim-trixie or windows/windowsservercore-ltsc2025, found "../x""#);
    insta::assert_snapshot!(error(&TEXT.replace("3.9\"", "3.13\"")), @"line 13, column 23: 3.13: version 3.9.1 is not a release that this key tracks");
    insta::assert_snapshot!(error(&TEXT.replace("\"3.9.1\"", "null")), @"line 13, column 25: invalid type: null, expected a string");
    insta::assert_snapshot!(error("{\"3.9\": null}"), @"line 1, column 12: invalid type: null, expected an entry with a version and variants");
    let entry = r#"{"version": "3.9.1", "variants": []"#;
    insta::assert_snapshot!(error(&format!("{{\"3.9\": {entry}}}, \"3.9\": {entry}}}}}")), @"line 1, column 54: 3.9: the key stands twice; keep one of the two entries");
    insta::assert_snapshot!(error(&format!("{{\"3.9\": {entry}, \"get-pip\": {{\"version\": \"x\"}}}}}}")), @r#"line 1, column 69: 3.9: expected a get-pip version, the URL of its commit, found "x""#);
}

proptest::proptest! {
    #[test]
    fn a_sorted_manifest_stays_sorted_whatever_is_edited(
        minors in proptest::collection::btree_set(7_u64..30, 1..6), edited in 7_u64..30, note in "\\PC{0,8}",
    ) {
        let entry = |minor: u64, note: &str| json!({"version": format!("3.{minor}.1"), "variants": ["trixie"], "note": note});
        let mut whole: Map<String, Value> = minors.iter().map(|minor| (format!("3.{minor}"), entry(*minor, "x"))).collect();
        let text = ManifestText::parse(format!("{}\n", jq_json::sorted(&Value::Object(whole.clone()), 0))).unwrap();
        let name = format!("3.{edited}");
        let edited = entry(edited, &note);
        let after = text.with_entry(key(&name), edited.as_object().unwrap()).unwrap();
        whole.insert(name, edited);
        proptest::prop_assert_eq!(after.as_str(), format!("{}\n", jq_json::sorted(&Value::Object(whole), 0)));
    }
}
